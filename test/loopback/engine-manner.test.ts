import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {Bench, type Play, shell, textOf} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

// How a task is carried out: check_mode, diff, timeout, environment; and what meta does to hosts.

let ring: Ring;
let bench: Bench;
let place = '';
let count = 0;

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  bench = new Bench({wallpi: ring}, {wallpi: {token: 's3cr3t-of-the-proxy'}});
});

beforeEach(() => {
  place = path.join(ring.directory, 'home-pi', `test-${count++}`);
  mkdirSync(place);
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
});

const at = (...names: readonly string[]): string => path.join(place, ...names);
const write = (name: string, more: Play = {}): Play => ({
  name,
  copy: {content: 'new\n', dest: at(name)},
  ...more,
});
const say = (name: string, msg: string, more: Play = {}): Play => ({name, debug: {msg}, ...more});

describe('environment', () => {
  it('is of the task, laid over those of the blocks around it and of the play', async () => {
    const ran = await bench.run({
      vars: {more: {C: 'task', D: "it's $HOME"}},
      environment: {A: 'play', B: 'play', N: 3, T: true},
      tasks: [
        {
          environment: [{B: 'block'}, {C: 'block'}],
          block: [
            shell('tell', 'echo "$A $B $C $D $N $T"', {
              environment: '{{ more }}',
              register: 'r',
              changed_when: false,
            }),
          ],
        },
        shell('not beside it', 'echo "$A $B$C"', {register: 's', changed_when: false}),
        say('told', '{{ r.stdout }}'),
        say('beside', '{{ s.stdout }}'),
      ],
    });
    expect(ran.mistakes).toEqual([]);
    expect([ran.message('told'), ran.message('beside')]).toEqual([
      "play block task it's $HOME 3 true",
      'play play',
    ]);
  });

  it('is there for what a module of state runs, and not for what is asked afterwards', async () => {
    const ran = await bench.run({
      tasks: [write('a', {environment: {PATH: `${at('bin')}:/usr/bin:/bin`, LC_ALL: 'C'}})],
    });
    expect([ran.statuses, ran.summary.exitCode]).toEqual([['a: changed'], 0]);
  });

  it('and what else a host wrote with a NUL in it fails the task that uses it, and no more', async () => {
    const odd = '{{ r.stdout }}';
    const ran = await bench.run({
      tasks: [
        shell('odd', "printf 'a\\0b'", {register: 'r', changed_when: false}),
        shell('environment', 'true', {environment: {A: odd}, ignore_errors: true}),
        shell('word', `echo ${odd}`, {ignore_errors: true}),
        {name: 'stdin', command: {cmd: 'cat', stdin: odd}, ignore_errors: true},
        {name: 'user', command: 'true', become: true, become_user: odd, ignore_errors: true},
        {name: 'contents', copy: {content: odd, dest: at('odd')}},
      ],
    });
    expect(ran.mistakes).toEqual([]);
    for (const name of ['environment', 'word', 'stdin', 'user'])
      expect(ran.message(name)).toMatch(/NUL|the name of a user/);
    expect(readFileSync(at('odd'), 'latin1')).toBe('a\0b');
    expect(ran.summary.exitCode).toBe(0);
  });

  it('may be wrong only when its template is rendered, and says which variable', async () => {
    const ran = await bench.run({
      vars: {odd: {'not a name': 'x'}},
      tasks: [shell('bad', 'true', {environment: '{{ odd }}'})],
    });
    expect(ran.summary.exitCode).toBe(1);
    expect(ran.mistakes).toEqual(["'not a name' is not the name of an environment variable"]);
  });
});

