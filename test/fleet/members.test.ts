import {readFileSync, writeFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {beginWithClient, clusterName, type Keeper, newKeeper, sealStatuses, votersOf} from './bootstrap.ts';
import {startClient} from './client.ts';
import {recordFile} from './files.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {product, program} from './product.ts';
import {type Ran, runVprov, total, vprov} from './vprov.ts';

const everybody = ['atticpi', 'deskpi', 'frontpi', 'sense', 'wallpi'];

let fleet: Fleet;
let keeper: Keeper;
/** Of a client. */
let token = '';

/** Of boards that are not a Zero: a lost leader is missed within two seconds. */
const settings = [
  ...['-e', 'vault_performance_multiplier=1'],
  // HashiCorp's say from 1.19 on that they were removed.
  ...(product.name === 'vault' ? ['-e', `vault_version=${product.newerVersion}`] : []),
];
/** Of the ten pairs of members; `VPROV_PAIRS=10` kills each. */
const pairs = Number(process.env.VPROV_PAIRS ?? 2);

beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
  keeper = await newKeeper();
  token = await beginWithClient(fleet, keeper, ...settings);
});

afterAll(() => keeper?.remove());

function run(playbook: string, ...options: readonly string[]): Promise<Ran> {
  return runVprov(fleet, `playbooks/${playbook}.yml`, ...keeper.options, ...settings, ...options);
}

function failures(ran: Ran): readonly string[] {
  return ran.tasks
    .filter(({status}) => status === 'failed')
    .map(({host, task, message}) => `${host}: ${task.name}: ${message}`);
}

function attentions(ran: Ran): readonly string[] {
  return ran.tasks.flatMap(({attention}) => attention ?? []);
}

async function leader(): Promise<string> {
  return fleet.read(
    'wallpi',
    `VAULT_ADDR=http://127.0.0.1:8200 ${program} status -format=json | sed -n 's/.*"leader_address": "http:..\\([a-z]*\\):.*/\\1/p'`,
  );
}

