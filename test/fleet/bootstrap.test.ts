import {once} from 'node:events';
import {existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {createInterface} from 'node:readline';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {ClusterStatus} from '../../src/vault/index.ts';
import {
  clusterName,
  forgetCluster,
  type Keeper,
  type KeptKeys,
  newKeeper,
  sealStatuses,
  votersOf,
} from './bootstrap.ts';
import {docker} from './docker.ts';
import {recordFile} from './files.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {containerName, layout} from './layout.ts';
import {program} from './product.ts';
import {type Ran, runVprov, startVprov, total, vprov} from './vprov.ts';

const playbook = 'playbooks/vault.yml';
const armed = ['-e', `vault_bootstrap=${clusterName}`];
const everybody = ['atticpi', 'deskpi', 'frontpi', 'sense', 'wallpi'];

let fleet: Fleet;
let keeper: Keeper;

beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
  keeper = await newKeeper();
});

afterAll(() => keeper?.remove());

function run(...options: readonly string[]): Promise<Ran> {
  return runVprov(fleet, playbook, ...keeper.options, ...options);
}

function failures(ran: Ran): readonly string[] {
  return ran.tasks
    .filter(({status}) => status === 'failed')
    .map(({host, task, message}) => `${host}: ${task.name}: ${message}`);
}

