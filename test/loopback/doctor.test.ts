import {once} from 'node:events';
import {chownSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {createInterruption} from '../../src/cli/index.ts';
import {
  askServerCondition,
  type Condition,
  conditionKind,
  conditionRef,
  parseServerCondition,
} from '../../src/doctor/index.ts';
import {type AnyKind, refKey} from '../../src/resources/index.ts';
import {engineOf, type Told, type} from '../unit/cli/console.ts';
import {probe, type RunOptions, run, type Shell, shells} from './resources-shell.ts';
import {type Ring, startRing, variablesOf, without} from './ring.ts';

// What `vprov doctor` asks a host, in each shell, and the command itself against a real sshd.

const kinds: ReadonlyMap<string, AnyKind> = new Map([[conditionKind.kind, conditionKind]]);

describe.each(shells())('how a host is, asked by $name', (shell: Shell) => {
  let directory = '';

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vprov-doctor-'));
  });
  afterEach(() => rmSync(directory, {recursive: true, force: true}));

  /** In a mount namespace, with these texts in the place of files of the kernel and of /etc. */
  function host(files: Readonly<Record<string, string>>, before = ':'): RunOptions {
    const mounts = Object.entries(files).map(([path, text], index) => {
      const file = join(directory, String(index));
      writeFileSync(file, text);
      return `mount --bind ${file} ${path}`;
    });
    return {
      wrapper: ['unshare', '-m', 'sh', '-c', [before, ...mounts, 'exec "$@"'].join(' && '), 'host'],
    };
  }

  function conditionOf(options: RunOptions, ...names: readonly string[]): Condition {
    const ref = conditionRef(names);
    const seen = probe(shell, [ref], options, kinds).get(refKey(ref));
    if (seen?.status !== 'present') throw new Error(JSON.stringify(seen));
    return seen.state as Condition;
  }

  it('tells swap, a missing memory controller, and what /etc/hosts makes of names', () => {
    const condition = conditionOf(
      host({
        '/proc/swaps':
          'Filename\t\t\tType\t\tSize\tUsed\tPriority\n/var/swap  file\t\t102396\t1280\t-2\n/dev/zram0 partition\t51196\t0\t100\n',
        '/proc/cgroups': '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t1\t7\t1\nmemory\t0\t1\t0\n',
        '/etc/hosts':
          '127.0.0.1 localhost\n# 127.0.0.9 sense\n\n127.0.1.1\twallpi.station wallpi # sense\n10.0.0.7 sense *',
      }),
      'wallpi.station',
      'sense',
    );
    expect(condition.swaps).toEqual([
      {name: '/var/swap', type: 'file', sizeBytes: 102_396 * 1024},
      {name: '/dev/zram0', type: 'partition', sizeBytes: 51_196 * 1024},
    ]);
    expect(condition.hosts).toEqual([
      {name: 'wallpi.station', address: '127.0.1.1'},
      {name: 'sense', address: '10.0.0.7'},
    ]);
    if (condition.cgroups !== 'v2') expect(condition).toMatchObject({cgroups: 'v1', countsMemory: false});
  });

  it.each([
    ['cpuset cpu io pids', false],
    ['cpuset cpu io memory pids', true],
  ])('tells by the controllers of version 2 (%s)', (controllers, countsMemory) => {
    const before = 'mount -t tmpfs any /sys/fs/cgroup && touch /sys/fs/cgroup/cgroup.controllers';
    const condition = conditionOf(host({'/sys/fs/cgroup/cgroup.controllers': `${controllers}\n`}, before));
    expect(condition).toMatchObject({cgroups: 'v2', countsMemory});
  });

  it('tells how much is free where the state of servers is, and that a card went read-only', () => {
    const before = 'mount -t tmpfs -o size=20m,nr_inodes=500 any /var/lib && mount -o remount,ro /var/lib';
    const {volumes} = conditionOf(host({}, before));
    expect(volumes.map(({point}) => point)).toEqual(['/', '/var/lib']);
    expect(volumes[0]).toMatchObject({isReadOnly: false});
    expect(volumes[1]).toMatchObject({
      isReadOnly: true,
      sizeBytes: 20 * 1024 ** 2,
      freeInodes: expect.any(Number),
    });
    expect(volumes[1]?.freeInodes).toBeLessThan(500);
  });

  it("tells whose a server's files and data are, and where they lie", () => {
    const data = join(directory, 'da ta');
    const config = join(directory, 'vault.hcl');
    mkdirSync(join(data, 'raft'), {recursive: true});
    for (const file of [config, join(data, 'vault.db')]) writeFileSync(file, '');
    chownSync(join(data, 'vault.db'), 1, 1);
    utimesSync(config, 1_700_000_000, 1_700_000_000);
    const files = [config, join(directory, 'gone.hcl')];
    const ran = run(shell, askServerCondition({unit: '', files, data}), {});
    expect([ran.stderr.toString(), ran.exitCode]).toEqual(['', 0]);
    const {unit, paths, volumes} = parseServerCondition(ran.stdout);
    expect([unit, volumes.length, volumes[0]?.isReadOnly]).toEqual([undefined, 1, false]);
    expect(paths).toEqual([
      {path: config, owner: 'root', uid: '0', modified: 1_700_000_000, isOurs: false},
      {path: data, owner: 'root', uid: '0', modified: expect.any(Number), isOurs: false},
      {path: join(data, 'vault.db'), owner: 'daemon', uid: '1', modified: expect.any(Number), isOurs: false},
    ]);
    const nothing = run(shell, askServerCondition({unit: '', files: [], data: ''}), {});
    expect(parseServerCondition(nothing.stdout)).toEqual({unit: undefined, paths: [], volumes: []});
  });

  it('does without names, swap, and /etc/hosts', () => {
    const condition = conditionOf(host({'/proc/swaps': '', '/etc/hosts': ''}));
    expect(condition).toMatchObject({swaps: [], hosts: []});
  });
});