describe('check_mode', () => {
  it('true makes a check of one task in a run: nothing is made, nothing notified, later tasks see what is there', async () => {
    writeFileSync(at('a'), 'old\n');
    const ran = await bench.run({
      tasks: [
        write('a', {check_mode: true, notify: 'h', register: 'r'}),
        shell('never', `touch ${at('made')}`, {check_mode: true}),
        shell('look', `cat ${at('a')}`, {register: 's', reads_only: true, check_mode: true}),
        say('seen', '{{ s.stdout }} {{ r.changed }}'),
      ],
      handlers: [shell('h', `touch ${at('handled')}`)],
    });
    expect(ran.statuses).toEqual(['a: would-change', 'never: skipped', 'look: ok', 'seen: ok']);
    expect(ran.message('seen')).toBe('old true');
    expect([textOf(at('a')), existsSync(at('made')), existsSync(at('handled'))]).toEqual([
      'old\n',
      false,
      false,
    ]);
    expect([ran.owed, ran.summary.exitCode]).toEqual([[], 0]);
  });

  it('true is the same in check mode: later tasks see nothing of it, nothing is notified or counted as changed', async () => {
    const play = {
      tasks: [
        write('a', {check_mode: true, notify: 'h'}),
        shell('never', `touch ${at('made')}`, {check_mode: true, notify: 'h'}),
        {name: 'mode', file: {path: at('a'), state: 'file', mode: '0600'}},
      ],
      handlers: [shell('h', `touch ${at('handled')}`)],
    };
    const checked = await bench.check(play);
    const ran = await bench.run(play);
    const told = ['a: would-change', 'never: skipped', 'mode: failed'];
    expect([checked.statuses, ran.statuses]).toEqual([told, told]);
    expect(checked.tasks.flatMap(({notified = []}) => notified)).toEqual([]);
    const [of = '', counts] = Object.entries(checked.summary.hosts)[0] ?? [];
    expect(counts).toMatchObject({ok: 1, changed: 0, skipped: 1, failed: 1});
    expect(ran.summary.hosts[of]).toMatchObject({ok: 1, changed: 0, skipped: 1, failed: 1});
  });

  it('true is neither a change for --detailed-exitcode nor drift', async () => {
    const play = {tasks: [write('a', {check_mode: true})]};
    const ran = await bench.run(play, {detailedExitcode: true});
    const drifted = await bench.drift(play);
    expect([ran.summary.exitCode, drifted.summary.exitCode]).toEqual([0, 0]);
  });

  it('false carries an action out in check mode, as long as nothing is planned before it', async () => {
    const tasks = [
      shell('first', `touch ${at('first')}; echo said`, {check_mode: false, register: 'r'}),
      say('told', '{{ r.stdout }}'),
      write('a'),
      shell('second', `touch ${at('second')}`, {check_mode: false}),
    ];
    const ran = await bench.check({tasks});
    expect(ran.statuses).toEqual(['first: changed', 'told: ok', 'a: would-change', 'second: unknown']);
    expect([existsSync(at('first')), existsSync(at('a')), existsSync(at('second'))]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('false is refused where check mode would have to change the state', async () => {
    const ran = await bench.check({tasks: [write('a', {check_mode: false})]});
    expect(ran.mistakes).toEqual(['check_mode: false has no place on copy: check mode changes nothing']);
  });
});

describe('diff', () => {
  it('of a task shows or hides its differences, whatever --diff says', async () => {
    for (const name of ['a', 'b']) writeFileSync(at(name), 'old\n');
    const tasks = [write('a', {diff: true}), write('b')];
    const shown = await bench.check({tasks});
    expect(diffs(shown)).toEqual([expect.stringContaining('-old'), undefined]);
    const hidden = await bench.check(
      {diff: false, tasks: [write('a'), write('b', {diff: true})]},
      {diff: true},
    );
    expect(diffs(hidden)).toEqual([undefined, expect.stringContaining('-old')]);
  });
});

function diffs(ran: Awaited<ReturnType<Bench['run']>>): readonly (string | undefined)[] {
  return ran.tasks.map(({changes}) => changes[0]?.diff);
}

describe('timeout', () => {
  it('ends an action that takes longer, and what it runs', async () => {
    const ran = await bench.run({
      tasks: [shell('slow', `sleep 37 & echo $! >${at('pid')}; wait`, {timeout: 1, ignore_errors: true})],
    });
    expect(ran.message('slow')).toBe("failed, ignored: not done within 1 s, the task's timeout");
    const pid = readFileSync(at('pid'), 'utf8').trim();
    await expect.poll(() => existsSync(`/proc/${pid}/cwd`)).toBe(false);
  });

  it('of 0 is none, and one that is long enough does nothing', async () => {
    const ran = await bench.run({
      timeout: 1,
      tasks: [shell('slow', 'sleep 1.2', {timeout: 0}), shell('quick', 'true', {timeout: 30})],
    });
    expect(ran.statuses).toEqual(['slow: changed', 'quick: changed']);
  });

  it('ends a change, and says that the host may be half way', async () => {
    const validate = `sh -c 'sleep 37; true' %s`;
    const ran = await bench.run({
      tasks: [{name: 'slow', copy: {content: 'x\n', dest: at('x'), validate}, timeout: 1}],
    });
    expect([ran.statuses, existsSync(at('x'))]).toEqual([['slow: failed'], false]);
    expect(ran.message('slow')).toBe("not done within 1 s, the task's timeout");
    const again = await bench.run({tasks: [{name: 'well', copy: {content: 'x\n', dest: at('x')}}]});
    expect(again.statuses).toEqual(['well: changed']);
  });
});

describe('meta', () => {
  it('clear_host_errors lets a host that has failed take part again from there on', async () => {
    const ran = await bench.run([
      {
        tasks: [
          {block: [shell('bad', 'false'), write('never')], always: [write('always')]},
          write('skipped'),
          {name: 'clear', meta: 'clear_host_errors'},
          write('after'),
        ],
      },
      {tasks: [write('next')]},
    ]);
    expect(ran.statuses).toEqual([
      'bad: failed',
      'always: changed',
      'clear: ok',
      'after: changed',
      'next: changed',
    ]);
    expect(ran.summary).toMatchObject({exitCode: 2, hosts: {wallpi: {failed: 1, changed: 3}}});
  });

  it('reset_connection connects anew', async () => {
    const shellPid = (name: string): Play => shell(name, 'echo $PPID', {register: name, changed_when: false});
    const ran = await bench.run({
      become: false,
      tasks: [
        shellPid('one'),
        shellPid('two'),
        {name: 'anew', meta: 'reset_connection'},
        shellPid('three'),
        say('same', '{{ eq one.stdout two.stdout }} {{ eq two.stdout three.stdout }}'),
      ],
    });
    expect(ran.summary.exitCode).toBe(0);
    expect(ran.message('same')).toBe('true false');
  });
});