describe('a cluster that begins', () => {
  let first: Ran;
  let kept: KeptKeys;

  it('is not initialised by a variable that was left in a file', async () => {
    writeFileSync(`${fleet.dir}/armed.yml`, `all: {vars: {vault_bootstrap: ${clusterName}}}\n`);
    const ran = await run('-i', `${fleet.dir}/armed.yml`);
    // Found before any host is connected.
    expect([ran.exitCode, ran.tasks]).toEqual([1, []]);
    expect(JSON.stringify(ran.events)).toContain('only when somebody says so each time');
  });

  it('goes from bare hosts to five unsealed voters in one command', async () => {
    first = await run(...armed);
    expect(failures(first)).toEqual([]);
    expect(first.exitCode).toBe(0);
    // What is chosen knowingly is said each time.
    expect(first.tasks.filter(({reminder}) => reminder?.startsWith('vault_tls: off'))).toHaveLength(5);
    const statuses = await sealStatuses(fleet);
    expect(statuses.map(({initialized, sealed}) => [initialized, sealed])).toEqual(
      everybody.map(() => [true, false]),
    );
    expect(new Set(statuses.map(({cluster_id: id}) => id)).size).toBe(1);
    kept = await keeper.keys();
    expect(kept.shares).toHaveLength(5);
  });

  it('writes down which cluster it is', async () => {
    const [status] = await sealStatuses(fleet);
    expect(JSON.parse(readFileSync(recordFile(fleet), 'utf8'))).toMatchObject({
      v: 1,
      cluster: clusterName,
      cluster_id: status?.cluster_id,
      members: expect.arrayContaining(everybody),
    });
  });

  it('keeps the keys for their owner alone, and no root token', () => {
    expect(kept.root_token).toBeUndefined();
    expect([existsSync(keeper.initialFile), existsSync(keeper.intentFile)]).toEqual([false, false]);
    expect(statSync(keeper.keysFile).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(keeper.keysFile)).mode & 0o777).toBe(0o700);
  });

  it('leaves no key on any host, in no journal, and in nothing that is said', async () => {
    const secrets = [...kept.shares, kept.operator?.secret_id ?? ''].flatMap((secret) => [
      secret,
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret, 'base64').toString('hex'),
      encodeURIComponent(secret),
    ]);
    const patterns = [...new Set(secrets)].filter((one) => one.length > 20);
    const said = JSON.stringify(first.events) + first.stderr;
    expect(patterns.filter((pattern) => said.includes(pattern))).toEqual([]);
    for (const {name} of fleet.hosts) {
      const found = await fleet.read(
        name,
        `cat >/run/patterns <<'END'
${patterns.join('\n')}
END
journalctl --no-pager | grep -cFf /run/patterns
grep -rlFf /run/patterns --exclude-dir=proc --exclude-dir=sys --exclude=patterns / 2>/dev/null
rm /run/patterns`,
      );
      expect(found, name).toBe('0');
    }
  });

  it('has five voters, by its own account', async () => {
    expect(await votersOf(fleet, kept)).toEqual(everybody);
  });

  it('lets its keepers in, by a root token that the shares make, and nobody else', async () => {
    const words = ['vault', 'generate-root', keeper.keysFile, '-i', fleet.inventory, ...keeper.options];
    const made = await vprov(...words);
    expect([made.exitCode, made.stdout]).toEqual([0, expect.stringMatching(/^(hv)?s\.\S+\n$/)]);
    const token = made.stdout.trim();
    expect(made.stderr).not.toContain(token);
    const asRoot = (command: string): Promise<string> =>
      fleet.read('sense', `VAULT_ADDR=http://127.0.0.1:8200 VAULT_TOKEN=${token} ${program} ${command}`);
    expect(await asRoot('token lookup -format=json')).toContain('"root"');
    expect(await asRoot('token revoke -self')).toContain('Success');
    // An attempt that somebody has begun is not taken from them.
    const {operator} = kept;
    const login = `${program} write -field=token auth/vprov/login role_id=${operator?.role_id} secret_id=${operator?.secret_id}`;
    const asOperator = (command: string): Promise<string> =>
      fleet.read(
        'sense',
        `export VAULT_ADDR=http://127.0.0.1:8200; VAULT_TOKEN=$(${login}) ${program} ${command}`,
      );
    await asOperator('write -f sys/generate-root-token/attempt');
    const refused = await vprov(...words);
    expect([refused.exitCode, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain('somebody has begun to make a root token');
    await asOperator('delete sys/generate-root-token/attempt');
  });

  it.each(['--check', '--diff'])('is left alone the second time (%s)', async (option) => {
    const ran = await run(...armed, option);
    expect(failures(ran)).toEqual([]);
    expect(ran.exitCode).toBe(0);
    expect([total(ran, 'changed'), total(ran, 'unknown'), total(ran, 'owed')]).toEqual([0, 0, 0]);
  });

  it.each(['vault-unseal.yml', 'vault-restart.yml'])(
    'has nothing unknown in check mode of %s',
    async (name) => {
      const ran = await runVprov(fleet, `playbooks/${name}`, ...keeper.options, '--check');
      expect([ran.exitCode, failures(ran), total(ran, 'unknown')]).toEqual([0, [], 0]);
    },
  );

  it('is unsealed after a power cut', async () => {
    const containers = fleet.hosts.map(({name}) => containerName(layout(), name));
    await docker('kill', ...containers);
    await ensureFleet();
    const ran = await runVprov(fleet, 'playbooks/vault-unseal.yml', ...keeper.options);
    expect(failures(ran)).toEqual([]);
    expect(total(ran, 'changed')).toBe(5);
    expect((await sealStatuses(fleet)).every(({sealed}) => !sealed)).toBe(true);
    expect(await votersOf(fleet, kept)).toEqual(everybody);
  });

  it('is unsealed by who watches, whenever members come up sealed', {timeout: 120_000}, async () => {
    const words = ['vault', 'unseal', '--watch', '--every', '1', '-i', fleet.inventory, ...keeper.options];
    const watching = startVprov(words);
    let said = '';
    watching.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    watching.stdout.resume();
    const ended = once(watching, 'close');
    const until = (words: RegExp) => expect.poll(() => said, {timeout: 60_000, interval: 200}).toMatch(words);
    await until(/Z 5 of 5 unsealed, \w+ leads\n$/);
    // One, and then more than the cluster can lose: it serves again only when several of them are unsealed.
    for (const hosts of [['wallpi'], ['wallpi', 'sense', 'deskpi']]) {
      said = '';
      await Promise.all(hosts.map((name) => fleet.read(name, 'systemctl restart vault')));
      await until(/sealed: .*Z 5 of 5 unsealed, \w+ leads\n$/s);
    }
    expect((await sealStatuses(fleet)).every(({sealed}) => !sealed)).toBe(true);
    watching.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
  });
});

