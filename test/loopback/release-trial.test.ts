import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {smokeRun} from '../../src/modules/release/smoke.ts';
import {type Shell, shells} from './resources-shell.ts';

// The trial of a program before it takes its place, by each shell that a host may have, busybox with its own tools and no
// others: as a host runs it, without a host.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-trial-'));
  // Whoever tries it must get there.
  chmodSync(directory, 0o755);
});
afterAll(() => rmSync(directory, {recursive: true}));

let count = 0;
function program(content: Buffer | string): string {
  const file = path.join(directory, `program-${count++}`);
  writeFileSync(file, content, {mode: 0o755});
  return file;
}

/** No machine has this number, and no emulator runs it. */
const noMachine = 0x1234;

/** Bytes that a shell would obey, were they read as a script. */
function foreign(mark: string): Buffer {
  const head = Buffer.alloc(64);
  head.write('\x7fELF\x02\x01\x01', 'latin1');
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(noMachine, 18);
  return Buffer.concat([head, Buffer.from(`\n: >${mark}\nexit 0\n`)]);
}

interface Trial {
  readonly user?: string;
  readonly seconds?: number;
  readonly wrapper?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function tried(shell: Shell, file: string, {user, seconds = 30, wrapper = [], env = {}}: Trial = {}) {
  const [, ...words] = smokeRun('tool 7', user, seconds, ['version']).map((word) =>
    word === '%s' ? file : word,
  );
  const [first = '', ...rest] = [...wrapper, shell.command[0], ...words];
  const begun = Date.now();
  const {status, stdout} = spawnSync(first, rest, {
    env: {PATH: `${shell.path}:/usr/sbin`, HOME: '/root', ...env},
    encoding: 'utf8',
    timeout: 20_000,
  });
  return {status, stdout, seconds: (Date.now() - begun) / 1000};
}

/** A process that ended is there until its parent asks for it. */
function runs(pid: string): boolean {
  return existsSync(`/proc/${pid}`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

const cases = shells().flatMap((shell) => [
  {name: `${shell.name}, as oneself`, shell, as: {}},
  {name: `${shell.name}, as another user`, shell, as: {user: 'nobody'}},
]);

describe.each(cases)('a program that is tried ($name)', ({shell, as}) => {
  it('passes when it ends with 0, be it a program or a script', () => {
    expect(tried(shell, program('#!/bin/sh\n[ "$1" = version ]\n'), as)).toMatchObject({
      status: 0,
      stdout: '',
    });
    expect(tried(shell, program(readFileSync('/bin/true')), as)).toMatchObject({status: 0, stdout: ''});
  });

  it('is told with what it said when it fails', () => {
    const {status, stdout} = tried(shell, program('#!/bin/sh\n/usr/bin/id -un\necho no >&2\nexit 3\n'), as);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^tool 7 does not run here: it ended with exit code 3; .*\n(root|nobody)\nno\n$/);
  });

  it('may say very much: no more than 64 KiB of it are kept, and it ends as it ends', () => {
    const temporary = mkdtempSync(path.join(directory, 'temporary-'));
    chmodSync(temporary, 0o777);
    const much = 'echo first\n/usr/bin/head -c 3000000 /dev/zero | /usr/bin/tr "\\000" x\n';
    const mark = path.join(directory, `said-${count++}`);
    // Only who tries it sees what is kept.
    const look = 'user' in as ? '' : `wc -c "$TMPDIR"/*/said >${mark}\n`;
    const env = {TMPDIR: temporary};
    const {status, stdout} = tried(shell, program(`#!/bin/sh\n${much}${look}exit 3\n`), {...as, env});
    expect(stdout).toMatch(/it ended with exit code 3; what was there before stays\nfirst\nx/);
    expect(status).toBe(1);
    if (look !== '') expect(Number.parseInt(readFileSync(mark, 'utf8'), 10)).toBeLessThanOrEqual(65_536);
    expect(tried(shell, program(`#!/bin/sh\n${much}`), as)).toMatchObject({status: 0, stdout: ''});
  });

  it('is not read as a script when it is for another machine', () => {
    const mark = path.join(directory, `mark-${count++}`);
    const {status, stdout} = tried(shell, program(foreign(mark)), as);
    expect(stdout).toMatch(/cannot be executed \(exit code 126\): it is built for another machine than \S+;/);
    expect(status).toBe(1);
    expect(existsSync(mark)).toBe(false);
  });

  it('is told to lack what starts it', () => {
    const {status, stdout} = tried(shell, program('#!/nope/loader\n'), as);
    expect(stdout).toMatch(/was not found by the kernel \(exit code 127\): the loader, the interpreter or/);
    expect(status).toBe(1);
  });

  it('is told to lie on a file system without exec', () => {
    const mount = 'mount -t tmpfs -o noexec none "$0" && cp "$1" "$0/program" && shift && exec "$@"';
    const place = mkdtempSync(path.join(directory, 'noexec-'));
    const wrapper = ['/usr/bin/unshare', '-m', '/bin/sh', '-c', mount, place, program('#!/bin/sh\nexit 0\n')];
    const {status, stdout} = tried(shell, path.join(place, 'program'), {...as, wrapper});
    expect(stdout).toMatch(
      /cannot be executed \(exit code 126\): it lies on a file system without exec(?:, or in a folder that \w+ may not enter)?;/,
    );
    expect(status).toBe(1);
  });

  it('is ended in time with all that it started, though it does not listen', async () => {
    const pids = path.join(directory, `pids-${count++}`);
    writeFileSync(pids, '');
    chmodSync(pids, 0o666);
    const deaf = `#!/bin/sh\ntrap '' TERM HUP\n(while :; do sleep 1; done) &\necho $$ $! >${pids}\nwhile :; do sleep 1; done\n`;
    const {status, stdout, seconds} = tried(shell, program(deaf), {...as, seconds: 1});
    expect(stdout).toMatch(/does not run here: it did not end within 1 s;/);
    expect(status).toBe(1);
    expect(seconds).toBeLessThan(10);
    await expect.poll(() => readFileSync(pids, 'utf8').trim().split(' ').filter(runs)).toEqual([]);
  });

  it('leaves nothing running when it ends and what it started does not', async () => {
    const pid = path.join(directory, `pid-${count++}`);
    writeFileSync(pid, '');
    chmodSync(pid, 0o666);
    const {status, seconds} = tried(shell, program(`#!/bin/sh\nsleep 50 &\necho $! >${pid}\n`), as);
    expect(status).toBe(0);
    expect(seconds).toBeLessThan(10);
    await expect.poll(() => runs(readFileSync(pid, 'utf8').trim())).toBe(false);
  });
});
