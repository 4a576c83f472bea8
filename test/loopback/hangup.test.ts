import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer, type Server} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {askerPassword, type Ring, startRing} from './ring.ts';

// `vprov ssh` is asked to end, or its terminal is closed: nothing of it stays, neither here nor on the host.

let ring: Ring;
let directory = '';
/** Takes connections, and says nothing. */
let mute: Server;

beforeAll(async () => {
  ring = await startRing({shell: 'dash', sshdConfig: ['PasswordAuthentication yes']});
  directory = mkdtempSync(join(tmpdir(), 'vprov-hangup-'));
  mute = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const address = mute.address();
  const mutePort = typeof address === 'object' ? address?.port : undefined;
  const host = {
    host: '127.0.0.1',
    port: ring.port,
    user: 'pi',
    known_hosts_file: ring.knownHostsFile,
    ssh_config_file: 'none',
  };
  const hosts = {
    system: {...host, private_key_file: ring.keyFile},
    own: {...host, user: 'asker', ssh_password: askerPassword},
    mute: {...host, private_key_file: ring.keyFile, port: mutePort},
  };
  writeFileSync(join(directory, 'hosts.yml'), JSON.stringify({all: {hosts}}));
});

afterAll(async () => {
  mute.close();
  await ring.stop();
  rmSync(directory, {recursive: true});
});

/** Processes by their command lines, of this machine and its hosts. */
function processes(wanted: string, isPart = false): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return words === wanted || (isPart && words.includes(wanted)) ? [Number(pid)] : [];
      } catch {
        // Ended meanwhile.
        return [];
      }
    });
}

interface Started {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

function started(program: string, args: readonly string[]): Started {
  const child = spawn(program, args, {stdio: ['pipe', 'pipe', 'pipe']});
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  return {child, said: () => said, ended: once(child, 'close').then(([code]) => code as number | null)};
}

const typed = (host: string, seconds: number): readonly string[] => [
  'dist/vprov.mjs',
  'ssh',
  ...['-i', join(directory, 'hosts.yml'), host],
  ...['--', `echo begun; sleep ${seconds}; echo late`],
];

/** At a terminal of its own, which is closed when this ends. */
function atTerminal(words: readonly string[]): Started {
  const line = words.map((word) => `'${word}'`).join(' ');
  return started('script', ['-qec', `exec ${process.execPath} ${line}`, '/dev/null']);
}

const ways = ['system', 'own'] as const;
const signals = ['SIGTERM', 'SIGHUP'] as const;
let seconds = 4730;

describe.each(ways)('vprov ssh (%s)', (host) => {
  it.each([...signals, 'closed'] as const)('ends at a terminal, with the command there: %s', async (how) => {
    const words = typed(host, ++seconds);
    const {child, said, ended} = atTerminal(words);
    await expect.poll(said, {timeout: 10_000}).toContain('begun');
    const [own = 0] = processes([process.execPath, ...words].join(' '));
    expect(own).toBeGreaterThan(0);
    if (how === 'closed') child.kill('SIGKILL');
    else process.kill(own, how);
    const from = performance.now();
    const left = (): readonly number[] => [
      ...processes([process.execPath, ...words].join(' ')),
      ...processes(`sleep ${seconds}`),
    ];
    await expect.poll(left, {timeout: 10_000}).toEqual([]);
    expect(performance.now() - from).toBeLessThan(8000);
    if (how !== 'closed') expect([await ended, said()]).toEqual([143, expect.not.stringContaining('lost')]);
  });

  it.each(signals)('ends without a terminal, with the command there: %s', async (signal) => {
    const {child, said, ended} = started(process.execPath, typed(host, ++seconds));
    await expect.poll(said, {timeout: 10_000}).toContain('begun');
    const from = performance.now();
    child.kill(signal);
    expect(await ended).toBe(143);
    expect(performance.now() - from).toBeLessThan(2500);
    await expect.poll(() => processes(`sleep ${seconds}`), {timeout: 10_000}).toEqual([]);
    expect(said()).not.toMatch(/error:|lost|late/);
  });
});

describe('vprov ssh without a terminal', () => {
  it('gives the command its input, its errors and its exit code as they are, and leaves no process', async () => {
    const line = `: marker-4799; cat; printf '%s\\n' "it's a \\\\ ! $SHELL" >&2; exit 9`;
    const {child, said, ended} = started(process.execPath, [...typed('system', 1).slice(0, -1), line]);
    child.stdin?.end('one\n\\two');
    expect([await ended, said()]).toEqual([9, "one\n\\twoit's a \\ ! /bin/sh\n"]);
    await expect.poll(() => processes('marker-4799', true), {timeout: 10_000}).toEqual([]);
  });
});

describe('vprov ssh to a host that says nothing', () => {
  it('ends at once when it is interrupted', async () => {
    const {child, ended, said} = started(process.execPath, typed('mute', 1));
    await expect.poll(() => mute.listening && processesOf(child.pid), {timeout: 10_000}).not.toEqual([]);
    child.kill('SIGINT');
    const from = performance.now();
    expect(await ended).toBe(130);
    expect(performance.now() - from).toBeLessThan(2000);
    expect(said()).not.toContain('error:');
  });
});

describe('vprov trust', () => {
  it('says nothing of running changes when it is interrupted: there are none', async () => {
    const words = ['dist/vprov.mjs', 'trust', '-i', join(directory, 'hosts.yml'), 'mute'];
    const looking = once(mute, 'connection');
    const {child, ended, said} = started(process.execPath, words);
    await looking;
    child.kill('SIGINT');
    expect([await ended, said()]).toEqual([130, '']);
  });
});

/** The children of a process. */
function processesOf(parent: number | undefined): readonly string[] {
  return readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').split(' ').filter(Boolean);
}
