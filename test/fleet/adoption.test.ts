import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureFleet, type Fleet} from './fleet.ts';
import {bringProgram, foreign, type LayoutName, seenByNobody, setUp, takeAway} from './found-servers.ts';
import {product} from './product.ts';
import {type Ran, runVprov, total, vprov} from './vprov.ts';
import {changedSince, mark} from './witness.ts';

// Servers that somebody else set up, by hand, on real hosts: what vprov does with them, and above all what it does not.

const playbook = 'playbooks/vault.yml';
const names = ['sense', 'wallpi', 'frontpi', 'deskpi', 'atticpi'] as const;
let fleet: Fleet;

beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
  await bringProgram(fleet, names);
});

afterAll(async () => {
  await fleet.reset();
});

/** What a run must leave alone: the process, and every byte of configuration, unit, program. */
async function stateOf(host: string, name: LayoutName): Promise<string> {
  const {config, unit, unitFile, program, data} = foreign(name);
  return fleet.read(
    host,
    `systemctl show -p MainPID -p ActiveEnterTimestamp -p InvocationID ${unit}
sha256sum ${config} ${unitFile}; stat -c '%n %U %G %a %Y %Z %i' ${config} ${unitFile} ${program} ${data}
[ ! -d /vault/raft.old ] || find /vault/raft.old -type f -exec sha256sum {} +`,
  );
}

/** The server's own writing to its data goes on. */
async function changedOn(host: string, name: LayoutName): Promise<readonly string[]> {
  const {data} = foreign(name);
  return (await changedSince(fleet, host)).filter((path) => path !== data && !path.startsWith(`${data}/`));
}

/** The screen: what the first host that failed says, with the ways on. */
function screenOf(ran: Ran): string {
  const failed = ran.tasks.find(({status}) => status === 'failed') as
    | {message?: string; hint?: string}
    | undefined;
  return `${failed?.message}\n${failed?.hint}`;
}

type Placed = Readonly<Partial<Record<string, LayoutName>>>;

async function leaves(exitCode: number, placed: Placed, ...options: readonly string[]): Promise<string> {
  const hosts = Object.entries(placed) as [string, LayoutName][];
  const before = await Promise.all(hosts.map(([host, name]) => stateOf(host, name)));
  await mark(fleet);
  const ran = await runVprov(fleet, playbook, ...options);
  expect([ran.exitCode, total(ran, 'changed'), total(ran, 'unreachable')]).toEqual([exitCode, 0, 0]);
  expect(await Promise.all(hosts.map(([host, name]) => stateOf(host, name)))).toEqual(before);
  for (const name of names) expect(await changedOn(name, placed[name] ?? 'L1'), name).toEqual([]);
  expect(JSON.stringify(ran.events)).not.toContain(seenByNobody);
  return screenOf(ran);
}

function isLeftAlone(placed: Placed, ...options: readonly string[]): Promise<string> {
  return leaves(1, placed, ...options);
}

