import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {inventoryIn, runOn} from './adopting.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {bringProgram, foreign, type LayoutName, setUp, unseal} from './found-servers.ts';
import {type Ran, total, vprov} from './vprov.ts';

// An adopted server, brought nearer to good practice: what is listed, what is done, what is left owed, and how it is taken back.

const placed = [
  ['L1', 'sense'],
  ['L2', 'wallpi'],
  ['L3', 'frontpi'],
] as const;
// Nobody here has a token: A14.
const converge = ['-e', 'vault_adopt=converge', '-e', 'vault_without_snapshot=vault_servers'];
let fleet: Fleet;
let folder = '';
const keys = new Map<string, string>();

beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
  folder = await mkdtemp(join(tmpdir(), 'vprov-converge-'));
  await bringProgram(
    fleet,
    placed.map(([, host]) => host),
  );
  for (const [name, host] of placed) {
    keys.set(host, (await setUp(fleet, host, name)).key);
    await fleet.read(
      host,
      `chmod 0755 ${foreign(name).data}; systemctl disable ${foreign(name).unit} 2>/dev/null`,
    );
    const inventory = await inventoryIn(fleet, join(folder, host), [host]);
    const adopted = await vprov('vault', 'adopt', '-i', inventory);
    if (adopted.exitCode !== 0) throw new Error(adopted.stderr);
  }
});

afterAll(async () => {
  await rm(folder, {recursive: true, force: true});
  await fleet.reset();
});

const run = (host: string, ...options: readonly string[]): Promise<Ran> =>
  runOn(join(folder, host, 'hosts.yml'), ...options);

/** What the server is: the process, the bytes of its configuration and unit, and who may read them. */
const stateOf = (host: string, name: LayoutName): Promise<string> => {
  const {config, unit, unitFile} = foreign(name);
  return fleet.read(
    host,
    `systemctl show -p MainPID -p InvocationID ${unit}; systemctl is-enabled ${unit}
sha256sum ${config} ${unitFile}; stat -c '%n %U %G %a' ${config} ${unitFile}; ls /etc/systemd/system/${unit}.d 2>/dev/null; apt-mark showhold`,
  );
};

/** What would be done, or was, by its name: what it costs comes first. */
const named = (ran: Ran): readonly string[] =>
  ran.tasks
    .filter(({status, task}) => /would-change|changed/.test(status) && / · /.test(task.name))
    .map(({task}) => task.name);

const reminders = (ran: Ran): readonly string[] => ran.tasks.flatMap(({reminder}) => reminder ?? []);

