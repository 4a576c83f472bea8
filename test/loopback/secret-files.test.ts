import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
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

describe('vprov secrets, as a process', () => {
  it('a file with a passphrase keeps it, and its text, through an edit', () => {
    const editor = {...environment, EDITOR: 'sh -c \'echo more: 1 >>"$1"\' sh'};
    const command = ['--wait', process.execPath, 'vprov.mjs', 'secrets', 'edit', 's.yml'];
    expect(spawnSync('setsid', command, {cwd: directory, env: editor}).status).toBe(0);
    expect(vprov('view', 's.yml').stdout).toBe('token: CANARY-1\nmore: 1\n');
    writeFileSync(path.join(directory, 's.yml'), 'token: CANARY-1\n');
    expect(vprov('encrypt', '-p', 's.yml').status).toBe(0);
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
