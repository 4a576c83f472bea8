import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {beforeEach, describe, expect, it} from 'vitest';
import type {Play, Ran} from './engine.ts';
import {oneHost} from './one-host.ts';

// What only an owner or root may do: a check as a user who is not root says what the run says.

const host = oneHost({shell: 'dash'}, {}, 'forbidden-');
const {at} = host;
const pi = 20_001;

beforeEach(() => {
  chownSync(host.place, pi, pi);
});

const file = (name: string, owner: number, mode = 0o644): string => {
  writeFileSync(at(name), 'old\n');
  chownSync(at(name), owner, owner);
  chmodSync(at(name), mode);
  return at(name);
};
const folder = (name: string, owner: number, mode: number): string => {
  mkdirSync(at(name));
  chownSync(at(name), owner, owner);
  chmodSync(at(name), mode);
  return at(name);
};

const outcome = ({tasks}: Ran): readonly unknown[] =>
  tasks.map(({status, message, changes}) => [
    status === 'would-change' ? 'changed' : status,
    ['failed', 'unknown'].includes(status)
      ? message
      : changes.flatMap((change) => change.attributes.map(({name}) => name)),
  ]);

async function both(task: Play, play: Play = {}): Promise<Ran> {
  const plays = {become: false, ...play, tasks: [{name: 'task', ...task}]};
  const checked = await host.bench.run(plays, {mode: 'check'});
  const ran = await host.bench.run(plays);
  expect(outcome(checked)).toEqual(outcome(ran));
  return ran;
}

async function refused(task: Play, why: string): Promise<void> {
  const ran = await both(task);
  expect(ran.tasks[0]).toMatchObject({
    status: 'failed',
    message: expect.stringContaining(why),
    hint: expect.stringContaining('become: true'),
  });
}

async function done(task: Play): Promise<void> {
  expect((await both(task)).tasks[0]?.status).toBe('changed');
}

