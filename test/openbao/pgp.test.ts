import {readFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {RunOptions} from '../../src/engine/index.ts';
import {createLockbox, keySources, newIdentityFile, openFile} from '../../src/source/index.ts';
import {Secret} from '../../src/text/index.ts';
import {Bench, type Play, type Ran} from '../loopback/engine.ts';
import {type Ring, startRing} from '../loopback/ring.ts';
import {type} from '../unit/cli/console.ts';
import {ask} from './ask.ts';
import {newServer} from './inside.ts';
import {type Keyring, newKeyring} from './keyring.ts';
import type {Server} from './server.ts';

// Shares that a real OpenBao encrypts to the public keys of their holders, and that gpg opens: nobody keeps them as they are.

const keys = '.vprov/keys/home.age';
const people = ['Alice', 'Bob', 'Carol', 'Dave', 'Eve'].map(
  (name) => `${name} <${name.toLowerCase()}@example.org>`,
);

let server: Server;
let ring: Ring;
let bench: Bench;
/** Of all of them; of the first two; of the third. */
let all: Keyring;
let two: Keyring;
let third: Keyring;
let publicKeys: readonly string[] = [];
const said: string[] = [];

beforeAll(async () => {
  ({server} = await newServer());
  ring = await startRing({shell: 'dash'});
  bench = new Bench({wallpi: ring});
  const identity = await newIdentityFile(Date.now());
  bench.write('identity.txt', identity.text);
  bench.write('.age-recipients', `${identity.recipient}\n`);
  all = newKeyring();
  publicKeys = people.map((user) => all.newKey(user, user.startsWith('Bob') ? 'of Bob' : ''));
  two = all.holding(...people.slice(0, 2));
  third = all.holding(...people.slice(2, 3));
});

afterAll(async () => {
  for (const keyring of [all, two, third]) keyring?.remove();
  bench?.remove();
  await ring?.stop();
  await server?.remove();
});

const bobs = {VPROV_GPG_PASSPHRASE: 'of Bob'};

async function run(
  task: Play,
  keyring: Keyring,
  more: Partial<RunOptions> = {environment: bobs},
): Promise<Ran> {
  const ran = await bench.run(
    {become: false, tasks: [{name: 'it', ...task}]},
    {
      keys: {identityFiles: ['identity.txt']},
      ...more,
      environment: {...keyring.environment, ...more.environment},
    },
  );
  said.push(JSON.stringify(ran.events));
  return ran;
}

const access = (): Play => ({name: 'home', url: server.url, keys});
const init = (more: Play = {}): Play => ({
  vault_init: {...access(), members: ['wallpi'], data_dir: '/nowhere/data', pgp_keys: publicKeys, ...more},
});

async function keptText(): Promise<string> {
  const sources = keySources({identityFiles: ['identity.txt'], environment: {}, cwd: bench.directory});
  const opened = await openFile(path.join(bench.directory, keys), createLockbox(sources));
  if (!('text' in opened)) throw new Error(opened.message);
  return opened.text;
}

/** In hex; empty: it has a passphrase. */
let shares: readonly string[] = [];

interface Kept {
  readonly shares: readonly string[];
  readonly holders: readonly string[];
}

const keptKeys = async (): Promise<Kept> => JSON.parse(await keptText()) as Kept;

const isSealed = async (): Promise<boolean> => {
  const {json} = await ask(`${server.url}/v1/sys/seal-status`, {});
  return (json as {readonly sealed: boolean}).sealed;
};
const seal = async (): Promise<void> => {
  await server.stop();
  await server.start();
};

const verify = (keyring: Keyring) =>
  type('vault keys verify --identity identity.txt', undefined, {
    cwd: bench.directory,
    environment: {...keyring.environment, ...bobs},
    readText: (file) => readFileSync(file, 'utf8'),
  });

it.each<readonly [string, () => Play, RegExp]>([
  [
    'there are not as many public keys as shares',
    () => ({pgp_keys: publicKeys.slice(0, 4)}),
    /pgp_keys are 4, and shares 5/,
  ],
  [
    'one is no key',
    () => ({pgp_keys: [...publicKeys.slice(0, 4), 'bm9uZQ==']}),
    /nothing was initialised: public key 5 of 5: what was given is no public key/,
  ],
  [
    'a private key was given',
    () => ({pgp_keys: ['-----BEGIN PGP PRIVATE KEY BLOCK-----']}),
    /must be a public key of OpenPGP/,
  ],
  [
    'too few of them are opened here',
    () => ({}),
    /nothing was initialised: 3 shares unseal, and 2 of the 5 would be opened here: Carol <carol@example\.org> [0-9A-F]{40}: it is encrypted to a key that gpg does not have here/,
  ],
])('nothing is initialised where %s', async (_, more, words) => {
  const ran = await run(init(more()), two);
  expect(`${ran.message('it')} ${ran.mistakes.join()}`).toMatch(words);
  const {json} = await ask(`${server.url}/v1/sys/init`, {});
  expect(json).toEqual({initialized: false});
});

it('is initialised by shares that nobody here has seen, where their holders are said to be elsewhere', async () => {
  const ran = await run(init({held_elsewhere: true}), two);
  expect([ran.message('it'), ran.statuses]).toEqual([undefined, ['it: changed']]);
  const kept = await keptKeys();
  expect(kept.holders.map((holder) => holder.replace(/ [0-9A-F]{40}$/, ''))).toEqual(people);
  shares = kept.shares.map((share, index) =>
    index === 1 ? '' : all.decrypt(Buffer.from(share, 'base64')).trim(),
  );
  expect(shares[0]).toMatch(/^[0-9a-f]{66}$/);
});

it('is verified: what is opened here is told, and whose the rest is', async () => {
  const told = await verify(two);
  expect(told.stdout).toMatch(
    /home\.age: opened; 5 shares to keys of OpenPGP, 2 opened here, 3 of which unseal; no login for vprov\n {2}2 of the 3 shares that unseal are opened here; others hold: Carol .*, Dave .*, Eve /,
  );
  expect(told.exitCode).toBe(3);
});

it('gives the shares that are opened here, and says that it takes more; the next of their holders unseals', async () => {
  for (let time = 0; time < 2; time++) {
    const ran = await run({vault_unseal: access()}, two);
    expect(ran.message('it')).toContain('it has 2 of the 3 shares that it takes');
    expect(await isSealed()).toBe(true);
  }
  const ran = await run({vault_unseal: access()}, third);
  expect([ran.message('it'), ran.statuses, await isSealed()]).toEqual([undefined, ['it: changed'], false]);
});

it('hands over by its login, which no share is needed for', async () => {
  const ran = await run({vault_hand_over: access()}, third);
  expect([ran.message('it'), ran.statuses]).toEqual([undefined, ['it: changed']]);
  const kept = await keptKeys();
  expect([kept.shares.length, kept.holders.length]).toEqual([5, 5]);
});

it('is unsealed by who has enough of them, and asked for a passphrase once', async () => {
  await seal();
  all.lock();
  let asked = 0;
  const prompt: RunOptions['prompt'] = async (question) => {
    asked += 1;
    expect(question).toMatchObject({type: 'openpgp-passphrase', again: asked > 1});
    return new Secret('passphrase', asked === 1 ? 'wrong' : 'of Bob');
  };
  const ran = await run({vault_unseal: access()}, all, {prompt, environment: {}});
  expect([ran.message('it'), await isSealed(), asked]).toEqual([undefined, false, 2]);
});

it('is not unsealed where gpg has no key of theirs, or is not there', async () => {
  await seal();
  const nobody = newKeyring();
  const ran = await run({vault_unseal: access()}, nobody);
  expect(ran.message('it')).toMatch(
    /none of the shares is opened here; that of Alice .*gpg does not have here/,
  );
  const missing = await run({vault_unseal: access()}, nobody, {environment: {PATH: '/nowhere'}});
  expect(missing.message('it')).toContain('there is no gpg on this machine');
  nobody.remove();
});

it('is proved by who has all of them, and no share was ever told or kept as it is', async () => {
  const told = await verify(all);
  expect([told.exitCode, told.stdout]).toEqual([
    0,
    ".vprov/keys/home.age: opened; 5 shares to keys of OpenPGP, 5 opened here, 3 of which unseal, and belong together; vprov's login is kept\n",
  ]);
  const text = said.join() + (await keptText());
  for (const share of shares.filter((one) => one !== ''))
    for (const form of [
      share,
      Buffer.from(share, 'hex').toString('base64'),
      Buffer.from(share).toString('base64'),
    ])
      expect(text).not.toContain(form);
});
