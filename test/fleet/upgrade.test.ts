import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {Decrypter} from 'age-encryption';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {verifySnapshot} from '../../src/vault/snapshot/verify.ts';
import {beginWithClient, type Keeper, newKeeper, votersOf} from './bootstrap.ts';
import {startClient} from './client.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {newerVersion, olderVersion, product, program} from './product.ts';
import {type Ran, runArguments, runVprov, startVprov, total} from './vprov.ts';

const playbook = 'playbooks/vault-upgrade.yml';
const standbys = 'the standbys';
/** Longest pause that a client may see, in milliseconds. */
const mostMs = 3_000;

let fleet: Fleet;
let keeper: Keeper;
let token: string;
let snapshots: string;
let options: readonly string[];

beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
  keeper = await newKeeper();
  snapshots = mkdtempSync(join(tmpdir(), 'vprov-snapshots-'));
  options = [
    ...keeper.options,
    '-e',
    `vault_version=${newerVersion}`,
    '-e',
    `vault_snapshots_dir=${snapshots}`,
  ];
  token = await beginWithClient(fleet, keeper);
});

afterAll(() => {
  keeper?.remove();
  rmSync(snapshots, {recursive: true, force: true});
});

function failures(ran: Ran): readonly string[] {
  return ran.tasks
    .filter(({status}) => status === 'failed')
    .map(({host, task, message}) => `${host}: ${task.name}: ${message}`);
}

/** By host, what its server runs; `sealed` where it serves nothing. */
async function running(): Promise<Readonly<Record<string, string>>> {
  const said = await Promise.all(
    fleet.hosts.map(async ({name}) => {
      const text = await fleet.read(
        name,
        `VAULT_ADDR=http://127.0.0.1:8200 ${program} status -format=json || [ $? = 2 ]`,
      );
      const {version, sealed} = JSON.parse(text) as {readonly version: string; readonly sealed: boolean};
      return [name, sealed ? 'sealed' : version] as const;
    }),
  );
  return Object.fromEntries(said);
}

function versionsOf(seen: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set(Object.values(seen))].toSorted();
}

/** What autopilot was told, asked and told with vprov's own login. */
async function autopilot(script: string): Promise<string> {
  const {operator} = await keeper.keys();
  return fleet.read(
    'sense',
    `export VAULT_ADDR=http://127.0.0.1:8200
VAULT_TOKEN=$(${program} write -field=token auth/vprov/login role_id=${operator?.role_id} secret_id=${operator?.secret_id})
export VAULT_TOKEN
${script}`,
  );
}

const cleanup = `${program} operator raft autopilot get-config -format=json | grep -o '"cleanup_dead_servers": [a-z]*'`;

