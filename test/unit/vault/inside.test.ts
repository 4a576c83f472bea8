import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {operatorPolicy} from '../../../src/vault/cluster/operator.ts';
import {approleFields, mountFields, policyText} from '../../../src/vault/index.ts';
import {
  type FieldType,
  type FieldValue,
  fieldValue,
  secondsOf,
  shownValue,
} from '../../../src/vault/inside/value.ts';

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

it('wants of a mount and a role only what is named', () => {
  expect(mountFields({type: 'kv', max_lease_ttl: '1h'})).toEqual({type: 'kv', max_lease_ttl: 3600});
  expect(mountFields({type: 'kv-v2'})).toEqual({type: 'kv', 'options.version': '2'});
  expect(approleFields({name: 'web', token_ttl: '20m'})).toEqual({token_ttl: 1200});
});

describe('docs/vault-inside.md', () => {
  it("has the policy of vprov's login, to be copied", () => {
    expect(readFileSync('docs/vault-inside.md', 'utf8')).toContain(`\`\`\`hcl\n${operatorPolicy}\`\`\``);
  });
});
