import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {Terminal} from '../../../src/cli/index.ts';
import {sealText} from '../../../src/source/index.ts';
import {type Told, type} from './console.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-secret-files-'));
});
afterEach(() => rmSync(directory, {recursive: true}));

/** `vprov secrets …` in the folder, with the identity that is there. */
function secrets(line: string, terminal: Partial<Terminal> = {}): Promise<Told> {
  return type(`secrets ${line}`, undefined, {
    cwd: directory,
    environment: {PATH: process.env.PATH, VPROV_IDENTITY: 'id.txt'},
    readText: (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
    ...terminal,
  });
}

function write(name: string, text: string): void {
  writeFileSync(path.join(directory, name), text);
}

function read(name: string): string {
  return readFileSync(path.join(directory, name), 'utf8');
}

/** Somebody who types these answers, one after the other. */
function typing(...answers: readonly string[]): {ask: Terminal['ask']; asked: string[]} {
  const left = [...answers];
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return left.shift();
  };
  return {ask, asked};
}

/** An identity in `id.txt`, and its recipient where it is looked for. */
async function withKeys(): Promise<void> {
  const {stdout} = await secrets('keygen id.txt');
  write('.age-recipients', `# all of us\n${stdout}`);
}

/** Encrypted with a passphrase, and fast to open. */
function locked(text: string): Promise<string> {
  return sealText(text, {passphrase: 'open sesame', workFactor: 10});
}

const plain = 'token: CANARY-1\n';

