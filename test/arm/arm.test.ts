import {execFileSync, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {bundle} from '../../scripts/bundle.ts';
import {type Event, type RunOptions, run} from '../../src/engine/index.ts';
import {ensureProgram} from '../fleet/mirror.ts';
import {publicKeyFile, publish as publishReal} from '../fleet/mirror-publish.ts';
import {olderVersion} from '../fleet/product.ts';
import {
  newSite,
  publishOpenbao,
  type SigningKey,
  type Site,
  signingKey,
  tarball,
} from '../unit/releases/site.ts';
import {type ArmHosts, startArmHosts} from './hosts.ts';

// Boards, as emulation makes them: an ARMv6 without NEON, an ARMv7, a 64-bit ARM, and beside them this machine's own
// processor. Programs are built by Go itself, so that what is read out of them is what the real ones have.

let hosts: ArmHosts;
let site: Site;
let key: SigningKey;
let directory = '';

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-arm-'));
  site = newSite();
  key = await signingKey();
  writeFileSync(path.join(directory, 'mirror.asc'), key.armoured);
  // As the real releases are: one build for ARMv6 and ARMv7.
  await publish('2.6.1', {linux_armv6: '6', linux_arm64: '', linux_amd64: ''});
  await publish('2.6.2', {linux_armv6: '6', linux_arm64: '', linux_amd64: ''});
  // As Vault 1.15.0 was: built for ARMv7 under the name of both.
  await publish('2.6.3', {linux_armv6: '7', linux_arm64: '', linux_amd64: ''});
  hosts = await startArmHosts();
});

afterAll(async () => {
  await hosts?.stop();
  site?.remove();
  if (directory !== '') rmSync(directory, {recursive: true});
});

/** @param builds platform → GOARM */
async function publish(version: string, builds: Readonly<Record<string, string>>): Promise<void> {
  const source = path.join(directory, version);
  mkdirSync(source);
  writeFileSync(path.join(source, 'main.go'), program(version));
  writeFileSync(path.join(source, 'go.mod'), 'module example.test/bao\n\ngo 1.18\n');
  for (const [platform, goArm] of Object.entries(builds)) {
    const architecture = platform.replace(/^linux_/, '').replace('armv6', 'arm');
    execFileSync('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', 'bao', '.'], {
      cwd: source,
      env: {
        ...process.env,
        CGO_ENABLED: '0',
        GOOS: 'linux',
        GOARCH: architecture,
        GOARM: goArm,
        GOFLAGS: '-mod=mod',
      },
    });
    const bao = readFileSync(path.join(source, 'bao'));
    await publishOpenbao(site, key, version, platform, tarball({bao}));
  }
}

const program = (version: string): string => `package main

import "fmt"

func main() { fmt.Println("OpenBao v${version}") }
`;

interface Ran {
  readonly exitCode: number;
  readonly events: readonly Event[];
  /** Host → status of its last task. */
  readonly statuses: Readonly<Record<string, string>>;
  /** Host → what its last task said. */
  readonly messages: Readonly<Record<string, string>>;
}

async function play(plays: unknown, changes: Partial<RunOptions> = {}): Promise<Ran> {
  const playbook = changes.playbook ?? path.join(directory, 'play.yml');
  if (changes.playbook === undefined) writeFileSync(playbook, JSON.stringify(plays));
  const running = run({
    playbook,
    inventory: [hosts.inventory],
    tags: [],
    skipTags: [],
    mode: 'run',
    diff: false,
    extraVars: [],
    forks: 10,
    detailedExitcode: false,
    cwd: directory,
    signal: new AbortController().signal,
    now: Date.now,
    environment: {XDG_CACHE_HOME: path.join(directory, 'cache')},
    ...changes,
  });
  const events: Event[] = [];
  for await (const event of running.events) events.push(event);
  const {exitCode} = await running.done;
  const tasks = events.flatMap((event) => (event.type === 'task' ? [event] : []));
  return {
    exitCode,
    events,
    statuses: Object.fromEntries(tasks.map(({host, status}) => [host, status])),
    messages: Object.fromEntries(tasks.map(({host, message = ''}) => [host, message])),
  };
}

const install = (version: string, more: object = {}): unknown => [
  {
    hosts: 'all',
    become: true,
    tasks: [
      {
        name: 'the program',
        release: {name: 'openbao', version, site: site.root, key: 'mirror.asc', user: 'nobody', ...more},
      },
    ],
  },
];

