import {readdirSync, writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {Bench, type Play, type Ran, shell, textOf} from './engine.ts';
import {severalHosts} from './several-hosts.ts';

const names = ['sense', 'wallpi', 'frontpi', 'deskpi'] as const;
const several = severalHosts(names);

const at = several.at;
const made = (): readonly string[] => readdirSync(several.place).toSorted();
/** Leaves a file `NAME-HOST` behind. */
const touch = (name: string, more: Play = {}): Play =>
  look(name, `touch ${several.place}/${name}-{{ inventory_hostname }}`, more);
const look = (name: string, script: string, more: Play = {}): Play =>
  shell(name, script, {reads_only: true, changed_when: false, ...more});
const failsOn = (host: string, more: Play = {}): Play =>
  look('bad', `[ {{ inventory_hostname }} != ${host} ]`, more);
const sorted = (lines: readonly string[]): readonly string[] => lines.toSorted();
const playsOf = (ran: Ran) => ran.events.filter((event) => event.type === 'play');
/** `task: host host` in the order in which tasks ended. */
const inOrder = (ran: Ran): readonly string[] => ran.tasks.map((task) => `${task.task.name} ${task.host}`);

describe('serial', () => {
  it('goes through batch after batch, each to its end', async () => {
    const ran = await several.bench.run({
      serial: [1, 2],
      tasks: [touch('a', {changed_when: true, reads_only: false, notify: 'h'}), look('b', 'true')],
      handlers: [touch('h')],
    });
    const ended = inOrder(ran);
    expect(ended.slice(0, 3)).toEqual(['a sense', 'b sense', 'h sense']);
    expect(sorted(ended.slice(3, 9))).toEqual(
      sorted(['a', 'b', 'h'].flatMap((task) => [`${task} wallpi`, `${task} frontpi`])),
    );
    expect(ended.slice(9)).toEqual(['a deskpi', 'b deskpi', 'h deskpi']);
    expect(playsOf(ran)).toMatchObject([
      {hosts: ['sense'], batch: {number: 1, of: 3}},
      {hosts: ['wallpi', 'frontpi'], batch: {number: 2, of: 3}},
      {hosts: ['deskpi'], batch: {number: 3, of: 3}},
    ]);
    expect([ran.summary.exitCode, Object.keys(ran.summary.hosts)]).toEqual([0, [...names]]);
  });

  it('goes on with the next batch while some host of the last is left', async () => {
    const ran = await several.bench.run([
      {serial: 2, tasks: [failsOn('sense'), touch('a')]},
      {hosts: 'sense', tasks: [touch('b')]},
      {tasks: [touch('c')]},
    ]);
    const others = names.slice(1);
    expect(made()).toEqual(sorted(others.flatMap((name) => [`a-${name}`, `c-${name}`])));
    expect([ran.summary.exitCode, ran.notes]).toEqual([2, []]);
  });

  it('tries nothing on a further batch, nor another play, after one in which every host failed', async () => {
    const ran = await several.bench.run([
      {name: 'first', serial: '50%', order: 'reverse_inventory', tasks: [look('bad', 'exit 1'), touch('a')]},
      {name: 'second', tasks: [touch('b')]},
      {name: 'nobody', hosts: 'all:!all', tasks: []},
    ]);
    expect(made()).toEqual([]);
    expect(sorted(ran.statuses)).toEqual(['deskpi bad: failed', 'frontpi bad: failed']);
    expect(ran.notes).toEqual(['no host of first is left; not begun: on wallpi, sense, the play second']);
    expect(ran.summary).toMatchObject({
      exitCode: 2,
      hosts: {sense: {ok: 0, failed: 0}, deskpi: {failed: 1}},
    });
  });

  it('takes hosts that are not reached for failed ones', async () => {
    const other = new Bench(several.rings, {sense: {port: 1}});
    const ran = await other.run({serial: 1, tasks: [touch('a')]});
    other.remove();
    expect([made(), ran.summary.exitCode]).toEqual([[], 4]);
    expect(ran.notes).toEqual(['no host of all is left; not begun: on wallpi, frontpi, deskpi']);
  });

  it('is counted over the hosts that --limit leaves', async () => {
    const ran = await several.bench.run({serial: '50%', tasks: [touch('a')]}, {limit: 'wallpi,deskpi'});
    expect(playsOf(ran).map((play) => play.type === 'play' && play.hosts)).toEqual([['wallpi'], ['deskpi']]);
  });

  it('predicts in check mode what it does', async () => {
    const play: Play = {
      serial: 2,
      tasks: [{name: 'a', copy: {content: 'x', dest: `${several.place}/{{ inventory_hostname }}`}}],
    };
    const predicted = await several.bench.check(play);
    expect(made()).toEqual([]);
    const ran = await several.bench.run(play);
    expect(ran.attributes).toEqual(predicted.attributes);
    expect(playsOf(ran)).toHaveLength(2);
  });

  it('together with quorum needs every host of the play from the beginning', async () => {
    const other = new Bench(several.rings, {deskpi: {port: 1}});
    const ran = await other.run({quorum: true, serial: 1, tasks: [touch('a')]});
    other.remove();
    expect([made(), ran.summary.exitCode]).toEqual([[], 4]);
    expect(ran.notes).toEqual([
      'all: nothing was done, because deskpi takes no part, and this play is over a quorum',
    ]);
  });

  it('together with quorum goes no further after a batch in which one host failed', async () => {
    const ran = await several.bench.run({quorum: true, serial: 2, tasks: [failsOn('wallpi'), touch('a')]});
    expect(made()).toEqual(['a-sense']);
    expect(ran.notes).toEqual([
      'a host failed, and this play is over a quorum; not begun: on frontpi, deskpi',
    ]);
    expect(ran.summary.exitCode).toBe(2);
  });
});

describe('Ctrl-C', () => {
  it('says where each host left off, and which hosts and plays were not begun', async () => {
    const running = several.bench.start([
      {
        serial: 3,
        tasks: [
          touch('first', {when: "inventory_hostname != 'wallpi'"}),
          look('slow', `while ! [ -e ${at('go')} ]; do sleep 0.02; done`, {
            when: "inventory_hostname == 'sense'",
            reads_only: false,
          }),
        ],
      },
      {name: 'next', tasks: [touch('never')]},
    ]);
    const began = (): boolean =>
      running.events.some(
        (event) => event.type === 'task-start' && event.task.name === 'slow' && event.host === 'sense',
      );
    await expect.poll(began).toBe(true);
    const skipped = (): number =>
      running.events.filter((event) => event.type === 'task' && event.task.name === 'slow').length;
    await expect.poll(skipped).toBe(2);
    running.soft.abort();
    writeFileSync(at('go'), '');
    const ran = await running.ended;
    expect(ran.notes).toContain('interrupted; not begun: the play next');
    expect(ran.events).toContainEqual(
      expect.objectContaining({
        type: 'note',
        host: 'deskpi',
        message: 'interrupted before its first task',
      }),
    );
    expect(ran.summary.exitCode).toBe(130);
  });
});

describe('--list-hosts', () => {
  it('says for which hosts each play is, and connects to none', async () => {
    const ran = await several.bench.run(
      [
        {name: 'one', hosts: 'wallpi,sense', tasks: [touch('a')]},
        {name: 'two', tasks: []},
      ],
      {mode: 'validate', lists: true, limit: 'all:!deskpi'},
    );
    expect(ran.events.find(({type}) => type === 'listing')).toMatchObject({
      plays: [
        {name: 'one', hosts: ['wallpi', 'sense']},
        {name: 'two', hosts: ['sense', 'wallpi', 'frontpi']},
      ],
    });
    expect([ran.events.length, ran.summary.exitCode, made()]).toEqual([2, 0, []]);
  });

  it('says on whom else its tasks are done, whatever the limit leaves', async () => {
    const ran = await several.bench.run(
      [
        {
          name: 'one',
          hosts: 'wallpi,sense',
          tasks: [touch('a'), {...touch('b'), delegate_to: 'frontpi'}, {...touch('c'), delegate_to: 'sense'}],
        },
        {name: 'two', hosts: 'frontpi', tasks: [{...touch('a'), delegate_to: 'wallpi'}]},
        {name: 'three', hosts: 'sense', tasks: [touch('a')]},
      ],
      {mode: 'validate', lists: true, limit: 'sense'},
    );
    expect(ran.events.find(({type}) => type === 'listing')).toEqual(
      expect.objectContaining({
        plays: [
          expect.objectContaining({name: 'one', hosts: ['sense'], delegates: ['frontpi']}),
          expect.objectContaining({name: 'two', hosts: []}),
          expect.objectContaining({name: 'three', hosts: ['sense']}),
        ],
      }),
    );
    expect(ran.events.find(({type}) => type === 'listing')).not.toHaveProperty('plays.1.delegates');
  });
});

describe('any_errors_fatal', () => {
  it('lets the task end on all hosts, and then stops them', async () => {
    const ran = await several.bench.run([
      {any_errors_fatal: true, tasks: [failsOn('wallpi'), touch('a')]},
      {name: 'next', tasks: [touch('b')]},
    ]);
    expect([made(), ran.summary.exitCode]).toEqual([[], 2]);
    expect(sorted(ran.statuses)).toEqual(
      sorted(names.map((name) => `${name} bad: ${name === 'wallpi' ? 'failed' : 'ok'}`)),
    );
    expect(ran.notes).toEqual([
      ...Array(3).fill('stopped, because wallpi failed, and this play bears no failure'),
      'no host of all is left; not begun: the play next',
    ]);
  });

  it('counts a host that is not reached', async () => {
    const other = new Bench(several.rings, {wallpi: {port: 1}});
    const ran = await other.run({any_errors_fatal: true, tasks: [look('a', 'true'), touch('b')]});
    other.remove();
    expect([made(), ran.summary.exitCode]).toEqual([[], 4]);
  });

  it('over a quorum waits for a first change that one host alone makes', async () => {
    const changes: Play = {reads_only: false, changed_when: true};
    const ran = await several.bench.run({
      any_errors_fatal: true,
      quorum: true,
      tasks: [
        look('bad', 'exit 1', {...changes, when: "inventory_hostname == 'wallpi'"}),
        touch('a', changes),
        touch('b'),
      ],
    });
    expect([made(), ran.summary.exitCode]).toEqual([[], 2]);
    const well = await several.bench.run({
      any_errors_fatal: true,
      quorum: true,
      tasks: [touch('c', {...changes, when: "inventory_hostname == 'wallpi'"}), touch('d', changes)],
    });
    expect([made(), well.summary.exitCode]).toEqual([
      ['c-wallpi', ...sorted(names.map((name) => `d-${name}`))],
      0,
    ]);
  });

  it('counts no failure that is ignored', async () => {
    const ran = await several.bench.run({
      any_errors_fatal: true,
      tasks: [failsOn('wallpi', {ignore_errors: true}), touch('a')],
    });
    expect([made().length, ran.summary.exitCode]).toEqual([4, 0]);
  });

  it('works with fewer forks than hosts', async () => {
    const ran = await several.bench.run(
      {any_errors_fatal: true, tasks: [touch('a'), touch('b')]},
      {forks: 1},
    );
    expect([made().length, ran.summary.exitCode]).toEqual([8, 0]);
  });
});

describe('max_fail_percentage', () => {
  it('stops a batch when more of it than so much has failed, and not when just so much', async () => {
    const play = (percentage: number): Play => ({
      max_fail_percentage: percentage,
      tasks: [failsOn('wallpi'), touch(`with-${percentage}`)],
    });
    const within = await several.bench.run(play(25));
    expect([made().length, within.notes]).toEqual([3, []]);
    const beyond = await several.bench.run(play(24));
    expect([made().length, beyond.summary.exitCode]).toEqual([3, 2]);
    expect(beyond.notes).toEqual(
      Array(3).fill(
        'stopped, because wallpi failed, and this play bears failures of at most 24 % of its hosts',
      ),
    );
  });
});

describe('strategy', () => {
  const tasks = (): readonly Play[] => [
    look('a', `[ {{ inventory_hostname }} != sense ] || while ! [ -e ${at('go')} ]; do sleep 0.02; done; :`),
    look('b', 'true'),
  ];

  it.each([
    ['linear', 0],
    ['free', 3],
  ])(
    '%s: begins the next task on %i hosts while one is still at the task before',
    async (strategy, begun) => {
      const running = several.bench.start({strategy, tasks: tasks()});
      const count = (type: 'task' | 'task-start', name: string): number =>
        running.events.filter((event) => event.type === type && event.task.name === name).length;
      await expect.poll(() => count('task', strategy === 'free' ? 'b' : 'a')).toBe(3);
      expect(count('task-start', 'b')).toBe(begun);
      writeFileSync(at('go'), '');
      expect((await running.ended).statuses).toHaveLength(8);
      expect(textOf(at('go'))).toBe('');
    },
  );
});
