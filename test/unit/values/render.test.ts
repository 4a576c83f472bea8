import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Secret, Unknown} from '../../../src/text/index.ts';
import {
  display,
  evaluate,
  type JsonSchema,
  layerOfData,
  nameMistakes,
  omit,
  references,
  render,
  reservedNameReason,
  toPlain,
  variableAt,
} from '../../../src/values/index.ts';
import {mapOf, mistakesOf, nodeOf, portsOf, scopeOf} from './nodes.ts';

const schema: JsonSchema = {
  properties: {
    mode: {type: 'string'},
    version: {type: ['string', 'null']},
    count: {type: 'integer'},
    either: {anyOf: [{type: 'string'}, {type: 'integer'}]},
    names: {type: 'array', items: {type: 'string'}},
    environment: {type: 'object', additionalProperties: {type: 'string'}},
  },
};

describe('where the schema says string', () => {
  const scope = scopeOf(`
mode: 0644
named: "{{ mode }}"
port: 8200
flag: true
items: [0644]
own: {mode: 0640}
chosen: "{{ default own.mode mode }}"
`).extend(layerOfData({omit}, 'ours'));
  test.each([
    ['mode: 0644', {mode: '0644'}],
    ['mode: 0o644', {mode: '0o644'}],
    ["mode: '0644'", {mode: '0644'}],
    ['mode: u=rw,g=r', {mode: 'u=rw,g=r'}],
    ['mode: "{{ mode }}"', {mode: '0644'}],
    ['mode: "{{ named }}"', {mode: '0644'}],
    ['mode: "{{ default mode omit }}"', {mode: '0644'}],
    ['mode: "{{ default own.mode omit }}"', {mode: '0640'}],
    ['mode: "{{ default own.none omit }}"', {}],
    ['mode: "{{ default own.none mode }}"', {mode: '0644'}],
    ['mode: "{{ chosen }}"', {mode: '0640'}],
    ['mode: "{{ port }}"', {mode: '8200'}],
    ['mode: "0{{ port }}"', {mode: '08200'}],
    ['version: 1.20', {version: '1.20'}],
    ['version: null', {version: null}],
    ['count: 0644', {count: 644}],
    ['count: "{{ port }}"', {count: 8200}],
    ['either: 7', {either: 7}],
    ['names: [1.20, yes, true]', {names: ['1.20', 'yes', 'true']}],
    [
      'environment: {PORT: 8200, ON: true, FROM: "{{ flag }}"}',
      {environment: {PORT: '8200', ON: 'true', FROM: 'true'}},
    ],
    ['other: 0644', {other: 644}],
  ])('%s', (yaml, value) => {
    expect(render(nodeOf(yaml), scope, schema)).toEqual(value);
  });
});

describe('a number reads as it was written', () => {
  const scope = scopeOf(`
release: {version: 1.20, modes: [0644, 0755]}
list: [{version: 1.20}, {version: 1.30}]
plain: [1.20, 1.30]
named: "{{ release.version }}"
copied: {version: "{{ release.version }}"}
`);

  test.each([
    ['v{{ release.version }}', 'v1.20'],
    ['v{{ named }}', 'v1.20'],
    ['v{{ copied.version }}', 'v1.20'],
    ['{{ release.modes.[1] }}!', '0755!'],
    ['v{{ lookup release "version" }}', 'v1.20'],
    ['{{#each list}}{{ version }} {{/each}}', '1.20 1.30 '],
    ['{{#each list as |one|}}{{ one.version }} {{/each}}', '1.20 1.30 '],
    ['{{#each plain}}{{ this }} {{/each}}', '1.20 1.30 '],
    ['{{#each plain as |one|}}{{ one }} {{/each}}', '1.20 1.30 '],
    ['{{#with release}}{{ version }}{{/with}}', '1.20'],
    ['{{#each plain}}{{ @index }}{{/each}}', '01'],
    ['{{ join plain "," }}', '1.20,1.30'],
    ['v{{ default release.version "1.0" }}', 'v1.20'],
    ['v{{ default release.vrsion release.version }}', 'v1.20'],
    ['{{ string release.version }}', '1.20'],
    ['{{ quote release.version }}', '1.20'],
    ['{{ contains plain release.version }}', true],
  ])('%s', (template, text) => {
    expect(render(nodeOf(JSON.stringify(template)), scope)).toBe(text);
  });

  test('also as an argument, of an item, and of a fact', () => {
    expect(render(nodeOf('{mode: "{{ release.modes.[0] }}"}'), scope, schema)).toEqual({mode: '0644'});
    const layer = new Map([['item', variableAt(scope.get('plain'), 0, {layer: 'loop item'})]]);
    expect(render(nodeOf('{version: "{{ item }}"}'), scope.extend(layer), schema)).toEqual({version: '1.20'});
    const fact = new Map([['v', variableAt(scope.get('release'), 'version', {layer: 'set_fact'})]]);
    expect(render(nodeOf('"{{ v }}!"'), scope.extend(fact))).toBe('1.20!');
  });
});

