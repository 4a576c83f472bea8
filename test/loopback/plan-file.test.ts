import {chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {listRuns} from '../../src/engine/index.ts';
import {type Play, shell, textOf} from './engine.ts';
import {oneHost} from './one-host.ts';

const host = oneHost({shell: 'dash'});
const {at} = host;

beforeEach(() => {
  writeFileSync(at('a'), 'one\n');
  host.bench.write('templates/a.hbs', 'level = {{ level }}\n');
});

const tasks = (): readonly Play[] => [
  {name: 'a', template: {src: 'a.hbs', dest: at('a'), mode: '0640'}},
  {name: 'b', copy: {content: 'b\n', dest: at('b')}},
];
const play = (more: Play = {}): Play => ({vars: {level: 'info'}, tasks: tasks(), ...more});

const file = (): string => path.join(host.bench.directory, 'site.plan');
const records = (): string => path.join(host.bench.directory, 'runs');

describe('a plan', () => {
  it('is applied when nothing has changed since, and then once', async () => {
    const planned = await host.bench.plan(play(), {detailedExitcode: true});
    expect(planned.statuses).toEqual(['a: would-change', 'b: would-change']);
    expect([planned.summary.exitCode, textOf(at('a')), existsSync(at('b'))]).toEqual([3, 'one\n', false]);
    expect(statSync(file()).mode & 0o777).toBe(0o600);

    const applied = await host.bench.apply({records: records()});
    expect(applied.statuses).toEqual(['a: changed', 'b: changed']);
    expect(applied.attributes).toEqual(planned.attributes);
    expect([applied.summary.exitCode, textOf(at('a'))]).toEqual([0, 'level = info\n']);
    expect(listRuns(records())[0]).toMatchObject({run: applied.summary.run, summary: {exitCode: 0}});

    const again = await host.bench.apply();
    expect(again.mistakes).toEqual([
      `wallpi, a: ${at('a')} would not change any more`,
      `wallpi, b: ${at('b')} would not change any more`,
    ]);
    expect(again.summary).toMatchObject({exitCode: 1});
  });

  it('is written, and applied, where only another playbook owes a handler', async () => {
    const owing = {
      tasks: [{name: 'c', copy: {content: 'c', dest: at('c')}, notify: 'h'}],
      handlers: [{name: 'h', command: 'false'}],
    };
    await host.bench.run(owing, {playbook: 'other.yml'});
    const planned = await host.bench.plan(play());
    expect([planned.summary.exitCode, planned.summary.hosts.wallpi?.owed, existsSync(file())]).toEqual([
      0,
      1,
      true,
    ]);
    expect((await host.bench.apply()).statuses).toEqual(['a: changed', 'b: changed']);
    const settled = {...owing, handlers: [{name: 'h', command: 'true'}]};
    expect((await host.bench.run(settled, {playbook: 'other.yml'})).summary.exitCode).toBe(0);
  });

  it('says what is known only after the run, and compares that, too', async () => {
    const unknown = play({
      tasks: [
        shell('a command', `echo x >${at('made')}`, {register: 'result'}),
        {name: 'b', copy: {content: '{{ result.stdout }}', dest: at('b')}},
      ],
    });
    expect((await host.bench.plan(unknown)).statuses).toEqual(['a command: would-change', 'b: unknown']);
    const applied = await host.bench.apply();
    expect([applied.statuses, textOf(at('made'))]).toEqual([['a command: changed', 'b: changed'], 'x\n']);
  });

  interface Drift {
    readonly title: string;
    readonly change: () => void;
    readonly said: (words: readonly string[]) => void;
  }
  const drifts: readonly Drift[] = [
    {
      title: 'a resource that has changed since',
      change: () => writeFileSync(at('a'), 'mine\n'),
      said: (words) => expect(words).toEqual([`wallpi, a: ${at('a')}: content is not what it was`]),
    },
    {
      title: 'an attribute that would not change any more',
      change: () => chmodSync(at('a'), 0o640),
      said: (words) => expect(words).toEqual([`wallpi, a: ${at('a')}: mode would not change any more`]),
    },
    {
      title: 'a change that has vanished',
      change: () => writeFileSync(at('b'), 'b\n'),
      said: (words) => expect(words).toEqual([`wallpi, b: ${at('b')} would not change any more`]),
    },
    {
      title: 'a source file that has changed, and what comes of it',
      change: () => host.bench.write('templates/a.hbs', 'Level = {{ level }}\n'),
      said: (words) =>
        expect(words).toEqual([
          'templates/a.hbs has changed',
          `wallpi, a: ${at('a')}: content would become something else`,
        ]),
    },
    {
      title: 'a source file in which only a comment has changed',
      change: () =>
        host.bench.write(
          'play.yml',
          `${readFileSync(path.join(host.bench.directory, 'play.yml'), 'utf8')} # more`,
        ),
      said: (words) => expect(words).toEqual(['play.yml has changed']),
    },
    {
      title: 'a new change',
      change: () =>
        host.bench.write(
          'play.yml',
          JSON.stringify([
            {
              hosts: 'all',
              gather_facts: false,
              become: true,
              ...play({tasks: [...tasks(), {name: 'c', copy: {content: 'c', dest: at('c')}}]}),
            },
          ]),
        ),
      said: (words) =>
        expect(words).toEqual(['play.yml has changed', `wallpi, c: ${at('c')} would change, too`]),
    },
  ];

  it('is refused, in words, where what stands there now is in its way', async () => {
    const directory = {name: 'd', file: {path: at('d'), state: 'directory', mode: '0700'}};
    mkdirSync(at('d'));
    await host.bench.plan(play({tasks: [directory, ...tasks()]}));
    rmdirSync(at('d'));
    writeFileSync(at('d'), 'a file');
    const applied = await host.bench.apply({records: records()});
    expect(applied.mistakes).toEqual([`wallpi, d: would fail now: ${at('d')} is a file, not a directory`]);
    expect([applied.summary.exitCode, applied.tasks, textOf(at('a'))]).toEqual([1, [], 'one\n']);
  });

  it('is refused where a secret that no file has is another', async () => {
    const secret = host.bench.write('secret', 'one-canary\n');
    const value = `{{ secret "pipe://cat ${secret}" }}`;
    const secrets = play({
      tasks: [
        {name: 'file', copy: {dest: at('s'), content: value}},
        {name: 'command', command: {argv: ['printf', value]}},
        {name: 'account', user: {name: 'plain', password: `$6$salt$${value}`, update_password: 'always'}},
      ],
    });
    await host.bench.plan(secrets);
    expect(readFileSync(file(), 'utf8')).not.toContain('canary');
    host.bench.write('secret', 'two-canary\n');
    const applied = await host.bench.apply();
    expect([applied.mistakes, applied.tasks]).toEqual([
      [
        `wallpi, file: ${at('s')}: content would become something else`,
        'wallpi, account: user plain: password would become something else',
        'wallpi, command would run with something else',
      ],
      [],
    ]);
  });

  it('is applied where something that wants attention was found both times', async () => {
    const asks = {name: 'look', assert: {that: ['false'], attention: true}};
    const planned = await host.bench.plan(play({tasks: [asks, ...tasks()]}));
    expect(planned.summary.exitCode).toBe(3);
    const applied = await host.bench.apply();
    expect([applied.mistakes, applied.statuses.slice(1)]).toEqual([[], ['a: changed', 'b: changed']]);
  });

  it.each(drifts)('is refused for $title, before the first write', async ({change, said}) => {
    await host.bench.plan(play());
    change();
    const before = [textOf(at('a')), textOf(at('b'))];
    const applied = await host.bench.apply({records: records()});
    said(applied.mistakes);
    expect([applied.summary.exitCode, applied.tasks]).toEqual([1, []]);
    expect([textOf(at('a')), textOf(at('b'))]).toEqual(before);
  });

  it('takes the values of -e again, as it holds none', async () => {
    const options = {extraVars: [{text: 'level=canary-Hq3'}, {text: '{"other": 1}'}]};
    await host.bench.plan(play(), options);
    const text = readFileSync(file(), 'utf8');
    expect(text).toContain('"name":"level"');
    expect(text).not.toContain('canary-Hq3');
    expect((await host.bench.apply()).mistakes).toEqual([
      'the plan was made with -e level -e JSON: give the same again',
    ]);
    const wrong = await host.bench.apply({extraVars: [{text: 'level=other'}, {text: '{"other": 1}'}]});
    expect(wrong.mistakes).toEqual([expect.stringMatching(/^-e level is not what the plan was made with/)]);
    expect((await host.bench.apply(options)).summary.exitCode).toBe(0);
    expect(textOf(at('a'))).toBe('level = canary-Hq3\n');
  });

  it('holds no secret, in no form', async () => {
    const environment = {
      XDG_CACHE_HOME: path.join(host.bench.directory, 'cache'),
      CANARY: 'canary-Xq81-value',
    };
    await host.bench.plan(play({vars: {level: "{{ secret 'env://CANARY' }}"}}), {environment});
    const text = readFileSync(file(), 'utf8');
    for (const word of ['canary-Xq81', Buffer.from('canary-Xq81-value').toString('base64').slice(0, 20)])
      expect(text).not.toContain(word);
    expect((await host.bench.apply({environment})).summary.exitCode).toBe(0);
    expect(textOf(at('a'))).toBe('level = canary-Xq81-value\n');
  });

  it('is not written when the check fails', async () => {
    writeFileSync(file(), '');
    const failed = await host.bench.plan(play({tasks: [{name: 'no', fail: {msg: 'no'}}]}));
    expect([failed.summary.exitCode, textOf(file())]).toEqual([1, '']);
    expect(failed.notes).toEqual([expect.stringMatching(/^no plan was written/)]);
  });
});

describe('drift', () => {
  const declared = (): Play =>
    play({
      tasks: [...tasks(), shell('a command', 'true', {notify: 'a handler'})],
      handlers: [shell('a handler', 'true')],
    });

  it('is what is not as declared, and nothing else', async () => {
    await host.bench.run(declared());
    const none = await host.bench.drift(declared());
    expect([none.statuses, none.summary.exitCode, none.summary.hosts.wallpi?.changed]).toEqual([[], 0, 0]);
    chmodSync(at('a'), 0o600);
    const some = await host.bench.drift(declared());
    expect(some.attributes).toEqual([`a | path:${at('a')} | mode`]);
    expect([some.statuses, some.summary.exitCode]).toEqual([['a: would-change'], 3]);
    expect(statSync(at('a')).mode & 0o777).toBe(0o600);
  });
});