describe('a cluster that is looked at', () => {
  it('is told of whenever something changes, one line each', {timeout: 120_000}, async () => {
    const words = ['vault', 'status', '--watch', '--json', '--every', '1', '-i', fleet.inventory];
    const watching = startVprov(words);
    watching.stderr.resume();
    const lines: ClusterStatus[] = [];
    createInterface({input: watching.stdout}).on('line', (line) => lines.push(JSON.parse(line)));
    const ended = once(watching, 'close');
    const until = (sealed: boolean) =>
      expect.poll(() => lines.at(-1)?.nodes.deskpi?.sealed, {timeout: 60_000}).toBe(sealed);
    await until(false);
    await fleet.read('deskpi', 'systemctl restart vault');
    await until(true);
    expect(lines.at(-1)?.attention).toContain('deskpi: sealed, and serves nothing');
    const told = await vprov('vault', 'unseal', '--json', '-i', fleet.inventory, ...keeper.options);
    expect(JSON.parse(told.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'summary',
      exitCode: 0,
      hosts: {deskpi: {changed: 1}},
    });
    await until(false);
    watching.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
  });
});

describe('a cluster whose members are restarted', () => {
  const restart = 'playbooks/vault-restart.yml';
  const everyone = ['-e', 'vault_restart_which=all'];
  const invocations = (): Promise<readonly string[]> =>
    Promise.all(
      fleet.hosts.map(({name}) => fleet.read(name, 'systemctl show -p InvocationID --value vault.service')),
    );

  const changedBetween = (before: readonly string[], after: readonly string[]): readonly string[] =>
    fleet.hosts.map(({name}) => name).filter((_name, index) => after[index] !== before[index]);

  it('loses none that owes nothing', async () => {
    const before = await invocations();
    const ran = await runVprov(fleet, restart, ...keeper.options);
    expect([ran.exitCode, total(ran, 'changed')]).toEqual([0, 0]);
    expect(await invocations()).toEqual(before);
  });

  it('loses the one that owes it', async () => {
    const before = await invocations();
    const changed = await run('--limit', 'wallpi', '-e', 'vault_ui=false');
    expect([changed.exitCode, changed.hosts.wallpi?.owed]).toEqual([2, 1]);
    const status = await vprov('vault', 'status', '-i', fleet.inventory, '--json');
    const {nodes, notes} = JSON.parse(status.stdout) as ClusterStatus;
    expect([status.exitCode, nodes.wallpi?.owed, nodes.sense?.owed]).toEqual([
      3,
      [expect.stringContaining('owed: restart vault')],
      [],
    ]);
    expect(notes).toEqual([expect.stringContaining('no TLS on all members')]);
    const foretold = await runVprov(fleet, restart, ...keeper.options, '--check');
    expect([foretold.exitCode, total(foretold, 'unknown')]).toEqual([0, 0]);
    expect(foretold.tasks.filter(({status}) => status === 'would-change').map(({host}) => host)).toContain(
      'wallpi',
    );
    const ran = await runVprov(fleet, restart, ...keeper.options);
    expect([failures(ran), ran.exitCode, total(ran, 'owed')]).toEqual([[], 0, 0]);
    expect(changedBetween(before, await invocations())).toEqual(['wallpi']);
    const after = await run('--limit', 'wallpi', '-e', 'vault_ui=false');
    expect([after.exitCode, total(after, 'changed'), total(after, 'owed')]).toEqual([0, 0, 0]);
  });

  it('wants attention where its configuration was edited, and not where a run of vprov left it as it is', async () => {
    const attention = async (): Promise<readonly string[]> => {
      const {stdout} = await vprov('vault', 'status', '-i', fleet.inventory, '--json');
      return (JSON.parse(stdout) as ClusterStatus).attention;
    };
    // By whole seconds, in which the server was started a moment ago.
    const edited = "echo '# by hand' >>/etc/vault.d/vault.hcl && touch -d '5 seconds' /etc/vault.d/vault.hcl";
    await fleet.read('wallpi', edited);
    expect(await attention()).toEqual([
      expect.stringContaining('wallpi: /etc/vault.d/vault.hcl was changed after the server read it'),
    ]);
    const ran = await run('--limit', 'wallpi', '-e', 'vault_ui=false');
    expect([ran.exitCode, total(ran, 'changed'), total(ran, 'owed')]).toEqual([0, 1, 0]);
    expect(await attention()).toEqual([]);
  });

  it('loses them in the run that changed them, where that is asked for', async () => {
    const before = await invocations();
    const rolling = ['-e', 'vault_restart=rolling', '--limit', 'wallpi,frontpi'];
    const foretold = await run(...rolling, '--check');
    expect([foretold.exitCode, total(foretold, 'failed')]).toEqual([0, 0]);
    const ran = await run(...rolling);
    expect([failures(ran), ran.exitCode, total(ran, 'owed')]).toEqual([[], 0, 0]);
    expect(changedBetween(before, await invocations())).toEqual(['wallpi']);
    expect((await sealStatuses(fleet)).every(({sealed}) => !sealed)).toBe(true);
    const again = await run(...rolling);
    expect([again.exitCode, total(again, 'changed')]).toEqual([0, 0]);
  });

  it('loses one at a time, the active one last, and serves with all of them at the end', async () => {
    const before = await invocations();
    const leader = await fleet.read(
      'sense',
      `VAULT_ADDR=http://127.0.0.1:8200 ${program} status -format=json | sed -n 's/.*"leader_address": "http:..\\([a-z]*\\):.*/\\1/p'`,
    );
    const ran = await runVprov(fleet, restart, ...keeper.options, ...everyone);
    expect(failures(ran)).toEqual([]);
    expect(ran.tasks.filter(({status}) => status === 'changed').at(-1)?.host).toBe(leader);
    expect(changedBetween(before, await invocations())).toHaveLength(5);
    expect((await sealStatuses(fleet)).every(({sealed}) => !sealed)).toBe(true);
    expect(await votersOf(fleet, await keeper.keys())).toEqual(everybody);
  });

  it('loses none to a run that is limited to it while another restarts one that is left out', async () => {
    const before = await invocations();
    const limits = ['wallpi', 'frontpi', 'deskpi'];
    const ran = await Promise.all(
      limits.map((limit) => runVprov(fleet, restart, ...keeper.options, ...everyone, '--limit', limit)),
    );
    const done = limits.filter((_limit, index) => ran[index]?.exitCode === 0);
    expect(changedBetween(before, await invocations()).toSorted()).toEqual(done.toSorted());
    const refused = ran.filter(({exitCode}) => exitCode !== 0);
    expect(refused.map(({exitCode}) => exitCode)).toEqual(refused.map(() => 5));
    expect(refused.length).toBeGreaterThanOrEqual(2);
    for (const one of refused) expect(failures(one).join()).toContain('another run is changing ');
    expect((await sealStatuses(fleet)).every(({sealed}) => !sealed)).toBe(true);
  });

  it('A4: is left alone where it could lose no more: two are stopped', {timeout: 200_000}, async () => {
    const stopped = ['atticpi', 'frontpi'];
    await Promise.all(stopped.map((name) => fleet.read(name, 'systemctl stop vault')));
    const before = await invocations();
    const ran = await runVprov(fleet, restart, ...keeper.options, ...everyone, '--limit', 'wallpi');
    expect(failures(ran)[0]).toContain(
      'it was not restarted: the cluster cannot do without one more member: http://',
    );
    const foretold = await runVprov(
      fleet,
      restart,
      ...keeper.options,
      ...everyone,
      ...['--limit', 'wallpi', '--check'],
    );
    expect(failures(foretold)[0]).toContain('it was not restarted: ');
    expect(changedBetween(before, await invocations())).toEqual([]);
    // Whose server is stopped is not waited for.
    const unsealing = await runVprov(fleet, 'playbooks/vault-unseal.yml', ...keeper.options);
    expect([failures(unsealing).length, unsealing.exitCode]).toEqual([2, 1]);
    for (const one of failures(unsealing))
      expect(one).toContain('vault.service is inactive: there is nothing');
    await Promise.all(stopped.map((name) => fleet.read(name, 'systemctl start vault')));
    const back = await runVprov(fleet, 'playbooks/vault-unseal.yml', ...keeper.options);
    expect([failures(back), total(back, 'changed')]).toEqual([[], 2]);
  });

  it('A4: is left alone where one is sealed, and where its keys are not at hand', async () => {
    const before = await invocations();
    const nowhere = ['-e', 'vault_keys_file=/nowhere/home.age'];
    for (const mode of [['--check'], []]) {
      const blind = await runVprov(fleet, restart, ...keeper.options, ...everyone, ...nowhere, ...mode);
      expect(failures(blind)[0]).toContain('are not on this machine');
    }
    await fleet.read('wallpi', 'systemctl restart vault');
    const sealed = await runVprov(fleet, restart, ...keeper.options, ...everyone);
    expect(failures(sealed)[0]).toContain('wallpi is sealed');
    expect(changedBetween(before, await invocations())).toEqual(['wallpi']);
  });
});

