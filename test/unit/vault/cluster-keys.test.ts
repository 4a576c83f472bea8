import fc from 'fast-check';
import {expect, it} from 'vitest';
import {Secret} from '../../../src/text/index.ts';
import {
  type ClusterKeys,
  placesOfKeys,
  printKeys,
  readKeys,
  secretsOfKeys,
} from '../../../src/vault/index.ts';

/** As plain data, secrets opened. */
function opened(keys: ClusterKeys | undefined): unknown {
  return (
    keys && {
      cluster: keys.cluster,
      shares: keys.shares.map((share) => (share instanceof Secret ? share.reveal() : [...share.message])),
      holders: keys.holders,
      threshold: keys.threshold,
      root: keys.rootToken?.reveal(),
      roleId: keys.operator?.roleId,
      secretId: keys.operator?.secretId.reveal(),
    }
  );
}

const secret = fc.string({minLength: 1}).map((value) => new Secret('s', value));
/** What a server encrypted to a holder's key: its first packet is a session key's. */
const sealedShare = fc
  .tuple(fc.constantFrom(0x84, 0x85, 0xc1), fc.uint8Array({minLength: 64, maxLength: 200}))
  .map(([tag, rest]) => ({message: Uint8Array.of(tag, ...rest)}));
const keys: fc.Arbitrary<ClusterKeys> = fc.record(
  {
    cluster: fc.string({minLength: 1}),
    shares: fc.array(fc.oneof(secret, sealedShare), {minLength: 1, maxLength: 9}),
    holders: fc.array(fc.string()),
    threshold: fc.integer({min: 1, max: 9}),
    rootToken: secret,
    operator: fc.record({roleId: fc.string(), secretId: secret}),
  },
  {requiredKeys: ['cluster', 'shares', 'threshold']},
);

it('reads the keys that it printed', () => {
  fc.assert(
    fc.property(keys, (one) => {
      expect(opened(readKeys(printKeys(one), 'other'))).toEqual(opened(one));
    }),
  );
});

it("reads what 'operator init -format=json' prints", () => {
  const printed = {
    unseal_keys_b64: ['b25l', 'dHdv'],
    unseal_keys_hex: ['6f6e65', '74776f'],
    unseal_shares: 2,
    unseal_threshold: 2,
    recovery_keys_b64: [],
    root_token: 's.root',
  };
  expect(opened(readKeys(new Secret('keys', JSON.stringify(printed)), 'home'))).toMatchObject({
    cluster: 'home',
    shares: ['b25l', 'dHdv'],
    threshold: 2,
    root: 's.root',
  });
});

it.each(['', 'no JSON', '[]', '{}', '{"shares":[]}', '{"shares":[1],"threshold":1}', 'null'])(
  'takes no other text for keys: %j',
  (text) => expect(readKeys(new Secret('keys', text), 'home')).toBeUndefined(),
);

it('names everything that must not be shown, and shows none of it', () => {
  const all: ClusterKeys = {
    cluster: 'home',
    shares: [new Secret('share 1 of home', 'one')],
    threshold: 1,
    rootToken: new Secret('root token of home', 'root'),
    operator: {roleId: 'id', secretId: new Secret('secret id of home', 'two')},
  };
  expect(secretsOfKeys(all).map((one) => one.reveal())).toEqual(['one', 'root', 'two']);
  expect(JSON.stringify(all)).not.toMatch(/one"|"root"|two/);
  expect(String(printKeys(all))).toBe('‹keys of home›');
});

it('keeps what belongs to the keys beside them', () => {
  expect(placesOfKeys('/x/home.age')).toEqual({
    keys: '/x/home.age',
    initial: '/x/home.initial.age',
    intent: '/x/home.intent.json',
  });
});
