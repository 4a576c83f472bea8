import {readFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {Prompt, RunOptions} from '../../src/engine/index.ts';
import {Secret} from '../../src/text/index.ts';
import {Bench, type Play} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

let ring: Ring;
let bench: Bench;

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  bench = new Bench({wallpi: ring, frontpi: ring});
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
});

const said = (expression: string): Play => ({name: 'said', debug: {msg: `{{ ${expression} }}`}});

/** A person who answers in this order; `asked` has the questions. */
function person(...answers: readonly string[]) {
  const asked: string[] = [];
  const left = [...answers];
  const prompt: RunOptions['prompt'] = async (question) => {
    if (question.type !== 'variable') throw new Error(`asked for ${question.type}`);
    const {text, echo, again} = question;
    asked.push(`${again ? 'again, ' : ''}${text}${echo ? '' : ' (hidden)'}`);
    const answer = left.shift();
    return answer === undefined ? undefined : new Secret('typed', answer);
  };
  return {prompt, asked};
}

describe('vars_prompt', () => {
  it('answers in the name of the play, which is a template of what is known before it', async () => {
    const {prompt} = person('wall');
    const ran = await bench.start(
      {
        name: '{{ what }} on the {{ where }}',
        hosts: 'wallpi',
        vars: {what: 'work'},
        vars_prompt: [{name: 'where', private: false}],
        tasks: [said('where')],
      },
      {prompt},
    ).ended;
    expect(ran.events.flatMap((event) => (event.type === 'play' ? [event.name] : []))).toEqual([
      'work on the wall',
    ]);
  });

  it('asks before anything is connected; what was typed is data, and private unless it says otherwise', async () => {
    const {prompt, asked} = person('{{ not a template }}', 'tiger in the tank');
    const running = bench.start(
      {
        hosts: 'wallpi',
        vars: {where: 'the home'},
        vars_prompt: [
          {name: 'note', prompt: 'What about {{ where }}?', private: false},
          {name: 'password', prompt: 'Password'},
        ],
        tasks: [said('note'), {name: 'hidden', debug: {msg: 'it is {{ password }}!'}}],
      },
      {
        prompt: async (question) => {
          expect(running.events.filter(({type}) => type === 'host' || type === 'play')).toEqual([]);
          return prompt?.(question);
        },
      },
    );
    const ran = await running.ended;
    expect(asked).toEqual(['What about the home?', 'Password (hidden)']);
    expect([ran.message('said'), ran.message('hidden')]).toEqual([
      '{{ not a template }}',
      'it is ‹password›!',
    ]);
    expect(JSON.stringify(ran.events)).not.toContain('tiger');
    expect(ran.summary.exitCode).toBe(0);
  });

  it('is answered by -e, and by a default when nothing is typed', async () => {
    const {prompt, asked} = person('', '');
    const ran = await bench.run(
      {
        hosts: 'wallpi',
        vars_prompt: [
          {name: 'given', private: false},
          {name: 'port', default: 8200, private: false},
          {name: 'url', default: 'http://pi:{{ port }}', private: false},
        ],
        tasks: [{name: 'said', debug: {msg: '{{ given }} {{ port }} {{ url }}'}}],
      },
      {prompt, extraVars: [{text: 'given=beforehand'}]},
    );
    expect(asked).toEqual(['port [8200]', 'url [http://pi:8200]']);
    expect(ran.message('said')).toBe('beforehand 8200 http://pi:8200');
  });

  it('keeps secret what -e answers to a private question, and only that', async () => {
    const file = path.join(ring.directory, 'home-pi', 'pin');
    const ran = await bench.run(
      {
        hosts: 'wallpi',
        vars_prompt: [{name: 'pin'}, {name: 'code', private: true}, {name: 'open', private: false}],
        tasks: [
          {name: 'pin', copy: {dest: file, content: 'pin {{ pin }}\ncode {{ code }}\nopen {{ open }}\n'}},
          {name: 'said', debug: {msg: '{{ pin }} {{ open }}'}},
        ],
      },
      {
        diff: true,
        extraVars: [{text: 'pin=998877'}, {text: '{"code": 12345678}'}, {text: 'open=445566'}],
      },
    );
    expect(ran.statuses).toEqual(['wallpi pin: changed', 'wallpi said: ok']);
    expect(readFileSync(file, 'utf8')).toBe('pin 998877\ncode 12345678\nopen 445566\n');
    expect(ran.message('said')).toBe('‹pin› 445566');
    expect(ran.tasks[0]?.changes[0]?.diff).toContain('+pin ‹pin›\n+code ‹code›\n+open 445566');
    expect(JSON.stringify(ran.events)).not.toMatch(/998877|12345678/);
  });

  it('asks twice where it must be confirmed, until both are the same', async () => {
    const {prompt, asked} = person('one', 'two', 'three', 'three');
    const ran = await bench.run(
      {
        hosts: 'wallpi',
        vars_prompt: [{name: 'x', private: false, confirm: true}],
        tasks: [said('x')],
      },
      {prompt},
    );
    expect(asked).toEqual(['x', 'x (the same again)', 'again, x', 'x (the same again)']);
    expect(ran.message('said')).toBe('three');
  });

  it('is above vars of the play, below its vars_files', async () => {
    bench.write('high.json', JSON.stringify({b: 'file'}));
    const {prompt} = person('typed', 'typed');
    const ran = await bench.run(
      {
        hosts: 'wallpi',
        vars: {a: 'play', b: 'play'},
        vars_files: ['high.json'],
        vars_prompt: [
          {name: 'a', private: false},
          {name: 'b', private: false},
        ],
        tasks: [{name: 'said', debug: {msg: '{{ a }} {{ b }}'}}],
      },
      {prompt},
    );
    expect(ran.message('said')).toBe('typed file');
  });

  it.each([
    ['there is no terminal', undefined, 'there is no terminal at which to ask for the variable who'],
    ['nobody answers', person().prompt, 'nobody answered for the variable who'],
  ])('is a mistake, before anything is connected, when %s', async (_, prompt, message) => {
    const ran = await bench.run(
      {hosts: 'wallpi', vars_prompt: [{name: 'who'}], tasks: [said('who')]},
      {...(prompt ? {prompt} : {})},
    );
    expect(ran.mistakes).toEqual([message]);
    expect([ran.summary.exitCode, ran.events.some(({type}) => type === 'host')]).toEqual([1, false]);
  });

  it('is not asked by a validation, and not for a play without hosts', async () => {
    const {prompt, asked} = person();
    const play = {
      hosts: 'wallpi',
      serial: '{{ size }}',
      vars_prompt: [{name: 'size'}],
      tasks: [said('size')],
    };
    const validated = await bench.run(play, {prompt, mode: 'validate'});
    const other = await bench.run([play, {hosts: 'frontpi', tasks: [said('inventory_hostname')]}], {
      prompt,
      limit: 'frontpi',
    });
    expect([asked, validated.mistakes, other.message('said')]).toEqual([[], [], 'frontpi']);
  });

  it('may say for which hosts a play is', async () => {
    const play = {
      hosts: '{{ where }}',
      vars_prompt: [{name: 'where', private: false}],
      tasks: [said('inventory_hostname')],
    };
    const ran = await bench.run(play, {prompt: person('frontpi').prompt});
    expect(ran.statuses).toEqual(['frontpi said: ok']);
    expect(Object.keys(ran.summary.hosts)).toEqual(['frontpi']);
    const wrong = await bench.run(play, {prompt: person('nowhere').prompt});
    expect([wrong.mistakes, wrong.summary.exitCode]).toEqual([["no host or group matches 'nowhere'"], 1]);
  });

  it('is asked once where an alias repeats it, and is said as -e says it', async () => {
    const {prompt, asked} = person('frontpi');
    bench.write(
      'alias.yml',
      [
        '- hosts: wallpi',
        '  vars_prompt: &where [{name: where, private: false}]',
        '  tasks:',
        '    - {name: said, debug: {msg: "{{ join vprov_extra_vars \',\' }} {{ where }}"}}',
        "- {hosts: '{{ where }}', vars_prompt: *where, tasks: [{name: there, debug: {msg: '{{ where }}'}}]}",
        '- {hosts: wallpi, vars: {where: here}, tasks: [{name: none, debug: {msg: "{{ vprov_extra_vars }}"}}]}',
      ].join('\n'),
    );
    const ran = await bench.run([], {prompt, playbook: 'alias.yml'});
    expect(ran.statuses).toEqual(['wallpi said: ok', 'frontpi there: ok', 'wallpi none: ok']);
    expect([asked, ran.message('said'), ran.message('there')]).toEqual([
      ['where'],
      'where frontpi',
      'frontpi',
    ]);
  });

  it('ends the run when it is interrupted meanwhile', async () => {
    const soft = new AbortController();
    const ran = await bench.run(
      {hosts: 'wallpi', vars_prompt: [{name: 'who'}], tasks: []},
      {
        signal: soft.signal,
        prompt: async () => {
          soft.abort();
          return undefined;
        },
      },
    );
    expect([ran.summary.exitCode, ran.mistakes]).toEqual([130, []]);
  });
});

