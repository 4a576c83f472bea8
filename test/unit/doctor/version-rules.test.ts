import {describe, expect, it} from 'vitest';
import {judge, newestFor, type SeenVersion, versionRules} from '../../../src/doctor/index.ts';

const usual: SeenVersion = {
  product: 'openbao',
  version: '2.6.2',
  architecture: 'aarch64',
  wanted: {product: 'openbao', version: '2.6.2'},
  newest: '2.6.2',
};

describe('the version that a member runs', () => {
  it.each<[string, Partial<SeenVersion>, readonly string[]]>([
    ['the newest', {}, []],
    ['of a cluster for which none is known', {newest: undefined}, []],
    [
      'newer than any that is known',
      {version: '2.9.0', wanted: {product: undefined, version: undefined}},
      [],
    ],
    [
      'not the newest',
      {newest: '2.7.2'},
      ['version-newer: openbao 2.6.2 runs, and 2.7.2 is out for all of these boards'],
    ],
    [
      'not yet what the inventory says',
      {wanted: {product: 'openbao', version: '2.7.2'}},
      ['version-other: it runs openbao 2.6.2, and vault_version is 2.7.2'],
    ],
    [
      'of another product',
      {wanted: {product: 'vault', version: undefined}},
      ['product-other: it runs openbao, and vault_product is vault'],
    ],
    [
      'known to be broken there',
      {
        product: 'vault',
        version: '1.15.1',
        architecture: 'armv6l',
        wanted: {product: 'vault', version: '1.15.1'},
      },
      [
        expect.stringMatching(/^version-broken: vault 1\.15\.1 does not work on .*ARMv6/),
        expect.stringMatching(/^version-newer|^version-last: from 1\.21\.\d on vault is not built/),
      ],
    ],
  ])('%s', (_what, changes, expected) => {
    const all = judge(versionRules, {
      ...usual,
      ...changes,
      ...(changes.product === 'vault' ? {newest: undefined} : {}),
    });
    expect(all.map(({id, message}) => `${id}: ${message}`)).toEqual(expected);
    for (const {fix} of all) expect(fix).toMatch(/^[^\n]+$/);
  });

  it('has no way back: the inventory is to follow', () => {
    const [finding] = judge(versionRules, {...usual, wanted: {product: undefined, version: '2.5.0'}});
    expect(finding?.fix).toContain('set vault_version: 2.6.2');
  });
});

describe('the newest version', () => {
  const zero = {host: 'wallpi', architecture: 'armv6l'} as const;
  const four = {host: 'sense', architecture: 'aarch64'} as const;

  it('is one that all members run', () => {
    expect(newestFor('openbao', [four])).toBe('2.7.2');
    expect(newestFor('openbao', [four, zero])).toBe('2.6.2');
    expect(newestFor('vault', [four, zero])).toBe('1.21.1');
    expect(newestFor('vault', [])).toBeUndefined();
    expect(newestFor('somebody', [four])).toBeUndefined();
  });
});
