import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {connect, httpRequest} from '../../src/transport/index.ts';
import type {ClusterStatus} from '../../src/vault/index.ts';
import {inventoryIn, runOn as run} from './adopting.ts';
import {type Keeper, newKeeper} from './bootstrap.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {
  bringProgram,
  foreign,
  type LayoutName,
  seenByNobody,
  setUp,
  takeAway,
  unseal,
} from './found-servers.ts';
import {newerVersion, olderVersion, product} from './product.ts';
import {type Ran, ranOf, total, vprov} from './vprov.ts';
import {changedSince, mark} from './witness.ts';

// `vprov vault adopt`: servers that somebody set up become variables, and the playbook has nothing to do.

const names = ['sense', 'wallpi', 'frontpi', 'deskpi', 'atticpi'] as const;
let fleet: Fleet;
let folder = '';
/** Of the cluster of five. */
let rootToken = '';
let unsealKey = '';

beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
  await bringProgram(fleet, names);
  folder = await mkdtemp(join(tmpdir(), 'vprov-adopt-'));
});

afterAll(async () => {
  await rm(folder, {recursive: true, force: true});
  await fleet.reset();
});

const inventoryOf = (name: string, hosts: readonly string[]): Promise<string> =>
  inventoryIn(fleet, join(folder, name), hosts);

async function written(inventory: string): Promise<readonly string[]> {
  const place = join(inventory, '..');
  const files = await readdir(place, {recursive: true, withFileTypes: true});
  return files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(place.length + 1))
    .filter((file) => !['hosts.yml', 'id_ed25519', 'known_hosts'].includes(file))
    .sort();
}

function nothingToDo(ran: Ran): void {
  expect(ran.tasks.filter(({status}) => status === 'failed')).toEqual([]);
  expect([ran.exitCode, total(ran, 'changed'), total(ran, 'owed'), total(ran, 'unknown')]).toEqual([
    0, 0, 0, 0,
  ]);
  expect(ran.tasks.flatMap((task) => task.notified ?? [])).toEqual([]);
}

const stateOf = (host: string, name: LayoutName): Promise<string> => {
  const {config, unit, unitFile} = foreign(name);
  return fleet.read(
    host,
    `systemctl show -p MainPID -p InvocationID ${unit}; sha256sum ${config} ${unitFile}; stat -c '%n %U %G %a %Z' ${config} ${unitFile}`,
  );
};

const asking = (script: string): string =>
  `export VAULT_ADDR=http://127.0.0.1:8200; PATH=$PATH:/usr/local/share/brought; ${script}`;

