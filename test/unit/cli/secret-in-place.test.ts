import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {Terminal} from '../../../src/cli/index.ts';
import {sealBytes} from '../../../src/source/index.ts';
import {type Told, type} from './console.ts';

let directory = '';
let recipient = '';
beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-secret-in-place-'));
  recipient = (await secrets('keygen id.txt')).stdout.trim();
  write('.age-recipients', `${recipient}\n`);
});
afterEach(() => rmSync(directory, {recursive: true}));

const at = (name: string): string => path.join(directory, name);
const write = (name: string, text: string | Uint8Array): void => writeFileSync(at(name), text);
const read = (name: string): string => readFileSync(at(name), 'latin1');

/** `vprov secrets …` in the folder, with its identity; the editor runs this shell text over `$1`. */
function secrets(line: string, edit = ':', terminal: Partial<Terminal> = {}): Promise<Told> {
  write('editor.sh', `${edit}\n`);
  const EDITOR = `sh ${at('editor.sh')}`;
  return type(`secrets ${line}`, undefined, {
    cwd: directory,
    environment: {PATH: process.env.PATH, VPROV_IDENTITY: 'id.txt', EDITOR},
    readText: (file) => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
    ...terminal,
  });
}

const plain = 'token: CANARY-1\n';
const armour = /^-----BEGIN AGE ENCRYPTED FILE-----\n/;
/** `a: café` as ISO 8859-1 has it. */
const latin1 = Buffer.from('a: caf\xe9\n', 'latin1');

describe('what is not text in UTF-8 is refused before anything is written', () => {
  it.each([
    ['ISO 8859-1', latin1],
    ['UTF-16', Buffer.from('\ufeffa: 1\n', 'utf16le')],
    ['a key that is no text', Buffer.from([0, 0xff, 0xfe, 0x80, 10])],
    ['a text that ends within a letter', Buffer.from('a: é').subarray(0, 4)],
  ])('encrypt of a file: %s', async (_name, bytes) => {
    write('l1.yml', bytes);
    const {exitCode, stdout, stderr} = await secrets('encrypt l1.yml');
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /l1\.yml is not text in UTF-8 \[SRC002\]\n {2}hint: what is none begins at line 1, column \d+: save it as UTF-8/,
    );
    expect(stderr).not.toMatch(/caf/);
    expect(readFileSync(at('l1.yml'))).toEqual(bytes);
  });

  it('a mark of the byte order and letters of all kinds stay as they are', async () => {
    const bytes = Buffer.from('\ufeffa: "é 漢 🔑 \u0000"\r\n');
    write('s.yml', bytes);
    expect((await secrets('encrypt s.yml')).exitCode).toBe(0);
    expect((await secrets('rekey s.yml')).exitCode).toBe(0);
    expect((await secrets('decrypt s.yml')).exitCode).toBe(0);
    expect(readFileSync(at('s.yml'))).toEqual(bytes);
  });

  it('encrypt of a value', async () => {
    const input = {readInput: async () => Buffer.from('caf\xe9', 'latin1')};
    const {exitCode, stdout, stderr} = await secrets('encrypt --value q', ':', input);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/the value is not text in UTF-8\n {2}hint: .*UTF-8/);
  });

  it('what the editor leaves: no file, a pipe, a folder', async () => {
    write('s.yml', plain);
    await secrets('encrypt s.yml');
    const before = read('s.yml');
    for (const [editor, said] of [
      [`rm "$1"`, /left no file; nothing was changed/],
      [`rm "$1"; mkfifo "$1"`, /left cannot be read: it is not a file; nothing was changed/],
      [`rm "$1"; mkdir "$1"`, /left cannot be read: it is a directory; nothing was changed/],
    ] as const) {
      const {exitCode, stderr} = await secrets('edit s.yml', editor);
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(said)]);
      expect(read('s.yml')).toBe(before);
    }
  });

  it.each(['s.yml/x.yml', 'none/x.yml'])('what could not be written is not edited: %s', async (name) => {
    write('s.yml', plain);
    const {exitCode, stderr} = await secrets(`edit ${name}`, `echo 'a: 1' >"$1"; touch ${at('edited')}`);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/a part of its path is a file|no such file/),
    ]);
    expect(existsSync(at('edited'))).toBe(false);
  });

  it('but YAML that the editor leaves broken is kept, with a warning that quotes nothing', async () => {
    write('s.yml', plain);
    await secrets('encrypt s.yml');
    const {exitCode, stderr} = await secrets('edit s.yml', `printf 'a: 1\nb: [canary\n' >"$1"`);
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(/s\.yml is no sound YAML: line \d\n {2}hint: /),
    ]);
    expect(stderr).not.toContain('canary');
  });

  it('what the editor leaves', async () => {
    write('s.yml', plain);
    await secrets('encrypt s.yml');
    const before = read('s.yml');
    const {exitCode, stderr} = await secrets('edit s.yml', `printf 'a: caf\\351\\n' >"$1"`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/left is not text in UTF-8; nothing was changed\n {2}hint: .*UTF-8/);
    expect(read('s.yml')).toBe(before);
  });

  it.each(['rekey', 'decrypt', 'edit', 'view'])(
    '%s of what somebody else encrypted, or of values within such a file',
    async (command) => {
      write('b.yml', await sealBytes(latin1, {recipients: [recipient]}));
      const value = await secrets('encrypt --value q', ':', {readInput: async () => Buffer.from('x')});
      write('v.yml', Buffer.concat([latin1, Buffer.from(value.stdout)]));
      for (const name of ['b.yml', 'v.yml']) {
        const before = read(name);
        const {exitCode, stderr} = await secrets(`${command} ${name}`, 'echo "a: 1" >"$1"');
        expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/not text in UTF-8/)]);
        expect(read(name)).toBe(before);
      }
    },
  );
});

