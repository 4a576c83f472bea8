import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {
  createLockbox,
  entryOf,
  keySources,
  newIdentityFile,
  openFile,
  type Parsed,
  parseYaml,
  readSealed,
  readYamlFile,
  type SealTo,
  sealText,
} from '../../../src/source/index.ts';
import {Secret} from '../../../src/text/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'vprov-encrypted-'));
afterAll(() => rmSync(directory, {recursive: true}));

let files = 0;
function write(content: string | Buffer): string {
  files += 1;
  const file = join(directory, `${files}.yml`);
  writeFileSync(file, content);
  return file;
}

type Environment = Readonly<Record<string, string>>;

/** A file of variables, read with these keys; what was asked is noted. */
async function read(
  file: string,
  environment: Environment = {},
  answers?: readonly string[],
): Promise<Parsed & {readonly asked: readonly string[]; readonly secrets: readonly string[]}> {
  const asked: string[] = [];
  const left = [...(answers ?? [])];
  const ask = async (question: {type: string; again: boolean}) => {
    asked.push(`${question.type}${question.again ? ' again' : ''}`);
    const answer = left.shift();
    return answer === undefined ? undefined : new Secret('typed', answer);
  };
  const lockbox = createLockbox(keySources({environment, cwd: directory, ...(answers ? {ask} : {})}));
  const parsed = await readSealed(lockbox, (opener) => readYamlFile(file, {opener, whole: true}));
  return {...parsed, asked, secrets: lockbox.secrets().map((secret) => secret.reveal())};
}

/** What a file says, secrets opened. */
function contents({node}: Parsed): Record<string, unknown> {
  if (node?.type !== 'map') return {};
  return Object.fromEntries(
    node.entries.map(({key, value}) => {
      if (value.type !== 'scalar') return [key, value.type];
      return [key, value.secret instanceof Secret ? value.secret.reveal() : (value.secret ?? value.value)];
    }),
  );
}

/** Made by rage 1.x and ansible-core, not by us. */
const foreign = {
  identity: 'AGE-SECRET-KEY-13EEQGLYKNDQQSKP55MWWVH3V0U0RNC2WDEF60FA0X4V40G2UVXYQY382X0',
  age: 'YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBLSW1JQWhHa0tER2hXZTJlc094R0lRVFVxRngrYmVjVWl3U1VBbkNDMWp3CnBqV2xFdS9VODQyYTVDYUg2Y2x6R0NlNUdzRXFMOHhoMGgyVExXSXBQV1UKLT4gJ2RGfnt4IUMtZ3JlYXNlCnNlY0xmVlZ1NTNFeGViUE54clh4Y0pRNE5IQzA5bk5GSmcKLS0tIFRqOHNlWmhWY2hRbVBXQ1c1TWdGZ0NEYzdBSC9FZ0FWU0I0WnhJZ0EwajgKNmjVBdzV2IFB4e7NAcMzj7X5aPuQM0Dgj0ILDZf/XXrgQ3qi/0qWsdrdSFNlTWmimsLi',
  passphrase:
    'YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBOaG41SDMraW9janVIaXpSbEM5Nk53IDE4ClFpbXlNM2h2S0JWYjcreEYxaU5zYldrTnZyTERvSWl3MFFIMTRzN2VWUmMKLS0tIEpxc3pjMFRJbTNQWXBkMWUrTWNGaFR5ZmdURmNnN3MvMVBLUi9Jc01KVTQK874/kosBD9ZPhSdYVZaYEt7EUudJ8YRk7s9m+npltXP74mIMmwxeOAmAU+jM3e4puju8',
  vaultPassword: 'hunter2hunter2',
  vault: `$ANSIBLE_VAULT;1.1;AES256
61663762636537616132376433343735346365376332343766316363316265643135396635633134
3630356630396365303833316137396263616538636264380a356630363662613839343139366430
36313066366134383662383662336439326566663761613037613836666431336230376230393932
3366386161316439370a646132646133303836656133353363313165643762333436366663323734
65646435353439373734393831663631313635336639393930336137393538613263636638363132
3766343134356638346162376462316539306137323162343936
`,
  vaultValue: `tok: !vault |
          $ANSIBLE_VAULT;1.2;AES256;prod
          39383739396162343037663561656631393334666633643931316237393933396639356438623738
          3837333032663036346139613039663565373837396236370a346337346437396437343966663837
          62393365653766663764396230616464346634666162633261393030616663393764613939643236
          3737663530386661360a613539656139663330643734663333396166613236333231333130643437
          3033
port: 8200
`,
};

const identityFile = write(`# an identity\n${foreign.identity}\n`);
const withIdentity = {VPROV_IDENTITY: identityFile};
const to: SealTo = {recipients: ['age17agusz07ncm3p536399v2638cuvhyapguxz8s64ze80n0w2nfg8qt9lamq']};