describe('vprov secrets', () => {
  it('encrypts, views, decrypts: a round trip that keeps the mode', async () => {
    await withKeys();
    write('s.yml', plain);
    expect((await secrets('encrypt s.yml')).exitCode).toBe(0);
    expect(read('s.yml')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
    expect((await secrets('view s.yml')).stdout).toBe(plain);
    const mode = statSync(path.join(directory, 's.yml')).mode;
    expect((await secrets('decrypt s.yml')).exitCode).toBe(0);
    expect(read('s.yml')).toBe(plain);
    expect(statSync(path.join(directory, 's.yml')).mode).toBe(mode);
    expect(readdirSync(directory).sort()).toEqual(['.age-recipients', 'id.txt', 's.yml']);
  });

  it('finds who may open it above the folder that it is called in, where nobody else may write', async () => {
    await withKeys();
    const below = path.join(directory, 'group_vars');
    mkdirSync(below);
    writeFileSync(path.join(below, 's.yml'), plain);
    const said = await secrets('encrypt s.yml', {cwd: below});
    expect([said.exitCode, said.stderr]).toEqual([0, expect.any(String)]);
    expect(readFileSync(path.join(below, 's.yml'), 'utf8')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
    writeFileSync(path.join(below, 't.yml'), plain);
    chmodSync(directory, 0o777);
    expect((await secrets('encrypt t.yml', {cwd: below})).stderr).toContain('SRC016');
  });

  it('an identity is its owner’s, and is never replaced', async () => {
    await withKeys();
    expect(statSync(path.join(directory, 'id.txt')).mode & 0o777).toBe(0o600);
    const before = read('id.txt');
    expect(await secrets('keygen id.txt')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/there already/) as string,
    });
    expect(read('id.txt')).toBe(before);
  });

  it('a passphrase is typed once for several files', async () => {
    for (const name of ['a.yml', 'b.yml']) write(name, await locked(plain));
    const once = typing('open sesame');
    expect((await secrets('view a.yml b.yml', once)).stdout).toBe(plain + plain);
    expect(once.asked).toHaveLength(1);
  });

  it('two passphrases that differ encrypt nothing', async () => {
    write('a.yml', plain);
    expect(await secrets('encrypt -p a.yml', typing('one', 'two'))).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/not the same/) as string,
    });
    expect(read('a.yml')).toBe(plain);
  });

  it('rekeys to who may open it now, and no longer to who might before', async () => {
    await withKeys();
    write('s.yml', plain);
    await secrets('encrypt s.yml');
    const {stdout: other} = await secrets('keygen other.txt');
    write('.age-recipients', other);
    expect((await secrets('rekey s.yml')).exitCode).toBe(0);
    expect((await secrets('view s.yml')).stderr).toMatch(/s\.yml:1:1[\s\S]*rekey/);
    expect((await secrets('view --identity other.txt s.yml')).stdout).toBe(plain);
  });

  it('views, rekeys and decrypts the values of a file, and leaves all around them as it is', async () => {
    await withKeys();
    const value = async (text: string, indent: string) =>
      `!age |\n${(await sealText(text, {recipients: [read('.age-recipients').split('\n')[1] ?? '']}))
        .trimEnd()
        .replace(/^/gm, indent)}\n`;
    const around = (first: string, second: string, third: string) =>
      `# ours\ndb:\n  token: ${first}# between\n\nusers:\n  - name: "a"   # the first\n  - pin: ${second}    port: 1\nlast: {pin: ${third}, x: 1}\n`;
    const quoted = JSON.stringify(
      await sealText('CANARY-3', {recipients: [read('.age-recipients').split('\n')[1] ?? '']}),
    );
    const shown = around('"CANARY-1: \\"a\\"\\nb"\n', '"CANARY-2"\n', '"CANARY-3"');
    write(
      's.yml',
      around(await value('CANARY-1: "a"\nb', '    '), await value('CANARY-2', '      '), `!age ${quoted}`),
    );
    expect(await secrets('view s.yml')).toMatchObject({exitCode: 0, stdout: shown});
    const {stdout: other} = await secrets('keygen other.txt');
    write('.age-recipients', other);
    expect(await secrets('rekey s.yml')).toMatchObject({
      exitCode: 0,
      stderr: 'encrypted 3 values of s.yml anew, to 1 recipient\n',
    });
    expect(read('s.yml')).not.toContain('CANARY');
    expect((await secrets('view s.yml')).stderr).toMatch(/s\.yml:3:10[\s\S]*rekey/);
    expect((await secrets('view --identity other.txt s.yml')).stdout).toBe(shown);
    expect((await secrets('decrypt --identity other.txt s.yml')).exitCode).toBe(0);
    expect(read('s.yml')).toBe(shown);
  });

  it('prints a file byte for byte, whatever ends it', async () => {
    await withKeys();
    for (const text of ['', 'a: 1', 'a: 1\n', 'a: 1\r\nb: é 漢\r\n']) {
      write('s.yml', text);
      await secrets('encrypt s.yml');
      expect((await secrets('view s.yml')).stdout).toBe(text);
      await secrets('rekey s.yml');
      await secrets('decrypt s.yml');
      expect(read('s.yml')).toBe(text);
    }
  });

  it('keeps the ends of the lines around and in encrypted values', async () => {
    await withKeys();
    const {stdout} = await secrets('encrypt --value pin', {readInput: async () => Buffer.from('CANARY-4')});
    write('s.yml', `${stdout}port: 1\n`.replaceAll('\n', '\r\n'));
    expect((await secrets('view s.yml')).stdout).toBe('pin: "CANARY-4"\r\nport: 1\r\n');
    expect((await secrets('rekey s.yml')).exitCode).toBe(0);
    expect(read('s.yml')).toMatch(/^pin: !age \|\r\n/);
    expect(read('s.yml')).not.toMatch(/[^\r]\n/);
    expect((await secrets('decrypt s.yml')).exitCode).toBe(0);
    expect(read('s.yml')).toBe('pin: "CANARY-4"\r\nport: 1\r\n');
  });

  it('rekeying a file of ansible-vault makes one of age', async () => {
    await withKeys();
    write(
      'v.yml',
      `$ANSIBLE_VAULT;1.1;AES256
61663762636537616132376433343735346365376332343766316363316265643135396635633134
3630356630396365303833316137396263616538636264380a356630363662613839343139366430
36313066366134383662383662336439326566663761613037613836666431336230376230393932
3366386161316439370a646132646133303836656133353363313165643762333436366663323734
65646435353439373734393831663631313635336639393930336137393538613263636638363132
3766343134356638346162376462316539306137323162343936
`,
    );
    write('password', 'hunter2hunter2\n');
    const readOnly = await secrets('edit --vault-password-file password v.yml');
    expect(readOnly).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/rekey makes an age file/) as string,
    });
    expect((await secrets('rekey --vault-password-file password v.yml')).exitCode).toBe(0);
    expect((await secrets('view v.yml')).stdout).toBe('token: from-ansible-1\nport: 8200\n');
  });

  it('a single value is printed as it belongs into a file of variables', async () => {
    await withKeys();
    const {stdout, stderr} = await secrets('encrypt --value db_password', {
      readInput: async () => Buffer.from('CANARY-2\n'),
    });
    expect(stdout).toMatch(/^db_password: !age \|\n {2}-----BEGIN/);
    expect(stdout).not.toContain('CANARY');
    expect(stderr).toMatch(/the line end behind the value was left out/);
    write('hosts.yml', `all:\n  hosts: {wallpi: }\n  vars:\n${stdout.replace(/^/gm, '    ')}`);
    const shown = await type('inventory --host wallpi -i hosts.yml --identity id.txt', undefined, {
      cwd: directory,
    });
    expect(JSON.parse(shown.stdout)).toEqual({db_password: '‹db_password›'});
  });

  it('asks for the passphrase of a project once, whatever number of playbooks is validated', async () => {
    write('hosts.yml', 'all: {hosts: {wallpi: }}\n');
    write('s.yml', await locked(plain));
    for (const name of ['a.yml', 'b.yml'])
      write(name, "- {hosts: all, vars_files: s.yml, tasks: [{debug: {msg: '{{ token }}'}}]}\n");
    const {run} = await import('../../../src/engine/index.ts');
    const person = typing('open sesame');
    const line = 'validate -i hosts.yml a.yml b.yml';
    const {exitCode, stdout} = await type(line, run, {cwd: directory, ask: person.ask});
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('no mistakes')]);
    expect(person.asked).toEqual([`passphrase of ${path.join(directory, 's.yml')}: `]);
  });
});

