import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, rmSync, watch, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {bundle} from '../../scripts/bundle.ts';
import {quote} from '../../src/shell/index.ts';
import {settled} from '../fleet/capture.ts';
import {authorize, makeKey} from './keys.ts';
import {type Ring, startRing, transports} from './ring.ts';

let ring: Ring;
let directory = '';
const passphrase = 'correct horse';

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-question-'));
  await bundle('src/main.ts', path.join(directory, 'vprov.mjs'));
});

afterAll(async () => {
  await ring.stop();
  rmSync(directory, {recursive: true});
});

/** Resolves when the file is there. */
async function standing(file: string): Promise<void> {
  const watcher = watch(path.dirname(file));
  try {
    while (!existsSync(file)) await once(watcher, 'change');
  } finally {
    watcher.close();
  }
}

it.each(transports)(
  'a question stays on the terminal while another host works, by %s',
  {timeout: 60_000},
  async (transport) => {
    const keyFile = makeKey(directory, `locked-${transport}`, passphrase);
    authorize(ring.directory, keyFile);
    const host = {
      host: '127.0.0.1',
      port: ring.port,
      user: 'pi',
      known_hosts_file: ring.knownHostsFile,
      transport,
    };
    const hosts = {
      wallpi: {...host, private_key_file: ring.keyFile},
      deskpi: {...host, private_key_file: keyFile},
    };
    writeFileSync(path.join(directory, 'hosts.yml'), JSON.stringify({all: {hosts}}));
    const last = path.join(ring.directory, 'home-pi', `last-${transport}`);
    const tasks = ['sleep 1', 'sleep 0.5', `touch ${last}-$1; sleep 0.2`].map((script, index) => ({
      name: `step ${index}`,
      command: {argv: ['sh', '-c', script, 'sh', '{{ inventory_hostname }}']},
    }));
    writeFileSync(
      path.join(directory, 'site.yml'),
      JSON.stringify([{hosts: 'all', gather_facts: false, tasks}]),
    );
    const program = [
      process.execPath,
      path.join(directory, 'vprov.mjs'),
      'run',
      'site.yml',
      '-i',
      'hosts.yml',
    ];
    const command = `stty cols 80 rows 24; exec ${program.map(quote).join(' ')}`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: directory,
      env: {PATH: process.env.PATH, HOME: directory, TERM: 'xterm', SHELL: '/bin/sh', NO_COLOR: '1'},
    });
    const ended = once(child, 'close').then(([code]) => code as number);
    let shown = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    const question = /[Pp]assphrase[^\n]*: ?$/;
    const lastLine = (): string => settled(shown).split('\n').at(-1) ?? '';
    const early = ended.then(() => {
      throw new Error(`ended too early: ${shown}`);
    });
    early.catch(() => undefined);
    while (!question.test(shown)) await Promise.race([once(child.stdout, 'data'), early]);
    const asked = shown.length;
    // The other host is through with two tasks of a second and more by then, which the live line would have told.
    await Promise.race([standing(`${last}-wallpi`), early]);
    expect(shown.slice(asked)).toBe('');
    expect(lastLine()).toMatch(/passphrase/i);
    child.stdin.write(`${passphrase}\r`);
    expect([await ended, settled(shown)]).toEqual([0, expect.stringMatching(/2 hosts, 6 changed/)]);
    expect(shown.match(/passphrase/gi)).toHaveLength(1);
    expect(shown).not.toContain(passphrase);
    expect(existsSync(`${last}-deskpi`)).toBe(true);
  },
);