describe('what others encrypted', () => {
  it('a file of age, by its identity', async () => {
    const found = await read(write(Buffer.from(foreign.age, 'base64')), withIdentity);
    expect(found.diagnostics).toEqual([]);
    expect(contents(found)).toEqual({token: 'from-rage-1'});
    expect(found.secrets).toEqual(['from-rage-1']);
  });

  it('a file of age, by a passphrase that is asked for until it fits', async () => {
    const found = await read(write(Buffer.from(foreign.passphrase, 'base64')), {}, [
      'wrong',
      'correct horse',
    ]);
    expect(contents(found)).toEqual({token: 'from-rage-2'});
    expect(found.asked).toEqual(['age-passphrase', 'age-passphrase again']);
  });

  it('a file of ansible-vault: numbers are secrets as their author wrote them', async () => {
    const found = await read(write(foreign.vault), {VPROV_VAULT_PASSWORD: foreign.vaultPassword});
    expect(contents(found)).toEqual({token: 'from-ansible-1', port: '8200'});
  });

  it('a value of ansible-vault with a label, its password in a file', async () => {
    const password = write(`${foreign.vaultPassword}\n`);
    const found = await read(write(foreign.vaultValue), {ANSIBLE_VAULT_PASSWORD_FILE: password});
    expect(contents(found)).toEqual({tok: 'from-ansible-2', port: 8200});
  });

  it('the password of ansible-vault is asked for once', async () => {
    const values = foreign.vaultValue.replace('port: 8200\n', '');
    const found = await read(write(`${values}${values.replace('tok:', 'two:')}`), {}, [
      'no',
      foreign.vaultPassword,
    ]);
    expect(contents(found)).toEqual({tok: 'from-ansible-2', two: 'from-ansible-2'});
    expect(found.asked).toEqual(['vault-password', 'vault-password again']);
  });
});

describe('what vprov encrypts', () => {
  it('is opened by the identity that it is encrypted to, and an identity may need a passphrase', async () => {
    const made = await newIdentityFile(0);
    const locked = write(await sealText(made.text, {passphrase: 'open sesame', workFactor: 10}));
    const file = write(
      await sealText('a: 1.20\nb: true\nc: {d: [x, null]}\n', {recipients: [made.recipient]}),
    );
    const found = await read(file, {VPROV_IDENTITY: locked}, ['open sesame']);
    expect(contents(found)).toEqual({a: '1.20', b: true, c: 'map'});
    expect(found.secrets).toEqual(['1.20', 'x']);
    expect(found.asked).toEqual(['age-passphrase']);
  });

  it('a secret is shown by its key wherever its node is looked at by somebody who knows of no secrets', async () => {
    const armour = (await sealText('hidden-value', to)).trimEnd().replaceAll('\n', '\n  ');
    const {node} = await read(write(`db_password: !age |\n  ${armour}\n`), withIdentity);
    const value = node?.type === 'map' ? entryOf(node, 'db_password')?.value : undefined;
    expect(JSON.stringify(value)).not.toContain('hidden-value');
    expect(value).toMatchObject({value: '‹db_password›', text: '‹db_password›', raw: true});
  });

  it('whoever holds a file open learns how it is encrypted', async () => {
    const file = write(await sealText('a: 1\n', {passphrase: 'correct horse', workFactor: 10}));
    const environment = {VPROV_AGE_PASSPHRASE: 'correct horse'};
    const opened = await openFile(file, createLockbox(keySources({environment, cwd: directory})));
    expect(opened).toEqual({text: 'a: 1\n', format: 'age', passphrase: 'correct horse'});
  });
});