describe('what is inside', () => {
  const inside = {
    vault_policies: [{name: 'web', policy: 'path "kv/data/web/*" {\n  capabilities = ["read"]\n}'}],
    vault_mounts: [{path: 'kv', type: 'kv', options: {version: '2'}, max_lease_ttl: '768h'}],
    vault_auths: [{path: 'approle', type: 'approle'}],
    vault_approles: [{name: 'web', token_policies: ['web'], token_ttl: '20m'}],
    vault_autopilot: {max_trailing_logs: 2000},
  };
  const declared = ['-e', JSON.stringify(inside)];
  const changes = (ran: Ran): readonly string[] =>
    ran.tasks.flatMap((task) =>
      task.changes.flatMap(({ref, attributes}) => attributes.map(({name}) => `${ref} ${name}`)),
    );

  it('is made as the variables say, by one member, and left alone the second time', async () => {
    const made = await run('vault-contents', ...declared);
    expect([failures(made), made.exitCode, total(made, 'changed')]).toEqual([[], 0, 5]);
    const again = await run('vault-contents', ...declared);
    expect([failures(again), again.exitCode, total(again, 'changed')]).toEqual([[], 0, 0]);
  });

  it('is asked of a member that serves where the first of them is sealed, and of none where none does', async () => {
    await fleet.read('sense', 'systemctl restart vault');
    const asked = await run('vault-contents', ...declared);
    expect([failures(asked), asked.exitCode, total(asked, 'changed')]).toEqual([[], 0, 0]);
    const sealed = await run('vault-contents', ...declared, '--limit', 'sense');
    expect([failures(sealed), sealed.exitCode]).toEqual([
      [expect.stringContaining('none of these members is unsealed and in use')],
      1,
    ]);
    expect((await run('vault-unseal')).exitCode).toBe(0);
  });

  it('is shown by a standby that it is written through, which may be behind', async () => {
    const standby = (await leader()) === 'sense' ? 'wallpi' : 'sense';
    for (const path of ['a', 'b', 'c']) {
      const vault_policies = [
        {name: 'behind', policy: `path "kv/data/${path}" {\n  capabilities = ["read"]\n}`},
      ];
      const ran = await run('vault-contents', '-e', JSON.stringify({vault_policies}), '--limit', standby);
      expect([failures(ran), total(ran, 'changed')]).toEqual([[], 1]);
    }
  });

  const rootToken = async (): Promise<string> => {
    const words = ['vault', 'generate-root', keeper.keysFile, '-i', fleet.inventory, ...keeper.options];
    return (await vprov(...words)).stdout.trim();
  };

  it('has secrets by a token, and tells none of them', async () => {
    const token = await rootToken();
    const canary = 'CANARY-swordfish';
    const secrets = {
      vault_secrets: [{mount: 'kv', path: 'web/db', data: {password: canary}}],
      vault_token: token,
    };
    const options = ['-e', JSON.stringify({...inside, ...secrets})];
    const checked = await run('vault-contents', ...options, '--check', '--diff', '-vvv');
    const made = await run('vault-contents', ...options, '--diff', '-vvv');
    expect([failures(made), changes(made)]).toEqual([
      [],
      ['vault:kv/web/db state', 'vault:kv/web/db password'],
    ]);
    expect(changes(checked)).toEqual(changes(made));
    const told = JSON.stringify([checked, made]);
    expect([told.includes(canary), told.includes(token)]).toEqual([false, false]);
    const again = await run('vault-contents', ...options);
    expect([failures(again), total(again, 'changed')]).toEqual([[], 0]);
    expect(
      await fleet.read(
        'sense',
        `export VAULT_ADDR=http://127.0.0.1:8200 VAULT_TOKEN=${token}; ${program} kv get -mount=kv -field=password web/db; ${program} token revoke -self >/dev/null`,
      ),
    ).toBe(canary);
  });

  it('is shown by a check where somebody changed it by hand, and repaired by a run', async () => {
    const token = await rootToken();
    await fleet.read(
      'sense',
      `export VAULT_ADDR=http://127.0.0.1:8200 VAULT_TOKEN=${token}
echo 'path "*" { capabilities = ["read"] }' | ${program} policy write web -
${program} secrets tune -max-lease-ttl=1h kv
${program} write auth/approle/role/web token_policies=web,admin
${program} token revoke -self`,
    );
    const drifted = [
      'vault:sys/policies/acl/web content',
      'vault:sys/mounts/kv max_lease_ttl',
      'vault:auth/approle/role/web token_policies',
    ];
    const checked = await run('vault-contents', ...declared, '--check', '--diff');
    expect([failures(checked), changes(checked)]).toEqual([[], drifted]);
    const repaired = await run('vault-contents', ...declared);
    expect([failures(repaired), changes(repaired)]).toEqual([[], drifted]);
    const again = await run('vault-contents', ...declared);
    expect([again.exitCode, total(again, 'changed')]).toEqual([0, 0]);
  });
});

describe('the active member', () => {
  it('gives its place to another', async () => {
    const before = await leader();
    const ran = await run('vault-step-down');
    expect([failures(ran), ran.exitCode, total(ran, 'changed')]).toEqual([[], 0, 1]);
    expect(await leader()).not.toBe(before);
  });

  it('is not removed', async () => {
    const active = await leader();
    for (const mode of [['--check'], []]) {
      const ran = await run('vault-remove-peer', '-e', `vault_remove=${active}`, ...mode);
      expect(failures(ran)[0]).toContain('is the active member');
    }
    expect(await votersOf(fleet, await keeper.keys())).toEqual(everybody);
    expect(JSON.parse(readFileSync(recordFile(fleet), 'utf8')).members.toSorted()).toEqual(everybody);
  });

  it('is asked in vain to remove who is no member, which a check foretells', async () => {
    for (const mode of [['--check'], []]) {
      const ran = await run('vault-remove-peer', '-e', 'vault_remove=nobody', ...mode);
      expect([failures(ran), ran.exitCode, total(ran, 'changed')]).toEqual([[], 0, 0]);
    }
    const other = (await leader()) === 'wallpi' ? 'sense' : 'wallpi';
    const foretold = await run('vault-remove-peer', '-e', `vault_remove=${other}`, '--check');
    // With what is to be seen to then.
    expect([foretold.exitCode, total(foretold, 'changed')]).toEqual([3, 1]);
    expect(await votersOf(fleet, await keeper.keys())).toEqual(everybody);
  });
});