describe('vprov secrets edit', () => {
  /** An editor that runs this shell text over `$1`. */
  function editor(text: string): Partial<Terminal> {
    write('editor.sh', `${text}\n`);
    const EDITOR = `sh ${path.join(directory, 'editor.sh')}`;
    return {environment: {PATH: process.env.PATH, VPROV_IDENTITY: 'id.txt', EDITOR}};
  }

  it('hands the decrypted text to the editor and encrypts what it leaves, and keeps no copy', async () => {
    await withKeys();
    write('s.yml', plain);
    await secrets('encrypt s.yml');
    const seen = path.join(directory, 'seen');
    const edit = editor(`cp "$1" ${seen}; echo "$1" >${seen}.name; echo 'more: CANARY-3' >>"$1"`);
    expect((await secrets('edit s.yml', edit)).exitCode).toBe(0);
    expect(read('seen')).toBe(plain);
    expect(existsSync(path.dirname(read('seen.name').trim()))).toBe(false);
    expect(read('s.yml')).not.toContain('CANARY');
    expect((await secrets('view s.yml')).stdout).toBe(`${plain}more: CANARY-3\n`);
  });

  it('makes a new file, its owner’s', async () => {
    await withKeys();
    expect((await secrets('edit new.yml', editor('echo "a: 1" >"$1"'))).exitCode).toBe(0);
    expect(statSync(path.join(directory, 'new.yml')).mode & 0o777).toBe(0o600);
    expect((await secrets('view new.yml')).stdout).toBe('a: 1\n');
  });

  it('leaves a file alone that was not changed, or whose editor failed', async () => {
    await withKeys();
    write('s.yml', plain);
    await secrets('encrypt s.yml');
    const before = read('s.yml');
    expect((await secrets('edit s.yml', editor(':'))).stderr).toMatch(/nothing was changed/);
    expect(await secrets('edit s.yml', editor('echo x >"$1"; exit 3'))).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/ended with exit code 3; nothing was changed/) as string,
    });
    expect(read('s.yml')).toBe(before);
  });
});

