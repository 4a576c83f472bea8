import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {type Play, type Ran, shell} from './engine.ts';
import {oneHost} from './one-host.ts';

// What is in use is not taken away, and the check says so as the run does.

const host = oneHost(
  {
    shell: 'dash',
    setUp: ['cp -a /etc $directory/etc; mount --bind $directory/etc /etc; mount -t tmpfs none /var/log'],
  },
  {},
  'busy-',
);
const {at} = host;

const outcome = ({tasks}: Ran): readonly unknown[] =>
  tasks.map(({status, message}) => [status === 'would-change' ? 'changed' : status, message]);

async function both(tasks: readonly Play[]): Promise<Ran> {
  const checked = await host.bench.run({tasks}, {mode: 'check'});
  const ran = await host.bench.run({tasks});
  expect(outcome(checked)).toEqual(outcome(ran));
  return ran;
}

const done = async (tasks: readonly Play[]): Promise<void> => {
  const ran = await both(tasks);
  expect(ran.tasks.map(({status}) => status)).toEqual(tasks.map(() => 'changed'));
  expect((await host.bench.run({tasks})).tasks.map(({status}) => status)).toEqual(tasks.map(() => 'ok'));
};
const mount = (name: string, state: string): Play => ({
  name: `${state} ${name}`,
  mount: {path: at(name), state, ...(state === 'ephemeral' ? {src: 'tmpfs', fstype: 'tmpfs'} : {})},
});
const asRoot = (script: string): Promise<Ran> => host.bench.run({tasks: [shell('prepare', script)]});
const tmpfs = (name: string): string => `mount -t tmpfs none '${at(name)}'`;

const pid = (): string => `p=$(cat ${at('pid')})`;
const begins = (): string => `${pid()}; until [ "$(cat /proc/$p/comm)" = sleep ]; do :; done`;
/** Nobody waits for it: what is left of it has nothing open. */
const ends = (): string =>
  `${pid()}; kill $p; while [ -e /proc/$p/root ] && readlink /proc/$p/root >/dev/null; do :; done`;

describe('a path on which something is mounted', () => {
  it.each(['unmounted', 'absent'])('more than once is %s whole', async (state) => {
    mkdirSync(at('a b'));
    await asRoot(`${tmpfs('a b')}; ${tmpfs('a b')}; ${tmpfs('a b')}`);
    const records = path.join(host.bench.directory, '.vprov', 'runs');
    const tasks = [mount('a b', state)];
    expect((await host.bench.run({tasks}, {mode: 'check'})).attributes).toHaveLength(1);
    const ran = await host.bench.run({tasks}, {records});
    expect(ran.statuses).toEqual([`${state} a b: changed`]);
    expect((await host.bench.run({tasks})).statuses).toEqual([`${state} a b: ok`]);
    const undone = await host.bench.undo('last', {records});
    expect(undone.tasks[0]?.message).toContain('beneath it (2) is not mounted again');
    await done(tasks);
  });

  it.each([
    ['a directory', (name: string) => `cd '${at(name)}'; exec sleep 300`],
    ['a file', (name: string) => `exec sleep 300 3>'${at(name)}/file'`],
  ])('is not unmounted while a process uses it: %s', async (_, script) => {
    mkdirSync(at('m'));
    await asRoot(
      `${tmpfs('m')}; (${script('m')}) >/dev/null 2>&1 </dev/null & echo $! >${at('pid')}; ${begins()}`,
    );
    const ran = await both([mount('m', 'unmounted')]);
    expect(ran.tasks[0]).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/is not unmounted while something uses it: sleep \(\d+\)/),
    });
    const kill = shell(
      'end',
      `kill $(cat ${at('pid')}); while umount ${at('none')} 2>/dev/null; do :; done; sleep 0.2`,
    );
    const checked = await host.bench.run({tasks: [kill, mount('m', 'unmounted')]}, {mode: 'check'});
    expect(checked.tasks.map(({status}) => status)).toEqual(['would-change', 'would-change']);
    const ended = await host.bench.run({tasks: [kill, mount('m', 'unmounted')]});
    expect(ended.tasks.map(({status}) => status)).toEqual(['changed', 'changed']);
  });

  it('is unmounted after what is mounted below it, and not before', async () => {
    mkdirSync(at('m'));
    await asRoot(`${tmpfs('m')}; mkdir ${at('m')}/x; ${tmpfs('m/x')}`);
    const ran = await both([mount('m', 'unmounted')]);
    expect(ran.tasks[0]).toMatchObject({
      status: 'failed',
      message: expect.stringContaining(`something is mounted below it: ${at('m', 'x')}`),
    });
    const tasks = [mount('m/x', 'unmounted'), mount('m', 'unmounted')];
    await both(tasks).then((all) => expect(all.statuses).toHaveLength(2));
    expect((await host.bench.run({tasks})).tasks.map(({status}) => status)).toEqual(['ok', 'ok']);
  });
});

