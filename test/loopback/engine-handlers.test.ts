import {chownSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {reveal} from '../../src/text/index.ts';
import {Bench, type Play, shell, textOf} from './engine.ts';
import {killOwnSshd, type Ring, startRing} from './ring.ts';

const piUid = 20_001;
let ring: Ring;
let bench: Bench;
let place = '';
let count = 0;

beforeAll(async () => {
  ring = await startRing({
    shell: 'busybox',
    // A user is changed here: in an /etc of the host's own.
    setUp: [
      'cp -a /etc $directory/etc; mount --bind $directory/etc /etc; mount -t tmpfs none /var/log',
      // Nobody can be given a password.
      `printf '#!/bin/sh\necho no passwords here >&2\nexit 1\n' >$directory/chpasswd`,
      'chmod 755 $directory/chpasswd; mount --bind $directory/chpasswd /usr/sbin/chpasswd',
    ],
  });
  bench = new Bench({wallpi: ring});
});

beforeEach(() => {
  place = path.join(ring.directory, 'home-pi', `test-${count++}`);
  mkdirSync(place);
  chownSync(place, piUid, piUid);
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
});

const at = (...names: readonly string[]): string => path.join(place, ...names);
const copy = (name: string, content: string, more: Play = {}): Play => ({
  name,
  copy: {content, dest: at(name)},
  ...more,
});
/** Without the pause at its end: what goes on after the connection was cut keeps the host's lock. */
const cutConnection = reveal(killOwnSshd.text).replace(/\nsleep 5$/, '');

/** A handler that notes that it ran. */
const noting = (name: string, more: Play = {}): Play => shell(name, `echo ${name} >>${at('ran')}`, more);
const ran = (): string => textOf(at('ran'));

/** The journal of root on the host, as a person would find it. */
function journal(
  folder = path.join(ring.directory, 'var-lib/vprov/owed'),
): readonly Record<string, unknown>[] {
  try {
    return readdirSync(folder).map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

describe('handlers', () => {
  it('run once, in the order of their definition, after the tasks, and leave nothing owed', async () => {
    const plays = {
      tasks: [
        copy('a', '1', {notify: ['second', 'first']}),
        copy('b', '1', {notify: 'second'}),
        copy('c', '1', {
          notify: [{handler: 'third', when: "'mode' in result.changes[0].attributes"}, 'fourth'],
        }),
        noting('last task'),
      ],
      handlers: ['first', 'second', 'third', 'fourth', 'fifth'].map((name) =>
        noting(name, name === 'fourth' ? {when: 'false'} : name === 'first' ? {notify: 'fifth'} : {}),
      ),
    };
    const checked = await bench.check(plays);
    expect(checked.tasks.slice(4).map(({task, status}) => `${task.name}: ${status}`)).toEqual([
      'first: would-change',
      'second: would-change',
      'third: would-change',
      'fourth: skipped',
      'fifth: would-change',
    ]);
    expect([checked.summary.hosts.wallpi?.owed, journal()]).toEqual([0, []]);
    const result = await bench.run(plays);
    expect(ran()).toBe('last task\nfirst\nsecond\nthird\nfifth\n');
    expect(result.tasks.map((event) => event.notified)).toEqual([
      ['first', 'second'],
      ['second'],
      ['third', 'fourth'],
      undefined,
      ['fifth'],
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(result.summary).toMatchObject({exitCode: 0, hosts: {wallpi: {owed: 0}}});
    expect(journal()).toEqual([]);
  });

  it('are not run where nothing changed, nor where the condition over the result is false', async () => {
    const plays = {
      tasks: [
        copy('a', '1', {notify: {handler: 'h', when: "!('content' in result.changes[0].attributes)"}}),
        shell('b', 'echo same', {
          notify: {handler: 'h', when: "result.stdout == 'new'"},
          register: 'b',
        }),
        shell('c', 'echo same', {notify: 'h', changed_when: "result.stdout == 'new'"}),
        shell('d', 'echo new', {notify: {handler: 'late', when: "result.stdout == 'new'"}}),
      ],
      handlers: [noting('h'), noting('late')],
    };
    const result = await bench.run(plays);
    expect(result.tasks.map((event) => event.notified)).toEqual([
      undefined,
      undefined,
      undefined,
      ['late'],
      undefined,
    ]);
    expect([ran(), journal(), result.summary.exitCode]).toEqual(['late\n', [], 0]);
  });

  it('run at a flush, and again at the end when they are notified again', async () => {
    const flush = (more: Play = {}): Play => ({meta: 'flush_handlers', ...more});
    await bench.run({
      tasks: [
        copy('a', '1', {notify: 'h'}),
        flush({when: 'false'}),
        noting('before'),
        flush(),
        noting('after'),
        copy('b', '1', {notify: 'h'}),
      ],
      handlers: [noting('h')],
    });
    expect(ran()).toBe('before\nh\nafter\nh\n');
  });

  it('that notify an earlier one have it run at the next flush, and at the end of the play at once', async () => {
    const plays = {
      tasks: [copy('a', '1', {notify: ['fourth', 'second']}), {meta: 'flush_handlers'}, noting('after')],
      handlers: [
        noting('first', {notify: 'third'}),
        noting('second', {notify: 'first'}),
        noting('third'),
        noting('fourth', {notify: 'third'}),
      ],
    };
    const checked = await bench.check(plays);
    expect(checked.tasks.filter(({task}) => task.handler).map(({task}) => task.name)).toEqual(
      'second fourth first third'.split(' '),
    );
    const result = await bench.run(plays);
    expect(ran()).toBe('second\nfourth\nafter\nfirst\nthird\n');
    expect([result.summary.exitCode, journal()]).toEqual([0, []]);
  });

  it('all run, however many notify one another backwards, and a circle of them is left once they have run', async () => {
    const chain = ['e', 'd', 'c', 'b', 'a'];
    const backwards = chain.toReversed().map((name, index) => {
      const next = chain[chain.length - index];
      return noting(name, next ? {notify: next} : {});
    });
    const result = await bench.run({
      tasks: [copy('x', '1', {notify: ['e', 'one']})],
      handlers: [...backwards, noting('one', {notify: 'two'}), noting('two', {notify: 'one'})],
    });
    expect(ran()).toBe('e\none\ntwo\nd\none\ntwo\nc\nb\na\n');
    expect([result.summary.exitCode, result.owed, journal()]).toEqual([0, [], []]);
    expect(result.notes).toEqual([
      "handlers notify each other in a circle: 'two' notifies 'one', which has led to it and is not run once more",
    ]);
  });
});

describe('a handler that could not run', () => {
  const plays = (last: Play): Play => ({
    tasks: [copy('config', '1', {notify: ['one', 'two']}), last],
    handlers: [noting('one'), noting('two')],
  });

  it('stays owed on the host, is told at the end, and runs with the next run although nothing changes', async () => {
    const failed = await bench.run(plays(shell('breaks', 'echo no >&2; exit 1')));
    expect(failed.summary).toMatchObject({exitCode: 2, hosts: {wallpi: {failed: 1, owed: 2}}});
    expect(failed.owed).toMatchObject([
      {host: 'wallpi', handler: 'one', playbook: 'play.yml', reason: 'exit code 1: no'},
      {host: 'wallpi', handler: 'two', playbook: 'play.yml', reason: 'exit code 1: no'},
    ]);
    expect(ran()).toBe('');
    const run = failed.events.find((event) => event.type === 'run');
    expect(
      journal()
        .map(({handler}) => handler)
        .sort(),
    ).toEqual(['one', 'two']);
    expect(journal()[0]).toMatchObject({
      v: 1,
      of: 'playbook:play.yml',
      playbook: 'play.yml',
      run: run?.run,
      units: {},
    });

    const checked = await bench.check(plays({debug: {msg: 'fine now'}}));
    expect(checked.statuses).toEqual(['config: ok', 'debug: ok', 'one: would-change', 'two: would-change']);
    expect([checked.summary.exitCode, journal().length, ran()]).toEqual([0, 2, '']);
    expect(checked.notes).toEqual([
      `'one' is owed from run ${run?.run} of play.yml`,
      `'two' is owed from run ${run?.run} of play.yml`,
    ]);

    const other = await bench.run({tasks: [{debug: {msg: 'x'}}]}, {playbook: 'other.yml'});
    expect(other.owed.map(({handler}) => handler)).toEqual(['one', 'two']);
    expect(other.owed[0]?.reason).toBe('no play of this run has it');
    // Nor is what went wrong in another playbook the reason.
    const broken = await bench.run({tasks: [shell('bad', 'exit 7')]}, {playbook: 'other.yml'});
    expect(broken.owed.map(({reason}) => reason)).toEqual(Array(2).fill('no play of this run has it'));
    expect([other.summary.exitCode, other.summary.hosts.wallpi?.owed]).toEqual([2, 2]);

    const next = await bench.run(plays({debug: {msg: 'fine now'}}));
    expect(next.statuses).toEqual(['config: ok', 'debug: ok', 'one: changed', 'two: changed']);
    expect([next.summary.exitCode, ran(), journal(), next.owed]).toEqual([0, 'one\ntwo\n', [], []]);
  });

  it('because it failed stays owed, with those after it', async () => {
    const play = {
      tasks: [copy('config', '1', {notify: ['bad', 'after']})],
      handlers: [shell('bad', `test -e ${at('repaired')} && echo bad >>${at('ran')}`), noting('after')],
    };
    const first = await bench.run(play);
    expect(first.statuses).toEqual(['config: changed', 'bad: failed']);
    expect(first.owed.map(({handler, reason}) => `${handler}: ${reason}`)).toEqual([
      'bad: exit code 1',
      'after: exit code 1',
    ]);
    expect([first.summary.exitCode, journal().length]).toEqual([2, 2]);
    const second = await bench.run(play);
    expect([second.statuses, second.summary.exitCode]).toEqual([['config: ok', 'bad: failed'], 2]);
    writeFileSync(at('repaired'), '');
    const third = await bench.run(play);
    expect([third.summary.exitCode, ran(), journal()]).toEqual([0, 'bad\nafter\n', []]);
  });

  it('is not passed over under force_handlers: those after one that failed stay owed', async () => {
    const play = {
      force_handlers: true,
      tasks: [copy('config', '1', {notify: ['before', 'bad', 'after']})],
      handlers: [noting('before'), shell('bad', `test -e ${at('repaired')}`), noting('after')],
    };
    const first = await bench.run(play);
    expect(first.statuses).toEqual(['config: changed', 'before: changed', 'bad: failed']);
    expect(first.owed.map(({handler}) => handler)).toEqual(['bad', 'after']);
    writeFileSync(at('repaired'), '');
    const second = await bench.run(play);
    expect([second.summary.exitCode, ran(), journal()]).toEqual([0, 'before\nafter\n', []]);
  });

  it.each([
    ['is refused by its validation', () => ({copy: {content: '2', dest: at('a'), validate: 'test ! -e %s'}})],
    ['may not write there', () => ({copy: {content: '2', dest: at('folder/a')}, become_user: 'pi'})],
  ])('is not owed by a change that %s, and has changed nothing', async (_, task) => {
    mkdirSync(at('folder'));
    writeFileSync(at('a'), '1');
    const failed = await bench.run({
      tasks: [{name: 'change', ...task(), notify: 'h', register: 'r', ignore_errors: true}],
      handlers: [noting('h')],
    });
    expect(failed.tasks).toMatchObject([{status: 'ok', ignored: true}]);
    expect([textOf(at('a')), ran(), journal(), failed.owed]).toEqual(['1', '', [], []]);
  });

  it('is owed by a change that failed in the middle, which is then one', async () => {
    const failed = await bench.run({
      tasks: [
        // usermod changes the comment, and the password is refused.
        {
          name: 'change',
          user: {name: 'pi', comment: 'changed', password: `$6$saltsalt$${'a'.repeat(86)}`},
          notify: 'h',
          register: 'r',
          ignore_errors: true,
        },
        {name: 'said', debug: '{{ r.changed }} {{ r.failed }}'},
      ],
      handlers: [noting('h')],
    });
    expect(failed.tasks[0]).toMatchObject({
      ignored: true,
      message: expect.stringContaining('no passwords here'),
    });
    expect(failed.statuses).toEqual(['change: ok', 'said: ok', 'h: changed']);
    expect([failed.message('said'), ran(), journal()]).toEqual(['true true', 'h\n', []]);
  });

  it('because the connection died with the change under way is still owed, and runs with the next run', async () => {
    const play = {
      tasks: [
        {
          name: 'change',
          command: {argv: ['sh', '-c', `touch ${at('done')}; ${cutConnection}`], creates: at('done')},
          notify: 'h',
        },
      ],
      handlers: [noting('h')],
    };
    const lost = await bench.run(play);
    expect(lost.statuses).toEqual(['change: unreachable']);
    expect(lost.summary).toMatchObject({exitCode: 6, hosts: {wallpi: {unreachable: 1, owed: 1}}});
    expect(lost.owed).toMatchObject([{handler: 'h', reason: expect.stringContaining('lost')}]);
    const next = await bench.run(play);
    expect([next.statuses, next.summary.exitCode]).toEqual([['change: ok', 'h: changed'], 0]);
    expect([ran(), journal()]).toEqual(['h\n', []]);
  });

  it('is marked before the change: a change that cannot be noted is not made', async () => {
    rmSync(path.join(ring.directory, 'var-lib/vprov'), {recursive: true, force: true});
    writeFileSync(path.join(ring.directory, 'var-lib/vprov'), 'in the way');
    const result = await bench.run({
      tasks: [
        copy('config', '1', {notify: 'h', ignore_errors: true}),
        shell('command', `touch ${at('made')}`, {notify: 'h'}),
      ],
      handlers: [noting('h')],
    });
    rmSync(path.join(ring.directory, 'var-lib/vprov'));
    expect(result.statuses).toEqual(['config: ok', 'command: failed']);
    expect(result.message('command')).toMatch(
      /^the journal of root on wallpi cannot be written: .*(directory|exists)/i,
    );
    expect(readdirSync(place)).toEqual([]);
    expect(result.summary.exitCode).toBe(2);
  });
});

describe('the journal of a play', () => {
  it("is its user's, whoever its tasks become", async () => {
    const play = {
      become: false,
      tasks: [
        copy('mine', '1', {notify: 'mine'}),
        copy("root's", '1', {notify: 'root', become: true}),
        shell('bad', 'exit 1'),
      ],
      handlers: [noting('mine'), noting('root')],
    };
    const first = await bench.run(play);
    expect(first.statuses).toEqual(['mine: changed', "root's: changed", 'bad: failed']);
    const home = path.join(ring.directory, 'home-pi/.local/state/vprov/owed');
    expect(
      journal(home)
        .map(({handler}) => handler)
        .sort(),
    ).toEqual(['mine', 'root']);
    expect(journal()).toEqual([]);
    await bench.run({...play, tasks: []});
    expect([ran(), journal(home)]).toEqual(['mine\nroot\n', []]);
  });

  it("of a user without a home is root's", async () => {
    const play = {
      become_user: 'nobody',
      tasks: [shell('change', 'true', {notify: 'h'}), shell('bad', 'exit 1')],
      handlers: [noting('h', {become_user: 'root'})],
    };
    await bench.run(play);
    expect(journal().map(({handler}) => handler)).toEqual(['h']);
    const next = await bench.run({...play, tasks: []});
    expect([next.summary.exitCode, ran(), journal()]).toEqual([0, 'h\n', []]);
  });
});
