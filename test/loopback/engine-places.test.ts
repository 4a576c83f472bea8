import {existsSync, mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {Bench, type Play, textOf} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

// What stands at paths over which something is mounted, and in the homes of users that are made: what check mode foretells of it.

let ring: Ring;
let bench: Bench;
let place = '';
let count = 0;

beforeAll(async () => {
  ring = await startRing({
    shell: 'dash',
    // Users are made and file systems mounted here: in an /etc and a /home of the host's own.
    setUp: [
      'cp -a /etc $directory/etc; mount --bind $directory/etc /etc; mount -t tmpfs none /var/log',
      'mount -t tmpfs none /home',
    ],
  });
  bench = new Bench({wallpi: ring});
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
const directory = (name: string, more: Play = {}): Play => ({
  name: `directory ${path.basename(name)}`,
  file: {path: name, state: 'directory', ...more},
});
const copy = (dest: string, more: Play = {}): Play => ({
  name: `copy ${path.basename(dest)}`,
  copy: {dest, content: 'x\n', ...more},
});

async function both(tasks: readonly Play[]) {
  const checked = await bench.check({tasks});
  return {checked, ran: await bench.run({tasks})};
}

describe('what is on a mount point and below it', () => {
  const tmpfs = {src: 'tmpfs', fstype: 'tmpfs', opts: 'size=1m,mode=1777'};

  it('is unknown once a mount is planned, and looked at anew once it is made', async () => {
    const point = at('point');
    const again = [directory(point, {mode: '0755'}), copy(at('point', 'f'))];
    const {checked, ran} = await both([
      ...again,
      {name: 'mount', mount: {path: point, ...tmpfs, state: 'mounted'}},
      ...again,
      {name: 'mount again', mount: {path: point, ...tmpfs, state: 'mounted'}},
      directory(at('beside')),
    ]);
    expect(checked.statuses).toEqual([
      'directory point: would-change',
      'copy f: would-change',
      'mount: would-change',
      'directory point: unknown',
      'copy f: unknown',
      // What is mounted there may not be a directory for all that is known of it.
      'mount again: unknown',
      'directory beside: would-change',
    ]);
    expect(checked.tasks[4]?.message).toBe('known after the run: depends on what directory point does');
    expect(ran.statuses).toEqual([
      'directory point: changed',
      'copy f: changed',
      'mount: changed',
      'directory point: changed',
      'copy f: changed',
      'mount again: ok',
      'directory beside: changed',
    ]);
  });

  it('is unknown once an unmount is planned', async () => {
    const point = at('point');
    mkdirSync(point, {mode: 0o755});
    writeFileSync(at('point', 'f'), 'hidden\n');
    await bench.run({
      tasks: [
        {name: 'mount', mount: {path: point, ...tmpfs, state: 'ephemeral'}},
        directory(at('point', 'g')),
      ],
    });
    const {checked, ran} = await both([
      {name: 'unmount', mount: {path: point, state: 'unmounted'}},
      directory(point, {mode: '0700'}),
      {name: 'no f', file: {path: at('point', 'f'), state: 'absent'}},
      directory(at('point', 'g')),
    ]);
    expect(checked.statuses).toEqual([
      'unmount: would-change',
      'directory point: unknown',
      'no f: unknown',
      'directory g: unknown',
    ]);
    expect(ran.statuses).toEqual([
      'unmount: changed',
      'directory point: changed',
      'no f: changed',
      'directory g: changed',
    ]);
  });
});

describe('what is mounted', () => {
  const tmpfs = {src: 'tmpfs', fstype: 'tmpfs', opts: 'size=1m'};

  it('is found behind a link: nothing is mounted twice, and it is known by its real name', async () => {
    mkdirSync(at('real dir'));
    symlinkSync('real dir', at('link'));
    const tasks = [
      {name: 'mount', mount: {path: at('link', 'a b'), ...tmpfs, state: 'ephemeral'}},
      copy(at('real dir', 'a b', 'f')),
      {name: 'again', mount: {path: at('real dir', 'a b'), ...tmpfs, state: 'ephemeral'}},
    ];
    const {checked, ran} = await both(tasks);
    expect(checked.statuses).toEqual(['mount: would-change', 'copy f: unknown', 'again: ok']);
    expect(ran.statuses).toEqual(['mount: changed', 'copy f: changed', 'again: ok']);
    expect((await bench.run({tasks})).statuses).toEqual(['mount: ok', 'copy f: ok', 'again: ok']);
    const gone = [
      {name: 'gone', mount: {path: at('link', 'a b'), state: 'unmounted'}},
      directory(at('real dir', 'a b', 'd')),
      {name: 'again', mount: {path: at('real dir', 'a b'), state: 'unmounted'}},
    ];
    const unmounted = await both(gone);
    expect(unmounted.checked.statuses).toEqual(['gone: would-change', 'directory d: unknown', 'again: ok']);
    expect(unmounted.ran.statuses).toEqual(['gone: changed', 'directory d: changed', 'again: ok']);
    // What is in a file system that is unmounted is not kept; what was below it is.
    expect(existsSync(at('real dir', 'a b', 'd'))).toBe(true);
  });

  it('is taken back behind a link', async () => {
    mkdirSync(at('real'));
    symlinkSync('real', at('link'));
    const records = path.join(bench.directory, '.vprov', 'runs');
    const task = {name: 'mount', mount: {path: at('link', 'point'), ...tmpfs, state: 'ephemeral'}};
    await bench.run({tasks: [task]}, {records});
    const options = {records, now: () => Date.now() + 2000};
    expect((await bench.undo('last', {...options, mode: 'check'})).summary.exitCode).toBe(0);
    const undone = await bench.undo('last', options);
    expect([undone.statuses, undone.summary.exitCode]).toEqual([['mount: changed', 'mount: changed'], 0]);
    expect((await bench.check({tasks: [task]})).statuses).toEqual(['mount: would-change']);
  });

  it('is not removed, nor what it is mounted in: check foretells it, and knows what is unmounted before', async () => {
    const gone = (name: string, ...names: readonly string[]): Play => ({
      name,
      file: {path: at(...names), state: 'absent'},
      ignore_errors: true,
    });
    mkdirSync(at('a b', 'point'), {recursive: true});
    mkdirSync(at('late', 'point'), {recursive: true});
    await bench.run({tasks: [{mount: {path: at('a b', 'point'), ...tmpfs, state: 'ephemeral'}}]});
    const {checked, ran} = await both([
      gone('point', 'a b', 'point'),
      gone('above', 'a b'),
      gone('beside', 'a'),
      {name: 'unmount', mount: {path: at('a b', 'point'), state: 'unmounted'}},
      gone('then', 'a b'),
      {name: 'mount', mount: {path: at('late', 'point'), ...tmpfs, state: 'ephemeral'}},
      gone('in it', 'late'),
    ]);
    const messages = (of: typeof ran): readonly unknown[] =>
      ['point', 'above', 'in it'].map((name) => of.message(name));
    expect(messages(checked)).toEqual([
      `failed, ignored: ${at('a b', 'point')} is mounted there: unmount it first`,
      `failed, ignored: ${at('a b', 'point')} is mounted there: unmount it first`,
      `failed, ignored: ${at('late', 'point')} is mounted there: unmount it first`,
    ]);
    expect(messages(ran)).toEqual(messages(checked));
    expect(ran.statuses).toEqual(checked.statuses.map((line) => line.replace('would-change', 'changed')));
    expect(ran.tasks.filter(({message}) => message).flatMap(({changes}) => changes)).toEqual([]);
    expect(existsSync(at('a b'))).toBe(false);
    await bench.run({tasks: [{mount: {path: at('late', 'point'), state: 'unmounted'}}]});
  });

  it('and cannot be, leaves no line in /etc/fstab', async () => {
    const table = path.join(ring.directory, 'etc', 'fstab');
    const before = textOf(table);
    const ran = await bench.run({
      tasks: [{name: 'mount', mount: {path: at('point'), src: 'x', fstype: 'nope', state: 'mounted'}}],
    });
    expect([ran.statuses, textOf(table)]).toEqual([['mount: failed'], before]);
  });
});

describe('the home of a user that is planned', () => {
  it('is there, its mode unknown, and what is made in it is foretold', async () => {
    const {checked, ran} = await both([
      {name: 'user', user: {name: 'zed', shell: '/bin/sh'}},
      directory('/home/zed', {owner: 'zed'}),
      copy('/home/zed/x', {owner: 'zed'}),
      directory('/home/zed/sub'),
      directory('/home/zed', {mode: '0711'}),
    ]);
    expect(checked.statuses).toEqual([
      'user: would-change',
      'directory zed: ok',
      'copy x: would-change',
      'directory sub: would-change',
      'directory zed: unknown',
    ]);
    expect(ran.statuses).toEqual([
      'user: changed',
      'directory zed: ok',
      'copy x: changed',
      'directory sub: changed',
      'directory zed: changed',
    ]);
  });

  it('is where the task says: authorized_key and files in it are no failures', async () => {
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6yXk8n4bUu0r0m2m7C9v2mVb5d1nJ7mZ5cHq3yQ9aB someone';
    const {checked, ran} = await both([
      {name: 'user', user: {name: 'bob', home: '/home/elsewhere'}},
      {name: 'key', authorized_key: {user: 'bob', key}},
      copy('/home/elsewhere/x'),
      {name: 'plain', user: {name: 'nohome', create_home: false}},
      directory('/home/nohome'),
    ]);
    expect(checked.statuses).toEqual([
      'user: would-change',
      'key: would-change',
      'copy x: would-change',
      'plain: would-change',
      'directory nohome: would-change',
    ]);
    expect(ran.statuses).toEqual([
      'user: changed',
      'key: changed',
      'copy x: changed',
      'plain: changed',
      'directory nohome: changed',
    ]);
  });

  it('keeps what was there before', async () => {
    await bench.run({tasks: [directory('/home/old', {mode: '0700'}), copy('/home/old/x')]});
    const {checked, ran} = await both([
      {name: 'user', user: {name: 'old'}},
      directory('/home/old', {mode: '0700'}),
      copy('/home/old/x'),
    ]);
    expect(checked.statuses).toEqual(['user: would-change', 'directory old: ok', 'copy x: ok']);
    expect(ran.statuses).toEqual(['user: changed', 'directory old: ok', 'copy x: ok']);
  });
});

describe('a tree', () => {
  it('is unknown where a mount or a new home may put something into it', async () => {
    mkdirSync(at('point'));
    const tree = (name: string): Play => directory(name, {recurse: true, owner: 'root'});
    const {checked, ran} = await both([
      directory(at('homes')),
      {name: 'user', user: {name: 'tree', home: at('homes', 'tree')}},
      tree(at('homes')),
      {name: 'mount', mount: {path: at('point'), src: 'tmpfs', fstype: 'tmpfs', state: 'ephemeral'}},
      tree(place),
    ]);
    const name = path.basename(place);
    expect(checked.statuses).toEqual([
      'directory homes: would-change',
      'user: would-change',
      'directory homes: unknown',
      'mount: would-change',
      `directory ${name}: unknown`,
    ]);
    expect(ran.statuses).toEqual([
      'directory homes: changed',
      'user: changed',
      'directory homes: changed',
      'mount: changed',
      `directory ${name}: ok`,
    ]);
  });
});