describe('a user', () => {
  const gone = (name: string): Play => ({name: 'gone', user: {name, state: 'absent'}});

  it('who runs something is not removed, and is when that has ended', async () => {
    await asRoot(
      `useradd -M -u 4711 runner; setpriv --reuid 4711 --clear-groups sleep 300 >/dev/null 2>&1 </dev/null & echo $! >${at('pid')}; ${begins()}`,
    );
    const ran = await both([gone('runner')]);
    expect(ran.tasks[0]).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/user runner is not removed while it runs something: sleep \(\d+\)/),
    });
    const end = shell('end', ends());
    const checked = await host.bench.run({tasks: [end, gone('runner')]}, {mode: 'check'});
    expect(checked.tasks.map(({status}) => status)).toEqual(['would-change', 'would-change']);
    const ended = await host.bench.run({tasks: [end, gone('runner')]});
    expect(ended.tasks.map(({status}) => status)).toEqual(['changed', 'changed']);
  });

  it('who runs something, or has logged in, is given no other home, and is when that has ended', async () => {
    const moved = (name: string): Play => ({name: 'moved', user: {name, home: at('home'), comment: 'new'}});
    await asRoot(
      `useradd -M -u 4721 mover; setpriv --reuid 4721 --clear-groups sleep 300 >/dev/null 2>&1 </dev/null & echo $! >${at('pid')}; ${begins()}`,
    );
    const ran = await both([moved('mover')]);
    expect(ran.tasks[0]).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/user mover is given no other home while it runs .*: sleep \(\d+\)/),
    });
    await both([{name: 'comment', user: {name: 'mover', comment: 'other'}}]);
    const end = shell('end', ends());
    const tasks = [end, shell('work', 'id -un', {become_user: 'mover'}), moved('mover')];
    const checked = await host.bench.run({tasks}, {mode: 'check'});
    expect(checked.tasks.map(({status}) => status)).toEqual(['would-change', 'would-change', 'would-change']);
    const ended = await host.bench.run({tasks});
    expect(ended.tasks.map(({status}) => status)).toEqual(['changed', 'changed', 'changed']);
    // Each has its own connection, and so another number.
    for (const mode of ['check', 'run'] as const) {
      const login = await host.bench.run({tasks: [moved('pi')]}, {mode});
      expect(login.tasks[0]).toMatchObject({
        status: 'failed',
        message: expect.stringMatching(/user pi is given no other home while it runs something: sshd/),
        hint: 'let another user log in for that',
      });
    }
  });

  it('as whom the run itself has done something is removed', async () => {
    await asRoot('useradd -M -u 4712 worker');
    const tasks = [shell('work', 'id -un', {become_user: 'worker'}), gone('worker')];
    const ran = await host.bench.run({tasks});
    expect(ran.tasks.map(({status}) => status)).toEqual(['changed', 'changed']);
  });
});
