import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {operatorPolicy} from '../../../src/vault/cluster/operator.ts';
import {approleFields, kvFields, mountFields, policyText} from '../../../src/vault/index.ts';
import {
  type FieldType,
  type FieldValue,
  fieldValue,
  secondsOf,
  shownValue,
} from '../../../src/vault/inside/value.ts';
import {parseExact, printExact} from '../../../src/vault/server/exact-json.ts';

describe('a duration', () => {
  it.each<[unknown, number | undefined]>([
    ['768h', 2_764_800],
    [2_764_800, 2_764_800],
    ['2764800', 2_764_800],
    ['2764800s', 2_764_800],
    ['32d', 2_764_800],
    ['1h30m', 5400],
    ['24h0m0s', 86_400],
    ['1.5h', 5400],
    ['500ms', 0.5],
    ['1.1s900ms', 2],
    ['0', 0],
    ['', 0],
    ['system', 0],
    [undefined, 0],
    [null, 0],
    ['soon', undefined],
    ['1 h', undefined],
    [Number.NaN, undefined],
  ])('%j is %j seconds', (written, seconds) => {
    expect(secondsOf(written)).toBe(seconds);
  });

  it.each([
    [0, '0s'],
    [45, '45s'],
    [90, '1m30s'],
    [1200, '20m'],
    [5400, '1h30m'],
    [2_764_800, '768h'],
  ])('of %i s is shown as %s, which is the same again', (seconds, shown) => {
    expect([shownValue('seconds', seconds), secondsOf(shown)]).toEqual([shown, seconds]);
  });
});

describe('what is written in several ways', () => {
  it.each<[FieldType, readonly unknown[], FieldValue]>([
    ['flag', [true, 'true'], true],
    ['flag', [false, 'false', undefined, null], false],
    ['number', [3, '3'], 3],
    ['set', [['b', 'a'], ['a', 'b', 'a'], 'b, a'], ['a', 'b']],
    ['set', [[], null, undefined, ''], []],
    ['names', [['Web', 'a'], 'a,web'], ['a', 'web']],
    [
      'blocks',
      [
        ['192.0.2.1/32', '2001:DB8::/32', '::1/128', '10.0.0.0/08'],
        ['192.0.2.1', '2001:db8::/32', '::1', '10.0.0.0/8'],
        '2001:0db8:0:0:0:0:0:0/32,::ffff:192.0.2.1,0:0::1,10.0.0.0/8',
      ],
      ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', '::1'],
    ],
    [
      'blocks',
      [['192.0.2.5/24', '192.0.2.1:80', 'no block', '::/0']],
      ['192.0.2.1:80', '192.0.2.5/24', '::/0', 'no block'],
    ],
    ['list', [['b', 'a'], 'b,a'], ['b', 'a']],
    ['text', ['x'], 'x'],
    ['text', [undefined, null, ''], ''],
    [
      'hidden',
      [
        {a: [1], b: {c: 1, d: 2}},
        {b: {d: 2, c: 1}, a: [1]},
      ],
      '{"a":[1],"b":{"c":1,"d":2}}',
    ],
  ])('as %s %j is %j', (type, ways, value) => {
    for (const way of ways) expect(fieldValue(type, way)).toEqual(value);
  });

  it('is not the same where it is not', () => {
    expect(fieldValue('hidden', '1')).not.toEqual(fieldValue('hidden', 1));
    expect(fieldValue('hidden', [1, 2])).not.toEqual(fieldValue('hidden', [2, 1]));
    expect(fieldValue('list', ['a', 'b'])).not.toEqual(fieldValue('list', ['b', 'a']));
  });
});

it('takes a policy for the same whatever follows its last line', () => {
  const texts = ['path "a" {}', 'path "a" {}\n', 'path "a" {}\n\n  \n'];
  expect(new Set(texts.map(policyText))).toEqual(new Set(['path "a" {}\n']));
  expect(policyText('# a\n\npath "a" {}')).toBe('# a\n\npath "a" {}\n');
});

it('takes a policy in base64 for what servers keep of it', () => {
  const text = 'path "a" {\n}\n';
  const encoded = Buffer.from(text).toString('base64');
  expect([encoded, `${encoded}\n`, encoded.replace(/^..../, '$&\n')].map(policyText)).toEqual([
    text,
    text,
    text,
  ]);
});

describe('numbers of secrets', () => {
  it.each([
    '12345678901234567890',
    '-9007199254740993',
    '1.50',
    '1e400',
    '0.1',
    '-0',
    '[1,{"a":100.0}]',
    '"12345678901234567890"',
    String.raw`"\"1.50"`,
  ])('%s stays what it is', (written) => {
    const {a} = kvFields(parseExact(`{"a":${written}}`) as Record<string, unknown>);
    expect([a, printExact(parseExact(written))]).toEqual([written, written]);
  });

  it('are not equal where they differ in their last digit', () => {
    const [seen, wanted] = [
      parseExact('{"a":9007199254740993}') as Record<string, unknown>,
      {a: 9007199254740992},
    ];
    expect(kvFields(seen)).not.toEqual(kvFields(wanted));
    expect(kvFields(parseExact('{"a":9007199254740992}') as Record<string, unknown>)).toEqual(
      kvFields(wanted),
    );
  });

  it('are read in a long secret, too', () => {
    const long = `{"a":"${String.raw`\n1.0`.repeat(300_000)}","b":1.0}`;
    expect(printExact(parseExact(long))).toBe(long);
  });
});

it('wants of a mount and a role only what is named', () => {
  expect(mountFields({type: 'kv', max_lease_ttl: '1h'})).toEqual({type: 'kv', max_lease_ttl: 3600});
  expect(mountFields({type: 'kv-v2'})).toEqual({type: 'kv', 'options.version': '2'});
  expect(mountFields({type: 'kv-v1'})).toEqual({type: 'kv', 'options.version': '1'});
  expect(approleFields({token_type: 'default-batch'})).toEqual({token_type: 'batch'});
  expect(approleFields({name: 'web', token_ttl: '20m'})).toEqual({token_ttl: 1200});
});

describe('docs/vault-inside.md', () => {
  it("has the policy of vprov's login, to be copied", () => {
    expect(readFileSync('docs/vault-inside.md', 'utf8')).toContain(`\`\`\`hcl\n${operatorPolicy}\`\`\``);
  });
});