describe('any two of five', () => {
  it('are killed, and a client goes on', {timeout: pairs * 60_000}, async () => {
    const gaps: number[] = [];
    for (const pair of await pairsOf()) {
      const client = await startClient(fleet, token);
      const goesOn = async (): Promise<void> => {
        const before = client.writes();
        await expect.poll(() => client.writes(), {timeout: 30_000}).toBeGreaterThan(before + 5);
      };
      await goesOn();
      await Promise.all(pair.map((name) => fleet.read(name, 'systemctl kill -s KILL vault')));
      await goesOn();
      const seen = await client.stop();
      expect([seen.lost, seen.mostDown]).toEqual([[], 2]);
      gaps.push(seen.gapsMs[0] ?? 0);
      const ran = await run('vault-unseal');
      expect([failures(ran), ran.exitCode, total(ran, 'changed')]).toEqual([[], 0, 2]);
    }
    // Of a follower that is lost nobody hears; of the leader it takes an election.
    console.info(`longest pauses of a client, ms: ${gaps.join(' ')}`);
    expect(Math.max(...gaps)).toBeLessThan(10_000);
  });
});

/** The leader with another first, then two that are none. */
async function pairsOf(): Promise<readonly (readonly string[])[]> {
  const first = await leader();
  const order = [first, ...everybody.filter((name) => name !== first)];
  const all = order.flatMap((one, at) => order.slice(at + 1).map((other) => [one, other]));
  const half = Math.ceil(pairs / 2);
  return [...all.slice(0, half), ...all.slice(all.length - (pairs - half))];
}

