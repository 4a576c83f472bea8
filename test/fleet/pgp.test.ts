import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {type Keyring, newKeyring} from '../openbao/keyring.ts';
import {clusterName, type Keeper, newKeeper, sealStatuses, votersOf} from './bootstrap.ts';
import {formsOf, placesOf} from './canaries.ts';
import {ensureFleet, type Fleet} from './fleet.ts';
import {type Ran, runVprov, total, vprov} from './vprov.ts';

// A cluster whose shares the servers encrypt to public keys of OpenPGP when it begins, and gpg opens from then on.

const everybody = ['atticpi', 'deskpi', 'frontpi', 'sense', 'wallpi'];
const before = process.env.GNUPGHOME;
let fleet: Fleet;
let keeper: Keeper;
let keyring: Keyring;
/** Of somebody who has none of the keys. */
let stranger: Keyring;
let options: readonly string[] = [];

beforeAll(async () => {
  fleet = await ensureFleet();
  await fleet.reset();
  keeper = await newKeeper();
  keyring = newKeyring();
  stranger = newKeyring();
  const holders = ['Alice <alice@example.org>', 'Bob <bob@example.org>'].map((user) => keyring.newKey(user));
  const [alice, bob] = holders;
  options = [...keeper.options, '-e', JSON.stringify({vault_keys_pgp: [alice, bob, alice, bob, alice]})];
  as(keyring);
});

afterAll(() => {
  if (before === undefined) delete process.env.GNUPGHOME;
  else process.env.GNUPGHOME = before;
  for (const one of [keyring, stranger]) one?.remove();
  keeper?.remove();
});

/** Whose keys gpg has from now on. */
function as({environment}: Keyring): void {
  process.env.GNUPGHOME = environment.GNUPGHOME;
}

const run = (playbook: string, ...more: readonly string[]): Promise<Ran> =>
  runVprov(fleet, `playbooks/${playbook}.yml`, ...options, ...more);

function failures(ran: Ran): readonly string[] {
  return ran.tasks
    .filter(({status}) => status === 'failed')
    .map(({host, task, message}) => `${host}: ${task.name}: ${message}`);
}

const invocations = (): Promise<readonly string[]> =>
  Promise.all(
    fleet.hosts.map(({name}) => fleet.read(name, 'systemctl show -p InvocationID --value vault.service')),
  );

describe('a cluster whose shares are encrypted to public keys', () => {
  it('does not begin where gpg opens none of them', async () => {
    as(stranger);
    const ran = await run('vault', '-e', `vault_bootstrap=${clusterName}`);
    as(keyring);
    expect(failures(ran)[0]).toContain(
      'nothing was initialised: 3 shares unseal, and 0 of the 5 would be opened here: Alice',
    );
    expect((await sealStatuses(fleet)).some(({initialized}) => initialized)).toBe(false);
  });

  it('goes from bare hosts to five voters in one command, and the second run is empty', async () => {
    const ran = await run('vault', '-e', `vault_bootstrap=${clusterName}`);
    expect([failures(ran), ran.exitCode]).toEqual([[], 0]);
    expect(await votersOf(fleet, await keeper.keys())).toEqual(everybody);
    const again = await run('vault', '-e', `vault_bootstrap=${clusterName}`);
    expect([again.exitCode, total(again, 'changed')]).toEqual([0, 0]);
  });

  it('has its shares nowhere: not in the file of the keys, on no host, in nothing that is said', async () => {
    const {shares} = await keeper.keys();
    const opened = shares.map((share) => keyring.decrypt(Buffer.from(share, 'base64')).trim());
    expect(opened).toHaveLength(5);
    const forms = opened.flatMap((hex) => [...formsOf(Buffer.from(hex, 'hex').toString('base64')), hex]);
    const told = await vprov('vault', 'keys', 'verify', keeper.keysFile, ...keeper.options.slice(0, 2));
    expect([told.exitCode, told.stdout]).toEqual([
      0,
      expect.stringMatching(
        /5 shares to keys of OpenPGP, 5 opened here, 3 of which unseal, and belong together/,
      ),
    ]);
    expect(forms.filter((form) => (shares.join() + told.stdout).includes(form))).toEqual([]);
    for (const {name} of fleet.hosts) expect(await placesOf(fleet, name, forms), name).toEqual([]);
  });

  it('A4: is not restarted where gpg has not the keys: they are proved before anything is stopped', async () => {
    const running = await invocations();
    as(stranger);
    const ran = await run('vault-restart', '-e', 'vault_restart_which=all');
    as(keyring);
    expect(failures(ran)[0]).toContain('it takes 3 shares, and 0 are at hand; the share of Alice');
    expect(await invocations()).toEqual(running);
  });

  it('is restarted and unsealed, one after the other, by who has them', async () => {
    const ran = await run('vault-restart', '-e', 'vault_restart_which=all');
    expect([failures(ran), ran.exitCode, total(ran, 'changed')]).toEqual([[], 0, 5]);
    expect((await sealStatuses(fleet)).every(({sealed}) => !sealed)).toBe(true);
  });

  it('is unsealed after all of its servers were restarted, and makes its keepers a root token', async () => {
    await Promise.all(fleet.hosts.map(({name}) => fleet.read(name, 'systemctl restart vault')));
    const ran = await run('vault-unseal');
    expect([failures(ran), ran.exitCode, total(ran, 'changed')]).toEqual([[], 0, 5]);
    const words = ['vault', 'generate-root', keeper.keysFile, '-i', fleet.inventory, ...keeper.options];
    const made = await vprov(...words);
    expect([made.exitCode, made.stdout]).toEqual([0, expect.stringMatching(/^(hv)?s\.\S+\n$/)]);
  });
});
