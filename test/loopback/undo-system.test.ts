import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {aptHost, publish} from './apt-host.ts';
import {Bench, type Play, shell} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

// What belongs to the system, taken back: on a host with packages, a crontab, an fstab and a kernel setting of its own.

let ring: Ring;
let bench: Bench;
let records = '';
let apt = '';
let aheadMs = 0;

const demo = (version: string) => ({
  name: 'demo',
  version,
  files: {'/opt/demo/version': version, '/opt/etc/demo.conf': 'a'},
});

beforeAll(async () => {
  apt = mkdtempSync(path.join(tmpdir(), 'vprov-apt-'));
  ring = await startRing({
    shell: 'dash',
    setUp: [
      ...aptHost(apt),
      'cp -a /etc $directory/etc; mount --bind $directory/etc /etc; : >/etc/fstab',
      'ln -s /usr/bin/busybox /usr/local/sbin/crontab',
      'mkdir -p $directory/spool/cron/crontabs; mount --bind $directory/spool /var/spool',
      // A name of the kernel's that is a file of ours.
      'mkdir -p $directory/kernel/demo; echo 1 >$directory/kernel/demo/value; mount --bind $directory/kernel /proc/sys/dev',
    ],
  });
  bench = new Bench({wallpi: ring});
  records = path.join(bench.directory, '.vprov', 'runs');
  publish(apt, [demo('1.0-1')]);
  expect((await run([{apt: {update_cache: true}}])).summary.exitCode).toBe(0);
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
  rmSync(apt, {recursive: true, force: true});
});

/** Runs are named by the second in which they are begun. */
function options() {
  aheadMs += 2_000;
  const ownMs = aheadMs;
  return {records, now: () => Date.now() + ownMs};
}

const run = (tasks: readonly Play[], more: Play = {}) => bench.run({tasks, ...more}, options());
const undo = () => bench.undo('last', options());

/** What the host itself says. */
async function said(script: string): Promise<string | undefined> {
  const {message} = await bench.run({
    tasks: [shell('ask', script, {reads_only: true, register: 'r'}), {name: 'said', debug: '{{ r.stdout }}'}],
  });
  return message('said');
}

interface Case {
  readonly title: string;
  /** Tasks that make the state before. */
  readonly before: readonly Play[];
  readonly task: () => Play;
  readonly world: string;
  /** By hand, between the run and its undo. */
  readonly moves: string;
  readonly refusal: RegExp;
}

const mounts = "grep -e ' /mnt/' /proc/self/mountinfo | cut -d' ' -f4-6,9- || :; cat /etc/fstab";
const crontab = 'crontab -l 2>/dev/null || :';
const packages =
  "dpkg -l 'demo*' 2>/dev/null | grep '^.[inc]'; cat /opt/demo/version /opt/etc/demo.conf 2>&1 || :";

