import {chownSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Play, Ran} from './engine.ts';
import {oneHost} from './one-host.ts';

const host = oneHost({
  shell: 'dash',
  setUp: [
    'cp -a /etc $directory/etc; umount /etc/passwd /etc/group /etc/shadow; mount --bind $directory/etc /etc; mount -t tmpfs none /var/log; mount -t tmpfs none /home',
  ],
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

describe('the files that accounts are kept in', () => {
  const line = (file: string, text: string, more: Play = {}): Play => ({
    name: text.split(':')[0],
    lineinfile: {path: `/etc/${file}`, line: text, ...more},
  });
  /** What check and run say, which must be the same but for what check does not know. */
  async function both(tasks: readonly Play[]) {
    const was = ['passwd', 'group', 'shadow', 'gshadow'].map((name) => readFileSync(`${etcOf()}/${name}`));
    const checked = await host.bench.check({tasks});
    expect(
      ['passwd', 'group', 'shadow', 'gshadow'].map((name) => readFileSync(`${etcOf()}/${name}`)),
    ).toEqual(was);
    const ran = await run(tasks);
    return {checked, ran, again: await run(tasks)};
  }
  const etcOf = (): string => path.join(host.ring.directory, 'etc');

  it('tell of users and groups when they are edited before', async () => {
    const {checked, ran} = await both([
      line('group', 'vprovlg:x:21901:plain'),
      line('passwd', 'vprovlu:x:21902:21901::/nonexistent:/bin/sh'),
      {name: 'group is there', group: {name: 'vprovlg', gid: 21_901}},
      {name: 'user is there', user: {name: 'vprovlu', uid: 21_902, create_home: false, shell: '/bin/sh'}},
      {name: 'is a member', user: {name: 'plain', groups: ['vprovlg'], create_home: false}},
      {name: 'its file', copy: {dest: host.at('f'), content: 'x', owner: 'vprovlu', group: 'vprovlg'}},
      {name: 'not its own', ignore_errors: true, group: {name: 'vprovlg', state: 'absent'}},
    ]);
    expect(told(checked)).toEqual(told(ran));
    expect(ran.statuses.slice(0, 5)).toEqual([
      'vprovlg: changed',
      'vprovlu: changed',
      'group is there: ok',
      'user is there: ok',
      'is a member: ok',
    ]);
    expect(ran.message('not its own')).toBe(
      'failed, ignored: group vprovlg is the primary group of user vprovlu',
    );
    const gone = await both([
      line('passwd', 'gone', {line: undefined, regexp: '^vprovlu:', state: 'absent'}),
      {name: 'no user', user: {name: 'vprovlu', state: 'absent'}},
      {name: 'its file', file: {path: host.at('f'), owner: '21902', state: 'file'}},
      {name: 'group', group: {name: 'vprovlg', state: 'absent'}},
    ]);
    expect(told(gone.checked)).toEqual(told(gone.ran));
    expect(gone.ran.statuses.slice(1)).toEqual(['no user: ok', 'its file: ok', 'group: changed']);
  });

  it('are not what they were when users and groups change before: an edit of them is unknown then', async () => {
    const {checked, ran, again} = await both([
      {name: 'user', user: {name: 'vprovlw', create_home: false}},
      line('passwd', '# by hand'),
      line('group', '# by hand'),
      line('shadow', '# by hand'),
      {name: 'mode', file: {path: '/etc/passwd', mode: '0644'}},
    ]);
    expect(checked.statuses).toEqual([
      'user: would-change',
      '# by hand: unknown',
      '# by hand: unknown',
      '# by hand: unknown',
      'mode: unknown',
    ]);
    expect(ran.statuses.slice(0, 4)).toEqual([
      'user: changed',
      '# by hand: changed',
      '# by hand: changed',
      '# by hand: changed',
    ]);
    expect(again.statuses.every((one) => one.endsWith(': ok'))).toBe(true);
    await run([{user: {name: 'vprovlw', state: 'absent'}}]);
  });
});

describe('what comes with accounts is foretold', () => {
  const user = (name: string, more: Play = {}): Play => ({name: `user ${name}`, user: {name, ...more}});
  const owned = (name: string, more: Play): Play => ({
    name,
    file: {path: host.at('f'), state: 'file', ...more},
  });
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0pY0m1m1m1m1m1m1m1m1m1m1m1m1m1m1m1m1m1m1m1 a@b';

  async function same(tasks: readonly Play[], statuses: readonly string[]): Promise<void> {
    const checked = await host.bench.check({tasks});
    const ran = await run(tasks);
    expect(told(checked)).toEqual(told(ran));
    expect(ran.statuses).toEqual(statuses);
  }

  it('of a group with another number: whose the files are by then', async () => {
    writeFileSync(host.at('f'), 'x');
    await run([{group: {name: 'vprovn1', gid: 21_850}}, owned('mine', {group: 'vprovn1'})]);
    chownSync(host.at('f'), 0, 21_850);
    await same(
      [
        owned('own', {group: 'vprovn1'}),
        {name: 'number', group: {name: 'vprovn1', gid: 21_851}},
        owned('own again', {group: 'vprovn1'}),
      ],
      ['own: ok', 'number: changed', 'own again: changed'],
    );
    expect((await undo()).summary.exitCode).toBe(0);
    await run([{group: {name: 'vprovn1', state: 'absent'}}]);
  });

  it('of a user with another primary group: which groups it is in beside that', async () => {
    await run([{group: {name: 'vprovp1'}}, user('vprovp2', {groups: ['vprovp1', 'games']})]);
    await same(
      [
        {name: 'primary', user: {name: 'vprovp2', group: 'vprovp1'}},
        {name: 'in it', user: {name: 'vprovp2', groups: ['vprovp1', 'games']}},
        {name: 'only', user: {name: 'vprovp2', groups: ['games'], append: false}},
        {name: 'own', user: {name: 'vprovp2', group: 'vprovp2'}},
        {name: 'again', user: {name: 'vprovp2', groups: ['vprovp1', 'games'], append: false}},
      ],
      ['primary: changed', 'in it: ok', 'only: ok', 'own: changed', 'again: ok'],
    );
    await undo();
    await run([{user: {name: 'vprovp2', state: 'absent'}}, {group: {name: 'vprovp1', state: 'absent'}}]);
  });

  it('of a user with another primary group: the home goes along', async () => {
    await run([{group: {name: 'vprovn2'}}, user('vprovn3')]);
    await same(
      [
        {name: 'regroup', user: {name: 'vprovn3', group: 'vprovn2'}},
        {name: 'home', file: {path: '/home/vprovn3', state: 'directory', group: 'vprovn2'}},
        {name: 'inside', file: {path: '/home/vprovn3', state: 'directory', recurse: true, group: 'vprovn2'}},
      ],
      ['regroup: changed', 'home: ok', 'inside: ok'],
    );
    expect((await undo()).summary.exitCode).toBe(0);
  });

  it("of a removed user: the group of its own name, which goes along unless it is others' too", async () => {
    await run([
      user('vprovg1', {uid: 21_870, create_home: false}),
      user('vprovg2', {create_home: false}),
      {user: {name: 'plain', groups: ['vprovg2']}},
    ]);
    writeFileSync(host.at('f'), 'x');
    await run([owned('f', {owner: 'vprovg1', group: 'vprovg1'})]);
    const gone = (name: string, module: string): Play => ({name, [module]: {name, state: 'absent'}});
    await same(
      [
        gone('vprovg1', 'user'),
        gone('vprovg1', 'group'),
        owned('f', {group: 'root'}),
        gone('vprovg2', 'user'),
        gone('vprovg2', 'group'),
      ],
      ['vprovg1: changed', 'vprovg1: ok', 'f: changed', 'vprovg2: changed', 'vprovg2: changed'],
    );
    expect((await undo()).summary.exitCode).toBe(0);
    await run([gone('vprovg1', 'user'), gone('vprovg2', 'user')]);
  });

  it('of a new user: the keys in the home', async () => {
    const keys = {name: 'key', authorized_key: {user: 'vprovn4', key}};
    await same([user('vprovn4'), keys], ['user vprovn4: changed', 'key: changed']);
    expect((await run([user('vprovn4'), keys])).statuses).toEqual(['user vprovn4: ok', 'key: ok']);
  });

  it('of a new user: a home behind a link, and one that cannot be made', async () => {
    mkdirSync(host.at('real'));
    symlinkSync('real', host.at('link'));
    writeFileSync(host.at('file'), '');
    await same(
      [
        user('vprovn6', {home: host.at('link', 'home')}),
        {name: 'inside', copy: {dest: host.at('real', 'home', 'x'), content: 'x', owner: 'vprovn6'}},
        {name: 'nowhere', ignore_errors: true, user: {name: 'vprovn7', home: host.at('file', 'home')}},
      ],
      ['user vprovn6: changed', 'inside: changed', 'nowhere: ok'],
    );
    const ran = await run([{name: 'nowhere', user: {name: 'vprovn7', home: host.at('file', 'home')}}]);
    expect(ran.message('nowhere')).toBe(
      `the home of user vprovn7 cannot be made: ${host.at('file')} is no directory`,
    );
  });

  it('of a new user: keys that the skeleton of homes may bring are unknown', async () => {
    const tasks = [
      {name: 'skeleton', file: {path: '/etc/skel/.ssh', state: 'directory'}},
      user('vprovn5'),
      {name: 'key', authorized_key: {user: 'vprovn5', key}},
    ];
    expect((await host.bench.check({tasks})).statuses.at(-1)).toBe('key: unknown');
    await run(tasks.slice(0, 1));
    expect((await host.bench.check({tasks})).statuses.at(-1)).toBe('key: unknown');
    await run([{file: {path: '/etc/skel/.ssh', state: 'absent'}}]);
  });
});

it('a group of which a user of whom nothing is known may be is not said to go or stay', async () => {
  const asks = {name: 'ask', register: 'asked', command: {argv: ['true']}};
  const gone = (module: string, name: string, more: Play = {}) => ({
    name: `no ${module}`,
    [module]: {name, state: 'absent'},
    ...more,
  });
  await run([{group: {name: 'vprovpg'}}, {user: {name: 'vprovpu', group: 'vprovpg', create_home: false}}]);
  const unknown = {when: "asked.stdout == ''"};
  const tasks = [asks, gone('user', 'vprovpu', unknown), gone('group', 'vprovpg')];
  expect((await host.bench.check({tasks})).statuses.slice(1)).toEqual([
    'no user: unknown',
    'no group: unknown',
  ]);
  expect((await run(tasks)).statuses.slice(1)).toEqual(['no user: changed', 'no group: changed']);
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

  it('puts a user back into a group that became its primary one, as check foretells it', async () => {
    const was = [etc('passwd'), etc('group')];
    await run([
      {name: 'new', group: {name: 'vprovprim'}},
      {name: 'join', user: {name: 'plain', groups: ['vprovprim']}},
      {name: 'primary', user: {name: 'plain', group: 'vprovprim'}},
    ]);
    const undone = await undo();
    expect(undone.statuses).toEqual(['primary: changed', 'join: changed', 'new: changed']);
    expect([etc('passwd'), etc('group')]).toEqual(was);
  });

  it('says of a locked password, too, that a removed user comes back without it', async () => {
    await run([{user: {name: 'vprovlock', password: `!$6$one$${'x'.repeat(86)}`, create_home: false}}]);
    await run([{name: 'gone', user: {name: 'vprovlock', state: 'absent'}}]);
    const message = 'user vprovlock has no password any more: it was not kept';
    expect((await undo()).message('gone')).toBe(message);
    await run([{user: {name: 'vprovlock', state: 'absent'}}]);
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

  it('takes back what a user did whom the run removes after it, and check says that it is not known', async () => {
    await run([{user: {name: 'vprovz'}}]);
    const asUser = (name: string, more: Play): Play => ({name, become_user: 'vprovz', ...more});
    const file = '/home/vprovz/f';
    await run([asUser('file', {copy: {dest: file, content: 'x'}})]);
    await run([
      asUser('text', {copy: {dest: file, content: 'y'}}),
      {name: 'gone', user: {name: 'vprovz', state: 'absent'}},
    ]);
    const foretold = await host.bench.undo('last', {mode: 'check', ...recorded()});
    expect([foretold.statuses, foretold.summary.exitCode]).toEqual([
      ['gone: would-change', 'text: unknown'],
      0,
    ]);
    const undone = await host.bench.undo('last', recorded());
    expect([undone.statuses, undone.summary.exitCode]).toEqual([['gone: changed', 'text: changed'], 0]);
    // Once more there and back: what the user keeps is in a home that goes, and comes again.
    await run([
      {name: 'home', file: {path: '/home/vprovz', state: 'absent'}},
      {name: 'gone', user: {name: 'vprovz', state: 'absent'}},
    ]);
    const homes = path.join(host.ring.directory, 'etc', 'passwd');
    expect(readFileSync(homes, 'utf8')).not.toContain('vprovz');
    const back = await undo();
    expect([back.statuses, back.summary.exitCode]).toEqual([['gone: changed', 'home: changed'], 0]);
    await run([{user: {name: 'vprovz', state: 'absent'}}]);
  });

  it('takes a run back that made a user and did something as that user, there and back and there again', async () => {
    const was = [etc('passwd'), etc('group')];
    await run([
      {name: 'user', user: {name: 'vprovy'}},
      {name: 'file', become_user: 'vprovy', copy: {dest: '/home/vprovy/f', content: 'x'}},
    ]);
    const made = [etc('passwd'), etc('group')];
    const gone = await undo();
    expect([gone.summary.exitCode, etc('passwd'), etc('group')]).toEqual([0, ...was]);
    const foretold = await host.bench.undo('last', {mode: 'check', ...recorded()});
    expect(foretold.statuses).toEqual(['user: would-change', 'user: would-change', 'file: unknown']);
    const back = await host.bench.undo('last', recorded());
    expect([back.summary.exitCode, etc('passwd'), etc('group')]).toEqual([0, ...made]);
    await run([{file: {path: '/home/vprovy', state: 'absent'}}, {user: {name: 'vprovy', state: 'absent'}}]);
  });

  it('brings back what a removed user owned, as check foretells it', async () => {
    await run([{user: {name: 'vprovo', uid: 21_860, create_home: false}}]);
    const owned = {state: 'directory', owner: 'vprovo'};
    await run([
      {name: 'd', file: {path: host.at('d'), ...owned}},
      {name: 'e', file: {path: host.at('d', 'e'), ...owned}},
      {name: 'gone', file: {path: host.at('d'), state: 'absent'}},
      {name: 'user', user: {name: 'vprovo', state: 'absent'}},
    ]);
    const undone = await undo();
    expect([undone.summary.exitCode, undone.statuses]).toEqual([
      0,
      ['user: changed', 'gone: changed', 'e: changed', 'd: changed'],
    ]);
    await run([{user: {name: 'vprovo', state: 'absent'}}]);
  });

  it('removes a directory in which vprov itself keeps what its user did', async () => {
    const etcs = [etc('passwd'), etc('group')];
    await run([
      {name: 'user', user: {name: 'vprovs', system: true, home: '/home/vprovs'}},
      {name: 'home', file: {path: '/home/vprovs', state: 'directory', owner: 'vprovs'}},
      {name: 'file', become_user: 'vprovs', copy: {dest: '/home/vprovs/f', content: 'x'}},
    ]);
    const undone = await undo();
    expect([undone.summary.exitCode, undone.statuses]).toEqual([
      0,
      ['file: changed', 'home: changed', 'user: changed'],
    ]);
    expect([etc('passwd'), etc('group')]).toEqual(etcs);
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