describe('A10: a server in each layout', () => {
  const placed = [
    ['L1', 'sense'],
    ['L2', 'wallpi'],
    ['L3', 'frontpi'],
    ['L5', 'deskpi'],
    // OpenBao's own package.
    [product.name === 'openbao' ? 'L9' : 'L8', 'atticpi'],
  ] as const;

  beforeAll(async () => {
    await Promise.all(placed.map(([name, host]) => setUp(fleet, host, name)));
  });

  it.each(placed)('%s: the host is only read, and the next check has nothing to do', async (name, host) => {
    const inventory = await inventoryOf(name, [host]);
    const before = await stateOf(host, name);
    await mark(fleet);
    const adopted = await vprov('vault', 'adopt', '-i', inventory);
    expect([adopted.exitCode, adopted.stderr.includes('error')]).toEqual([0, false]);
    expect(await written(inventory)).toEqual(['group_vars/vault_servers.yml', `host_vars/${host}.yml`]);
    const files = await Promise.all(
      (await written(inventory)).map((file) => readFile(join(inventory, '..', file), 'utf8')),
    );
    expect(files.join('') + adopted.stdout + adopted.stderr).not.toContain(seenByNobody);
    nothingToDo(await run(inventory, '--check', '--diff'));
    nothingToDo(await run(inventory));
    const {data} = foreign(name);
    expect((await changedSince(fleet, host)).filter((path) => !`${path}/`.startsWith(`${data}/`))).toEqual(
      [],
    );
    expect(await stateOf(host, name)).toEqual(before);
  });

  it('says what the files do not: apt, the environment', async () => {
    const {stderr} = await vprov('vault', 'adopt', '-i', join(folder, 'L3', 'hosts.yml'));
    expect(stderr).toContain('frontpi: apt may upgrade it at any time: apt-mark hold vault');
    const other = await vprov('vault', 'adopt', '-i', join(folder, 'L5', 'hosts.yml'));
    expect(other.stderr).toContain('deskpi: its node_id comes from the environment');
  });

  it('keeps what was changed in its files since, all or none of them, but for --replace', async () => {
    const inventory = join(folder, 'L1', 'hosts.yml');
    const [group, host] = ['group_vars/vault_servers.yml', 'host_vars/sense.yml'].map((file) =>
      join(folder, 'L1', file),
    ) as [string, string];
    const texts = (): Promise<readonly string[]> =>
      Promise.all([group, host].map((file) => readFile(file, 'utf8')));
    const first = await texts();
    const again = await vprov('vault', 'adopt', '-i', inventory);
    expect([again.exitCode, again.stdout]).toEqual([0, expect.stringMatching(/^(unchanged: .*\n){2}$/)]);
    await writeFile(host, `${first[1]}vault_settings: {ui: true}\n`);
    await writeFile(group, first[0]?.replace(/^vault_version: .*$/m, 'vault_version: 1.2.3') ?? '');
    const edited = await texts();
    const refused = await vprov('vault', 'adopt', '-i', inventory);
    expect([refused.exitCode, await texts()]).toEqual([1, edited]);
    expect(refused.stderr).toMatch(
      /group_vars\/vault_servers\.yml:\d+\n.*host_vars\/sense\.yml:\d+\n.*--replace/s,
    );
    const replaced = await vprov('vault', 'adopt', '-i', inventory, '--replace');
    expect([replaced.exitCode, await texts()]).toEqual([0, first]);
  });

  it('writes over nothing that it did not write, and refuses what is not one cluster', async () => {
    const place = join(folder, 'L2', 'group_vars', 'vault_servers.yml');
    await writeFile(place, 'mine: 1\n');
    const {exitCode, stderr} = await vprov('vault', 'adopt', '-i', join(folder, 'L2', 'hosts.yml'));
    expect([exitCode, await readFile(place, 'utf8')]).toEqual([1, 'mine: 1\n']);
    expect(stderr).toContain('group_vars/vault_servers.yml');
    const all = await inventoryOf('all', names);
    const refused = await vprov('vault', 'adopt', '-i', all);
    expect([refused.exitCode, await written(all)]).toEqual([1, []]);
    expect(refused.stderr).toContain('clusters of their own');
  });

  it('from then on a change of the settings is that change and no other: a reload, or a restart that is owed', async () => {
    const inventory = join(folder, 'L1', 'hosts.yml');
    const foretold = await run(inventory, '--check', '-e', '{"vault_settings":{"log_level":"debug"}}');
    expect(foretold.tasks.flatMap(({changes}) => changes).map(({ref}) => ref)).toEqual([
      'path:/etc/vault.d/vault.hcl',
      'unit:vault.service',
    ]);
    expect(foretold.tasks.flatMap((task) => task.notified ?? [])).toEqual(['reload vault']);
    const owed = await run(inventory, '--check', '-e', '{"vault_settings":{"ui":false}}');
    expect([owed.exitCode, owed.tasks.find(({status}) => status === 'failed')?.message]).toEqual([
      2,
      expect.stringContaining('restart owed'),
    ]);
  });

  it.each([
    [
      '{"vault_settings":{"storage":{"raft":{"path":"/elsewhere"}}}}',
      'storage.raft.path of a member that has data must not change',
    ],
    [
      '{"vault_settings":{"storage":{"raft":{"node_id":"new"}}}}',
      'node_id of a member that has data must not change',
    ],
    [`vault_version=${newerVersion}`, 'This playbook upgrades and exchanges nothing'],
    [
      `vault_product=${product.name === 'vault' ? 'openbao' : 'vault'}`,
      'This playbook upgrades and exchanges nothing',
    ],
    [
      '{"vault_adopted":{"config":"/etc/vault.d/vault.hcl","program":"","path":"/vault/raft","node_id":"other"}}',
      'vault-replace-node.yml',
    ],
  ])('A3, A6: %s is refused', async (variable, words) => {
    const ran = await run(join(folder, 'L1', 'hosts.yml'), '-e', variable);
    expect([ran.exitCode, total(ran, 'changed')]).toEqual([1, 0]);
    expect(ran.tasks.find(({status}) => status === 'failed')?.message).toContain(words);
  });
});

const statusOf = async (inventory: string): Promise<{exitCode: number; json: ClusterStatus}> => {
  const {exitCode, stdout} = await vprov('vault', 'status', '-i', inventory, '--json');
  return {exitCode, json: JSON.parse(stdout) as ClusterStatus};
};

