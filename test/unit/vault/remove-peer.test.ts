import {describe, expect, it} from 'vitest';
import {whyItStays} from '../../../src/vault/cluster/remove-peer.ts';

/** A cluster whose first member is active; those with a star are not well, those in parentheses do not vote. */
function cluster(...names: readonly string[]) {
  const members = names.map((name, index) => ({
    id: name.replace(/[*()]/g, ''),
    version: '2.6.2',
    isLeader: index === 0,
    isVoter: !name.startsWith('('),
  }));
  const ailing = names.filter((name) => name.endsWith('*')).map((name) => name.replace(/[*()]/g, ''));
  return {tolerance: 0, healthy: ailing.length === 0, ailing, members};
}

describe('a member that is to be removed', () => {
  it.each([
    ['of five that are well', ['a', 'b', 'c', 'd', 'e'], 'e'],
    ['that is dead, and another, too', ['a', 'b', 'c', 'd*', 'e*'], 'e'],
    ['that is the other of two', ['a', 'b'], 'b'],
    ['that does not vote', ['a', 'b', 'c', '(d)'], 'd'],
  ])('goes: %s', (_what, names, id) => {
    expect(whyItStays(cluster(...names), id)).toBeUndefined();
  });

  it('stays where it is the active one', () => {
    expect(whyItStays(cluster('a', 'b', 'c'), 'a')?.problem).toBe('a is the active member');
  });

  it('stays where those who would be left are no majority', () => {
    expect(whyItStays(cluster('a', 'b', 'c*', 'd*', 'e'), 'e')?.problem).toBe(
      'of the 4 voters that would stay 2 are well, and it takes 3',
    );
  });
});