describe('vprov doctor', () => {
  const rings = new Map<string, Ring>();
  let directory = '';

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'vprov-doctor-'));
    const hosts =
      'printf "127.0.0.1 localhost\\n127.0.1.1 sick.station sick\\n" >$directory/hosts; mount --bind $directory/hosts /etc/hosts';
    const made = {
      dash: {shell: 'dash', setUp: [hosts]},
      busybox: {shell: 'busybox', setUp: [without('getent')]},
      rootless: {shell: 'dash', setUp: [without('sudo', 'doas', 'su')]},
    } as const;
    await Promise.all(
      Object.entries(made).map(async ([name, options]) => rings.set(name, await startRing(options))),
    );
    const ways = [...rings].map(([name, ring]) => [
      name,
      {...variablesOf(ring), vault_address: name === 'dash' ? 'sick.station' : '127.0.0.3'},
    ]);
    const off = {
      host: '127.0.0.1',
      port: 1,
      ssh_config_file: 'none',
      private_key_file: rings.get('dash')?.keyFile,
    };
    const inventory = {
      vault_servers: {hosts: {dash: {}, rootless: {}, lostpi: {vault_address: 'lostpi.invalid'}}},
      all: {hosts: {...Object.fromEntries(ways), lostpi: off}},
    };
    writeFileSync(join(directory, 'hosts.yml'), JSON.stringify(inventory));
  });

  afterAll(async () => {
    await Promise.all([...rings.values()].map((ring) => ring.stop()));
    rmSync(directory, {recursive: true});
  });

  const vprov = (line: string): Promise<Told> =>
    type(`doctor -i hosts.yml ${line}`, engineOf([]), {cwd: directory, now: Date.now});

  it('finds the own name of a member on 127.0.1.1, and nothing on who is none', async () => {
    const told = await vprov('dash:busybox --json');
    const {hosts, unreachable} = JSON.parse(told.stdout);
    expect([unreachable, Object.keys(hosts)]).toEqual([{}, ['dash', 'busybox']]);
    expect(hosts.dash).toMatchObject({member: true, checks: {names: 'problem', clock: 'ok'}});
    expect(hosts.dash.findings).toContainEqual(
      expect.objectContaining({id: 'name-loopback', level: 'problem', check: 'names'}),
    );
    expect(hosts.busybox).toMatchObject({member: false, checks: {names: 'ok', clock: 'ok', cgroup: 'ok'}});
    expect(told.exitCode).toBe(3);
  });

  it('looks at what anybody may see where nobody becomes root, and says that it could not look at the server', async () => {
    const told = await vprov('rootless --json');
    const {hosts, cluster} = JSON.parse(told.stdout);
    expect([told.exitCode, cluster]).toEqual([3, []]);
    expect(hosts.rootless.checks).toMatchObject({disk: 'ok', clock: 'ok', server: 'problem', unit: 'none'});
    expect(hosts.rootless.findings.at(-1)).toMatchObject({
      id: 'server-unseen',
      message: expect.stringContaining('sudo'),
    });
  });

  it('finds that it is this machine whose clock is wrong, where all hosts agree', async () => {
    const now = (): number => Date.now() - 90_000;
    const options = [engineOf([]), {cwd: directory, now}] as const;
    const told = await type('doctor -i hosts.yml dash:busybox:rootless', ...options);
    expect([told.exitCode, told.stdout.replace(/\s+/g, ' ')]).toEqual([
      3,
      expect.stringContaining(
        "problem: here: clock: this machine's clock is 90 s behind what the hosts agree on",
      ),
    ]);
    expect(told.stdout).toMatch(/^busybox +ok +ok +ok /m);
    const alone = await type('doctor -i hosts.yml busybox', ...options);
    expect([alone.exitCode, alone.stdout]).toEqual([
      3,
      expect.stringContaining('is 90 s ahead of this machine'),
    ]);
  });

  it('says that a loopback address of the inventory leads no other member there', async () => {
    const told = await vprov('dash:rootless --json');
    const {hosts} = JSON.parse(told.stdout);
    expect(hosts.rootless.findings).toContainEqual(expect.objectContaining({id: 'address-loopback'}));
    expect(JSON.stringify(hosts.dash.findings)).not.toContain('127.0.0.3');
  });

  it('asks for all members of the cluster, also those that the pattern does not name', async () => {
    const told = await vprov('dash --json');
    const {hosts, unreachable} = JSON.parse(told.stdout);
    expect([Object.keys(hosts), unreachable]).toEqual([['dash'], {}]);
    expect(hosts.dash.findings).toContainEqual(
      expect.objectContaining({id: 'name-unknown', message: expect.stringContaining('lostpi.invalid')}),
    );
  });

  it('says of a member without a server what makes one', async () => {
    const told = await vprov('dash --json');
    expect(JSON.parse(told.stdout).hosts.dash.findings).toContainEqual(
      expect.objectContaining({id: 'server-none', fix: 'vprov run playbooks/vault.yml'}),
    );
  });

  it('says it in lines, with a fix', async () => {
    const told = await vprov('dash');
    expect(told.stdout).toMatch(/^host +arch +swap/);
    expect(told.stdout.replace(/\s+/g, ' ')).toContain(
      'problem: dash: names: /etc/hosts says that its own name sick.station is 127.0.1.1',
    );
    expect(told.stdout).toContain('  hint: take sick.station out of that line of /etc/hosts');
  });

  it('ends at the first Ctrl-C while a host says nothing', async () => {
    const deaf = createServer((socket) => {
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    const address = deaf.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const interruption = createInterruption({say: () => undefined, giveUp: () => undefined});
    deaf.once('connection', () => interruption.raise('SIGINT'));
    const key = rings.get('dash')?.keyFile;
    const way = {host: '127.0.0.1', port: address.port, ssh_config_file: 'none', private_key_file: key};
    writeFileSync(join(directory, 'deaf.yml'), JSON.stringify({all: {hosts: {deaf: way}}}));
    const told = await type('doctor -i deaf.yml', engineOf([]), {
      cwd: directory,
      now: Date.now,
      interruption,
    });
    deaf.close();
    expect([told.exitCode, told.stdout]).toEqual([130, '']);
  });

  it('ends with 0 where all is well, 4 where a host is not reached, 1 for a mistake', async () => {
    expect((await vprov('busybox')).exitCode).toBe(0);
    const told = await vprov('busybox:lostpi');
    expect([told.exitCode, told.stdout]).toEqual([4, expect.stringMatching(/^busybox +ok/m)]);
    expect(told.stderr).toContain('error: lostpi refuses connections');
    expect((await vprov('nobody')).exitCode).toBe(1);
  });
});
