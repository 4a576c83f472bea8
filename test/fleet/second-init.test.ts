import {mkdirSync, readFileSync, renameSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {clusterName, forgetCluster, type Keeper, newKeeper, sealStatuses} from './bootstrap.ts';
import {recordFile} from './files.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {type Ran, runVprov, total} from './vprov.ts';

// A2: a cluster is initialised once. What speaks against a second time, one by one, with all else out of the way.

const armed = ['-e', `vault_bootstrap=${clusterName}`];
const usualPath = '/var/lib/vault';
const emptyPath = `${usualPath}/elsewhere`;
let fleet: Fleet;
let keeper: Keeper;

beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
  keeper = await newKeeper();
  const ran = await run(...armed);
  if (ran.exitCode !== 0) throw new Error(failures(ran).join('\n'));
});

afterAll(() => keeper?.remove());

function run(...options: readonly string[]): Promise<Ran> {
  return runVprov(fleet, 'playbooks/vault.yml', ...keeper.options, ...options);
}

function failures(ran: Ran): readonly string[] {
  return ran.tasks
    .filter(({status}) => status === 'failed')
    .map(({host, task, message}) => `${host}: ${task.name}: ${message}`);
}

const each = (script: string): Promise<readonly string[]> =>
  Promise.all(fleet.hosts.map(({name}) => fleet.read(name, script)));

/** On all five: the configuration names another folder, which is empty, and the servers were started anew. */
async function flip(from: string, to: string): Promise<void> {
  await each(`systemctl stop vault
install -d -o vault -g vault -m 0700 ${to}
sed -i 's|path *= *"${from}"|path = "${to}"|' /etc/vault.d/vault.hcl
systemctl start vault`);
}

const aside = (file: string): string => `${file}.aside/${file.split('/').at(-1)}`;

/** A file of this machine is out of the way while it is tried. */
async function without(files: readonly string[], tried: () => Promise<void>): Promise<void> {
  for (const file of files) {
    mkdirSync(dirname(aside(file)), {recursive: true});
    renameSync(file, aside(file));
  }
  try {
    await tried();
  } finally {
    for (const file of files) {
      renameSync(aside(file), file);
      rmSync(dirname(aside(file)), {recursive: true});
    }
  }
}

/** @returns why */
async function isRefused(...options: readonly string[]): Promise<string> {
  const data = `cd ${usualPath} && sha256sum vault.db raft/raft.db`;
  const before = await each(data);
  const ran = await run(...armed, ...options);
  expect(ran.exitCode).not.toBe(0);
  expect(await each(data)).toEqual(before);
  expect((await sealStatuses(fleet)).some(({initialized}) => initialized)).toBe(false);
  return failures(ran).join('\n');
}

it('A2: a cluster that is known here is refused by another name, before anything is changed', async () => {
  const other = {vault_cluster_name: 'other', vault_record_file: join(fleet.dir, 'other.json')};
  const served = await each('sha256sum /etc/vault.d/vault.hcl');
  for (const bootstrap of [['-e', 'vault_bootstrap=other'], []]) {
    const ran = await run('-e', JSON.stringify(other), ...bootstrap);
    expect([ran.exitCode === 0, total(ran, 'changed')]).toEqual([false, 0]);
    expect(failures(ran)[0]).toContain(`is a member of the cluster ${clusterName}, and not of other`);
  }
  expect(await each('sha256sum /etc/vault.d/vault.hcl')).toEqual(served);
});

describe('A2: the configuration was flipped to an empty folder on all five, and the bootstrap is armed', () => {
  let keys: Buffer;

  beforeAll(async () => {
    keys = readFileSync(keeper.keysFile);
    await flip(usualPath, emptyPath);
  });

  it('is refused where the variables say the old one: a member is not moved', async () => {
    expect(await isRefused()).toContain(`keeps its data in ${emptyPath}, not in ${usualPath}`);
  });

  it('is refused where they say the new one, too: there are data of a server', async () => {
    const flipped = ['-e', `vault_data_dir=${emptyPath}`];
    const files = [keeper.keysFile, recordFile(fleet)];
    expect(await isRefused(...flipped)).toContain(`data in ${usualPath}`);
    await without(files, async () => {
      expect(await isRefused(...flipped)).toContain(`data in ${usualPath}`);
    });
    expect(readFileSync(keeper.keysFile)).toEqual(keys);
  });

  afterAll(() => flip(emptyPath, usualPath));
});

describe('A2: the data of all members are gone', () => {
  beforeAll(async () => {
    await each(`systemctl stop vault && mkdir /root/gone && mv ${usualPath}/* /root/gone/`);
  });

  it.each([
    ['armed', armed],
    ['plain', []],
  ])('is refused, %s, and no server is started', async (_, options) => {
    const ran = await run(...options);
    expect([ran.exitCode === 0, total(ran, 'changed')]).toEqual([false, 0]);
    expect(failures(ran)[0]).toContain('none of its members has its data any more');
    expect(await each('systemctl is-active vault || :')).toEqual(fleet.hosts.map(() => 'inactive'));
  });

  afterAll(() => each(`mv /root/gone/* ${usualPath}/ && rmdir /root/gone && systemctl start vault`));
});

describe('A2: a member that was left out', () => {
  it('answers the others and is initialised: none is beside it, whatever else is gone', async () => {
    const kept = 'atticpi';
    await fleet.read(kept, `cp -a ${usualPath} /root/kept`);
    const record = readFileSync(recordFile(fleet));
    await forgetCluster(fleet);
    await fleet.read(
      kept,
      `systemctl stop vault && rm -rf ${usualPath}/* && cp -a /root/kept/. ${usualPath}/ && systemctl start vault`,
    );
    const leftOut = ['--limit', `all:!${kept}`, '-e', `{"vault_bootstrap_without": ["${kept}"]}`];
    await without([keeper.keysFile], async () => {
      const ran = await run(...armed, ...leftOut);
      expect(failures(ran)[0]).toContain(`nothing was initialised: the server at http://${kept}:8200 is`);
    });
    const statuses = await sealStatuses(fleet);
    expect(statuses.filter(({initialized}) => initialized)).toHaveLength(1);
    expect(JSON.parse(record.toString('utf8'))).toMatchObject({cluster: clusterName});
  });
});