describe('A1: a plain run on servers that vprov does not know', () => {
  // L9 is OpenBao's own package.
  const isOpenbao = product.name === 'openbao';
  const placed = {
    sense: 'L1',
    wallpi: 'L2',
    frontpi: 'L3',
    deskpi: 'L5',
    atticpi: isOpenbao ? 'L9' : 'L1',
  } as const;
  let screen = '';

  beforeAll(async () => {
    await Promise.all(Object.entries(placed).map(([host, name]) => setUp(fleet, host, name)));
  });

  it('L1, L2, L3, L5 and L9: changes nothing on any host, and exits 1', async () => {
    screen = await isLeftAlone(placed);
    expect(screen).toContain('Nothing was changed on any host');
  });

  it('says on one screen what was found where, which layout it is, and the ways on', () => {
    expect(screen.split('\n').length).toBeLessThan(40);
    expect(screen).toMatch(
      /sense\n.* unsealed, process \d+, vault\.service, \/usr\/bin\/vault · \/etc\/vault\.d\/vault\.hcl · raft \/vault\/raft node_id sense\n.*by hand/,
    );
    expect(screen).toContain(`${product.title} ${product.olderVersion} unsealed`);
    expect(screen).toMatch(
      /wallpi\n.*vault_main\.hcl · raft \/var\/vault node_id wallpi\n.*ansible-community/,
    );
    expect(screen).toMatch(
      /frontpi\n.*raft \/opt\/vault\/data node_id [0-9a-f-]{36}\n.*the package vault 1\.21\.1-1 in the hands of apt \(apt-mark hold vault/,
    );
    expect(screen).toMatch(
      /deskpi\n.*raft \/srv\/vault node_id the-real-one\n.*environment; drop-ins: \/etc\/systemd\/system\/vault\.service\.d\/10-path\.conf/,
    );
    if (isOpenbao)
      expect(screen).toMatch(
        /atticpi\n.*openbao\.service, \/usr\/bin\/bao · \/etc\/openbao\/openbao\.hcl · raft \/opt\/openbao\/data/,
      );
    expect(screen).toContain('vprov vault adopt');
    expect(screen).toContain('-e vault_adopt=');
    expect(screen).toContain('vault-migrate-storage.yml');
  });

  it('A16: says that members are in clusters of their own, and which', () => {
    expect(screen).toMatch(/clusters of their own \(cluster_id\): sense: [0-9a-f-]{36}; wallpi: /);
  });

  it.each([
    ['--check', '--diff'],
    ['--tags', 'configure', '--skip-tags', 'always'],
    ['--limit', 'wallpi', '-e', `vault_version=${product.newerVersion}`],
  ])('holds under %s %s %s %s, too', async (...options) => {
    await isLeftAlone(placed, ...options);
  });

  it('holds where the run begins behind the question: --start-at-task', async () => {
    await leaves(2, placed, '--start-at-task', 'the program');
  });

  it('A6, A9: neither version nor secrets of the environment are shown or written', async () => {
    const {stdout, stderr} = await vprov('run', playbook, '-i', fleet.inventory, '-v');
    expect(stdout + stderr).not.toContain(seenByNobody);
  });
});

describe('A16, A18: what cannot be kept as it is', () => {
  beforeAll(async () => {
    await Promise.all(names.map((host) => takeAway(fleet, host)));
  });

  it('L4: members with one node_id are diagnosed in a paragraph, and left alone', async () => {
    await Promise.all(
      ['sense', 'wallpi', 'frontpi'].map((host) => setUp(fleet, host, 'L4', {join: 'sense'})),
    );
    const placed = {sense: 'L4', wallpi: 'L4', frontpi: 'L4'} as const;
    expect(await isLeftAlone(placed)).toContain('sense, wallpi, frontpi all have the node_id "node1".');
    expect(await isLeftAlone(placed, '-e', 'vault_adopt=as_found')).toContain(
      'all have the node_id "node1".',
    );
    await Promise.all(names.map((host) => takeAway(fleet, host)));
  });

  it('L6: a server in a container is named, and a second one is not put beside it', async () => {
    await fleet.read(
      'deskpi',
      `mkdir -p /srv/apart/data /opt/apart; ln -f /usr/local/share/brought/program /opt/apart/vault
printf 'storage "raft" {\\n path = "/srv/apart/data"\\n node_id = "x"\\n}\\nlistener "tcp" {\\n address = "127.0.0.1:8200"\\n tls_disable = true\\n}\\napi_addr = "http://127.0.0.1:8200"\\ncluster_addr = "http://127.0.0.1:8201"\\n' >/srv/apart/vault.hcl
nohup systemd-run --scope --slice=machine --unit=libpod-homevault unshare --pid --mount --fork --mount-proc /opt/apart/vault server -config=/srv/apart/vault.hcl >/dev/null 2>&1 &
until VAULT_ADDR=http://127.0.0.1:8200 /usr/local/share/brought/program status >/dev/null 2>&1 || [ $? = 2 ]; do sleep 0.1; done`,
    );
    await mark(fleet);
    const ran = await runVprov(fleet, playbook);
    expect([ran.exitCode, total(ran, 'changed')]).toEqual([1, 0]);
    expect(screenOf(ran)).toContain('runs in a container homevault on this host');
    for (const name of names)
      expect(
        (await changedSince(fleet, name)).filter((path) => !path.startsWith('/srv/apart/')),
        name,
      ).toEqual([]);
    await fleet.read('deskpi', 'systemctl stop libpod-homevault.scope; rm -rf /srv/apart /opt/apart');
  });

  it('L7: another storage is refused with the playbook that moves it, and the backup that fits', async () => {
    await setUp(fleet, 'deskpi', 'L7');
    const screen = await isLeftAlone({deskpi: 'L7'}, '--limit', 'deskpi', '-e', 'vault_adopt=as_found');
    expect(screen).toContain("its storage is 'file' in /opt/vault/data, not raft");
    expect(screen).toContain('vault-migrate-storage.yml');
    expect(screen).toContain('stop the server, then copy the folder');
    await takeAway(fleet, 'deskpi');
  });

  it('L8: data left over from a migration are named, and not a byte of them changed', async () => {
    await setUp(fleet, 'deskpi', 'L8');
    const screen = await isLeftAlone({deskpi: 'L8'}, '--limit', 'deskpi');
    expect(screen).toContain('data that no server here uses: /vault/raft.old');
    await takeAway(fleet, 'deskpi');
  });

  it('A8: two units, and the package beside the release, are refused with the command that resolves it', async () => {
    await setUp(fleet, 'deskpi', 'L3', {join: 'sense'});
    await fleet.read(
      'deskpi',
      'cp /usr/lib/systemd/system/vault.service /etc/systemd/system/vault.service; systemctl daemon-reload',
    );
    const screen = await isLeftAlone({deskpi: 'L3'}, '--limit', 'deskpi', '-e', 'vault_adopt=as_found');
    expect(screen).toContain(
      '/etc/systemd/system/vault.service hides /usr/lib/systemd/system/vault.service. Keep one: rm ',
    );
    await takeAway(fleet, 'deskpi');
  });
});

describe('what vprov made itself', () => {
  it('is known by its mark from before the first file on, and goes on as before', async () => {
    const ran = await runVprov(fleet, playbook, '--limit', 'sense');
    expect([ran.exitCode, ran.tasks.filter(({status}) => status === 'failed')]).toEqual([0, []]);
    const changed = ran.tasks.filter(({status}) => status === 'changed').map(({task}) => task.name);
    expect(changed[0]).toMatch(
      /^the (directory of what vprov keeps on a host|mark of a server that vprov makes)$/,
    );
    expect(JSON.parse(await fleet.read('sense', 'cat /var/lib/vprov/vault.json'))).toEqual({
      v: 1,
      group: 'vault_servers',
      member: 'sense',
    });
    expect(total(await runVprov(fleet, playbook, '--limit', 'sense'), 'changed')).toBe(0);
  });

  it('is known without the mark, too, by what its files say: the mark came later than the first of them', async () => {
    await fleet.read('sense', 'rm /var/lib/vprov/vault.json');
    const ran = await runVprov(fleet, playbook, '--limit', 'sense');
    expect([ran.exitCode, total(ran, 'changed')]).toEqual([0, 0]);
  });
});