describe('A17: a member whose card was replaced', () => {
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

  it('A2: nor does it come in by a bootstrap', async () => {
    const ran = await run('vault', '-e', `vault_bootstrap=${clusterName}`);
    expect(failures(ran)[0]).toContain(`the cluster has it as the voter ${lost()}, and it has no data`);
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

describe('a member whose data are gone, and whose server was started again without them', () => {
  const wiped = async (host: string, script = ':'): Promise<void> => {
    if ((await leader()) === host) await run('vault-step-down');
    await fleet.read(
      host,
      // HashiCorp's does not tell systemd when it listens.
      `systemctl stop vault && rm -rf /var/lib/vault/* && ${script} && systemctl start vault
until VAULT_ADDR=http://127.0.0.1:8200 ${program} status >/dev/null 2>&1 || [ $? = 2 ]; do sleep 0.1; done`,
    );
  };
  const said = async (host: string): Promise<{readonly initialized: boolean; readonly sealed: boolean}> =>
    JSON.parse(
      await fleet.read(host, `VAULT_ADDR=http://127.0.0.1:8200 ${program} status -format=json || [ $? = 2 ]`),
    );

  const isRefused = async (host: string, playbook: string, ...options: readonly string[]): Promise<void> => {
    const ran = await run(playbook, ...options);
    expect(failures(ran)[0]).toContain(`the cluster has it as the voter ${host}, and it has no data`);
    expect(JSON.stringify(ran.events)).toContain(`vault-replace-node.yml -e vault_replace=${host}`);
    expect([ran.exitCode, total(ran, 'changed')]).toEqual([2, 0]);
  };

  const comesBack = async (host: string): Promise<void> => {
    const ran = await run('vault-replace-node', '-e', `vault_replace=${host}`);
    expect([failures(ran), ran.exitCode]).toEqual([[], 0]);
    expect(await said(host)).toMatchObject({initialized: true, sealed: false});
    expect(await votersOf(fleet, await keeper.keys())).toEqual(everybody);
    const after = await run('vault');
    expect([failures(after), after.exitCode, total(after, 'changed')]).toEqual([[], 0, 0]);
  };

  it('has met the others, and is refused by vault.yml and vault-unseal.yml, which name the way', async () => {
    await wiped('atticpi');
    // It says what any sealed member says.
    await expect.poll(() => said('atticpi')).toMatchObject({initialized: true, sealed: true});
    await isRefused('atticpi', 'vault');
    await isRefused('atticpi', 'vault-unseal');
    await isRefused('atticpi', 'vault', '-e', `vault_bootstrap=${clusterName}`);
    expect(await said('atticpi')).toMatchObject({initialized: true, sealed: true});
    await comesBack('atticpi');
  });

  it('has met nobody, and is refused likewise', async () => {
    await wiped('wallpi', "sed -i '/retry_join {/,/}/d' /etc/vault.d/vault.hcl");
    expect(await said('wallpi')).toMatchObject({initialized: false});
    await isRefused('wallpi', 'vault');
    await isRefused('wallpi', 'vault', '-e', `vault_bootstrap=${clusterName}`);
    await comesBack('wallpi');
  });

  it('is not refused with its data, sealed as after a restart', async () => {
    await fleet.read('frontpi', 'systemctl restart vault');
    const ran = await run('vault');
    expect([failures(ran), ran.exitCode]).toEqual([[], 3]);
    expect((await run('vault-unseal')).exitCode).toBe(0);
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

describe('A17: a host that was never a member', () => {
  it('joins the others by the command that began the cluster, too', {timeout: 240_000}, async () => {
    if ((await leader()) === 'deskpi') await run('vault-step-down');
    await run('vault-remove-peer', '-e', 'vault_remove=deskpi', '--limit', 'all:!deskpi');
    await fleet.reset('deskpi');
    // One that has met the others says that it is a member, and sealed.
    const routes = (change: string): Promise<string> =>
      fleet.read(
        'deskpi',
        `for host in sense wallpi frontpi atticpi; do ip route ${change} blackhole "$(getent ahostsv4 $host | head -n 1 | cut -d ' ' -f 1)" || exit 1; done`,
      );
    await routes('add');
    await run('vault', '--limit', 'deskpi');
    const outside = await run('vault');
    await routes('del');
    expect([failures(outside), outside.exitCode, attentions(outside)]).toEqual([
      [],
      3,
      [expect.stringMatching(/^in the inventory, and no member yet: deskpi\..* 1 failure,/s)],
    ]);
    const ran = await run('vault', '-e', `vault_bootstrap=${clusterName}`);
    expect([failures(ran), ran.exitCode]).toEqual([[], 0]);
    expect(await votersOf(fleet, await keeper.keys())).toEqual(everybody);
    // Beside that it is written down, which one of them does.
    const changed = ran.tasks
      .filter(
        ({status, task}) =>
          status === 'changed' && task.name !== 'the record of the cluster, on this machine',
      )
      .map(({host}) => host);
    expect([...new Set(changed)]).toEqual(['deskpi']);
  });

  it('is installed and joins the others in one command, which removes nobody', async () => {
    if ((await leader()) === 'deskpi') await run('vault-step-down');
    const removed = await run('vault-remove-peer', '-e', 'vault_remove=deskpi', '--limit', 'all:!deskpi');
    expect([failures(removed), removed.exitCode]).toEqual([[], 0]);
    await fleet.reset('deskpi');
    expect(await votersOf(fleet, await keeper.keys())).not.toContain('deskpi');
    const ran = await run('vault-replace-node', '-e', 'vault_replace=deskpi');
    expect([failures(ran), ran.exitCode]).toEqual([[], 0]);
    expect(await votersOf(fleet, await keeper.keys())).toEqual(everybody);
    const after = await run('vault', '-e', `vault_bootstrap=${clusterName}`);
    expect([failures(after), after.exitCode, total(after, 'changed')]).toEqual([[], 0, 0]);
  });
});

describe('A5: a member that is not in the inventory', () => {
  it('is told until it is removed, from what is written down, too', async () => {
    const file = recordFile(fleet);
    const record = JSON.parse(readFileSync(file, 'utf8'));
    const more = {...record, members: [...record.members, 'nobody']};
    writeFileSync(file, `${JSON.stringify(more, undefined, 2)}\n`);
    const members = () => JSON.parse(readFileSync(file, 'utf8')).members;
    for (const mode of [['--check'], []]) {
      const ran = await run('vault', ...mode);
      expect([failures(ran), ran.exitCode, total(ran, 'changed'), attentions(ran)]).toEqual([
        [],
        3,
        0,
        [expect.stringMatching(/^not in the inventory, and a member of .*: nobody\..* 2 failures/s)],
      ]);
      expect(members()).toContain('nobody');
    }
    const removed = await run('vault-remove-peer', '-e', 'vault_remove=nobody');
    expect([failures(removed), removed.exitCode]).toEqual([[], 0]);
    expect(members()).toEqual(record.members);
    const after = await run('vault');
    expect([failures(after), after.exitCode, total(after, 'changed')]).toEqual([[], 0, 0]);
  });
});

describe.runIf(product.name === 'openbao')('a member that was removed and runs on', () => {
  const record = () => JSON.parse(readFileSync(recordFile(fleet), 'utf8'));

  it('is told, is no member by what is written down, and is not unsealed', async () => {
    if ((await leader()) === 'deskpi') await run('vault-step-down');
    const removed = await run('vault-remove-peer', '-e', 'vault_remove=deskpi');
    expect([failures(removed), removed.exitCode, attentions(removed)]).toEqual([
      [],
      3,
      [expect.stringContaining('it is a member no more, and its server runs on')],
    ]);
    for (const mode of [['--check'], []]) {
      const ran = await run('vault', ...mode);
      expect([failures(ran), ran.exitCode, total(ran, 'changed'), attentions(ran)]).toEqual([
        [],
        3,
        0,
        [expect.stringMatching(/^removed from .*: deskpi\. It begins anew/s)],
      ]);
    }
    expect(record().members).not.toContain('deskpi');
    await fleet.read('deskpi', 'systemctl restart vault');
    expect(failures(await run('vault-unseal'))).toEqual([
      expect.stringContaining('deskpi was taken out of the cluster'),
    ]);
  });

  it('begins anew', async () => {
    const ran = await run('vault-replace-node', '-e', 'vault_replace=deskpi');
    expect([failures(ran), ran.exitCode]).toEqual([[], 0]);
    expect(record().members.toSorted()).toEqual(everybody);
    expect(record().removed ?? []).not.toContain('deskpi');
    expect(await votersOf(fleet, await keeper.keys())).toEqual(everybody);
    const after = await run('vault');
    expect([failures(after), after.exitCode, total(after, 'changed')]).toEqual([[], 0, 0]);
  });
});

// OpenBao's members do not say it.
describe.runIf(product.name === 'vault')('a member that was removed and still runs', () => {
  const removed = 'removed from the cluster';
  const away = {timeout: 120_000};

  it('is told by vault.yml, by vault-unseal.yml and by status', away, async () => {
    if ((await leader()) === 'frontpi') await run('vault-step-down');
    await run('vault-remove-peer', '-e', 'vault_remove=frontpi', '--limit', 'all:!frontpi');
    await expect.poll(async () => (await sealStatuses(fleet))[2]?.sealed, {timeout: 30_000}).toBe(true);
    const ran = await run('vault');
    expect([ran.exitCode, failures(ran)]).toEqual([3, []]);
    expect(attentions(ran)).toEqual([expect.stringContaining(removed)]);
    expect(failures(await run('vault-unseal'))).toEqual([expect.stringContaining(removed)]);
    const {stdout} = await vprov('vault', 'status', '-i', fleet.inventory);
    expect(stdout).toMatch(/^frontpi .* removed /m);
    expect(stdout).toContain('vprov run playbooks/vault-replace-node.yml -e vault_replace=frontpi');
  });

  it('begins anew', away, async () => {
    const ran = await run('vault-replace-node', '-e', 'vault_replace=frontpi');
    expect([failures(ran), ran.exitCode]).toEqual([[], 0]);
    expect(await votersOf(fleet, await keeper.keys())).toEqual(everybody);
  });
});