describe('the name of a file may be a link', () => {
  it('and those who may open it are those of the folder where the file is', async () => {
    const other = (await secrets('keygen other.txt')).stdout.trim();
    for (const [folder, to] of [
      ['kept', recipient],
      ['names', other],
    ] as const) {
      mkdirSync(at(folder));
      write(`${folder}/.age-recipients`, `${to}\n`);
    }
    symlinkSync('../kept/f.yml', at('names/f.yml'));
    write('kept/f.yml', plain);
    expect((await secrets('encrypt names/f.yml')).exitCode).toBe(0);
    expect((await secrets('view --identity id.txt kept/f.yml')).stdout).toBe(plain);
    expect(readlinkSync(at('names/f.yml'))).toBe('../kept/f.yml');
  });

  it.each([
    ['beside it', 'pp.yml', 'pp.yml'],
    ['by its whole path, in another folder', '', 'kept/pp.yml'],
    ['through another link', 'second.yml', 'kept/pp.yml'],
  ])('what it leads to is encrypted, edited, encrypted anew and decrypted: %s', async (_name, to, file) => {
    mkdirSync(at('kept'));
    symlinkSync(at(file), at('second.yml'));
    const target = to || at(file);
    symlinkSync(target, at('lk.yml'));
    write(file, plain);
    expect((await secrets('encrypt lk.yml')).exitCode).toBe(0);
    const encrypted = read(file);
    expect(encrypted).toMatch(armour);
    expect((await secrets('rekey lk.yml')).exitCode).toBe(0);
    const anew = read(file);
    expect(anew).toMatch(armour);
    expect(anew).not.toBe(encrypted);
    expect((await secrets('edit lk.yml', `echo 'more: 1' >>"$1"`)).exitCode).toBe(0);
    expect(read(file)).toMatch(armour);
    expect((await secrets('decrypt lk.yml')).exitCode).toBe(0);
    expect(read(file)).toBe(`${plain}more: 1\n`);
    expect(readlinkSync(at('lk.yml'))).toBe(target);
    expect(readdirSync(at('kept'))).toEqual(file.startsWith('kept/') ? ['pp.yml'] : []);
  });

  it('a link to what is not there yet: edit makes that', async () => {
    symlinkSync('new.yml', at('second.yml'));
    symlinkSync('second.yml', at('lk.yml'));
    expect((await secrets('edit lk.yml', 'echo "a: 1" >"$1"')).exitCode).toBe(0);
    expect(read('new.yml')).toMatch(armour);
    expect(lstatSync(at('new.yml')).mode & 0o777).toBe(0o600);
    expect(readlinkSync(at('lk.yml'))).toBe('second.yml');
  });

  it('links in a circle', async () => {
    symlinkSync('a.yml', at('b.yml'));
    symlinkSync('b.yml', at('a.yml'));
    for (const line of ['encrypt a.yml', 'edit a.yml'])
      expect(await secrets(line, 'echo "a: 1" >"$1"')).toMatchObject({
        exitCode: 1,
        stderr: expect.stringMatching(/in a circle/) as string,
      });
  });

  it.each(['rekey', 'edit', 'decrypt'])(
    'a file with a second name keeps what it was under that: %s',
    async (command) => {
      write('pp.yml', plain);
      expect((await secrets('encrypt pp.yml')).exitCode).toBe(0);
      linkSync(at('pp.yml'), at('hl.yml'));
      const before = read('pp.yml');
      const {exitCode, stderr} = await secrets(`${command} pp.yml`, `echo 'more: 1' >>"$1"`);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/pp\.yml has other names \(hard links\), and would stay as it is under these/);
      expect([read('pp.yml'), read('hl.yml')]).toEqual([before, before]);
    },
  );

  it('a file with a second name would stay readable under that', async () => {
    write('pp.yml', plain);
    linkSync(at('pp.yml'), at('hl.yml'));
    symlinkSync('hl.yml', at('lk.yml'));
    for (const name of ['hl.yml', 'lk.yml']) {
      const {exitCode, stderr} = await secrets(`encrypt ${name}`);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/hl\.yml has other names[\s\S]*hint: 'find \. -samefile \S*hl\.yml'/);
      expect(read('hl.yml')).toBe(plain);
    }
  });
});
