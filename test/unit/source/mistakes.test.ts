import {describe, expect, it} from 'vitest';
import {formatSource} from '../../../src/errors/index.ts';
import {parseYaml, withoutEchoes} from '../../../src/source/index.ts';

/** One mistake each: what is written, its code and place, and what the hint has to say. */
const mistakes: readonly (readonly [
  name: string,
  text: string,
  code: string,
  place: string,
  hint: RegExp,
])[] = [
  ['a condition that is a tag', '- when: !flag\n', 'SRC006', '1:9', /not flag.*'!flag'/],
  [
    'a negated comparison that is a tag',
    "- when: !(a == 'b')\n  x: 1\n",
    'SRC006',
    '1:9',
    /not \(a == 'b'\)/,
  ],
  ["Ansible's unsafe", 'a: !unsafe "{{ x }}"\n', 'SRC006', '1:4', /!raw/],
  [
    "a text of Ansible's vault that is none",
    'a: !vault |\n  x\n',
    'SRC013',
    '1:4',
    /ansible-vault encrypt_string/,
  ],
  ['an encrypted text that is none', 'a: !age x\n', 'SRC013', '1:4', /secrets encrypt --value/],
  ['a map that is encrypted by its tag', 'a: !age {b: 1}\n', 'SRC006', '1:4', /whole file/],
  [
    'an encrypted text where nothing opens it',
    'a: !age |\n  -----BEGIN AGE ENCRYPTED FILE-----\n',
    'SRC014',
    '1:4',
    /may be encrypted/,
  ],
  ['a misspelt raw', 'a: !rae x\n', 'SRC006', '1:4', /'!raw'/],
  ['a tag on a map', 'a: !thing {b: 1}\n', 'SRC006', '1:4', /quoted/],
  ['a YAML 1.1 type', 'a: !!binary aGk=\n', 'SRC006', '1:4', /leave the tag out/],
  ['a template that is a map', 'a: 1\ndest: {{ x }}\n', 'SRC007', '2:7', /'\{\{ x \}\}'/],
  ['a template with quotes', "dest: {{ x | f('a') }} # why\n", 'SRC007', '1:7', /"\{\{ x \| f\('a'\) \}\}"$/],
  ['a template and more', 'dest: {{ x }}/foo # why\nb: 1\n', 'SRC007', '1:7', /'\{\{ x \}\}\/foo'$/],
  ['two templates', '- {{ a }} and {{ b }}\n- 1\n', 'SRC007', '1:3', /'\{\{ a \}\} and \{\{ b \}\}'/],
  ['a template with a port', 'a: {{ h }}:8200\n', 'SRC007', '1:4', /'\{\{ h \}\}:8200'/],
  ['a template in a comparison', "- when: {{a}} == 'b'\n", 'SRC007', '1:9', /"\{\{a\}\} == 'b'"/],
  ['a template in a flow map', 'a: {b: {{ c }}, d: 1}\n', 'SRC007', '1:8', /'\{\{ c \}\}'$/],
  ['a second document', 'a: 1\n---\nb: 2\n---\nc: 3\n', 'SRC004', '2:1', /file of its own/],
  ['an alias of nothing', 'a: 1\nb: *x\n', 'SRC008', '2:4', /'\*x'/],
  ['a glob that is an alias', 'hosts: *.example.com\n', 'SRC008', '1:8', /'\*\.example\.com'/],
  ['a lone star', 'hosts: *\n', 'SRC003', '1:8', /quote/],
  ['an alias inside its anchor', 'a: &a [*a]\n', 'SRC008', '1:8', /^$/],
  ['tabs', 'a:\n\tb: 1\n\tc: 2\n', 'SRC003', '2:1', /spaces/],
  ['a duplicate key', 'a: 1\nb: 2\na: 3\n', 'SRC005', '3:1', /remove/],
  ['a duplicate key, once a number', '1: a\n"1": b\n', 'SRC005', '2:1', /remove/],
  ['a duplicate in a flow map', '- {a: 1, a: 2}\n', 'SRC005', '1:10', /remove/],
  ['bad indentation', '- name: x\n  copy:\n    a: 1\n   b: 2\n   c: 3\n', 'SRC003', '4:4', /same column/],
  ['a colon in a text', '- name: a: b\n  x: 1\n', 'SRC003', '1:9', /quote/],
  ['an open quote', "a: 1\nb: 'x\nc: 1\nd: 2\n", 'SRC003', '2:4', /close it/],
  ['an open bracket', 'a: [1, 2\nb: 3\n', 'SRC003', '1:4', /close it/],
  ['a key without a colon', 'a: 1\nfoo\nb: 2\n', 'SRC003', '2:1', /colon/],
  ['a list after a value', 'a: b\n- c\n', 'SRC003', '2:1', /- /],
  ['no space after the colon', 'a:b\nc: d\n', 'SRC003', '1:1', /space/],
  ['a text that starts with @', 'a: @x\n', 'SRC003', '1:4', /quote/],
  ['a bad escape', 'a: "C:\\q"\n', 'SRC003', '1:7', /single quotes/],
  ['text after a quoted text', 'a: "foo" bar\nb: 1\n', 'SRC003', '1:10', /quote the whole/],
  [
    'an expression that begins with a quote',
    "- when: 'a' == b\n  x: 1\n",
    'SRC003',
    '1:13',
    /quote the whole/,
  ],
  ['text after an alias', 'a: &x 1\nb: *x y\n', 'SRC003', '2:7', /quote the whole/],
  ['a bracket too many', 'a: [1]]\nb: 2\nc: 3\n', 'SRC003', '1:7', /remove/],
  ['a key deeper than the one above', '- name: x\n   copy: 1\n', 'SRC003', '2:4', /same column/],
  ['a key between item and list', 'tasks:\n- name: x\n copy: 1\n', 'SRC003', '3:2', /same column/],
  ['a key that left its item', '- name: x\ncopy: 1\n', 'SRC003', '2:1', /same column/],
  ['a list on the line of its key', 'a: - b\n', 'SRC003', '1:4', /next line/],
  ['a block that is not indented', '- a: |\nfoo\nbar: 1\n', 'SRC003', '2:1', /same column/],
  ['a quoted key without a colon', '"a": 1\n"b" 2\n', 'SRC003', '2:1', /colon/],
  ['a list without its colon', '- hosts: all\n  tasks\n    - debug:\n', 'SRC003', '2:3', /colon/],
  ['a template that is never closed', 'a: {{ x\nb: 1\n', 'SRC007', '1:4', /'\{\{ x'/],
  ['a map as a key', '? {a: 1}\n: 2\n', 'SRC010', '1:3', /name/],
  ['a missing key', ': 2\n', 'SRC010', '1:1', /name/],
  ['a merge of a text', '<<: x\n', 'SRC011', '1:5', /map/],
  ['a merge of texts', '<<: [x]\n', 'SRC011', '1:6', /map/],
];

