import {existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterEach, beforeEach, expect, it} from 'vitest';
import type {Terminal} from '../../../src/cli/index.ts';
import {sealText} from '../../../src/source/index.ts';
import {type Told, type} from './console.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vprov-vault-keys-'));
});
afterEach(() => rmSync(directory, {recursive: true}));

const shares = [
  'poQCGe67+XWh02zbyMz1eA6W3RNR+wPScO2RDERTBkgo',
  'J2kv1+kpnToK0n5HotoEZdHg2WBMPYmzhcsSQ4hKy7qv',
  'K7R00dam96SrGMciKb4EJZkL0QRLPhp/ngG7FJ8wciO5',
  'SfKF6mvfKo5AAgVJuHoUP76sToUSRW+X3ckn+wPtRL06',
];
const home = {cluster: 'home', shares, threshold: 3, operator: {role_id: 'r', secret_id: 'CANARY'}};

async function verify(words = '', terminal: Partial<Terminal> = {}): Promise<Told> {
  const told = await type(`vault keys verify ${words}`.trim(), undefined, {
    cwd: directory,
    environment: {},
    readText: (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
    ...terminal,
  });
  for (const secret of [...shares, 'CANARY']) expect(told.stdout + told.stderr).not.toContain(secret);
  return told;
}

function write(name: string, text: string): void {
  mkdirSync(dirname(join(directory, name)), {recursive: true});
  writeFileSync(join(directory, name), text);
}

async function keep(name: string, value: object): Promise<void> {
  const text = JSON.stringify(value);
  write(`.vprov/keys/${name}`, await sealText(text, {passphrase: 'open sesame', workFactor: 10}));
}

it('opens all keys that are kept by one passphrase, and says that they unseal', async () => {
  await keep('home.age', home);
  await keep('lab.age', {unseal_keys_b64: shares, unseal_threshold: 3});
  let asked = 0;
  const ask = async () => (asked++ === 0 ? 'open sesame' : undefined);
  const {exitCode, stdout} = await verify('', {ask});
  expect(stdout).toBe(
    ".vprov/keys/home.age: opened; 4 shares, 3 of which unseal, and belong together; vprov's login is kept\n" +
      '.vprov/keys/lab.age: opened; 4 shares, 3 of which unseal, and belong together; no login for vprov\n',
  );
  expect([exitCode, asked]).toEqual([0, 1]);
  const {stdout: json} = await verify('--json', {environment: {VPROV_AGE_PASSPHRASE: 'open sesame'}});
  expect(JSON.parse(json)[0]).toMatchObject({file: '.vprov/keys/home.age', together: 'proved', mistakes: []});
});

it.each([
  ['does not unseal', {...home, threshold: 5}, 1, /4 of the 5 shares that unseal are there/],
  ['is something else', {a: 1}, 1, /holds no keys of a cluster/],
  ['has no share to spare', {...home, shares: shares.slice(1)}, 3, /no share to spare/],
])('tells what %s', async (_, value, code, words) => {
  await keep('home.age', value);
  const {exitCode, stdout} = await verify('', {environment: {VPROV_AGE_PASSPHRASE: 'open sesame'}});
  expect([exitCode, stdout]).toEqual([code, expect.stringMatching(words)]);
});

it('tells what cannot be opened, is not encrypted, is not there, or was never kept', async () => {
  await keep('home.age', home);
  write('.vprov/keys/open.age', JSON.stringify(home));
  write('.vprov/keys/lost.intent.json', JSON.stringify({host: 'pi', at: '2026-11-27T00:00:00Z'}));
  const {exitCode, stdout} = await verify('', {environment: {VPROV_AGE_PASSPHRASE: 'wrong'}});
  expect(stdout).toMatch(/home\.age: .*passphrase/);
  expect(stdout).toMatch(/open\.age: it is not encrypted/);
  expect(stdout).toMatch(/lost\.age: an initialisation on pi was begun .* its keys were not kept/);
  expect(exitCode).toBe(1);
  expect(await verify('nowhere.age')).toMatchObject({
    exitCode: 1,
    stdout: 'nowhere.age: there is no such file\n',
  });
  rmSync(join(directory, '.vprov'), {recursive: true});
  expect((await verify()).stderr).toContain('there are no keys in .vprov/keys');
});