describe('vprov secrets edit, by two at once', () => {
  it('loses neither of the two texts', async () => {
    await withKeys();
    write('s.yml', plain);
    await secrets('encrypt s.yml');
    write('theirs.yml', 'theirs: CANARY-4\n');
    await secrets('encrypt theirs.yml');
    // While the editor is open, the other person's ends.
    write('editor.sh', `cp ${directory}/theirs.yml ${directory}/s.yml; echo 'mine: CANARY-5' >"$1"\n`);
    const EDITOR = `sh ${path.join(directory, 'editor.sh')}`;
    const {exitCode, stderr} = await secrets('edit s.yml', {
      environment: {PATH: process.env.PATH, VPROV_IDENTITY: 'id.txt', EDITOR},
    });
    expect(stderr).toMatch(/changed by somebody else meanwhile.*s\.yml\.edited/);
    expect(exitCode).toBe(1);
    expect((await secrets('view s.yml')).stdout).toBe('theirs: CANARY-4\n');
    expect((await secrets('view s.yml.edited')).stdout).toBe('mine: CANARY-5\n');
    expect(read('s.yml.edited')).not.toContain('CANARY');
  });
});

describe('what vprov secrets refuses, and how it says so', () => {
  const cases: readonly (readonly [string, string, Readonly<Record<string, string>>, RegExp])[] = [
    [
      'encrypt s.yml',
      'no recipients',
      {'s.yml': plain},
      /nobody could open it[\s\S]*s\.yml:1:1[\s\S]*-r age1/,
    ],
    [
      'encrypt s.yml',
      'a recipient with a typing error',
      {'s.yml': plain, '.age-recipients': '# us\nage1xyz\n'},
      /'age1xyz' is no recipient[\s\S]*\.age-recipients:2:1/,
    ],
    [
      'encrypt s.yml',
      'an identity among the recipients',
      {'s.yml': plain, '.age-recipients': 'AGE-SECRET-KEY-13EEQGLYKNDQQSKP55MWWVH3V0U0RNC2\n'},
      /identity stands where a recipient belongs[\s\S]*\.age-recipients:1:1/,
    ],
    ['encrypt -r ssh-ed25519 s.yml', 'a key of ssh', {'s.yml': plain}, /keys of ssh are not supported/],
    ['encrypt nothing.yml', 'a file that is missing', {}, /nothing\.yml: no such file/],
    ['view s.yml', 'a file that is not encrypted', {'s.yml': plain}, /s\.yml is not encrypted/],
    ['edit s.yml', 'to edit what is not encrypted', {'s.yml': plain}, /not encrypted/],
    ['encrypt', 'no file', {}, /no file is named/],
    [
      'view s.yml',
      'what was encrypted already, damaged',
      {'s.yml': '-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n'},
      /s\.yml:1:1[\s\S]*backup/,
    ],
    [
      'encrypt s.yml',
      'to encrypt twice',
      {'s.yml': '-----BEGIN AGE ENCRYPTED FILE-----\nAAAA\n-----END AGE ENCRYPTED FILE-----\n'},
      /encrypted already[\s\S]*rekey/,
    ],
  ];

  it.each(cases)('%s: %s', async (line, _name, files, says) => {
    for (const [name, text] of Object.entries(files)) write(name, text);
    const {exitCode, stdout, stderr} = await secrets(line);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/SECRET-KEY-1|\n\s+at /);
    for (const [name, text] of Object.entries(files)) expect(read(name)).toBe(text);
  });
});