describe('as a user who is not root', () => {
  it('the mode, owner and group of what is another’s are refused, and one’s own is changed', async () => {
    const theirs = file('theirs', 0);
    const mine = file('mine', pi);
    await refused({file: {path: theirs, mode: '0600'}}, `${theirs} belongs to root`);
    await refused({file: {path: theirs, owner: 'pi'}}, 'only root may give');
    await refused({file: {path: theirs, group: 'people'}}, `${theirs} belongs to root`);
    await refused({file: {path: mine, owner: 'root'}}, 'only root may give');
    await refused({file: {path: mine, group: 'root'}}, "not in the group 'root'");
    await refused({file: {path: mine, group: '0'}}, "not in the group '0'");
    await done({file: {path: mine, mode: '0600'}});
  });

  it('a file is made with an owner and a group of one’s own only', async () => {
    await refused({copy: {content: 'x', dest: at('new'), owner: 'root'}}, 'only root may give');
    await refused({copy: {content: 'x', dest: at('new'), group: 'root'}}, "not in the group 'root'");
    await done({copy: {content: 'x', dest: at('new'), owner: 'pi', group: 'people'}});
  });

  it('a file that is another’s is not replaced, as that would not keep its owner', async () => {
    const theirs = file('theirs', 0);
    await refused({lineinfile: {path: theirs, line: 'new'}}, 'only root may give');
    await refused({copy: {content: 'x', dest: theirs}}, 'only root may give');
    expect(readFileSync(theirs, 'utf8')).toBe('old\n');
    await refused(
      {copy: {content: 'x', dest: theirs, owner: 'pi', group: 'people'}},
      `${theirs} belongs to root`,
    );
    expect(statSync(theirs).uid).toBe(0);
  });

  it('a file of another’s with the keys for a login is not replaced, as nobody but root could undo that', async () => {
    const keys = file('authorized_keys', 0);
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGfW4qkWAU6fPA2hAyuFBWNYOVwZzX1pXr0ZfhDGKyyD me';
    await refused(
      {authorized_key: {user: 'pi', key, path: keys, manage_dir: false}},
      `${keys} belongs to root`,
    );
    expect(readFileSync(keys, 'utf8')).toBe('old\n');
  });

  it('a file that is another’s is written in place where its mode lets one', async () => {
    const open = file('open', 0, 0o666);
    const closed = file('closed', 0);
    await done({copy: {content: 'x', dest: open, write: 'in_place'}});
    expect(statSync(open)).toMatchObject({uid: 0, mode: 0o100_666});
    await refused({copy: {content: 'x', dest: closed, write: 'in_place'}}, `may not write ${closed}`);
  });

  it('nothing is made, replaced or removed in a folder that one may not write', async () => {
    const shut = folder('shut', 0, 0o755);
    file('shut/theirs', pi);
    await refused({copy: {content: 'x', dest: `${shut}/new`}}, `may not write ${shut}`);
    await refused({file: {path: `${shut}/new`, state: 'directory'}}, `may not write ${shut}`);
    await refused({file: {path: `${shut}/new`, state: 'link', target: 'x'}}, `may not write ${shut}`);
    await refused({copy: {content: 'x', dest: `${shut}/theirs`}}, `may not write ${shut}`);
    await refused({file: {path: `${shut}/theirs`, state: 'absent'}}, `may not write ${shut}`);
    await done({file: {path: `${shut}/theirs`, mode: '0600'}});
    symlinkSync('shut', at('link'));
    await refused({copy: {content: 'x', dest: at('link', 'new')}}, 'may not write');
  });

  it('what is another’s is removed from a folder of one’s own, and not from a sticky one', async () => {
    const sticky = folder('sticky', 0, 0o1777);
    file('sticky/theirs', 0);
    file('sticky/mine', pi);
    symlinkSync('nowhere', `${sticky}/link`);
    lchownSync(`${sticky}/link`, 0, 0);
    await refused({file: {path: `${sticky}/theirs`, state: 'absent'}}, 'sticky');
    await refused({file: {path: `${sticky}/link`, state: 'absent'}}, 'sticky');
    await refused({file: {path: `${sticky}/link`, state: 'link', target: 'x'}}, 'sticky');
    await refused({copy: {content: 'x', dest: `${sticky}/theirs`, owner: 'pi', group: 'people'}}, 'sticky');
    await done({copy: {content: 'x', dest: `${sticky}/mine`}});
    await done({file: {path: `${sticky}/mine`, state: 'absent'}});
    folder('own', pi, 0o1755);
    file('own/theirs', 0);
    await done({file: {path: at('own', 'theirs'), state: 'absent'}});
  });

  it('a folder that is another’s goes when it is empty only', async () => {
    folder('empty', 0, 0o755);
    folder('full', 0, 0o755);
    file('full/x', pi);
    await done({file: {path: at('empty'), state: 'absent'}});
    await refused({file: {path: at('full'), state: 'absent'}}, 'may not write');
  });

  it('a folder of one’s own goes when all that is in it may go only', async () => {
    folder('own', pi, 0o755);
    folder('own/deep', pi, 0o755);
    folder('own/deep/empty', 0, 0o755);
    file('own/deep/theirs', 0);
    folder('own/deep/full', 0, 0o755);
    file('own/deep/full/x', pi);
    const gone = {file: {path: at('own'), state: 'absent'}};
    await refused(gone, `this user may not empty ${at('own', 'deep/full')}`);
    chmodSync(at('own', 'deep/full'), 0o1777);
    chownSync(at('own', 'deep/full/x'), 0, 0);
    await refused(gone, `this user may not empty ${at('own', 'deep/full')}`);
    chmodSync(at('own', 'deep/full'), 0o700);
    await refused(gone, `this user may not empty ${at('own', 'deep/full')}`);
    expect(statSync(at('own', 'deep/theirs')).uid).toBe(0);
    const tasks = [
      {name: 'open', file: {path: at('own', 'deep/full'), state: 'directory', owner: 'pi'}, become: true},
      {name: 'gone', ...gone},
    ];
    const checked = await host.bench.run({become: false, tasks}, {mode: 'check'});
    const ran = await host.bench.run({become: false, tasks});
    expect(checked.statuses).toEqual(['open: would-change', 'gone: would-change']);
    expect(ran.statuses).toEqual(['open: changed', 'gone: changed']);
  });

  it('a file of another’s that was removed comes back as one’s own, and that is said', async () => {
    const theirs = file('theirs', 0);
    const records = at('.vprov', 'runs');
    const tasks = [{name: 'gone', file: {path: theirs, state: 'absent'}}];
    await host.bench.run({become: false, tasks}, {records});
    const undone = await host.bench.undo('last', {records});
    expect(undone.tasks.map(({status}) => status)).toEqual(['changed']);
    expect(undone.message('gone')).toContain('only root gives it to root:root again');
    expect([readFileSync(theirs, 'utf8'), statSync(theirs).uid]).toEqual(['old\n', pi]);
  });

  it.each([
    ['a user', {user: {name: 'newcomer', shell: '/bin/sh'}}],
    ['the crontab of another', {cron: {name: 'a', job: 'true', user: 'service'}}],
    ['a user who is there', {user: {name: 'service', shell: '/bin/other'}}],
    ['a group', {group: {name: 'newcomers'}}],
    ['a group that goes', {group: {name: 'people', state: 'absent'}}],
    ['package lists', {apt: {update_cache: true, cache_valid_time: 0}}],
  ])('%s is not changed', async (_, task) => {
    const ran = await both({name: 'task', ...task});
    expect(ran.tasks[0]).toMatchObject({status: 'failed', refused: true});
  });

  it('nothing is mounted or unmounted, but what /etc/fstab lets users', async () => {
    const where = at('where');
    folder('where', pi, 0o755);
    await refused(
      {mount: {path: where, src: 'tmpfs', fstype: 'tmpfs', state: 'ephemeral'}},
      `only root may mount ${where}`,
    );
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(where);
    const mounted = {path: where, src: 'tmpfs', fstype: 'tmpfs', state: 'ephemeral'};
    await host.bench.run({tasks: [{mount: mounted}]});
    await refused({mount: {path: where, state: 'unmounted'}}, `only root may unmount ${where}`);
    await host.bench.run({tasks: [{mount: {path: where, state: 'unmounted'}}]});
  });

  it('nothing that is as it shall be is refused', async () => {
    const tasks = [
      {user: {name: 'service'}},
      {group: {name: 'people'}},
      {apt: {name: 'bash', state: 'absent'}},
      {mount: {path: at('nowhere'), state: 'unmounted'}},
    ];
    const ran = await host.bench.run({become: false, tasks});
    expect(ran.tasks.map(({status}) => status)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('nothing is refused that a task before it, as root, makes possible', async () => {
    const shut = folder('shut', 0, 0o755);
    const theirs = file('theirs', 0);
    const tasks = [
      {name: 'open', file: {path: shut, state: 'directory', owner: 'pi'}, become: true},
      {name: 'write', copy: {content: 'x', dest: `${shut}/new`}},
      {name: 'give', file: {path: theirs, owner: 'pi', group: 'people'}, become: true},
      {name: 'edit', lineinfile: {path: theirs, line: 'new'}},
      {name: 'folder', file: {path: at('own'), state: 'directory'}},
      {name: 'in it', copy: {content: 'x', dest: at('own', 'x')}},
    ];
    const plays = {become: false, tasks};
    const checked = await host.bench.run(plays, {mode: 'check'});
    const ran = await host.bench.run(plays);
    expect(ran.tasks.filter(({status}) => status !== 'changed')).toEqual([]);
    expect(checked.tasks.filter(({status}) => status === 'failed')).toEqual([]);
  });

  it('nothing is refused after a command as root of which nobody knows what it does', async () => {
    const shut = folder('shut', 0, 0o755);
    file('shut/theirs', pi);
    const theirs = file('theirs', 0);
    const tasks = [
      {name: 'open', shell: `chmod 0777 ${shut}; chown pi ${theirs}`, become: true},
      {name: 'write', copy: {content: 'x', dest: `${shut}/new`}},
      {name: 'edit', lineinfile: {path: `${shut}/theirs`, line: 'x'}},
      {name: 'mode', file: {path: theirs, mode: '0600'}},
    ];
    const checked = await host.bench.run({become: false, tasks}, {mode: 'check'});
    const ran = await host.bench.run({become: false, tasks});
    expect(ran.tasks.filter(({status}) => status !== 'changed')).toEqual([]);
    expect(checked.tasks.filter(({status}) => status === 'failed')).toEqual([]);
  });
});