test('omit leaves an argument or an item out', () => {
  const scope = scopeOf('owner: "{{ omit }}"\nset: x', {omit});
  expect(
    render(nodeOf('{a: "{{ default nope omit }}", b: "{{ owner }}", c: "{{ default set omit }}"}'), scope),
  ).toEqual({
    c: 'x',
  });
  expect(render(nodeOf('["{{ ternary false 1 omit }}", 2]'), scope)).toEqual([2]);
  expect(evaluate({text: 'owner == omit', source: {file: 'x', line: 1, column: 1}}, scope)).toBe(true);
  expect(mistakesOf(() => render(nodeOf('"x{{ owner }}"'), scope))).toEqual([
    `VAL006 1:6 'owner' is what leaves out a whole argument or item, which cannot stand in a text [it stands alone: {{ omit }}]`,
  ]);
  expect(display({a: omit})).toBe('{"a":"(omit)"}');
});

describe('rendering', () => {
  const scope = scopeOf('a: 1', {later: new Unknown('later'), data: '{{ a }}'});

  test('leaves !raw alone', () => {
    expect(render(nodeOf('!raw "{{.Names}} {% if"'), scope)).toBe('{{.Names}} {% if');
  });

  test('puts unknowns where they stand', () => {
    expect(render(nodeOf('{x: "a{{ later }}", y: ["{{ a }}"]}'), scope)).toEqual({
      x: expect.any(Unknown),
      y: [1],
    });
  });

  test('tells all mistakes of a node at once, each at its place', () => {
    const yaml = 'x: "{{ nope }}"\ny: [a, "b {{ zip }}"]\nz: {k: "{{#if a}}"}\n';
    expect(mistakesOf(() => render(nodeOf(yaml), scope))).toEqual([
      "VAL001 1:8 'nope' is not defined",
      "VAL001 2:14 'zip' is not defined",
      'VAL003 3:9 {{#if}} is never closed [{{/if}} ends it]',
    ]);
  });

  test('never evaluates data, whatever it says', () => {
    const template = fc.constantFrom(
      '{{ data }}',
      'x{{ data }}',
      '{{#each many}}{{this}}{{/each}}',
      '{{ join many "" }}',
      '{{#with pair}}{{k}}{{/with}}',
      '{{ default data "" }}',
      '{{ file "f" }}',
      '{{ env "E" }}',
      '{{ from_json (json data) }}',
      '{{ lookup pair "k" }}',
      '{{ ternary true data "" }}',
    );
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{{ a }}',
      '{{a}}',
      '\\{{',
      '{%',
      '{{{',
      '"',
      '\\',
      '‹a›',
      '\u0000',
      '$&',
      'a',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(template, text, (written, data) => {
        fc.pre(!written.includes('file') || !/[\r\n]$/.test(data));
        const ports = {...portsOf({f: data}), environment: () => data};
        const around = scopeOf('a: EVALUATED', {data, many: [data], pair: {k: data}}, ports);
        const prefix = written.startsWith('x') ? 'x' : '';
        expect(render(nodeOf(JSON.stringify(written)), around)).toBe(prefix + data);
        for (const text of ['data', 'many[0]', 'pair.k', 'default(data, "")', '[data].map(x, x)[0]']) {
          expect(evaluate({text, source: {file: 'x', line: 1, column: 1}}, around)).toBe(data);
        }
      }),
    );
  });
});