describe('A2: a cluster that must not begin', () => {
  let record = '';

  beforeAll(async () => {
    record = readFileSync(recordFile(fleet), 'utf8');
    await forgetCluster(fleet);
  });

  it('is refused where there are keys of that name already', async () => {
    const ran = await run(...armed);
    expect(ran.exitCode).toBe(1);
    expect(failures(ran)[0]).toContain(`there are keys of a cluster ${clusterName} already`);
    expect((await sealStatuses(fleet)).some(({initialized}) => initialized)).toBe(false);
  });

  it('is refused where it is written down that there is one', async () => {
    const other = await newKeeper();
    writeFileSync(recordFile(fleet), record);
    const ran = await runVprov(fleet, playbook, ...other.options, ...armed);
    expect(failures(ran)[0]).toContain(`${clusterName} was initialised once`);
    rmSync(recordFile(fleet));
    other.remove();
    expect((await sealStatuses(fleet)).some(({initialized}) => initialized)).toBe(false);
  });

  it('is refused where a member does not take part, and where nobody could open the keys', async () => {
    const other = await newKeeper();
    const limited = await runVprov(fleet, playbook, ...other.options, ...armed, '--limit', 'all:!atticpi');
    expect(failures(limited)[0]).toContain('atticpi does not take part');
    const [, , ...blind] = other.options;
    const locked = await runVprov(fleet, playbook, ...blind, ...armed);
    expect(failures(locked).join('\n')).toContain('nothing was initialised');
    expect(existsSync(other.intentFile)).toBe(false);
    other.remove();
    expect((await sealStatuses(fleet)).some(({initialized}) => initialized)).toBe(false);
  });
});

describe('an initialisation whose keys were lost on the way', () => {
  it('is begun anew, and what it left stays beside', async () => {
    const again = await newKeeper();
    // What a kill between the server's answer and the disk leaves: a member that is initialised, and the note of it.
    await fleet.read('sense', `VAULT_ADDR=http://127.0.0.1:8200 ${program} operator init >/dev/null`);
    const intent = {cluster: clusterName, host: 'sense', at: new Date().toISOString()};
    mkdirSync(dirname(again.intentFile));
    writeFileSync(again.intentFile, JSON.stringify(intent));
    const ran = await runVprov(fleet, playbook, ...again.options, ...armed);
    expect(failures(ran)).toEqual([]);
    expect(await votersOf(fleet, await again.keys())).toEqual(everybody);
    expect(await fleet.read('sense', 'ls -d /var/lib/vault.lost-*')).toContain('/var/lib/vault.lost-');
    again.remove();
  });
});
