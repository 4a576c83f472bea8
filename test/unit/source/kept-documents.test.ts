import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {
  createLockbox,
  keySources,
  openDocuments,
  type Parsed,
  parseYaml,
  readSealed,
} from '../../../src/source/index.ts';

/** Made by ansible-core. */
const vault = `$ANSIBLE_VAULT;1.1;AES256
61663762636537616132376433343735346365376332343766316363316265643135396635633134
3630356630396365303833316137396263616538636264380a356630363662613839343139366430
36313066366134383662383662336439326566663761613037613836666431336230376230393932
3366386161316439370a646132646133303836656133353363313165643762333436366663323734
65646435353439373734393831663631313635336639393930336137393538613263636638363132
3766343134356638346162376462316539306137323162343936`;

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vprov-documents-'));
  file = join(folder, 'vprov/documents/playbook');
});
afterEach(() => rmSync(folder, {recursive: true}));

const text = 'a: &x [1, 1.20, {b: "{{ c }}"}]\nd: *x\ne: |\n  two\n  lines\nf:\n';

/** Reads these texts through what was kept. @returns what they came to, and which had to be read */
function read(
  texts: Readonly<Record<string, string>>,
  program = 'program-1',
): {came: Readonly<Record<string, Parsed>>; anew: readonly string[]} {
  const documents = openDocuments(file, program);
  const anew: string[] = [];
  const came = Object.entries(texts).map(([name, one]) => [
    name,
    documents.recall(name, one, () => {
      anew.push(name);
      return parseYaml(one, name);
    }),
  ]);
  documents.close();
  return {came: Object.fromEntries(came) as Readonly<Record<string, Parsed>>, anew};
}

describe('a text that was read before', () => {
  it('is the same document again, an alias the very node that it repeats', () => {
    const first = read({'a.yml': text, 'b.yml': '- x'});
    expect(first.anew).toEqual(['a.yml', 'b.yml']);
    const again = read({'a.yml': text, 'b.yml': '- x'});
    expect(again).toEqual({came: first.came, anew: []});
    const node = again.came['a.yml']?.node;
    const [a, d] = node?.type === 'map' ? node.entries : [];
    expect(a?.value).toBe(d?.value);
  });

  it('is read anew when it changed, by whatever little, or was read by another program', () => {
    read({'a.yml': text});
    const changed = read({'a.yml': text.replace('1.20', '1.2')});
    expect(changed.anew).toEqual(['a.yml']);
    expect(changed.came['a.yml']).toEqual(parseYaml(text.replace('1.20', '1.2'), 'a.yml'));
    expect(read({'b.yml': text}).anew).toEqual(['b.yml']);
    expect(read({'b.yml': text}, 'program-2').anew).toEqual(['b.yml']);
  });

  it('is read each time when it has a mistake, so that the mistake is told each time', () => {
    const wrong = {'a.yml': 'a: 1\na: 2\n'};
    expect(read(wrong).came['a.yml']?.diagnostics).toHaveLength(1);
    expect(read(wrong)).toMatchObject({anew: ['a.yml'], came: {'a.yml': {diagnostics: [{code: 'SRC005'}]}}});
  });

  it('is forgotten when nothing asks for it any more', () => {
    read({'a.yml': text, 'b.yml': '- canary'});
    read({'a.yml': text});
    expect(readFileSync(file, 'latin1')).not.toContain('canary');
  });

  it('is forgotten when fifty other playbooks were read since', () => {
    for (let index = 0; index < 53; index++) {
      const one = openDocuments(join(folder, `vprov/documents/${index}`), 'program-1');
      one.recall('a.yml', text, () => parseYaml(text, 'a.yml'));
      one.close();
      utimesSync(join(folder, `vprov/documents/${index}`), index, index);
    }
    const left = readdirSync(join(folder, 'vprov/documents')).map(Number);
    expect(left.sort((a, b) => a - b)).toEqual(Array.from({length: 50}, (_, index) => index + 3));
  });

  it('is nobody else’s to read', () => {
    read({'a.yml': text});
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'vprov/documents')).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    ['of other bytes', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 12), Buffer.alloc(99, 7)])],
  ])('is read anew when what was kept is %s', (_, spoil) => {
    read({'a.yml': text});
    writeFileSync(file, spoil(readFileSync(file)));
    expect(read({'a.yml': text}).anew).toEqual(['a.yml']);
  });

  it('is never kept with what is encrypted in it', async () => {
    const sealed = `a: !vault |\n  ${vault.replaceAll('\n', '\n  ')}\nb: 1\n`;
    const environment = {ANSIBLE_VAULT_PASSWORD: 'hunter2hunter2', VPROV_VAULT_PASSWORD: 'hunter2hunter2'};
    const lockbox = createLockbox(keySources({environment, cwd: folder}));
    const {node} = await readSealed(lockbox, (opener) => {
      const documents = openDocuments(file, 'program-1');
      const parsed = documents.recall('a.yml', sealed, () => parseYaml(sealed, 'a.yml', {opener}));
      documents.close();
      return parsed;
    });
    expect(lockbox.secrets()).toHaveLength(1);
    expect(node).toBeDefined();
    expect(readdirSync(folder)).toEqual([]);
  });
});