describe('A12: a cluster of five, adopted while it is used', () => {
  it('a real run changes nothing, and a client that reads and writes all the time sees no error', async () => {
    await Promise.all(names.map((host) => takeAway(fleet, host)));
    const {key, token} = await setUp(fleet, 'sense', 'L1');
    rootToken = token;
    unsealKey = key;
    await Promise.all(names.slice(1).map((host) => setUp(fleet, host, 'L1', {join: 'sense'})));
    for (const host of names.slice(1)) await unseal(fleet, host, key);
    const members = (): Promise<string> =>
      fleet.read('sense', asking(`VAULT_TOKEN=${token} program operator raft list-peers -format=json`));
    let voters = '';
    do voters = await members();
    while ((voters.match(/"voter": true/g) ?? []).length < 5);
    const inventory = await inventoryOf('cluster', names);
    const before = await Promise.all(names.map((host) => stateOf(host, 'L1')));
    const client = await startClient(token);
    const adopted = await vprov('vault', 'adopt', '-i', inventory);
    expect([adopted.exitCode, await written(inventory)]).toEqual([
      0,
      ['group_vars/vault_servers.yml', ...[...names].sort().map((name) => `host_vars/${name}.yml`)],
    ]);
    nothingToDo(await run(inventory, '--check'));
    nothingToDo(await run(inventory));
    const {asked, errors} = await client.end();
    expect([errors, asked > 20]).toEqual([[], true]);
    expect(await Promise.all(names.map((host) => stateOf(host, 'L1')))).toEqual(before);
    const withoutIndex = (text: string): unknown => JSON.parse(text).data.config.servers;
    expect(withoutIndex(await members())).toEqual(withoutIndex(voters));
  });

  it('A5, A20: its status says without a token who leads and with one who votes, and what is not known is no comfort', async () => {
    const inventory = join(folder, 'cluster', 'hosts.yml');
    const {exitCode, json} = await statusOf(inventory);
    expect([exitCode, json.attention, json.failure_tolerance]).toEqual([0, [], null]);
    expect(Object.keys(json.nodes)).toEqual([...names]);
    expect(json.nodes.sense).toMatchObject({version: olderVersion, sealed: false, leader: true, voter: null});
    expect(Object.values(json.nodes).filter(({leader}) => leader)).toHaveLength(1);
    process.env.BAO_TOKEN = rootToken;
    const told = await statusOf(inventory);
    expect([told.exitCode, told.json.failure_tolerance]).toEqual([0, 2]);
    expect(Object.values(told.json.nodes).every(({voter}) => voter)).toBe(true);
    const few = await statusOf(await inventoryOf('few', names.slice(0, 4)));
    expect([few.exitCode, few.json.attention]).toEqual([
      3,
      [
        'atticpi is in raft and not in the inventory; 1 more may be lost before nothing works. Nothing evicts it by itself',
      ],
    ]);
    await fleet.read('atticpi', 'systemctl stop vault');
    const stopped = await statusOf(inventory);
    expect([stopped.exitCode, stopped.json.attention]).toEqual([3, ['atticpi: its server does not run']]);
    expect(stopped.json.failure_tolerance).toBe(1);
    delete process.env.BAO_TOKEN;
  });
});

