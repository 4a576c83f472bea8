import {revokeKey} from 'openpgp';
import {beforeAll, describe, expect, it} from 'vitest';
import {signerIsAtHand, verifySignature} from '../../../src/releases/signature.ts';
import {type SigningKey, signed, signingKey} from './site.ts';

// A file of signatures may hold several: of a key and its successor, of a publisher and a mirror.

const data = Buffer.from('abc  bao.tar.gz\n');
const day = 86_400;
let key: SigningKey;
let successor: SigningKey;
let stranger: SigningKey;
let good: Buffer;
let goodOfSuccessor: Buffer;
let ofStranger: Buffer;
let badOfStranger: Buffer;
let bad: Buffer;

beforeAll(async () => {
  [key, successor, stranger] = await Promise.all([signingKey(), signingKey(), signingKey()]);
  good = await signed(data, key);
  goodOfSuccessor = await signed(data, successor);
  ofStranger = await signed(data, stranger);
  badOfStranger = await signed('another', stranger);
  bad = await signed('another', key);
});

const trust = (...keys: readonly SigningKey[]) => ({
  keys: keys.map(({armoured}) => armoured),
  fingerprints: keys.map(({fingerprint}) => fingerprint),
  allowExpiredKey: false,
});
const verify = (signatures: readonly Buffer[], by = trust(key, successor)) =>
  verifySignature(data, Buffer.concat(signatures), by, new Date());

/** As gpg --armor writes it. */
const armoured = (bytes: Buffer): Buffer =>
  Buffer.from(
    `-----BEGIN PGP SIGNATURE-----\n\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END PGP SIGNATURE-----\n`,
  );

describe('several signatures', () => {
  it('are as good as one of somebody trusted, wherever it stands', async () => {
    for (const others of [[ofStranger], [badOfStranger], [ofStranger, badOfStranger]])
      for (const all of [
        [good, ...others],
        [...others, good],
      ])
        expect(await verify(all, trust(key))).toMatchObject({fingerprint: key.fingerprint});
    expect(await verify([ofStranger, goodOfSuccessor])).toMatchObject({fingerprint: successor.fingerprint});
  });

  it('may be armoured each for itself', async () => {
    const all = [ofStranger, good].map(armoured);
    expect(await verify(all, trust(key))).toMatchObject({fingerprint: key.fingerprint});
    expect(await signerIsAtHand(Buffer.concat(all), trust(key))).toBe(true);
  });

  it('are refused where one of somebody trusted is wrong, whatever else is good', async () => {
    for (const all of [
      [good, bad],
      [bad, good],
      [bad, goodOfSuccessor],
    ])
      await expect(verify(all)).rejects.toThrow(/the signature is wrong/);
  });

  it('are refused where none is of somebody trusted', async () => {
    await expect(verify([ofStranger, badOfStranger], trust(key))).rejects.toThrow(
      /a key that is not trusted/,
    );
  });

  it('count by the key that is valid, beside one that has expired or was revoked', async () => {
    const made = new Date(Date.now() - 10 * day * 1000);
    const old = await signingKey(made, 5 * day);
    const ofOld = await signed(data, old, new Date(made.getTime() + day * 1000));
    for (const all of [
      [ofOld, good],
      [good, ofOld],
    ])
      expect(await verify(all, trust(old, key))).toEqual({fingerprint: key.fingerprint, expired: false});
    await expect(verify([ofOld], trust(old, key))).rejects.toThrow(/has expired/);
    const {publicKey} = await revokeKey({key: key.private, format: 'armored'});
    const withRevoked = {...trust(key, successor), keys: [publicKey, successor.armoured]};
    expect(await verify([good, goodOfSuccessor], withRevoked)).toMatchObject({
      fingerprint: successor.fingerprint,
    });
    await expect(verify([good], withRevoked)).rejects.toThrow(/revoked/);
  });
});
