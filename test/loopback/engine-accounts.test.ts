import {chownSync, mkdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Play, Ran} from './engine.ts';
import {oneHost} from './one-host.ts';

const host = oneHost({
  shell: 'dash',
  setUp: ['cp -a /etc $directory/etc; mount --bind $directory/etc /etc; mount -t tmpfs none /var/log'],
});

function etc(name: 'passwd' | 'group'): string {
  return readFileSync(path.join(host.ring.directory, 'etc', name), 'utf8');
}

/** Whom a group has. */
function membersOf(group: string): string | undefined {
  const line = etc('group')
    .split('\n')
    .find((one) => one.startsWith(`${group}:`));
  return line?.split(':')[3];
}

let aheadMs = 0;
/** Runs are named by the second in which they are begun. */
function recorded() {
  aheadMs += 2_000;
  const ownMs = aheadMs;
  return {records: path.join(host.bench.directory, '.vprov', 'runs'), now: () => Date.now() + ownMs};
}

const run = (tasks: readonly Play[]) => host.bench.run({tasks}, recorded());
const told = ({tasks}: Ran): readonly string[] =>
  tasks.map(
    ({task, status, message, changes}) =>
      `${task.name}: ${status.replace('would-change', 'changed')} ${message ?? ''} ${JSON.stringify(changes.map(({ref, attributes}) => [ref, attributes]))}`,
  );

/** Takes the newest run back, as its check has foretold. */
async function undo(): Promise<Ran> {
  const foretold = await host.bench.undo('last', {mode: 'check', ...recorded()});
  const undone = await host.bench.undo('last', recorded());
  expect(told(foretold)).toEqual(told(undone));
  return undone;
}

describe('who is in a group', () => {
  it('is foretold after the group, or somebody in it, is removed', async () => {
    await run([
      {group: {name: 'vprova'}},
      {group: {name: 'vprovb'}},
      {user: {name: 'vprovu', groups: ['vprova', 'vprovb'], create_home: false}},
    ]);
    const tasks = [
      {name: 'a', group: {name: 'vprova', state: 'absent'}},
      {name: 'u', user: {name: 'vprovu', groups: ['vprovb'], append: false, create_home: false}},
      {name: 'gone', user: {name: 'vprovu', state: 'absent'}},
      {name: 'b', group: {name: 'vprovb', state: 'absent'}},
    ];
    const checked = await host.bench.check({tasks});
    const ran = await run(tasks);
    expect(told(checked)).toEqual(told(ran));
    expect(ran.statuses).toEqual(['a: changed', 'u: ok', 'gone: changed', 'b: changed']);
  });
});

it('whose group a number without a name is, is unknown where a new user may get it', async () => {
  const tasks = [
    {name: 'user', user: {name: 'vprovn', uid: 21_800, create_home: false}},
    {name: 'owner', file: {path: host.at('theirs'), state: 'directory', owner: 'vprovn'}},
    {name: 'group', file: {path: host.at('theirs'), state: 'directory', group: 'vprovn'}},
  ];
  mkdirSync(host.at('theirs'));
  chownSync(host.at('theirs'), 21_800, 21_800);
  expect((await host.bench.check({tasks})).statuses).toEqual([
    'user: would-change',
    'owner: ok',
    'group: unknown',
  ]);
  expect((await run(tasks)).statuses).toEqual(['user: changed', 'owner: ok', 'group: ok']);
  await run([{user: {name: 'vprovn', state: 'absent'}}]);
});

describe('undo', () => {
  it('takes a user out of the groups that the run put it into, and removes those that it made', async () => {
    const was = etc('group');
    await run([
      {name: 'new', group: {name: 'vprovnew'}},
      {name: 'join', user: {name: 'plain', groups: ['vprovnew', 'games']}},
    ]);
    expect([membersOf('vprovnew'), membersOf('games')]).toEqual(['plain', 'plain']);
    const undone = await undo();
    expect([undone.statuses, etc('group')]).toEqual([['join: changed', 'new: changed'], was]);
    await undo();
    expect([membersOf('vprovnew'), membersOf('games')]).toEqual(['plain', 'plain']);
    await undo();
    expect(etc('group')).toBe(was);
  });

  it('puts a user back into the groups that the run took it out of', async () => {
    await run([{user: {name: 'plain', groups: ['games', 'floppy']}}]);
    await run([{user: {name: 'plain', groups: ['floppy', 'tape'], append: false}}]);
    expect(['games', 'floppy', 'tape'].map(membersOf)).toEqual(['', 'plain', 'plain']);
    expect((await undo()).summary.exitCode).toBe(0);
    expect(['games', 'floppy', 'tape'].map(membersOf)).toEqual(['plain', 'plain', '']);
    await run([{user: {name: 'plain', groups: [], append: false}}]);
  });

  it('brings a removed group back with who was in it', async () => {
    await run([{group: {name: 'vprovold', gid: 21_700}}, {user: {name: 'plain', groups: ['vprovold']}}]);
    const was = etc('group');
    await run([{name: 'gone', group: {name: 'vprovold', state: 'absent'}}]);
    expect(membersOf('vprovold')).toBeUndefined();
    const undone = await undo();
    expect([undone.message('gone'), etc('group')]).toEqual([undefined, was]);
    await undo();
    expect(membersOf('vprovold')).toBeUndefined();
  });

  it('refuses where somebody has changed the groups since', async () => {
    await run([{name: 'join', user: {name: 'plain', groups: ['games']}}]);
    await host.bench.run({tasks: [{user: {name: 'plain', groups: ['tape']}}]});
    const undone = await undo();
    expect([undone.summary.exitCode, undone.message('join')]).toEqual([
      1,
      'the host has moved on: groups is games,tape, that run left games',
    ]);
    await run([{user: {name: 'plain', groups: [], append: false}}]);
  });

  it('foretells that a group is removed with who was in it', async () => {
    const was = [etc('passwd'), etc('group')];
    await run([
      {name: 'group', group: {name: 'vprovg'}},
      {name: 'user', user: {name: 'vprovu', groups: ['vprovg'], create_home: false}},
    ]);
    expect((await undo()).statuses).toEqual(['user: changed', 'group: changed']);
    expect([etc('passwd'), etc('group')]).toEqual(was);
  });

  it('says of a password that it is not as it was', async () => {
    const hash = (salt: string): string => `$6$${salt}$${'x'.repeat(86)}`;
    await run([{user: {name: 'plain', password: hash('one')}}]);
    await run([{name: 'password', user: {name: 'plain', password: hash('two')}}]);
    const undone = await undo();
    expect([undone.summary.exitCode, undone.message('password')]).toEqual([
      1,
      'the password that user plain had is not kept',
    ]);
    await run([{name: 'both', user: {name: 'plain', password: hash('three'), comment: 'somebody'}}]);
    const part = await undo();
    expect([part.statuses, part.message('both')]).toEqual([
      ['both: changed'],
      'the password that user plain had is not kept',
    ]);
  });
});
