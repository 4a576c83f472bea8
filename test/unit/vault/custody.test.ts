import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {Secret} from '../../../src/text/index.ts';
import {type ClusterKeys, custodyOf, openShares} from '../../../src/vault/index.ts';
import type {KeysState} from '../../../src/vault/keys/kind.ts';
import {areOfOneSplit} from '../../../src/vault/keys/shares.ts';

/** What `bao operator init -key-shares=5 -key-threshold=3` of OpenBao 2.7.2 gave, for a server that is no more. */
const given = [
  'poQCGe67+XWh02zbyMz1eA6W3RNR+wPScO2RDERTBkgo',
  'J2kv1+kpnToK0n5HotoEZdHg2WBMPYmzhcsSQ4hKy7qv',
  'K7R00dam96SrGMciKb4EJZkL0QRLPhp/ngG7FJ8wciO5',
  'SfKF6mvfKo5AAgVJuHoUP76sToUSRW+X3ckn+wPtRL06',
  'jAT+FCWW24HHPimoXgA8HVWmidodD0g1myPYgzJc4Yez',
] as const;
const bytes = given.map((share) => Buffer.from(share, 'base64'));
const whole = {keys: true, initial: false};

const keysOf = (shares: readonly string[], threshold = 3): ClusterKeys => ({
  cluster: 'home',
  threshold,
  shares: shares.map((share) => new Secret('share', share)),
});

/** @param openable of the shares that are encrypted to their holders' keys: what is in them, by the message's second byte */
async function custody(keys: ClusterKeys, name: string, state: KeysState, openable: readonly string[] = []) {
  const openMessage = async (message: Uint8Array, of: string) => {
    const text = openable[message[1] ?? -1];
    return text === undefined ? {problem: 'gpg has not that key'} : new Secret(of, text);
  };
  return custodyOf(keys, await openShares({openMessage}, keys, Number.POSITIVE_INFINITY), name, state);
}

describe('shares that a server gave', () => {
  it('are of one split, in any order, for the number that unseals', () => {
    const order = fc.shuffledSubarray(bytes, {minLength: 4});
    fc.assert(fc.property(order, (shares) => areOfOneSplit(shares, 3) === true));
    expect(areOfOneSplit(bytes, 2)).toBe(false);
    expect(areOfOneSplit(bytes, 4)).toBe(true);
    expect(areOfOneSplit(bytes.slice(0, 3), 3)).toBeUndefined();
  });

  it('are not when any bit of one has changed', () => {
    const bit = fc.record({share: fc.nat(4), byte: fc.nat(31), bit: fc.nat(7)});
    fc.assert(
      fc.property(bit, (at) => {
        const changed = bytes.map((share) => Buffer.from(share));
        changed[at.share]?.writeUInt8((changed[at.share]?.[at.byte] ?? 0) ^ (1 << at.bit), at.byte);
        expect(areOfOneSplit(changed, 3)).toBe(false);
      }),
    );
  });
});

describe('keys that are kept', () => {
  it('are proved where there is a share to spare, be they base64 or hex', async () => {
    const proved = {shares: 5, threshold: 3, together: 'proved', mistakes: [], warnings: []};
    expect(await custody(keysOf(given), 'home', whole)).toEqual({...proved, login: false});
    const hex = bytes.map((share) => share.toString('hex'));
    expect(await custody(keysOf(hex), 'home', whole)).toMatchObject(proved);
    const operator = {roleId: 'r', secretId: new Secret('s', 's')};
    expect((await custody({...keysOf(given), operator}, 'home', whole)).login).toBe(true);
  });

  it('may be one key that was not split', async () => {
    const one = await custody(keysOf([Buffer.alloc(32, 7).toString('base64')], 1), 'home', whole);
    expect(one).toMatchObject({together: 'unproved', mistakes: [], warnings: []});
  });

  it.each([
    ['2 of the 3 shares that unseal are there', keysOf(given.slice(0, 2))],
    ['share 2 is none', keysOf([given[0], 'c2hvcnQ=', given[2]])],
    ['share 1 is none', keysOf(['no base64 at all', given[1], given[2]])],
    ['one of the shares is there twice', keysOf([...given.slice(0, 4), given[0]])],
    [
      'the shares are not of one split',
      keysOf([...given.slice(0, 4), Buffer.alloc(33, 1).toString('base64')]),
    ],
    ['3 of the shares unseal, and not 2', keysOf(given, 2)],
  ])('do not unseal: %s', async (problem, keys) => {
    const {mistakes, together} = await custody(keys, 'home', whole);
    expect(mistakes).toEqual([expect.stringContaining(problem)]);
    expect(together).not.toBe('proved');
    for (const share of keys.shares)
      if (share instanceof Secret) expect(mistakes.join()).not.toContain(share.reveal());
  });

  it.each([
    ['there is no share to spare', keysOf(given.slice(0, 3)), whole],
    ['it says that it is of home', keysOf(given), whole, 'lab'],
    ['initial root token', keysOf(given), {keys: true, initial: true}],
    ['an initialisation on pi, begun T', keysOf(given), {...whole, intent: {host: 'pi', at: 'T'}}],
  ])('unseal, and something is left to do: %s', async (warning, keys, state, name = 'home') => {
    expect(await custody(keys, name, state)).toMatchObject({
      mistakes: [],
      warnings: [expect.stringContaining(warning)],
    });
  });
});

describe('keys whose shares are encrypted to their holders', () => {
  const holders = ['Alice A1', 'Bob B2', 'Carol C3', 'Dave D4', 'Eve E5'];
  const messages = given.map((_, index) => ({message: Uint8Array.of(0x85, index)}));
  const keys: ClusterKeys = {cluster: 'home', threshold: 3, shares: messages, holders};

  it('are proved like others where all are opened here', async () => {
    expect(await custody(keys, 'home', whole, given)).toEqual({
      shares: 5,
      here: 5,
      threshold: 3,
      login: false,
      together: 'proved',
      mistakes: [],
      warnings: [],
    });
  });

  it('want something done where fewer than unseal are opened here: their holders are named', async () => {
    expect(await custody(keys, 'home', whole, given.slice(0, 2))).toMatchObject({
      here: 2,
      mistakes: [],
      warnings: ['2 of the 3 shares that unseal are opened here; others hold: Carol C3, Dave D4, Eve E5'],
    });
  });

  it('are of no use where none is opened here', async () => {
    const {mistakes} = await custody(keys, 'home', whole);
    expect(mistakes).toEqual(['none of the shares is opened here: gpg has not that key']);
  });
});
