import {execFile} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {bundle} from '../../scripts/bundle.ts';
import {type Ring, startRing, transports} from './ring.ts';

let ring: Ring;
let directory = '';
const at = (...names: readonly string[]): string => join(directory, ...names);

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  directory = mkdtempSync(join(tmpdir(), 'vprov-home-'));
  await bundle('src/main.ts', at('vprov.mjs'));
  for (const home of ['passwd-home', 'other-home'])
    mkdirSync(at(home, '.ssh'), {recursive: true, mode: 0o700});
  copyFileSync(ring.keyFile, at('passwd-home', '.ssh', 'id_ed25519'));
  const users = readFileSync('/etc/passwd', 'utf8');
  writeFileSync(at('passwd'), users.replace(/^(root:.*:)[^:]*(:[^:]*)$/m, `$1${at('passwd-home')}$2`));
});

afterAll(async () => {
  await ring.stop();
  rmSync(directory, {recursive: true});
});

/** Runs vprov where passwd has one home of ours, and $HOME another. */
function vprov(...words: readonly string[]): Promise<{exitCode: number; text: string}> {
  const script = 'mount --make-rprivate / && mount --bind "$1" /etc/passwd && shift && exec "$@"';
  const program = [process.execPath, at('vprov.mjs'), ...words];
  const env = {PATH: process.env.PATH, HOME: at('other-home'), XDG_CACHE_HOME: at('cache')};
  const args = ['--mount', '/bin/sh', '-c', script, 'sh', at('passwd'), ...program];
  return new Promise((resolve) => {
    execFile('unshare', args, {cwd: directory, env}, (error, stdout, stderr) =>
      resolve({exitCode: Number(error?.code ?? 0), text: stdout + stderr}),
    );
  });
}

describe.each(transports)('where $HOME is another than that of passwd, by %s', (transport) => {
  it.each([
    ["ssh's default files", {}],
    [
      'a path of the inventory',
      {private_key_file: '~/.ssh/id_ed25519', known_hosts_file: '~/.ssh/known_hosts'},
    ],
  ])("the home is ssh's own, also for the key that trust keeps: %s", async (_, own) => {
    rmSync(at('passwd-home', '.ssh', 'known_hosts'), {force: true});
    const host = {host: '127.0.0.1', port: ring.port, user: 'pi', ssh_config_file: 'none', transport, ...own};
    writeFileSync(at('hosts.yml'), JSON.stringify({all: {hosts: {wallpi: host}}}));
    const fingerprint = /SHA256:\S+/.exec((await vprov('trust', '-i', 'hosts.yml')).text)?.[0] ?? '';
    expect(await vprov('trust', '-i', 'hosts.yml', '--fingerprint', fingerprint)).toMatchObject({
      exitCode: 0,
    });
    expect(existsSync(at('other-home', '.ssh', 'known_hosts'))).toBe(false);
    const told = await vprov('exec', 'wallpi', '-i', 'hosts.yml', '--', 'id', '-un');
    expect(told).toEqual({exitCode: 0, text: expect.stringMatching(/^pi$/m)});
  });
});
