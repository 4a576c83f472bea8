import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest';
import {bundle} from '../../scripts/bundle.ts';

let directory = '';

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-secret-files-'));
  await bundle('src/main.ts', path.join(directory, 'vprov.mjs'));
  // An editor that says where it is and waits; the program that has the file open is another.
  writeFileSync(
    path.join(directory, 'editor.sh'),
    'echo "$1" >opened.new; mv opened.new opened; exec sleep 600\n',
  );
  writeFileSync(path.join(directory, 's.yml'), 'token: CANARY-1\n');
  expect(vprov('encrypt', '-p', 's.yml').status).toBe(0);
});

afterAll(() => rmSync(directory, {recursive: true}));

const environment = {
  PATH: process.env.PATH ?? '',
  VPROV_AGE_PASSPHRASE: 'open sesame',
  EDITOR: 'sh editor.sh',
};

function vprov(...args: readonly string[]): {status: number | null; stdout: string; stderr: string} {
  // In a session of its own there is no terminal to ask at.
  return spawnSync('setsid', ['--wait', process.execPath, 'vprov.mjs', 'secrets', ...args], {
    cwd: directory,
    env: environment,
    encoding: 'utf8',
  });
}

/** `vprov secrets edit` whose editor has the file open. */
async function editing(): Promise<{program: ChildProcess; file: string}> {
  const marker = path.join(directory, 'opened');
  rmSync(marker, {force: true});
  const program = spawn(process.execPath, ['vprov.mjs', 'secrets', 'edit', 's.yml'], {
    cwd: directory,
    env: environment,
    stdio: 'ignore',
    detached: true,
  });
  await vi.waitFor(() => expect(existsSync(marker)).toBe(true), {timeout: 20_000, interval: 20});
  const file = readFileSync(marker, 'utf8').trim();
  expect(readFileSync(file, 'utf8')).toBe('token: CANARY-1\n');
  return {program, file};
}

/** The same where the folder has no room left, in a mount namespace: the file that is there, and nothing else. */
function withoutRoom(...args: readonly string[]): {status: number | null; stdout: string; stderr: string} {
  const fill =
    'mount -t tmpfs -o size=64k any "$1" && cp "$2" "$1/s.yml"; cat /dev/zero >"$1/zero" 2>/dev/null; cp "$1/s.yml" "$2.before"; shift; shift';
  const folder = path.join(directory, 'full');
  mkdirSync(folder, {recursive: true});
  const program = [process.execPath, path.join(directory, 'vprov.mjs'), 'secrets', ...args];
  const script = `${fill}; cd "$0" && "$@"; code=$?; ls -A; cmp s.yml ../s.yml.before && exit $code; exit 99`;
  return spawnSync(
    'setsid',
    [
      '--wait',
      'unshare',
      '-m',
      'sh',
      '-c',
      script,
      folder,
      folder,
      path.join(directory, 's.yml'),
      ...program,
    ],
    {cwd: directory, env: {...environment, EDITOR: 'sh -c \'echo more: 1 >>"$1"\' sh'}, encoding: 'utf8'},
  );
}

describe('vprov secrets, as a process', () => {
  it('a file with a passphrase keeps it, and its text, through an edit', () => {
    const editor = {...environment, EDITOR: 'sh -c \'echo more: 1 >>"$1"\' sh'};
    const command = ['--wait', process.execPath, 'vprov.mjs', 'secrets', 'edit', 's.yml'];
    expect(spawnSync('setsid', command, {cwd: directory, env: editor}).status).toBe(0);
    expect(vprov('view', 's.yml').stdout).toBe('token: CANARY-1\nmore: 1\n');
    writeFileSync(path.join(directory, 's.yml'), 'token: CANARY-1\n');
    expect(vprov('encrypt', '-p', 's.yml').status).toBe(0);
  });

  it('a value on standard input that is not UTF-8 is refused', () => {
    const command = ['--wait', process.execPath, 'vprov.mjs', 'secrets', 'encrypt', '-p', '--value', 'q'];
    const input = Buffer.from('caf\xe9', 'latin1');
    const {status, stdout, stderr} = spawnSync('setsid', command, {
      cwd: directory,
      env: environment,
      encoding: 'utf8',
      input,
    });
    expect([status, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^error: .*not text in UTF-8\n/)]);
  });

  it.each([
    [['decrypt', 's.yml'], /^error: s\.yml cannot be written, and is as it was: the disk is full\n/],
    [['rekey', '-p', 's.yml'], /^error: s\.yml cannot be written, and is as it was: the disk is full\n/],
    [['edit', 's.yml'], /^error: s\.yml cannot be written, and is as it was: the disk is full\n/],
    [['keygen', 'id.txt'], /^error: id\.txt cannot be written: the disk is full\n/],
  ] as const)('%s says that the disk is full, and leaves all as it was', (args, words) => {
    const {status, stdout, stderr} = withoutRoom(...args);
    expect(stderr).toMatch(words);
    expect(stdout).toBe('s.yml\nzero\n');
    expect(status).toBe(1);
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)(
    'leaves no plaintext behind when %s ends it',
    async (signal) => {
      const before = readFileSync(path.join(directory, 's.yml'), 'utf8');
      const {program, file} = await editing();
      program.kill(signal);
      await once(program, 'exit');
      await vi.waitFor(() => expect(existsSync(path.dirname(file))).toBe(false), {
        timeout: 20_000,
        interval: 20,
      });
      expect(readFileSync(path.join(directory, 's.yml'), 'utf8')).toBe(before);
      expect(readdirSync(directory).filter((name) => name.startsWith('.s.yml'))).toEqual([]);
      // The editor outlives a program that was killed; nobody else may end it.
      if (program.pid !== undefined && signal === 'SIGKILL') process.kill(-program.pid, 'SIGTERM');
    },
  );
});