describe.each(placed)('A13: %s on %s, with vault_adopt=converge', (name, host) => {
  let before = '';

  it('is told one by one what good practice would change, and what each costs; nothing is done', async () => {
    before = await stateOf(host, name);
    const ran = await run(host, ...converge, '--check');
    const told = [
      expect.stringMatching(/^none · its configuration .*\(converge_files\)$/),
      expect.stringMatching(/^none · it starts with its host \(converge_boot\)$/),
      expect.stringMatching(/^restart and unseal · .*\(converge_unit\)$/),
      ...(name === 'L3' ? [expect.stringMatching(/^none · apt leaves .*\(converge_apt\)$/)] : []),
    ];
    expect(named(ran)).toEqual(told);
    expect(reminders(ran)).toEqual([
      expect.stringMatching(/^left · the server's user owns the folder .*chown root \/etc\/vault\.d$/),
      expect.stringMatching(/^refused · it speaks no TLS/),
      expect.stringMatching(/^refused · others may look into .*\(mode 755\)/),
      expect.stringMatching(/^refused · \/usr\/.* is not below \/usr\/local\/lib/),
    ]);
    expect(await stateOf(host, name)).toBe(before);
  });

  it.runIf(name === 'L1')('is told the same before a first snapshot, with what comes before it', async () => {
    const ran = await run(host, '-e', 'vault_adopt=converge', '--check');
    expect(named(ran)).toEqual([
      expect.stringContaining('converge_files'),
      expect.stringContaining('converge_boot'),
      expect.stringContaining('converge_unit'),
    ]);
    expect(reminders(ran)).toContainEqual(expect.stringContaining('no token: no snapshot'));
    expect(reminders(ran).filter((one) => one.startsWith('refused · '))).toHaveLength(3);
    expect(await stateOf(host, name)).toBe(before);
  });

  it('does what a tag names, and no more', async () => {
    const ran = await run(host, ...converge, '--tags', 'converge_boot');
    expect([named(ran), ran.exitCode]).toEqual([[expect.stringContaining('converge_boot')], 0]);
    expect(await stateOf(host, name)).toBe(before.replace(/^disabled$/m, 'enabled'));
  });

  it('A15: does the rest but for the restart, which stays owed; undone it is as it was, and runs all the while', async () => {
    const boot = await stateOf(host, name);
    const ran = await run(host, ...converge);
    expect([ran.exitCode, total(ran, 'owed')]).toEqual([2, 1]);
    expect(ran.tasks.filter(({status}) => status === 'failed').map(({message}) => message)).toEqual([
      expect.stringContaining('restart owed'),
    ]);
    const {config, unit} = foreign(name);
    expect(await fleet.read(host, `stat -c '%U %a' ${config}; ls /etc/systemd/system/${unit}.d`)).toContain(
      'root 640\n60-vprov.conf',
    );
    const pid = /MainPID=\d+/.exec(boot)?.[0];
    expect(await stateOf(host, name)).toContain(pid);
    const id = String((ran.events.at(-1) as {readonly run?: string}).run);
    const undone = await vprov('undo', id, '--limit', host);
    expect([undone.exitCode, undone.stderr]).toEqual([0, '']);
    const held = name === 'L3' ? boot.replace(/$/, '\nvault') : boot;
    expect(await stateOf(host, name)).toBe(held);
  });

  it('runs with all of it after a restart, and then there is nothing to do', async () => {
    await run(host, ...converge);
    await fleet.read(host, `systemctl restart ${foreign(name).unit}`);
    await unseal(fleet, host, keys.get(host) ?? '');
    expect(await fleet.read(host, `systemctl show -p LimitCORE --value ${foreign(name).unit}`)).toBe('0');
    const again = await run(host, ...converge);
    expect([again.exitCode, total(again, 'changed'), total(again, 'owed')]).toEqual([0, 0, 0]);
    const plain = await run(host, '--check');
    expect([plain.exitCode, total(plain, 'changed'), total(plain, 'owed')]).toEqual([0, 0, 0]);
  });
});

describe('A13: a unit that nothing enables', () => {
  it('is left, and that is told; the rest is done', async () => {
    const {unit, unitFile} = foreign('L2');
    await fleet.read(
      'wallpi',
      `systemctl disable ${unit} 2>&1; sed -i '/^.Install/,$d' ${unitFile}; systemctl daemon-reload`,
    );
    const ran = await run('wallpi', ...converge, '--tags', 'converge_boot');
    expect([ran.exitCode, total(ran, 'failed'), total(ran, 'changed')]).toEqual([0, 0, 0]);
    expect(reminders(ran)).toEqual([
      expect.stringMatching(/^left · nothing enables vault\.service, which has no \[Install\]/),
    ]);
  });
});

describe('A13, A15: settings', () => {
  it('a log that tells too much is a reload, and is done; the file that was there is kept, and comes back', async () => {
    const {config} = foreign('L1');
    await fleet.read('sense', `sed -i '1a log_level = "debug"' ${config}; systemctl reload vault`);
    expect(
      (await vprov('vault', 'adopt', '--replace', '-i', join(folder, 'sense', 'hosts.yml'))).exitCode,
    ).toBe(0);
    const was = await fleet.read('sense', `cat ${config}`);
    const pid = await fleet.read('sense', 'systemctl show -p MainPID --value vault');
    const ran = await run('sense', ...converge);
    expect([named(ran), ran.exitCode]).toEqual([[expect.stringMatching(/^reload · .*\(converge_log\)$/)], 0]);
    expect(await fleet.read('sense', `grep log_level ${config}`)).toContain('info');
    expect(await fleet.read('sense', 'systemctl show -p MainPID --value vault')).toBe(pid);
    const id = String((ran.events.at(-1) as {readonly run?: string}).run);
    expect(await fleet.read('sense', `stat -c '%U %a' /var/lib/vprov/backup/${id}`)).toBe('root 700');
    const undone = await vprov('undo', id, '--limit', 'sense');
    expect(undone.exitCode).toBe(0);
    expect(await fleet.read('sense', `cat ${config}`)).toBe(was);
  });
});