describe('places in YAML scalars', () => {
  test.each([
    ['x: "{{ nope }}"', '1:8'],
    ["x: '{{ nope }}'", '1:8'],
    ['x: a {{ nope }}', '1:9'],
    ['- x:\n    - a-{{ nope }}', '2:12'],
    ['x: "a\\n\\tb {{ nope }}"', '1:15'],
    ["x: 'it''s {{ nope }}'", '1:14'],
    ['x: a\n  b\n  {{ nope }}', '3:6'],
    ['x: |\n  a\n  b {{ nope }}\n', '3:8'],
    ['x: |2-\n\n    {{ nope }}\n', '3:8'],
    ['x:\n  y: >\n    a {{ a }}\n    b {{ nope }}\n', '4:10'],
    ['x: |\n  a\n  {% if nope %}\n', '3:3'],
  ])('%j', (yaml, place) => {
    const [mistake] = mistakesOf(() => render(nodeOf(yaml), scopeOf('a: 1')));
    expect(mistake?.split(' ')[1]).toBe(place);
  });
});

test('references are known without rendering', () => {
  const found = references(
    nodeOf('a: "{{ x.y }} {{ default z 1 }}"\nb: ["{{#each list}}{{ name }}{{/each}}"]'),
  );
  expect(found.map(({name, optional}) => [name, optional])).toEqual([
    ['x', false],
    ['z', true],
    ['list', false],
  ]);
  const source = {file: 'test.yml', line: 1, column: 1};
  const inCondition = references({text: 'a.b == 1 and c is defined and c > seq.map(x, x)[0]', source});
  expect(inCondition.map(({name, optional, source: {column}}) => [name, optional, column])).toEqual([
    ['a', false, 1],
    ['c', true, 14],
    ['c', true, 31],
    ['seq', false, 35],
  ]);
  expect(references({text: '{{ a }}', file: 'x.hbs'}).map(({name}) => name)).toEqual(['a']);
});

test.each([
  ['list', 'type'],
  ['string', 'type'],
  ['package', 'reserved'],
  ['loop', 'reserved'],
  ['not', 'word'],
  ['my-name', 'letters'],
  ['1st', 'letters'],
  ['facts', 'vprov sets it'],
])('%s cannot be a variable', (name, reason) => {
  expect(reservedNameReason(name)).toContain(reason);
});

test('a reserved name is told where it is defined', () => {
  const {entries} = mapOf('list: 1\nok: 2\n"my-name": 3');
  const found = nameMistakes(entries.map(({key, keySource}) => ({name: key, source: keySource})));
  expect(found.map(({message, source}) => [message, source?.line])).toEqual([
    ["'list' cannot be a variable: it is a type in expressions", 1],
    [
      "'my-name' cannot be a variable: a name has letters, digits and underscores only, and does not start with a digit",
      3,
    ],
  ]);
});

test.each(['lists', 'vault_address', '_x', 'length', 'item'])('%s can be a variable', (name) => {
  expect(reservedNameReason(name)).toBeUndefined();
});

test('display masks secrets and marks unknowns', () => {
  const value = {t: new Secret('token', 'hunter2'), l: [new Unknown('later')], n: 1, s: 'x'};
  expect(display(value)).toBe('{"t":"‹token›","l":["(known after the run: later)"],"n":1,"s":"x"}');
  expect(display('plain')).toBe('plain');
  expect(toPlain(new Secret('token', 'hunter2'))).toBe('‹token›');
});