describe('a cluster that is upgraded', () => {
  it('is told of first, and nothing is touched', async () => {
    const ran = await runVprov(fleet, playbook, ...options, '--check');
    expect([ran.exitCode, failures(ran)]).toEqual([0, []]);
    expect(JSON.stringify(ran.events)).toContain(`${product.name} ${olderVersion} → ${newerVersion}`);
    expect(versionsOf(await running())).toEqual([olderVersion]);
    expect(readdirSync(snapshots)).toEqual([]);
  });

  it('stops at a standby that does not come up, which goes back', async () => {
    await autopilot(
      `${program} operator raft autopilot set-config -cleanup-dead-servers=true -dead-server-last-contact-threshold=1m -min-quorum=3 >/dev/null`,
    );
    await fleet.read(
      'deskpi',
      `mkdir -p /etc/systemd/system/vault.service.d
printf '[Service]\\nExecStartPre=/bin/sh -c "! readlink /usr/local/bin/${program} | grep -q ${newerVersion}"\\n' >/etc/systemd/system/vault.service.d/broken.conf
systemctl daemon-reload`,
    );
    const ran = await runVprov(fleet, playbook, ...options);
    expect(ran.exitCode).toBe(2);
    expect(failures(ran).join('\n')).toContain(`It was put back to ${olderVersion}, and serves again`);
    // The unit's own words, of the start that failed.
    expect(failures(ran).join('\n')).toMatch(/vault\.service: Control process exited/);
    // Whose turn comes after it is not touched, and the active one last of all.
    expect(failures(ran).join('\n')).toContain(
      'atticpi: the standbys: not done, because it failed on deskpi',
    );
    expect(await running()).toEqual({
      wallpi: newerVersion,
      frontpi: newerVersion,
      deskpi: olderVersion,
      atticpi: olderVersion,
      sense: olderVersion,
    });
    expect(await autopilot(cleanup)).toBe('"cleanup_dead_servers": true');
    await fleet.read('deskpi', 'rm -r /etc/systemd/system/vault.service.d && systemctl daemon-reload');
  });

  it('is not restarted in the middle of it', async () => {
    const ran = await runVprov(
      fleet,
      'playbooks/vault-restart.yml',
      ...[...keeper.options, '-e', 'vault_restart_which=all'],
    );
    expect([ran.exitCode === 0, total(ran, 'changed')]).toEqual([false, 0]);
    expect(failures(ran)[0]).toContain('none is restarted in the middle of an upgrade');
  });

  it('is not made into another product', async () => {
    const ran = await runVprov(
      fleet,
      playbook,
      ...[...keeper.options, '-e', `vault_product=${product.name === 'vault' ? 'openbao' : 'vault'}`],
      ...['-e', 'vault_version=1.21.0'],
    );
    expect([ran.exitCode === 0, total(ran, 'changed')]).toEqual([false, 0]);
    expect(failures(ran)[0]).toContain('of another product than vault_product');
  });

  it('has a snapshot on this machine from before, whole and encrypted', async () => {
    const [file = ''] = readdirSync(snapshots).filter((name) => name.endsWith('.snap.age'));
    const path = join(snapshots, file);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const identity = keeper.options[keeper.options.indexOf('--identity') + 1] ?? '';
    const decrypter = new Decrypter();
    decrypter.addIdentity(/AGE-SECRET-KEY-[0-9A-Z]+/.exec(readFileSync(identity, 'utf8'))?.[0] ?? '');
    const opened = await decrypter.decrypt(readFileSync(path));
    expect(await verifySnapshot(Buffer.from(opened))).toMatchObject({
      peers: expect.arrayContaining(['sense', 'wallpi']),
    });
  });

  it('that was cut off among its standbys is finished by the next run, and serves all the while', async () => {
    const client = await startClient(fleet, token);
    await killedAt(standbys);
    const ran = await runVprov(fleet, playbook, ...options);
    const seen = await client.stop();
    expect([failures(ran), ran.exitCode]).toEqual([[], 0]);
    expect(versionsOf(await running())).toEqual([newerVersion]);
    expect(await votersOf(fleet, await keeper.keys())).toHaveLength(5);
    expect([seen.lost, seen.mostDown]).toEqual([[], 1]);
    expect(seen.gapsMs[0]).toBeLessThan(mostMs);
    expect(await autopilot(cleanup)).toBe('"cleanup_dead_servers": true');
  });

  it('is left alone by the next run, and by vault.yml', async () => {
    for (const mode of [['--check'], []]) {
      const again = await runVprov(fleet, playbook, ...options, ...mode);
      expect([again.exitCode, total(again, 'changed'), total(again, 'unknown')]).toEqual([0, 0, 0]);
    }
    const plain = await runVprov(fleet, 'playbooks/vault.yml', ...options);
    expect([plain.exitCode, total(plain, 'changed'), total(plain, 'owed')]).toEqual([0, 0, 0]);
  });

  it('does not go back', async () => {
    const ran = await runVprov(fleet, playbook, ...options, '-e', `vault_version=${olderVersion}`);
    expect(failures(ran)[0]).toContain(`which is newer than ${olderVersion}`);
    expect(versionsOf(await running())).toEqual([newerVersion]);
  });
});

/** Runs the playbook, and kills it at once when a host has done this task. */
async function killedAt(task: string): Promise<void> {
  const child = startVprov(runArguments(fleet, playbook, options));
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stderr.resume();
  for await (const line of createInterface({input: child.stdout})) {
    const event = JSON.parse(line) as {readonly type: string; readonly task?: {readonly name: string}};
    if (event.type === 'task' && event.task?.name === task && line.includes('"status":"changed"')) {
      child.kill('SIGKILL');
      break;
    }
  }
  await ended;
}