describe('A14, A4: the first change of a cluster that was adopted', () => {
  const everybody = [...names];
  const change = ['-e', '{"vault_settings": {"ui": false}}'];
  let keeper: Keeper;
  let inventory = '';
  let snapshots = '';

  beforeAll(async () => {
    await fleet.read('atticpi', 'systemctl start vault');
    await unseal(fleet, 'atticpi', unsealKey);
    keeper = await newKeeper();
    inventory = join(folder, 'cluster', 'hosts.yml');
    snapshots = join(folder, 'snapshots');
  });

  afterAll(() => keeper?.remove());

  const messages = (ran: Ran): readonly string[] =>
    ran.tasks.filter(({status}) => status === 'failed').map(({message}) => message ?? '');

  const changed = (...more: readonly string[]): Promise<Ran> =>
    run(inventory, ...keeper.options, '-e', `vault_snapshots_dir=${snapshots}`, ...change, ...more);

  it('is not made without a token: no snapshot, and no change', async () => {
    const before = await Promise.all(everybody.map((host) => stateOf(host, 'L1')));
    const ran = await changed();
    expect([ran.exitCode, total(ran, 'changed')]).toEqual([2, 0]);
    expect(messages(ran).join()).toContain('no token: no snapshot, and no change');
    expect(messages(ran).join()).toContain('-e vault_without_snapshot=home');
    expect(await Promise.all(everybody.map((host) => stateOf(host, 'L1')))).toEqual(before);
  });

  it('is foretold with the snapshot before it', async () => {
    const ran = await changed('--check');
    expect(ran.tasks.flatMap(({reminder}) => reminder ?? []).join()).toMatch(/no token: no snapshot/);
  });

  it('comes after a verified snapshot; with nobody to unseal it is staged on all, its restarts owed, and none is sealed', async () => {
    const before = await Promise.all(
      everybody.map((host) => fleet.read(host, 'systemctl show -p MainPID vault')),
    );
    const token = ['-e', JSON.stringify({vault_token: rootToken})];
    const ran = await changed(...token);
    expect([ran.exitCode, total(ran, 'owed')]).toEqual([2, 5]);
    const kept = async (): Promise<readonly string[]> =>
      (await readdir(snapshots)).filter((name) => !name.startsWith('.'));
    const saved = await kept();
    expect(saved).toEqual([expect.stringMatching(/^home-[0-9a-f]{8}-\d{8}T\d{6}Z-\d+\.snap\.age$/)]);
    const at = (name: string): number =>
      ran.tasks.findIndex(({task, status}) => task.name === name && status === 'changed');
    expect(at('a snapshot before the first change, seen to be whole')).toBeLessThan(
      at('the configuration of the adopted server'),
    );
    expect(messages(ran)).toEqual(everybody.map(() => expect.stringContaining('restart owed')));
    expect(JSON.stringify(ran.events)).not.toContain(rootToken);
    expect(
      await Promise.all(everybody.map((host) => fleet.read(host, 'systemctl show -p MainPID vault'))),
    ).toEqual(before);
    const {json} = await statusOf(inventory);
    expect(Object.values(json.nodes).every(({sealed}) => sealed === false)).toBe(true);
    const again = await changed(...token);
    expect([total(again, 'changed'), await kept()]).toEqual([0, saved]);
  });

  it('A13: its restarts are paid for one after the other, the active one last, by who has the keys and a token', async () => {
    await keeper.keep(keeper.keysFile, {cluster: 'home', shares: [unsealKey], threshold: 1});
    const restart = async (...more: readonly string[]): Promise<Ran> =>
      ranOf(
        await vprov(
          ...['run', 'playbooks/vault-restart.yml', '-i', inventory, '--output', 'json'],
          ...keeper.options,
          ...more,
        ),
      );
    const without = await restart();
    expect([without.exitCode, messages(without)[0]]).toEqual([
      2,
      expect.stringContaining('has no login of vprov'),
    ]);
    const {json: before} = await statusOf(inventory);
    const active = everybody.filter((host) => before.nodes[host]?.leader === true);
    const token = ['-e', JSON.stringify({vault_token: rootToken})];
    const ran = await restart(...token);
    expect([messages(ran), ran.exitCode, total(ran, 'changed')]).toEqual([[], 0, 5]);
    expect(ran.tasks.filter(({status}) => status === 'changed').at(-1)?.host).toBe(active[0]);
    expect(JSON.stringify(ran.events)).not.toContain(rootToken);
    const {json: after} = await statusOf(inventory);
    expect(Object.values(after.nodes).every(({sealed}) => sealed === false)).toBe(true);
    const settled = await changed(...token);
    expect([settled.exitCode, total(settled, 'changed'), total(settled, 'owed')]).toEqual([0, 0, 0]);
  });
});

/** Writes and reads a value at the leader every 100 ms, through a connection of its own. */
async function startClient(token: string) {
  const stop = new AbortController();
  const sense = fleet.hosts.find(({name}) => name === 'sense');
  const connection = await connect({
    hostName: 'sense',
    host: '127.0.0.1',
    port: sense?.port ?? 0,
    user: 'pi',
    privateKeyFile: join(fleet.dir, 'id_ed25519'),
    knownHostsFile: join(fleet.dir, 'known_hosts'),
    timeoutMs: 30_000,
    signal: new AbortController().signal,
  });
  const errors: string[] = [];
  let asked = 0;
  const ask = async (method: string, body?: string): Promise<string> => {
    const {status, body: answer} = await httpRequest(
      connection,
      {
        url: new URL('http://127.0.0.1:8200/v1/cubbyhole/client'),
        method,
        headers: {'x-vault-token': token},
        ...(body === undefined ? {} : {body}),
      },
      {timeoutMs: 5_000, signal: new AbortController().signal},
    );
    if (status >= 300) throw new Error(`${method}: ${status}`);
    return answer.toString('utf8');
  };
  const loop = (async () => {
    while (!stop.signal.aborted) {
      try {
        asked += 1;
        await ask('PUT', JSON.stringify({n: asked}));
        const said = JSON.parse(await ask('GET')).data.n;
        if (said !== asked) errors.push(`read ${said} for ${asked}`);
      } catch (error) {
        errors.push(String(error));
      }
      await after(100);
    }
  })();
  return {
    end: async () => {
      stop.abort();
      await loop;
      await connection.close();
      return {asked, errors};
    },
  };
}