describe('the hosts of a play', () => {
  const tasks = [said('inventory_hostname')];
  const of = (...hosts: readonly string[]): readonly string[] => hosts.map((host) => `${host} said: ok`);

  it('may come from a template of its variables and -e, a pattern or a list of them', async () => {
    const play = {hosts: '{{ default where boards }}', vars: {boards: ['frontpi', 'wallpi']}, tasks};
    expect((await bench.run(play)).statuses.toSorted()).toEqual(of('frontpi', 'wallpi'));
    const given = await bench.run(play, {extraVars: [{text: 'where=all:!wallpi'}]});
    expect(given.statuses).toEqual(of('frontpi'));
  });

  it('are left by --limit @FILE, with one pattern a line', async () => {
    bench.write('some.txt', '# after the last run\nfrontpi  # again\n\n');
    const ran = await bench.run({tasks}, {limit: '@some.txt'});
    expect(ran.statuses).toEqual(of('frontpi'));
    const both = await bench.run({tasks}, {limit: '@some.txt,wallpi'});
    expect(both.statuses.toSorted()).toEqual(of('frontpi', 'wallpi'));
    const none = await bench.run({tasks}, {limit: '@nowhere'});
    expect(none.mistakes).toEqual(['--limit @nowhere: there is no such file']);
  });
});

