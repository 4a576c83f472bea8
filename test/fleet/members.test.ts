import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {clusterName, type Keeper, newKeeper, sealStatuses, votersOf} from './bootstrap.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {type Ran, runVprov, total} from './vprov.ts';

const everybody = ['atticpi', 'deskpi', 'frontpi', 'sense', 'wallpi'];

let fleet: Fleet;
let keeper: Keeper;

beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
  keeper = await newKeeper();
  const ran = await run('vault', '-e', `vault_bootstrap=${clusterName}`);
  expect([failures(ran), ran.exitCode]).toEqual([[], 0]);
});

afterAll(() => keeper?.remove());

function run(playbook: string, ...options: readonly string[]): Promise<Ran> {
  return runVprov(fleet, `playbooks/${playbook}.yml`, ...keeper.options, ...options);
}

function failures(ran: Ran): readonly string[] {
  return ran.tasks
    .filter(({status}) => status === 'failed')
    .map(({host, task, message}) => `${host}: ${task.name}: ${message}`);
}

async function leader(): Promise<string> {
  return fleet.read(
    'wallpi',
    'BAO_ADDR=http://127.0.0.1:8200 bao status -format=json | sed -n \'s/.*"leader_address": "http:..\\([a-z]*\\):.*/\\1/p\'',
  );
}

describe('the active member', () => {
  it('gives its place to another', async () => {
    const before = await leader();
    const ran = await run('vault-step-down');
    expect([failures(ran), ran.exitCode, total(ran, 'changed')]).toEqual([[], 0, 1]);
    expect(await leader()).not.toBe(before);
  });

  it('is not removed', async () => {
    const ran = await run('vault-remove-peer', '-e', `vault_remove=${await leader()}`);
    expect(failures(ran)[0]).toContain('is the active member');
    expect(await votersOf(fleet, await keeper.keys())).toEqual(everybody);
  });
});

describe('a member whose card was replaced', () => {
  const lost = (): string => 'frontpi';

  beforeAll(async () => {
    // Another one is active, so that there is something to come back to.
    if ((await leader()) === lost()) await run('vault-step-down');
    await fleet.reset(lost());
  });

  it('is refused by vault.yml, which names the way', async () => {
    const ran = await run('vault');
    expect(failures(ran)[0]).toContain(`the cluster has it as the voter ${lost()}, and it has no data`);
    expect(JSON.stringify(ran.events)).toContain(`vault-replace-node.yml -e vault_replace=${lost()}`);
    expect([ran.exitCode, total(ran, 'changed')]).toEqual([2, 0]);
  });

  it('is replaced only when it is named, here and now', async () => {
    const ran = await run('vault-replace-node', '-e', 'vault_replace=nobody');
    expect(ran.exitCode).not.toBe(0);
    expect(await votersOf(fleet, await keeper.keys())).toEqual(everybody);
  });

  it('votes again, empty', async () => {
    const ran = await run('vault-replace-node', '-e', `vault_replace=${lost()}`);
    expect([failures(ran), ran.exitCode]).toEqual([[], 0]);
    expect((await sealStatuses(fleet)).every(({sealed}) => !sealed)).toBe(true);
    expect(await votersOf(fleet, await keeper.keys())).toEqual(everybody);
    const after = await run('vault');
    expect([failures(after), after.exitCode, total(after, 'changed')]).toEqual([[], 0, 0]);
  });
});

describe('a member whose data are of no use', () => {
  it('begins anew, and what it had stays beside', async () => {
    if ((await leader()) === 'deskpi') await run('vault-step-down');
    await fleet.read(
      'deskpi',
      'systemctl stop vault && dd if=/dev/zero of=/var/lib/vault/raft/raft.db bs=4096 count=2 conv=notrunc 2>/dev/null',
    );
    const ran = await run('vault-replace-node', '-e', 'vault_replace=deskpi');
    expect([failures(ran), ran.exitCode]).toEqual([[], 0]);
    expect(await fleet.read('deskpi', 'ls -d /var/lib/vault.replaced-*')).toContain(
      '/var/lib/vault.replaced-',
    );
    expect(await votersOf(fleet, await keeper.keys())).toEqual(everybody);
  });
});