const everywhere = (status: string) => ({zero: status, two: status, four: status, pc: status});

describe('boards', () => {
  it('say what they are', async () => {
    const said = await play([{hosts: 'all', tasks: [{debug: {msg: '{{ facts.architecture }}'}}]}]);
    expect(said.messages).toEqual(hosts.architectures);
  });

  it('each get the program that is built for them, by one version for all, and then nothing more', async () => {
    const version = '2.6.2';
    expect((await play(install(version, {group: 'vault_servers'}))).statuses).toEqual(everywhere('changed'));
    for (const name of ['zero', 'two', 'four', 'pc'] as const) {
      const {stdout} = await hosts.exec(name, '/usr/local/bin/bao version');
      expect(stdout, name).toBe(`OpenBao v${version}\n`);
    }
    expect((await play(install(version, {group: 'vault_servers', site: '/nowhere'}))).statuses).toEqual(
      everywhere('ok'),
    );
  });

  it('are not sent a program that is built for a newer one', async () => {
    const ran = await play(install('2.6.3'));
    expect(ran.statuses).toEqual({...everywhere('changed'), zero: 'failed'});
    expect(ran.messages.zero).toContain('GOARM=7');
    const {stdout} = await hosts.exec('zero', 'ls /usr/local/lib/openbao; readlink /usr/local/bin/bao');
    expect(stdout).toBe('2.6.2\n/usr/local/lib/openbao/2.6.2/bao\n');
  });

  it('try what they are sent: a program that dies takes no place', async () => {
    const ran = await play(install('2.6.3', {inspect: false}), {limit: 'zero'});
    expect(ran.statuses).toEqual({zero: 'failed'});
    expect(ran.messages.zero).toMatch(/illegal instruction \(exit code 132\).*armv6l/);
    const {stdout} = await hosts.exec(
      'zero',
      'ls -A /usr/local/lib/openbao/2.6.3; readlink /usr/local/bin/bao',
    );
    expect(stdout).toBe('/usr/local/lib/openbao/2.6.2/bao\n');
  });

  it('refuse what the inventory gets wrong', async () => {
    const ran = await play(install('2.6.2'), {limit: 'two', extraVars: [{text: '{"board": "pi_4"}'}]});
    expect(ran.statuses).toEqual({two: 'failed'});
    expect(ran.messages.two).toContain('the host says 32-bit ARMv7');
  });
});

describe('a run without changes on a Pi Zero', () => {
  // What ansible-core does in 120 s there, with pipelining in 90, Mitogen in 17: here the limit is ssh itself.
  const mostForks = 60;
  const mostTimes = 2;
  const rounds = 5;
  const vars = {
    vault_product: 'openbao',
    vault_version: '2.6.2',
    vault_tls: 'off',
    vault_inventory_group: 'vault_servers',
  };

  it('forks few, and takes little longer than ssh with the same probes', async () => {
    const program = path.join(directory, 'vprov.mjs');
    await bundle('src/main.ts', program);
    const releases = {
      vault_release_site: site.root,
      vault_release_key: path.join(directory, 'mirror.asc'),
    };
    const args = [
      ...[program, 'run', path.resolve('playbooks/vault.yml'), '-i', hosts.inventory, '--limit', 'zero'],
      ...['-t', 'install,configure', '-e', JSON.stringify({...vars, ...releases})],
    ];
    const env = {
      PATH: process.env.PATH,
      HOME: directory,
      XDG_CACHE_HOME: path.join(directory, 'cache'),
      VPROV_LOCK: path.join(directory, 'zero.lock'),
    };
    const vprov = (...more: readonly string[]): string => {
      const {status, stdout, stderr} = spawnSync(process.execPath, [...args, ...more], {
        encoding: 'utf8',
        cwd: directory,
        env,
      });
      expect(status, stdout + stderr).toBe(0);
      return stdout;
    };
    vprov();
    const probes = vprov('--print-probes', 'zero');
    const unchanged = (): void => {
      const summary: unknown = JSON.parse(vprov('--output', 'json').trimEnd().split('\n').at(-1) ?? '');
      expect(summary).toMatchObject({hosts: {zero: {changed: 0, failed: 0}}});
    };
    const {forks, threads, opened} = await processesDuring(unchanged);
    // What is installed is known by what was remembered of it: 200 MB would take a card ten seconds.
    expect(opened.filter((file) => /\/(?:bao|vault)$/.test(file))).toEqual([]);
    const took = {vprov: [] as number[], ssh: [] as number[]};
    for (let round = 0; round < rounds; round++) {
      took.vprov.push(timed(unchanged));
      took.ssh.push(
        timed(() => execFileSync('ssh', [...hosts.ssh('zero'), 'sudo', 'sh', '-s'], {input: probes})),
      );
    }
    process.stderr.write(`arm: ${JSON.stringify({took, forks, threads})}\n`);
    expect(forks).toBeLessThanOrEqual(mostForks);
    expect(median(took.vprov) / median(took.ssh)).toBeLessThanOrEqual(mostTimes);
  });
});

