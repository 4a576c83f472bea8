import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {contentOf, crontabWant, mountWant, sysctlWant} from '../../src/resources/index.ts';
import {breaches, plan, type RunOptions, type Shell, shells} from './resources-shell.ts';

// Kinds of the system itself: on namespaces of their own, so that this machine stays as it is.

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-system-'));
});

afterEach(() => rmSync(directory, {recursive: true, force: true}));

function expectReached(host: Shell, want: Parameters<typeof breaches>[1], options: RunOptions): void {
  const {change, breaches: found} = breaches(host, want, options);
  expect(found, JSON.stringify(want)).toEqual([]);
  expect(change, JSON.stringify(want)).toHaveProperty('attributes');
  expect(plan(host, want, options)).toBeUndefined();
}

describe.each(shells())('under $name', (host) => {
  describe('a setting of the kernel', () => {
    let holder: ChildProcess;
    let options: RunOptions = {};

    beforeAll(async () => {
      // A host name of its own, for as long as the process lives.
      holder = spawn('unshare', ['--uts', 'sh', '-c', 'echo ready; read -r _'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      if (holder.stdout) await once(holder.stdout, 'data');
      options = {wrapper: ['/usr/bin/nsenter', '-t', String(holder.pid), '-u']};
    });

    afterAll(async () => {
      const exited = once(holder, 'exit');
      holder.stdin?.end();
      await exited;
    });

    it('is set, by either spelling of its name, and refused where the kernel has none', () => {
      expectReached(host, sysctlWant('kernel.hostname', 'a-name.of-its-own'), options);
      expectReached(host, sysctlWant('kernel/hostname', 'another'), options);
      expect(plan(host, sysctlWant('kernel.hostname', ' another '), options)).toBeUndefined();
      expect(plan(host, sysctlWant('kernel.nope', '1'), options)).toMatchObject({
        refused: 'the kernel of the host has no setting kernel.nope',
      });
      // Its file is read-only. Busybox says that root may write everything.
      if (host.name !== 'busybox')
        expect(plan(host, sysctlWant('kernel.osrelease', '1'), options)).toMatchObject({
          refused: 'the kernel setting kernel.osrelease cannot be set here: it is read-only',
        });
    });
  });

  it('a crontab is made, changed and emptied', () => {
    // busybox's crontab, which keeps them where others do.
    symlinkSync('/bin/busybox', path.join(directory, 'crontab'));
    const spool = path.join(directory, 'spool');
    mkdirSync(path.join(spool, 'cron/crontabs'), {recursive: true});
    const shell = {...host, path: `${directory}:${host.path}`};
    const script = 'mount --bind "$0" /var/spool && exec "$@"';
    const options = {wrapper: ['/usr/bin/unshare', '-m', '/bin/sh', '-c', script, spool]};
    const text = "MAILTO=\"\"\n# it's $HOME\n* * * * * date '+\\%s' >/dev/null\n";
    expectReached(shell, crontabWant('root', contentOf(text)), options);
    expect(readFileSync(path.join(spool, 'cron/crontabs/root'), 'utf8')).toBe(text);
    expectReached(shell, crontabWant('root', contentOf('@daily x\n')), options);
    expectReached(shell, crontabWant('root', contentOf('')), options);
    expect(plan(shell, crontabWant('nobody-here', contentOf(text)), options)).toMatchObject({
      refused: "user 'nobody-here' does not exist on the host, and no task before this one makes it",
    });
  });

  describe('a mount', () => {
    let holder: ChildProcess;
    let place = '';
    let options: RunOptions = {};

    beforeAll(async () => {
      place = mkdtempSync(path.join(tmpdir(), 'vprov-mount-'));
      mkdirSync(path.join(place, 'from'));
      mkdirSync(path.join(place, "it's here"));
      const fstab = `${place}/from ${place}/it's\\040here none bind 0 0\n`;
      writeFileSync(path.join(place, 'fstab'), fstab);
      holder = spawn(
        'unshare',
        ['-m', 'sh', '-c', `mount --bind ${place}/fstab /etc/fstab; echo ready; read -r _`],
        {stdio: ['pipe', 'pipe', 'inherit']},
      );
      if (holder.stdout) await once(holder.stdout, 'data');
      options = {wrapper: ['/usr/bin/nsenter', '-t', String(holder.pid), '-m']};
    });

    afterAll(async () => {
      const exited = once(holder, 'exit');
      holder.stdin?.end();
      await exited;
      rmSync(place, {recursive: true, force: true});
    });

    it('is made as fstab says, or as the task does, and undone', () => {
      const target = path.join(place, "it's here");
      expectReached(host, mountWant(target, {mounted: true}), options);
      expectReached(host, mountWant(target, {mounted: false}), options);
      const from = {source: 'tmpfs', fstype: 'tmpfs', options: 'size=64k,mode=0700'};
      expectReached(host, mountWant(target, {mounted: true, from}), options);
      expectReached(host, mountWant(target, {mounted: false}), options);
      const bind = {source: path.join(place, 'from'), fstype: 'none', options: 'bind'};
      expectReached(host, mountWant(target, {mounted: true, from: bind}), options);
      expectReached(host, mountWant(target, {mounted: false}), options);
    });
  });
});