describe('a mistake in YAML is one diagnostic, where it was made', () => {
  it.each(mistakes)('%s', (_name, text, code, place, hint) => {
    const {diagnostics} = parseYaml(text, 'f');
    expect(diagnostics.map(({message}) => message)).toHaveLength(1);
    const [found] = diagnostics;
    expect(found?.code).toBe(code);
    expect(found?.severity).toBe('error');
    expect(found?.source && formatSource(found.source)).toBe(`f:${place}`);
    expect(found?.hint ?? '').toMatch(hint);
  });

  it('several mistakes are all found, in the order of the file', () => {
    const text = 'a: {{ x }}/y\nb: !flag\nc: 1\nc: 2\nd: *nope\ne: "\\q"\nf: @x\ng: {{ z }}\n';
    const {diagnostics, node} = parseYaml(text, 'f');
    expect(diagnostics.map(({code, source}) => `${code} ${source?.line}`)).toEqual([
      'SRC007 1',
      'SRC006 2',
      'SRC005 4',
      'SRC008 5',
      'SRC003 6',
      'SRC003 7',
      'SRC007 8',
    ]);
    expect(node?.type).toBe('map');
  });

  it('a file whose structure is broken gives no node to go on with', () => {
    expect(parseYaml('a: [1, 2\nb: 3\n', 'f').node).toBeUndefined();
  });

  it('nesting is bounded before the parser can run out of stack', () => {
    const [found, ...others] = parseYaml(`a: ${'['.repeat(50_000)}`, 'f').diagnostics;
    expect(others).toEqual([]);
    expect(found?.code).toBe('SRC009');
    expect(parseYaml(`${'- '.repeat(5_000)}x`, 'f').diagnostics.map(({code}) => code)).toEqual(['SRC009']);
  });

  it('an alias bomb is refused, and fast', () => {
    const levels = Array.from({length: 20}, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    const {diagnostics} = parseYaml(`l0: &l0 [x,x,x]\n${levels.join('\n')}\n`, 'f');
    expect(diagnostics.map(({code}) => code)).toEqual(['SRC009']);
    expect(diagnostics[0]?.source?.line).toBe(6);
  });
});

describe('withoutEchoes', () => {
  const at = (line: number) => ({file: 'f', line, column: 1});
  const diagnostic = (code: string, line: number) =>
    ({code, severity: 'error', message: code, source: at(line)}) as const;

  it('drops what follows from broken YAML on the same line, and repetitions', () => {
    const found = [
      diagnostic('PLY001', 1),
      diagnostic('SRC006', 1),
      diagnostic('PLY001', 2),
      diagnostic('PLY001', 2),
    ];
    expect(withoutEchoes(found).map(({code, source}) => `${code} ${source?.line}`)).toEqual([
      'SRC006 1',
      'PLY001 2',
    ]);
  });
});
