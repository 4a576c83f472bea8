import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {stringify} from 'yaml';
import {
  describeNode,
  entryOf,
  type MapNode,
  type Node,
  parseYaml,
  readYamlFile,
} from '../../../src/source/index.ts';
import {plain} from './plain.ts';

function read(text: string): Node {
  const {node, diagnostics} = parseYaml(text, 'f');
  expect(diagnostics).toEqual([]);
  if (node === undefined) throw new Error('no node');
  return node;
}

function map(text: string): MapNode {
  const node = read(text);
  if (node.type !== 'map') throw new Error('not a map');
  return node;
}

describe('values', () => {
  it.each([
    ['0644', 644, '0644', 'plain'],
    ["'0644'", '0644', '0644', 'quoted'],
    ['0o644', 0o644, '0o644', 'plain'],
    ['1.20', 1.2, '1.20', 'plain'],
    ['12345678901234567890', 12345678901234567000, '12345678901234567890', 'plain'],
    ['yes', 'yes', 'yes', 'plain'],
    ['True', true, 'True', 'plain'],
    ['~', null, '~', 'plain'],
    ['', null, '', 'plain'],
    ['"a\\tb"', 'a\tb', 'a\tb', 'quoted'],
    ['!!str 644', '644', '644', 'plain'],
    ['|\n    x\n    y', 'x\ny\n', 'x\ny\n', 'block'],
    ['>-\n    x\n    y', 'x y', 'x y', 'block'],
    ['a {{ b }}', 'a {{ b }}', 'a {{ b }}', 'plain'],
  ])('%s', (written, value, text, style) => {
    expect(entryOf(map(`a: ${written}\n`), 'a')?.value).toMatchObject({value, text, style, raw: false});
  });

  it('YAML 1.2 holds even where a directive asks for 1.1', () => {
    expect(plain(read('%YAML 1.1\n---\na: yes\nb: 010\n'))).toEqual({a: 'yes', b: 10});
  });

  it('!raw holds for a text, and for all that is inside a list or a map', () => {
    const node = map("a: !raw '{{ x }}'\nb: !raw {c: ['{{ y }}', 1]}\nd: e\n");
    expect(plain(node)).toEqual({a: '{{ x }}', b: {c: ['{{ y }}', 1]}, d: 'e'});
    const raws = JSON.stringify(node).match(/"raw":(true|false)/g);
    expect(raws).toEqual(['"raw":true', '"raw":true', '"raw":true', '"raw":false']);
  });

  it('keys are texts as they were written', () => {
    expect(map('on: 1\n01: 2\nnull: 3\n"": 4\n').entries.map(({key}) => key)).toEqual([
      'on',
      '01',
      'null',
      '',
    ]);
  });

  it('an empty text, and one of comments, is no node and no mistake', () => {
    expect(parseYaml('', 'f')).toEqual({node: undefined, diagnostics: []});
    expect(parseYaml('# nothing\n---\n', 'f').diagnostics).toEqual([]);
  });
});

describe('places', () => {
  it('every key and value knows its line, column and length, also after a byte order mark and CRLF', () => {
    const node = map('\uFEFFa: 1\r\nbcd:\r\n  - "x y"\r\n');
    const [a, b] = node.entries;
    expect([a?.keySource, a?.value.source]).toEqual([
      {file: 'f', line: 1, column: 1, length: 1},
      {file: 'f', line: 1, column: 4, length: 1},
    ]);
    expect(b?.keySource).toEqual({file: 'f', line: 2, column: 1, length: 3});
    const item = b?.value.type === 'list' ? b.value.items[0] : undefined;
    expect(item?.source).toEqual({file: 'f', line: 3, column: 5, length: 5});
  });

  it('a tagged or anchored value is where its text is', () => {
    expect(entryOf(map('a: &x !raw b\n'), 'a')?.value.source).toEqual({
      file: 'f',
      line: 1,
      column: 12,
      length: 1,
    });
  });
});

describe('anchors and merges', () => {
  it('an alias is what the last anchor of that name before it stands for', () => {
    expect(plain(read('a: &x 1\nb: *x\nc: &x [2]\nd: *x\n'))).toEqual({a: 1, b: 1, c: [2], d: [2]});
  });

  it('an alias keeps the place where its value was written', () => {
    expect(entryOf(map('a: &x 1\nb: *x\n'), 'b')?.value.source.line).toBe(1);
  });

  it('own keys win over merged ones, earlier merged maps over later ones', () => {
    const text = 'x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  a: 3\n';
    expect(plain(entryOf(map(text), 'z')?.value)).toEqual({a: 3, b: 1, c: 2});
  });

  it("a quoted '<<' is a key like any other", () => {
    expect(plain(read("'<<': 1\n"))).toEqual({'<<': 1});
  });
});

describe('properties', () => {
  it('never throws, whatever the text', () => {
    const pieces = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '\t',
      '{',
      '}',
      '[',
      ']',
      '&x ',
      '*x',
      '!',
      '"',
      "'",
      '|',
      '<<',
      '#',
      '---',
      ',',
      '?',
    );
    const texts = fc.oneof(
      fc.string({unit: 'binary'}),
      fc.array(pieces, {maxLength: 40}).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        for (const {source} of parseYaml(text, 'f').diagnostics) {
          expect(source?.line).toBeGreaterThanOrEqual(1);
          expect(source?.column).toBeGreaterThanOrEqual(1);
        }
      }),
      {numRuns: 250},
    );
  });

  it('reads what a writer of YAML wrote', () => {
    fc.assert(
      fc.property(fc.jsonValue({maxDepth: 4}), (value) => {
        const text = stringify({value}, {version: '1.2', aliasDuplicateObjects: false});
        expect(JSON.stringify(plain(entryOf(map(text), 'value')?.value))).toBe(JSON.stringify(value));
      }),
      {numRuns: 100},
    );
  });
});

describe('readYamlFile', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'vprov-source-'));
  });
  afterAll(() => rmSync(directory, {recursive: true}));

  it('reads a file', () => {
    writeFileSync(join(directory, 'a.yml'), 'ä: ö\n');
    expect(plain(readYamlFile(join(directory, 'a.yml')).node)).toEqual({ä: 'ö'});
  });

  it('says why a file cannot be read', () => {
    const file = join(directory, 'nope.yml');
    const messageOf = (path: string) => readYamlFile(path).diagnostics.map(({message}) => message);
    expect(messageOf(file)).toEqual([`cannot read ${file}: no such file`]);
    expect(messageOf(directory)).toEqual([`cannot read ${directory}: it is a directory`]);
  });

  it('refuses what is not UTF-8', () => {
    writeFileSync(join(directory, 'latin1.yml'), Buffer.from('a: \xe4\n', 'latin1'));
    expect(readYamlFile(join(directory, 'latin1.yml')).diagnostics.map(({code}) => code)).toEqual(['SRC002']);
  });
});

describe('describeNode', () => {
  it('says what a value is', () => {
    const node = map('a: [1]\nb: {}\nc: 3\nd: true\ne: x\nf:\n');
    expect(node.entries.map(({value}) => describeNode(value))).toEqual([
      'a list',
      'a map',
      'the number 3',
      'the boolean true',
      'a text',
      'nothing',
    ]);
  });
});