const cases: readonly Case[] = [
  {
    title: 'a setting of the kernel, now and at boot',
    before: [],
    task: () => ({sysctl: {name: 'dev.demo.value', value: '2'}}),
    world: 'cat /proc/sys/dev/demo/value; cat /etc/sysctl.d/90-vprov.conf 2>&1 || :',
    moves: 'echo 3 >/proc/sys/dev/demo/value',
    refusal: /^the host has moved on: value is 3, that run left 2/,
  },
  {
    title: 'the first entry of a crontab',
    before: [],
    task: () => ({cron: {name: 'a', minute: '5', job: '/bin/true'}}),
    world: crontab,
    moves: "echo '@daily mine' | crontab -",
    refusal: /the contents are not those that it left/,
  },
  {
    title: 'an entry of a crontab that has others',
    before: [{shell: "printf '%s\\n' \"# it's mine\" '@daily echo $HOME' | crontab -"}],
    task: () => ({cron: {name: 'a', minute: '5', job: '/bin/true'}}),
    world: crontab,
    moves: "{ crontab -l; echo '@daily more'; } | crontab -",
    refusal: /the contents are not those that it left/,
  },
  {
    title: 'a mount',
    before: [{file: {path: '/mnt/a b', state: 'directory'}}],
    task: () => ({
      mount: {path: '/mnt/a b', src: 'tmpfs', fstype: 'tmpfs', opts: 'size=64k', state: 'mounted'},
    }),
    world: mounts,
    moves: "umount '/mnt/a b'; mount -t tmpfs -o ro,size=32k other '/mnt/a b'; echo '# more' >>/etc/fstab",
    refusal: /moved on/,
  },
  {
    title: 'a mount in the place of which another stands',
    before: [{file: {path: '/mnt/c', state: 'directory'}}],
    task: () => ({
      mount: {path: '/mnt/c', src: 'tmpfs', fstype: 'tmpfs', opts: 'size=64k', state: 'mounted'},
    }),
    world: mounts,
    moves: 'umount /mnt/c; mount -t tmpfs other /mnt/c',
    refusal: /mounted is other \(tmpfs\), that run left tmpfs \(tmpfs\)/,
  },
  {
    title: 'a mount that was removed',
    before: [
      {
        mount: {
          path: '/mnt/b',
          src: 'tmpfs',
          fstype: 'tmpfs',
          opts: 'nosuid,noexec,size=96k',
          state: 'mounted',
        },
      },
    ],
    task: () => ({mount: {path: '/mnt/b', state: 'absent'}}),
    world: mounts,
    moves: 'mount -t tmpfs other /mnt/b; echo "# more" >>/etc/fstab',
    refusal: /moved on/,
  },
  {
    title: 'a package that was installed',
    before: [],
    task: () => ({apt: {name: 'demo', state: 'present'}}),
    world: packages,
    moves: 'apt-get -y purge demo >/dev/null 2>&1',
    refusal: /^it is as it was/,
  },
  {
    title: 'a package that was removed',
    before: [{apt: {name: 'demo', state: 'present'}}],
    task: () => ({apt: {name: 'demo', state: 'absent'}}),
    world: packages,
    moves: 'apt-get -y install demo >/dev/null 2>&1',
    refusal: /^it is as it was/,
  },
];

describe('undo after a run restores', () => {
  it.each(cases)('$title, and refuses it where the host moved on', async ({title, ...one}) => {
    const {before, task, world, moves, refusal} = one;
    expect((await run(before.map((play) => ({name: 'before', ...play})))).summary.exitCode).toBe(0);
    const was = await said(world);
    expect((await run([{name: 'it', ...task()}])).statuses).toEqual(['it: changed']);
    expect(await said(world)).not.toBe(was);
    const undone = await undo();
    expect([undone.summary.exitCode, undone.statuses.every((line) => line.endsWith(': changed'))]).toEqual([
      0,
      true,
    ]);
    expect(await said(world)).toBe(was);

    expect((await run([{name: 'it', ...task()}])).statuses).toEqual(['it: changed']);
    const {events} = await bench.run({tasks: [shell('moves', moves)]});
    expect(events).toContainEqual(expect.objectContaining({type: 'task', status: 'changed'}));
    const moved = await said(world);
    const refused = await undo();
    expect(refused.tasks.map(({message}) => message).join('\n')).toMatch(refusal);
    if (!title.startsWith('a package')) expect(refused.summary.exitCode).not.toBe(0);
    if (title.includes('crontab')) expect(await said(world)).toBe(moved);
    await bench.run({
      tasks: [
        shell(
          'tidy',
          'crontab -r; umount /mnt/*; : >/etc/fstab; echo 1 >/proc/sys/dev/demo/value; rm -f /etc/sysctl.d/90-vprov.conf; apt-get -y purge demo; :',
        ),
      ],
    });
  });
});

it('a crontab that a removed user left is seen when that user is there again', async () => {
  const user = (state: string): Play => ({name: 'user', user: {name: 'vprovcron', state}});
  const cron = {name: 'cron', cron: {name: 'a', minute: '5', job: '/bin/true', user: 'vprovcron'}};
  await run([user('present')]);
  await run([cron, user('absent')]);
  expect((await bench.check({tasks: [user('present'), cron]})).statuses).toEqual([
    'user: would-change',
    'cron: unknown',
  ]);
  const foretold = await bench.undo('last', {mode: 'check', ...options()});
  expect(foretold.statuses).toEqual(['user: would-change', 'cron: unknown']);
  const undone = await undo();
  expect([undone.statuses, undone.summary.exitCode]).toEqual([['user: changed', 'cron: changed'], 0]);
  expect(await said('ls /var/spool/cron/crontabs | grep vprovcron || :')).toBe('');
  await run([user('absent')]);
});