describe('what cannot be opened is one mistake, where it stands', () => {
  const armour = Buffer.from(foreign.age, 'base64');
  const damaged = Buffer.from(armour.with(armour.length - 3, (armour.at(-3) ?? 0) ^ 1));
  const cases: readonly (readonly [string, string | Buffer, Environment, RegExp, RegExp])[] = [
    ['no identity', armour, {}, /there is no identity/, /--identity/],
    [
      'an identity that is missing',
      armour,
      {VPROV_IDENTITY: '/nowhere'},
      /\/nowhere cannot be read/,
      /no such/,
    ],
    ['a file that is no identity', armour, {VPROV_IDENTITY: write('hello\n')}, /holds no identity/, /keygen/],
    [
      'an identity with a typing error',
      armour,
      {VPROV_IDENTITY: write(foreign.identity.replace('3EEQ', '3EEE'))},
      /damaged identity/,
      /AGE-SECRET-KEY-1/,
    ],
    ['a byte that was changed', damaged, withIdentity, /damaged/, /backup/],
    ['half a file', armour.subarray(0, 150), withIdentity, /damaged/, /backup/],
    [
      'armour with a line missing',
      '-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n',
      withIdentity,
      /damaged/,
      /backup/,
    ],
    [
      'a passphrase and nobody to ask',
      Buffer.from(foreign.passphrase, 'base64'),
      {},
      /passphrase/,
      /VPROV_AGE/,
    ],
    [
      'the wrong passphrase',
      Buffer.from(foreign.passphrase, 'base64'),
      {VPROV_AGE_PASSPHRASE: 'no'},
      /passphrase does not open it/,
      /./,
    ],
    ['no password of ansible-vault', foreign.vault, {}, /there is no password/, /--vault-password-file/],
    ['the wrong password', foreign.vault, {VPROV_VAULT_PASSWORD: 'no'}, /does not open it/, /wrong one/],
    [
      'a missing password file',
      foreign.vault,
      {VPROV_VAULT_PASSWORD_FILE: '/nowhere'},
      /cannot be read/,
      /no such/,
    ],
    [
      'a vault that was cut off',
      foreign.vault.slice(0, 200),
      {VPROV_VAULT_PASSWORD: 'no'},
      /damaged/,
      /ansible-vault/,
    ],
    ['a vault of another format', foreign.vault.replace('1.1', '1.0'), {}, /format 1.0/, /ansible-vault/],
  ];

  it.each(cases)('%s', async (_name, content, environment, says, hint) => {
    const file = write(content);
    const {diagnostics, node} = await read(file, environment);
    expect(diagnostics.map(({message}) => message)).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({code: 'SRC012', source: {file, line: 1, column: 1}});
    expect(diagnostics[0]?.message).toMatch(says);
    expect(diagnostics[0]?.hint).toMatch(hint);
    expect(node).toBeUndefined();
  });

  it('somebody else’s identity', async () => {
    const {text} = await newIdentityFile(0);
    const {diagnostics} = await read(write(armour), {VPROV_IDENTITY: write(text)});
    expect(diagnostics[0]?.message).toMatch(/not encrypted to the identity here/);
    expect(diagnostics[0]?.hint).toMatch(/rekey/);
  });

  it('what all of them lack is said once', async () => {
    const value = (await sealText('x', to)).trimEnd().replaceAll('\n', '\n  ');
    const {diagnostics, node} = await read(write(`a: !age |\n  ${value}\nb: !age |\n  ${value}\n`));
    expect(diagnostics.map(({source}) => `${source?.line}:${source?.column}`)).toEqual(['1:4']);
    expect(contents({node, diagnostics})).toEqual({a: 'sealed', b: 'sealed'});
  });

  it('tasks may not be encrypted as a whole', () => {
    const lockbox = createLockbox(keySources({environment: {}, cwd: directory}));
    const {diagnostics} = readYamlFile(write(armour), {opener: lockbox, whole: false});
    expect(diagnostics).toMatchObject([{code: 'SRC014', source: {line: 1, column: 1}}]);
  });
});

describe('mistakes in what was encrypted', () => {
  it.each([
    ['a: "CANARY-1\nb: 2\n', 'SRC003'],
    ['a: CANARY-1: CANARY-2\n', 'SRC003'],
    ['a: !CANARY-1 x\n', 'SRC006'],
    ['CANARY-1: a\nCANARY-1: b\n', 'SRC005'],
    ['a: {{ CANARY-1 }}\n', 'SRC007'],
  ])('%s is told without a word of it', async (text, code) => {
    const {diagnostics} = await read(write(await sealText(text, to)), withIdentity);
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
    expect(JSON.stringify(diagnostics)).not.toContain('CANARY');
    expect(diagnostics[0]?.source?.decrypted).toBe(true);
    expect(diagnostics[0]?.hint).toMatch(/secrets edit/);
  });

  it('braces are no template, which is said unless they are meant', async () => {
    const text = "a: 'x {{ CANARY }}'\nb: !raw '{{ CANARY }}'\n";
    const found = await read(write(await sealText(text, to)), withIdentity);
    expect(found.diagnostics).toMatchObject([{code: 'SRC015', severity: 'warning', source: {line: 1}}]);
    expect(JSON.stringify(found.diagnostics)).not.toContain('CANARY');
    expect(contents(found)).toEqual({a: 'x {{ CANARY }}', b: '{{ CANARY }}'});
  });
});

it('without an opener a value that says it is encrypted is a mistake', () => {
  const {diagnostics} = parseYaml(foreign.vaultValue, 'f');
  expect(diagnostics).toMatchObject([{code: 'SRC014', source: {line: 1, column: 6}}]);
});