/**
 * What the host's sshd and all below it started meanwhile. The emulator has a thread in each process and begins one more
 * when that runs another program; a board has none of them, so they are counted apart.
 */
async function processesDuring(work: () => void): Promise<{
  forks: number;
  threads: number;
  opened: readonly string[];
}> {
  const file = path.join(directory, 'started');
  const traced = ['-f', '-o', file, '-e', 'trace=clone,clone3,fork,vfork,open,openat', '-e', 'signal=none'];
  const strace = spawn('strace', [...traced, '-p', String(await hosts.sshd('zero'))], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = once(strace, 'close');
  await once(strace.stderr, 'data');
  strace.stderr.resume();
  try {
    work();
  } finally {
    strace.kill('SIGINT');
    await closed;
  }
  const said = readFileSync(file, 'utf8');
  const begun = said.match(/^\d+ +(clone3?|v?fork)\(.*$/gm) ?? [];
  const threads = begun.filter((line) => line.includes('CLONE_THREAD')).length;
  expect(threads).toBeGreaterThan(0);
  const opened = [...said.matchAll(/^\d+ +open(?:at)?\([^"]*"([^"]*)"/gm)].map(([, name = '']) => name);
  expect(opened).not.toEqual([]);
  return {forks: begun.length - threads, threads, opened};
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

describe('a real OpenBao', () => {
  it('comes up on a 64-bit ARM, and a second run of its installation changes nothing', async () => {
    const platform = 'linux_arm64';
    const program = await ensureProgram(platform, () => undefined);
    const mirrorDir = path.join(directory, 'mirror');
    await publishReal({
      version: olderVersion,
      platform,
      program,
      mirrorDir,
      work: path.join(directory, 'work'),
    });
    await hosts.exec('four', 'rm -rf /usr/local/lib/openbao /usr/local/bin/bao');
    const vars = {
      vault_product: 'openbao',
      vault_version: olderVersion,
      vault_tls: 'off',
      vault_inventory_group: 'vault_servers',
      vault_record_file: path.join(directory, 'cluster.json'),
      // 100 GiB of address space, which emulation does not give.
      vault_environment: {BAO_RAFT_INITIAL_MMAP_SIZE: '1073741824'},
      vault_release_site: mirrorDir,
      vault_release_key: path.join(mirrorDir, publicKeyFile),
    };
    const options: Partial<RunOptions> = {
      playbook: path.resolve('playbooks/vault.yml'),
      limit: 'four',
      // The same version as the programs above, and not the same program.
      environment: {
        XDG_CACHE_HOME: path.join(directory, 'real'),
        VPROV_LOCK: path.join(directory, 'real.lock'),
      },
      extraVars: [{text: JSON.stringify(vars)}],
    };
    const first = await play(undefined, options);
    expect(first.events.filter((event) => event.type === 'task' && event.status === 'failed')).toEqual([]);
    expect(first.exitCode).toBe(0);
    expect(await hosts.exec('four', 'systemctl is-active vault')).toMatchObject({stdout: 'active\n'});
    // Whoever looks sees the emulator run, and no program of ours: a running server would count as somebody else's.
    await hosts.exec('four', 'systemctl stop vault');
    const second = await play(undefined, {...options, tags: ['install', 'configure']});
    expect(second.exitCode).toBe(0);
    expect(second.events.filter((event) => event.type === 'task' && event.status === 'changed')).toEqual([]);
  });
});
