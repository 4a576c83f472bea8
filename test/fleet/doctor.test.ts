import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {clusterName, type Keeper, newKeeper, sealStatuses} from './bootstrap.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {program} from './product.ts';
import {runVprov, vprov} from './vprov.ts';
import {changedSince, mark} from './witness.ts';

// `vprov doctor` on a cluster that serves, before and after something was done to its hosts. It needs no keys: a cluster that
// another file left is as good as one of its own.

interface Diagnosed {
  readonly exitCode: number;
  readonly hosts: Readonly<
    Record<
      string,
      {
        readonly member: boolean;
        readonly checks: Readonly<Record<string, string>>;
        readonly findings: readonly {readonly id: string; readonly level: string; readonly message: string}[];
      }
    >
  >;
  readonly cluster: readonly {readonly message: string}[];
  readonly unreachable: Readonly<Record<string, string>>;
}

let fleet: Fleet;
let keeper: Keeper | undefined;

beforeAll(async () => {
  fleet = await ensureFleet();
  if (await serves()) return;
  await fleet.reset();
  keeper = await newKeeper();
  const bootstrap = ['-e', `vault_bootstrap=${clusterName}`];
  const ran = await runVprov(fleet, 'playbooks/vault.yml', ...keeper.options, ...bootstrap);
  expect(ran.exitCode).toBe(0);
});

afterAll(() => keeper?.remove());

/** All five, made by vprov and as they should be, without TLS. */
async function serves(): Promise<boolean> {
  const ours = `grep -q '^# Written by vprov, role vault' /etc/vault.d/vault.hcl /etc/systemd/system/vault.service &&
! grep -q tls_cert_file /etc/vault.d/vault.hcl`;
  const made = await Promise.all(fleet.hosts.map(({name}) => fleet.exec(name, ours)));
  if (made.some(({exitCode}) => exitCode !== 0)) return false;
  const {stdout} = await vprov('doctor', '-i', fleet.inventory, '--json');
  const {hosts} = JSON.parse(stdout) as Diagnosed;
  // Another file may have left one that was upgraded.
  const isWell = Object.values(hosts).every(({findings}) =>
    findings.every(({level, id}) => level === 'note' && id !== 'version-other'),
  );
  return (
    isWell && Object.keys(hosts).length === 5 && (await sealStatuses(fleet)).every(({sealed}) => !sealed)
  );
}

async function doctor(...options: readonly string[]): Promise<Diagnosed> {
  const {exitCode, stdout, stderr} = await vprov('doctor', '-i', fleet.inventory, '--json', ...options);
  expect(stderr).toBe('');
  return {...JSON.parse(stdout), exitCode};
}

/** Notes on what these containers are, and on releases that came since the one that they run. */
const usual = ['cgroup-v1', 'version-newer'];

/** What else is found on a host. */
function found({hosts}: Diagnosed, host: string): readonly string[] {
  return (hosts[host]?.findings ?? []).map(({id}) => id).filter((id) => !usual.includes(id));
}

