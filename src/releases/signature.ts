import type {Key} from 'openpgp';
import {ReleaseTrouble} from './trouble.ts';

/** Who signed, as `release` records it. */
export interface Signer {
  /** Of the primary key, in capital letters. */
  readonly fingerprint: string;
  /** The key had expired by now, and was valid when it signed. */
  readonly expired: boolean;
}

export interface Trust {
  /** Armoured public keys. Only those whose primary fingerprint is in `fingerprints` count. */
  readonly keys: readonly string[];
  readonly fingerprints: readonly string[];
  /** Take a signature that was made while the key was valid, though the key has expired since. */
  readonly allowExpiredKey: boolean;
}

/**
 * Verifies a detached OpenPGP signature, by a trusted primary key or a signing subkey bound to it.
 * An expired key is told from a bad signature.
 * @throws ReleaseTrouble when nobody trusted signed this
 */
export async function verifySignature(
  data: Buffer,
  signatureBytes: Buffer,
  trust: Trust,
  now: Date,
): Promise<Signer> {
  // Loaded only where something is verified: it is large.
  const openpgp = await import('openpgp');
  const trusted = await trustedKeys(trust);
  if (trusted.length === 0) {
    throw new ReleaseTrouble(
      `none of the keys at hand is ${trust.fingerprints.join(' or ')}`,
      'give the file of the right public key',
    );
  }
  const signature = await readSignature(openpgp, signatureBytes);
  const message = await openpgp.createMessage({binary: data});
  const ids = signature.getSigningKeyIDs();
  const signer = trusted.find((key) => ids.some((id) => key.getKeys(id).length > 0));
  if (!signer) {
    const by = ids.map((id) => id.toHex().toUpperCase()).join(', ');
    throw new ReleaseTrouble(
      `it is signed by a key that is not trusted (${by})`,
      `trusted: ${trust.fingerprints.join(', ')}`,
    );
  }
  const {signatures} = await openpgp.verify({
    message,
    signature,
    verificationKeys: [signer],
    date: now,
    format: 'binary',
  });
  const problems = await Promise.all(
    signatures.map(({verified}) => verified.then(() => undefined, problemOf)),
  );
  const fingerprint = signer.getFingerprint().toUpperCase();
  if (!problems.includes(undefined)) throw refusedSignature(problems[0], fingerprint, now);
  // A signature counts by the time it was made at: whether the key is still valid is a question of its own.
  const signing = ids.flatMap((id) => signer.getKeys(id));
  const ends = await Promise.all([signer, ...signing].map((one) => one.getExpirationTime()));
  const expired = ends.some((end) => end === null || (end instanceof Date && end <= now));
  if (!expired || trust.allowExpiredKey) return {fingerprint, expired};
  throw new ReleaseTrouble(
    `the signature is good, but the key ${fingerprint} has expired since it was made`,
    'get the renewed public key, or say allow_expired_key: true',
  );
}

/** What is wrong with a signature of somebody trusted, by what OpenPGP.js says. */
function refusedSignature(problem: string | undefined, fingerprint: string, now: Date): ReleaseTrouble {
  if (/revoked/i.test(problem ?? ''))
    return new ReleaseTrouble(
      `the key ${fingerprint} that signed it has been revoked by its owner`,
      'see what the publisher says of its keys: a new one comes by `key`',
    );
  if (/in the future/i.test(problem ?? ''))
    return new ReleaseTrouble(
      `the signature was made after the time that it is here (${now.toISOString()})`,
      'set the clock of this machine, and try again',
    );
  return new ReleaseTrouble(
    `the signature is wrong: ${problem ?? 'there is none in the file'}`,
    'what was downloaded is not what was published',
  );
}

/** Whether the key of who made a signature is among those at hand, and trusted. @throws ReleaseTrouble */
export async function signerIsAtHand(signatureBytes: Buffer, trust: Trust): Promise<boolean> {
  const openpgp = await import('openpgp');
  const ids = (await readSignature(openpgp, signatureBytes)).getSigningKeyIDs();
  return (await trustedKeys(trust)).some((key) => ids.some((id) => key.getKeys(id).length > 0));
}

async function trustedKeys({keys, fingerprints}: Trust): Promise<readonly Key[]> {
  const all = (await Promise.all(keys.map(keysIn))).flat();
  return all.filter((key) => fingerprints.includes(key.getFingerprint().toUpperCase()));
}

/** Of the primary keys in an armoured text, in capital letters. @throws ReleaseTrouble for what is no public key */
export async function fingerprintsOf(armoured: string): Promise<readonly string[]> {
  return (await keysIn(armoured)).map((key) => key.getFingerprint().toUpperCase());
}

/** Of all blocks in a text: files of keys are put together with cat. @throws ReleaseTrouble for what is no public key */
async function keysIn(text: string): Promise<readonly Key[]> {
  const openpgp = await import('openpgp');
  if (/^-----BEGIN PGP PRIVATE KEY BLOCK-----/m.test(text))
    throw new ReleaseTrouble(
      'the file of keys holds a private key',
      'give the public one: gpg --armor --export',
    );
  const blocks = text.match(/^-----BEGIN PGP [^\n]*$[\s\S]*?^-----END PGP [^\n]*$/gm) ?? [text];
  try {
    return (await Promise.all(blocks.map((armoredKeys) => openpgp.readKeys({armoredKeys})))).flat();
  } catch (error) {
    throw new ReleaseTrouble('the file of keys holds no armoured OpenPGP key', undefined, {cause: error});
  }
}

async function readSignature(openpgp: typeof import('openpgp'), bytes: Buffer) {
  try {
    const isArmoured = bytes.subarray(0, 64).toString('latin1').trimStart().startsWith('-----BEGIN');
    return isArmoured
      ? await openpgp.readSignature({armoredSignature: bytes.toString('utf8')})
      : await openpgp.readSignature({binarySignature: new Uint8Array(bytes)});
  } catch (error) {
    throw new ReleaseTrouble('the signature is no OpenPGP signature', undefined, {cause: error});
  }
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