describe('--step', () => {
  const tasks = ['one', 'two', 'three', 'four'].map((name) => ({name, debug: {msg: name}}));
  const by = (...answers: readonly (string | undefined)[]): {prompt: Prompt; asked: string[]} => {
    const asked: string[] = [];
    const prompt: Prompt = async (question) => {
      if (question.type !== 'step') throw new Error(`asked for ${question.type}`);
      const answer = answers[asked.push(question.task) - 1];
      return answer === undefined ? undefined : new Secret('answer', answer);
    };
    return {prompt, asked};
  };

  it('asks before each task, once for all hosts, until somebody has seen enough', async () => {
    const {prompt, asked} = by('y', undefined, 'continue');
    const ran = await bench.run({tasks}, {step: true, prompt});
    expect(asked).toEqual(['one', 'two', 'three']);
    expect([...ran.statuses].sort()).toEqual(
      ['frontpi', 'wallpi'].flatMap((host) => ['four', 'one', 'three'].map((task) => `${host} ${task}: ok`)),
    );
    expect(ran.tasks.find(({task}) => task.name === 'four')?.message).toBe('four');
  });

  it('does not begin where nobody can be asked', async () => {
    const ran = await bench.run({tasks}, {step: true});
    expect([ran.tasks, ran.summary.exitCode]).toEqual([[], 1]);
    expect(ran.mistakes).toEqual(['--step asks before each task, and there is no terminal at which to ask']);
  });
});
