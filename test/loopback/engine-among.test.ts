import {readdirSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {reveal} from '../../src/text/index.ts';
import {Bench, type Play, shell, textOf} from './engine.ts';
import {killOwnSshd} from './ring.ts';
import {severalHosts} from './several-hosts.ts';

const names = ['sense', 'wallpi', 'frontpi'] as const;
const several = severalHosts(names);

const at = several.at;
const made = (): readonly string[] => readdirSync(several.place).toSorted();
const look = (name: string, script: string, more: Play = {}): Play =>
  shell(name, script, {reads_only: true, changed_when: false, ...more});
const said = (expression: string): Play => ({name: 'said', debug: {msg: `{{ ${expression} }}`}});
const sorted = (lines: readonly string[]): readonly string[] => lines.toSorted();
const all = (line: string): readonly string[] => sorted(names.map((name) => `${name} ${line}`));
/** Without what would hold the lock after it. */
const cut = reveal(killOwnSshd.text).replace(/\nsleep 5$/, '');

describe('run_once', () => {
  const once = (script: string, more: Play = {}): Play => shell('once', script, {run_once: true, ...more});

  it('does a task on the first host; all learn what it registered and set', async () => {
    const ran = await several.bench.run({
      tasks: [
        once(`echo {{ inventory_hostname }} >>${at('log')}; echo token`, {register: 'r'}),
        {name: 'set', set_fact: {who: '{{ inventory_hostname }}'}, run_once: true},
        said('r.stdout'),
        {name: 'whose', debug: {msg: '{{ who }}'}},
      ],
    });
    expect(textOf(at('log'))).toBe('sense\n');
    expect(sorted(ran.statuses)).toEqual(
      sorted(['sense once: changed', 'sense set: ok', ...all('said: ok'), ...all('whose: ok')]),
    );
    const messages = ran.tasks.flatMap(({task, message}) =>
      ['said', 'whose'].includes(task.name) ? [message] : [],
    );
    expect(new Set(messages)).toEqual(new Set(['token', 'sense']));
    expect(ran.summary).toMatchObject({exitCode: 0, hosts: {sense: {changed: 1}, wallpi: {changed: 0}}});
  });

  it('waits for who is slower, and then for who does it', async () => {
    const ran = await several.bench.run({
      tasks: [
        look('before', `sleep 0.{{ length inventory_hostname }}; echo b >>${at('log')}`),
        once(`sleep 0.2; echo once >>${at('log')}`),
        look('after', `echo a >>${at('log')}`),
      ],
    });
    expect(textOf(at('log'))).toBe('b\nb\nb\nonce\na\na\na\n');
    expect(ran.summary.exitCode).toBe(0);
  });

  it('is once for each batch, and of the hosts that --limit leaves', async () => {
    const play = {serial: 1, tasks: [once(`echo {{ inventory_hostname }} >>${at('log')}`)]};
    await several.bench.run(play, {limit: 'wallpi,frontpi'});
    expect(textOf(at('log'))).toBe('wallpi\nfrontpi\n');
  });

  it('takes the condition and the loop of the first host', async () => {
    const ran = await several.bench.run({
      tasks: [
        once(`echo {{ item }} >>${at('log')}`, {when: "inventory_hostname == 'sense'", loop: ['a', 'b']}),
        once(`echo never >>${at('log')}`, {name: 'other', when: "inventory_hostname == 'wallpi'"}),
      ],
    });
    expect(textOf(at('log'))).toBe('a\nb\n');
    expect(ran.statuses).toEqual(['sense once: changed', 'sense other: skipped']);
  });

  it('that fails has failed for all, where ignore_errors and rescue do not help', async () => {
    const play = (more: Play): Play => ({
      tasks: [once('exit 1', more), look('after', `touch ${at('after')}`)],
    });
    const ran = await several.bench.run(play({}));
    expect([ran.statuses, ran.summary.exitCode]).toEqual([['sense once: failed'], 2]);
    expect(sorted(ran.notes)).toEqual(
      Array(2).fill("stopped, because 'once' failed on sense, which does it for all"),
    );
    expect(made()).toEqual([]);
    const ignored = await several.bench.run(play({ignore_errors: true}));
    expect([ignored.summary.exitCode, made()]).toEqual([0, ['after']]);
    const rescued = await several.bench.run({
      tasks: [{block: [once('exit 1')], rescue: [look('rescue', 'true')]}],
    });
    expect(sorted(rescued.statuses)).toEqual(sorted(['sense once: failed', ...all('rescue: ok')]));
    expect(rescued.summary.exitCode).toBe(0);
    expect(rescued.notes).toEqual(
      Array(2).fill("'once' failed on sense, which does it for all: the rescue is next"),
    );
  });

  it('stops the others when the host that does it is lost', async () => {
    const ran = await several.bench.run({tasks: [once(cut), look('after', 'true')]});
    expect(ran.statuses).toEqual(['sense once: unreachable']);
    expect(ran.notes[0]).toBe("stopped, because 'once' was not ended on sense, which does it for all");
    expect(ran.summary.exitCode).toBe(4);
  });

  it('is done by another when the first host has failed before', async () => {
    const ran = await several.bench.run({
      tasks: [look('bad', '[ {{ inventory_hostname }} != sense ]'), once('true')],
    });
    expect(ran.statuses).toContain('wallpi once: changed');
  });

  it('predicts in check mode what it does, on the first host alone', async () => {
    const play = {tasks: [{name: 'once', copy: {content: 'x', dest: at('file')}, run_once: true}]};
    const predicted = await several.bench.check(play);
    expect([predicted.statuses, made()]).toEqual([['sense once: would-change'], []]);
    const ran = await several.bench.run(play);
    expect(ran.statuses).toEqual(['sense once: changed']);
    expect(ran.attributes).toEqual(predicted.attributes);
  });

  it('of a block holds for each of its tasks, also of those that it includes', async () => {
    several.bench.write('more.yml', JSON.stringify([look('included', `echo i >>${at('log')}`)]));
    await several.bench.run({
      tasks: [
        {run_once: true, block: [look('one', `echo 1 >>${at('log')}`), {include_tasks: 'more.yml'}]},
        look('all', `echo all >>${at('log')}`),
      ],
    });
    expect(textOf(at('log'))).toBe('1\ni\nall\nall\nall\n');
  });
});

describe('delegate_to', () => {
  const who = 'hostname; id -un';

  it('does a task on another host, with the variables of its own', async () => {
    const ran = await several.bench.run({
      hosts: 'wallpi',
      tasks: [
        {
          name: 'there',
          copy: {
            content: '{{ inventory_hostname }}\n',
            dest: `{{ lookup (lookup hostvars "frontpi") "home" }}/d`,
          },
          delegate_to: '{{ other }}',
          vars: {other: 'frontpi'},
        },
        look('as', who, {delegate_to: 'frontpi', become: false, register: 'r'}),
        said('r.stdout'),
      ],
    });
    expect(ran.statuses).toEqual(['wallpi there: changed', 'wallpi as: ok', 'wallpi said: ok']);
    expect(textOf(path.join(several.rings.frontpi?.directory ?? '', 'home-pi', 'd'))).toBe('wallpi\n');
    expect(ran.message('said')).toMatch(/pi$/);
    expect(Object.keys(ran.summary.hosts)).toEqual(['wallpi']);
  });

  it('predicts in check mode what it does there, over what is planned there already', async () => {
    const dest = at('delegated');
    const play = {
      tasks: [
        {name: 'dir', file: {path: dest, state: 'directory'}, delegate_to: 'frontpi', run_once: true},
        {name: 'file', copy: {content: 'x', dest: `${dest}/x`}, delegate_to: 'frontpi', run_once: true},
      ],
    };
    const predicted = await several.bench.check(play);
    expect(predicted.statuses).toEqual(['sense dir: would-change', 'sense file: would-change']);
    const ran = await several.bench.run(play);
    expect(ran.attributes).toEqual(predicted.attributes);
    expect((await several.bench.run(play)).statuses).toEqual(['sense dir: ok', 'sense file: ok']);
  });

  it('is taken back on the host where it was done', async () => {
    const records = path.join(several.bench.directory, '.vprov', 'runs');
    const ran = await several.bench.run(
      {
        hosts: 'wallpi,frontpi',
        tasks: [
          {name: 'own', copy: {content: 'x', dest: at('{{ inventory_hostname }}')}},
          {name: 'there', copy: {content: 'x', dest: at('there')}, delegate_to: 'frontpi', run_once: true},
          {
            name: 'loop',
            copy: {content: 'x', dest: at('{{ inventory_hostname }}-{{ item }}')},
            delegate_to: '{{ item }}',
            loop: ['wallpi', 'sense'],
          },
        ],
      },
      {records},
    );
    expect(ran.summary.exitCode).toBe(0);
    expect(made()).toHaveLength(7);
    const undone = await several.bench.undo('last', {records});
    expect([undone.statuses.filter((line) => !line.endsWith(': changed')), undone.summary.exitCode]).toEqual([
      [],
      0,
    ]);
    expect(made()).toEqual([]);
  });

  it('lets one task at a time work on a host, whoever delegates it', async () => {
    const script = `[ ! -e ${at('busy')} ] || exit 1; touch ${at('busy')}; sleep 0.1; rm ${at('busy')}; echo x >>${at('log')}`;
    const ran = await several.bench.run({tasks: [shell('d', script, {delegate_to: 'frontpi'})]});
    expect(sorted(ran.statuses)).toEqual(all('d: changed'));
    expect(textOf(at('log'))).toBe('x\nx\nx\n');
  });

  it("takes the other host's lock", async () => {
    const ran = await several.bench.run({
      hosts: 'wallpi',
      tasks: [
        shell('lock', 'cat /run/lock/vprov.lock', {delegate_to: 'frontpi', register: 'r'}),
        said('r.stdout'),
      ],
    });
    expect(ran.message('said')).toMatch(/^run .* of play\.yml by .* as root, since/);
  });

  it('owes what it notifies on its own host, where the handler runs', async () => {
    const ran = await several.bench.run({
      hosts: 'wallpi',
      tasks: [shell('d', 'true', {delegate_to: 'frontpi', notify: 'h'})],
      handlers: [shell('h', `ls /var/lib/vprov/owed | wc -l >${at('owed')}`)],
    });
    expect(ran.statuses).toEqual(['wallpi d: changed', 'wallpi h: changed']);
    expect([textOf(at('owed')).trim(), ran.summary.exitCode]).toEqual(['1', 0]);
  });

  it('sets the facts of the other host with delegate_facts', async () => {
    const ran = await several.bench.run([
      {
        hosts: 'wallpi',
        tasks: [
          {name: 'set', set_fact: {x: 'of front'}, delegate_to: 'frontpi', delegate_facts: true},
          {name: 'mine', debug: {msg: '{{ default x "none" }}'}},
        ],
      },
      {hosts: 'frontpi', tasks: [said('x')]},
    ]);
    expect([ran.message('mine'), ran.message('said')]).toEqual(['none', 'of front']);
  });

  it('to a host that is not reached loses its own host', async () => {
    const other = new Bench(several.rings, {frontpi: {port: 1}});
    const ran = await other.run({
      hosts: 'wallpi',
      tasks: [shell('d', 'true', {delegate_to: 'frontpi'}), look('after', 'true')],
    });
    other.remove();
    expect(ran.statuses).toEqual(['wallpi d: unreachable']);
    expect(ran.summary).toMatchObject({exitCode: 4, hosts: {wallpi: {unreachable: 1}}});
    expect(Object.keys(ran.summary.hosts)).toEqual(['wallpi']);
  });

  it('to its own host is nothing special, and in a quorum nobody waits for ever', async () => {
    const ran = await several.bench.run({
      quorum: true,
      tasks: [
        {
          name: 'own',
          copy: {content: 'x', dest: `${several.place}/{{ inventory_hostname }}`},
          delegate_to: '{{ inventory_hostname }}',
        },
        shell('other', `echo x >>${at('log')}`, {delegate_to: 'sense'}),
      ],
    });
    expect(sorted(ran.statuses)).toEqual(sorted([...all('own: changed'), ...all('other: changed')]));
  });
});

describe('throttle', () => {
  it.each([
    ['task', {throttle: 1}, {}],
    ['play', {}, {throttle: 1}],
  ])('of a %s lets so many hosts at once do it', async (_, ofTask, ofPlay) => {
    const script = `[ ! -e ${at('busy')} ] || exit 1; touch ${at('busy')}; sleep 0.1; rm ${at('busy')}`;
    const ran = await several.bench.run({...ofPlay, tasks: [look('t', script, ofTask)]});
    expect(sorted(ran.statuses)).toEqual(all('t: ok'));
  });
});

describe('ignore_unreachable', () => {
  it('of a task goes on after the host was lost in it', async () => {
    const ran = await several.bench.run({
      hosts: 'wallpi',
      tasks: [
        shell('lost', cut, {ignore_unreachable: true, register: 'r'}),
        said('r.unreachable'),
        look('after', 'true'),
      ],
    });
    expect(ran.statuses).toEqual(['wallpi lost: ok', 'wallpi said: ok', 'wallpi after: ok']);
    expect(ran.message('lost')).toMatch(/^unreachable, ignored: /);
    expect(ran.summary).toMatchObject({exitCode: 0, hosts: {wallpi: {unreachable: 0, ok: 3}}});
  });

  it('of a play leaves a host that is not reached to the next', async () => {
    const other = new Bench(several.rings, {wallpi: {port: 1}});
    const ran = await other.run({hosts: 'wallpi', ignore_unreachable: true, tasks: [look('a', 'true')]});
    other.remove();
    expect([ran.statuses, ran.summary.exitCode]).toEqual([[], 0]);
    expect(ran.events).toContainEqual(
      expect.objectContaining({type: 'host', host: 'wallpi', status: 'unreachable', ignored: true}),
    );
  });
});

describe('any_errors_fatal of a task', () => {
  it('stops all hosts when it fails on one, and other failures do not', async () => {
    const bad = (name: string, host: string, more: Play = {}): Play =>
      look(name, `[ {{ inventory_hostname }} != ${host} ]`, more);
    const ran = await several.bench.run({
      tasks: [
        bad('one', 'sense'),
        look('between', `touch ${several.place}/between-{{ inventory_hostname }}`),
        bad('two', 'wallpi', {any_errors_fatal: true}),
        look('after', `touch ${at('after')}`),
      ],
    });
    expect(made()).toEqual(['between-frontpi', 'between-wallpi']);
    expect(ran.summary.exitCode).toBe(2);
  });
});

describe('force_handlers', () => {
  const play = (more: Play = {}): Play => ({
    hosts: 'wallpi',
    tasks: [shell('change', 'true', {notify: 'h'}), look('bad', 'exit 1')],
    handlers: [shell('h', `echo h >>${at('log')}`)],
    ...more,
  });

  it.each([
    ['keyword', {force_handlers: true}, {}],
    ['option', {}, {forceHandlers: true}],
  ])('as a %s runs the handlers of a host that failed', async (_, keyword, option) => {
    const ran = await several.bench.run(play(keyword), option);
    expect(ran.statuses).toEqual(['wallpi change: changed', 'wallpi bad: failed', 'wallpi h: changed']);
    expect([ran.summary.exitCode, ran.owed]).toEqual([2, []]);
  });

  it('runs them on hosts that are stopped, too', async () => {
    const ran = await several.bench.run({
      any_errors_fatal: true,
      force_handlers: true,
      tasks: [
        shell('change', 'true', {notify: 'h'}),
        look('bad', '[ {{ inventory_hostname }} != wallpi ]'),
        look('after', 'true'),
      ],
      handlers: [shell('h', `touch ${several.place}/{{ inventory_hostname }}`)],
    });
    expect([made(), ran.owed, ran.summary.exitCode]).toEqual([sorted(names), [], 2]);
  });
});