describe('a cluster that is well', () => {
  it('has no problem, and nothing is written on its hosts', async () => {
    await mark(fleet);
    const told = await doctor();
    expect([told.exitCode, told.cluster, told.unreachable]).toEqual([0, [], {}]);
    expect(Object.keys(told.hosts)).toEqual(fleet.hosts.map(({name}) => name));
    for (const {name} of fleet.hosts) {
      expect(found(told, name), name).toEqual([]);
      expect(told.hosts[name]?.checks).toMatchObject({
        clock: 'ok',
        names: 'ok',
        server: 'ok',
        unit: 'ok',
        net: 'ok',
      });
      const data = '/var/lib/vault';
      const changed = (await changedSince(fleet, name)).filter((path) => !`${path}/`.startsWith(`${data}/`));
      expect(changed, name).toEqual([]);
    }
  });

  it('is a line for each host, of at most 80 columns', async () => {
    const {stdout, exitCode} = await vprov('doctor', '-i', fleet.inventory);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^host +arch +swap.*\nsense +ok/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('hosts that something was done to', () => {
  const vault = '/var/lib/vault';
  const config = '/etc/vault.d/vault.hcl';
  const dropIn = '/etc/systemd/system/vault.service.d/10-mine.conf';
  // The way from sense to wallpi, and so the way back: no other.
  const noWay =
    'ip route add unreachable $(getent ahostsv4 wallpi | { read -r address rest; echo $address; })';
  const planted: Readonly<Record<string, string>> = {
    sense: noWay,
    wallpi: "echo '127.0.1.1 wallpi' >>/etc/hosts",
    frontpi: `mkdir -p ${dropIn.replace(/\/[^/]*$/, '')}
printf '[Service]\\nExecStart=\\nExecStart=/usr/local/bin/${program} server -config=/etc/vault.d/gone.hcl\\n' >${dropIn}
systemctl daemon-reload`,
    deskpi: 'systemctl disable --now vault 2>&1',
    atticpi: `chown root ${vault}/vault.db; echo '# by hand' >>${config}; touch -d '+1 minute' ${config}`,
  };

  const mended: Readonly<Record<string, string>> = {
    sense: noWay.replace('route add', 'route del'),
    // A bind mount: sed -i would put another file in its place.
    wallpi: 'kept=$(grep -v \'^127.0.1.1\' /etc/hosts); echo "$kept" >/etc/hosts',
    frontpi: `rm -r ${dropIn.replace(/\/[^/]*$/, '')}; systemctl daemon-reload`,
    deskpi: 'systemctl enable --now vault 2>&1',
    atticpi: `chown vault ${vault}/vault.db; kept=$(grep -v '^# by hand' ${config}); echo "$kept" >${config}; touch -d '-1 day' ${config}`,
  };

  beforeAll(async () => {
    await Promise.all(Object.entries(planted).map(([host, script]) => fleet.read(host, script)));
  });

  afterAll(async () => {
    await Promise.all(Object.entries(mended).map(([host, script]) => fleet.read(host, script)));
  });

  it('have each what was done to them, with what to do about it, and nothing else', async () => {
    const told = await doctor();
    expect(told.exitCode).toBe(3);
    expect(Object.fromEntries(fleet.hosts.map(({name}) => [name, found(told, name)]))).toEqual({
      sense: ['net-blocked'],
      wallpi: ['name-loopback', 'net-blocked'],
      frontpi: ['unit-no-configuration'],
      deskpi: ['server-stopped', 'unit-disabled'],
      atticpi: ['data-owner', 'configuration-changed'],
    });
    const messages = Object.values(told.hosts).flatMap(({findings}) => findings.map(({message}) => message));
    for (const message of [
      'no way to wallpi port 8200 and 8201: there is no route to wallpi',
      '-config /etc/vault.d/gone.hcl, and there is no configuration',
      `${vault}/vault.db belongs to root, and the server runs as vault`,
    ])
      expect(messages).toContainEqual(expect.stringContaining(message));
  });

  it('are asked for their ways to members that the pattern does not name', async () => {
    const told = await doctor('sense');
    expect([told.exitCode, Object.keys(told.hosts), found(told, 'sense')]).toEqual([
      3,
      ['sense'],
      ['net-blocked'],
    ]);
    // Nobody says what machines the others are, so no newer version is known to run on all of them.
    expect(told.hosts.sense?.checks.version).toBe('ok');
  });

  it('are told of one by one, too, and in words', async () => {
    const {stdout, exitCode} = await vprov('doctor', 'deskpi', '-i', fleet.inventory);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('problem: deskpi: server: its server does not run');
    expect(stdout.replace(/\s+/g, ' ')).toContain('hint: see why: journalctl -u vault.service -n 30');
  });

  it('do not hide a host that is off, which holds nobody up', async () => {
    const off = JSON.stringify({port: 1});
    const {stdout, stderr, exitCode} = await vprov('doctor', 'sense', '-i', fleet.inventory, '-e', off);
    expect([exitCode, stdout]).toEqual([4, '']);
    expect(stderr).toContain('error: sense refuses connections');
  });
});
