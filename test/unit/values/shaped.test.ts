import {describe, expect, test} from 'vitest';
import {Unknown} from '../../../src/text/index.ts';
import {evaluate, type JsonSchema, render, ShapedUnknown} from '../../../src/values/index.ts';
import {mistakesOf, nodeOf, scopeOf} from './nodes.ts';

const schema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['arch', 'os', 'cpus', 'up', 'addresses', 'extra'],
  properties: {
    arch: {type: 'string'},
    cpus: {type: 'integer'},
    up: {type: 'boolean'},
    os: {type: 'object', additionalProperties: false, required: ['id'], properties: {id: {type: 'string'}}},
    addresses: {type: 'array', items: {type: 'string'}},
    body: {},
    note: {type: 'string'},
    extra: {type: 'object'},
    stat: {
      type: 'object',
      additionalProperties: false,
      properties: {mode: {type: 'string'}, groups: {type: 'array'}},
    },
  },
};
const scope = scopeOf('own: "{{ facts.os }}"\nflag: true', {
  facts: new ShapedUnknown('facts are gathered on the host', schema),
  later: new Unknown('later'),
});
const expression = (text: string) => ({text, source: {file: 'test.yml', line: 3, column: 11}});
const template = (text: string) => nodeOf(JSON.stringify(text));

describe('of a value that is not known yet, but its type is', () => {
  test.each([
    ['facts.arhc', "VAL002 1:11 'facts' has no 'arhc' [did you mean 'arch'?]"],
    ['facts.os.idd', "VAL002 1:14 'facts.os' has no 'idd' [did you mean 'id'?]"],
    ['facts.arch.name', "VAL002 1:16 'facts.arch' has no 'name' (it is a string)"],
    ['facts.addresses.first', "VAL002 1:21 'facts.addresses' has no 'first'"],
    ['lower facts.arhc', "VAL002 1:17 'facts' has no 'arhc' [did you mean 'arch'?]"],
  ])('a template cannot read {{ %s }}', (text, message) => {
    expect(mistakesOf(() => render(template(`{{ ${text} }}`), scope))).toEqual([message]);
  });

  test('a template says so in branches that may never be taken', () => {
    const text = '{{#if facts.up}}{{ facts.arhc }}{{/if}}{{#if (or flag facts.cpu)}}{{/if}}';
    expect(mistakesOf(() => render(template(text), scope))).toEqual([
      "VAL002 1:27 'facts' has no 'arhc' [did you mean 'arch'?]",
      "VAL002 1:62 'facts' has no 'cpu' [did you mean 'cpus'?]",
    ]);
  });

  test.each([
    ['facts.arhc == "x"', "VAL002 3:17 'facts' has no 'arhc' [did you mean 'arch'?]"],
    ['flag || facts.arhc == "x"', "VAL002 3:25 'facts' has no 'arhc' [did you mean 'arch'?]"],
    ['later == 1 && facts["arhc"] == "x"', "VAL002 3:31 'facts' has no 'arhc' [did you mean 'arch'?]"],
    ['facts.os.idd is defined and facts.oss == 1', "VAL002 3:45 'facts' has no 'oss' [did you mean 'os'?]"],
    [
      'facts.cpus == "4"',
      'VAL005 3:11 a number is never equal to a string [compare a number with a number, a text with a text]',
    ],
    [
      'flag || 5 != facts.os.id',
      'VAL005 3:19 a number is never equal to a string [compare a number with a number, a text with a text]',
    ],
    [
      '"v7" in facts.arch',
      "VAL009 3:11 'in' cannot take a string and a string [a part of a text is looked for by text.contains(part)]",
    ],
    [
      'facts.up and "v7" not in facts.arch',
      "VAL009 3:24 'in' cannot take a string and a string [a part of a text is looked for by text.contains(part)]",
    ],
    ['facts.cpus > "4"', "VAL009 3:11 '>' cannot take a number and a string"],
    ['facts.cpus + 1 > facts.arch', "VAL009 3:11 '>' cannot take a number and a string"],
    [
      'flag and facts.arch',
      'VAL009 3:20 and, or, && and || join conditions, but here is a string [compare it: x != "", x.size() > 0, x is defined]',
    ],
  ])('a condition cannot be %s', (text, message) => {
    expect(mistakesOf(() => evaluate(expression(text), scope))).toEqual([message]);
  });

  test.each([
    '{{ facts.arch }}',
    'x{{ facts.os.id }}',
    '{{ facts.body.any.thing }}',
    '{{ facts.extra.any }}',
    '{{ default facts.arhc "x" }}',
    '{{ json facts }}',
    '{{#each facts.addresses}}{{this}}{{/each}}',
    '{{ lookup facts "arch" }}',
    '{{ later.x.y }}',
    '{{#if (defined facts.note)}}{{/if}}',
  ])('the rest is not known: %s', (text) => {
    const value = render(template(text), scope);
    if (text.includes('arhc')) expect(value).toBe('x');
    else expect(value).toBeInstanceOf(Unknown);
  });

  test.each([
    'facts.arch == "x"',
    'facts',
    'facts == {"arch": "x"}',
    'facts.size() == 2',
    'json(facts) == ""',
    'facts.all(key, key != "")',
    'facts.cpus > 1 && facts.up',
    'facts.cpus in [1, 2]',
    'facts.body.x.y == 1',
    'facts.note is defined',
    '"note" in facts',
    'facts.arch is defined',
    'facts.addresses[0] == "x"',
    'facts.addresses.exists(a, a == "x")',
    'own.id == "x"',
    '(facts.cpus == 2 && (!facts.up || facts.extra.sealed)) || fail("no")',
  ])('the rest is not known: %s', (text) => {
    expect(evaluate(expression(text), scope)).toBeInstanceOf(Unknown);
  });

  test.each([
    ['facts.os is defined', true],
    ['has(facts.arhc)', false],
    ['facts.arhc is defined', false],
    ['default(facts.arhc, 1)', 1],
    ['flag || facts.up', true],
  ])('something is known all the same: %s', (text, expected) => {
    expect(evaluate(expression(text), scope)).toBe(expected);
  });

  test('a variable made of a part of it has that type', () => {
    expect(mistakesOf(() => evaluate(expression('own.idd == "x"'), scope))).toEqual([
      "VAL002 3:15 'own' has no 'idd' [did you mean 'id'?]",
    ]);
  });
});

describe('in a text', () => {
  test.each([
    [
      'a list',
      'x {{ facts.addresses }}',
      ["VAL006 1:6 'facts.addresses' is a list, which cannot stand in a text"],
    ],
    [
      'a map that may be missing',
      'x {{ facts.stat }}',
      ["VAL006 1:6 'facts.stat' is a map, which cannot stand in a text"],
    ],
    [
      'a list below one',
      'x {{ facts.stat.groups }}',
      ["VAL006 1:6 'facts.stat.groups' is a list, which cannot stand in a text"],
    ],
  ])('%s is a mistake', (_what, text, mistakes) => {
    const told = mistakesOf(() => render(template(text), scope));
    expect(told.map((one) => one.replace(/ \[.*$/, '').replace(/^(\w+) \d+:\d+/, '$1 1:6'))).toEqual(
      mistakes,
    );
  });

  test.each(['x {{ facts.stat.mode }}', 'x {{ facts.body.more }}', 'x {{ default facts.stat "none" }}'])(
    'what is a text, or may be one, is unknown: %s',
    (text) => {
      expect(render(template(text), scope)).toBeInstanceOf(Unknown);
    },
  );
});
