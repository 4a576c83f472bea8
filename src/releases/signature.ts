import type {Key, KeyID} from 'openpgp';
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
 * Verifies detached OpenPGP signatures, by trusted primary keys or signing subkeys bound to them. Of several one good one
 * suffices, and those of others do not count; but one of somebody trusted that is wrong condemns them all.
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
  const read = await readSignatures(openpgp, signatureBytes);
  const verified = await Promise.all(
    read.map(async (signature) => {
      const message = await openpgp.createMessage({binary: data});
      const verificationKeys = [...trusted];
      return openpgp.verify({message, signature, verificationKeys, date: now, format: 'binary'});
    }),
  );
  const signatures = verified.flatMap((one) => one.signatures);
  const found = await Promise.all(
    signatures.map(async ({keyID, verified: isGood}): Promise<Verdict | undefined> => {
      const key = trusted.find((one) => one.getKeys(keyID).length > 0);
      const problem = await isGood.then(() => undefined, problemOf);
      return key && {key, keyID, problem};
    }),
  );
  const verdicts = found.filter((one) => one !== undefined);
  if (verdicts.length === 0) {
    const by = signatures.map(({keyID}) => keyID.toHex().toUpperCase()).join(', ');
    throw new ReleaseTrouble(
      by === '' ? 'there is no signature in the file' : `it is signed by a key that is not trusted (${by})`,
      `trusted: ${trust.fingerprints.join(', ')}`,
    );
  }
  return best(verdicts, trust, now);
}

/** What a signature of somebody trusted came to. */
interface Verdict {
  readonly key: Key;
  readonly keyID: KeyID;
  /** Undefined: it is good. */
  readonly problem: string | undefined;
}

/** @throws ReleaseTrouble where none of them counts */
async function best(verdicts: readonly Verdict[], trust: Trust, now: Date): Promise<Signer> {
  const wrong = verdicts.find(({problem}) => problem !== undefined && isWrong(problem));
  if (wrong) throw refusedSignature(wrong, now);
  const good = verdicts.filter(({problem}) => problem === undefined);
  const signers = await Promise.all(good.map((one) => signerOf(one, now)));
  const signer = signers.find(({expired}) => !expired) ?? signers[0];
  const [first] = verdicts;
  if (!signer) throw first ? refusedSignature(first, now) : new Error('nothing was verified');
  if (!signer.expired || trust.allowExpiredKey) return signer;
  throw new ReleaseTrouble(
    `the signature is good, but the key ${signer.fingerprint} has expired since it was made`,
    'get the renewed public key, or say allow_expired_key: true',
  );
}

/** A signature counts by the time it was made at: whether the key is still valid is a question of its own. */
async function signerOf({key, keyID}: Verdict, now: Date): Promise<Signer> {
  const ends = await Promise.all([key, ...key.getKeys(keyID)].map((one) => one.getExpirationTime()));
  const expired = ends.some((end) => end === null || (end instanceof Date && end <= now));
  return {fingerprint: key.getFingerprint().toUpperCase(), expired};
}

/** It was made over something else, whoever is said to have made it; not that its key is no good, or a clock. */
function isWrong(problem: string): boolean {
  return /verification failed|did not match/i.test(problem);
}

/** What is wrong with a signature of somebody trusted, by what OpenPGP.js says. */
function refusedSignature({key, problem = ''}: Verdict, now: Date): ReleaseTrouble {
  const fingerprint = key.getFingerprint().toUpperCase();
  if (/revoked/i.test(problem))
    return new ReleaseTrouble(
      `the key ${fingerprint} that signed it has been revoked by its owner`,
      'see what the publisher says of its keys: a new one comes by `key`',
    );
  if (/in the future/i.test(problem))
    return new ReleaseTrouble(
      `the signature was made after the time that it is here (${now.toISOString()})`,
      'set the clock of this machine, and try again',
    );
  return new ReleaseTrouble(
    `the signature is wrong: ${problem}`,
    'what was downloaded is not what was published',
  );
}

/** Whether the key of who made a signature is among those at hand, and trusted. @throws ReleaseTrouble */
export async function signerIsAtHand(signatureBytes: Buffer, trust: Trust): Promise<boolean> {
  const openpgp = await import('openpgp');
  const read = await readSignatures(openpgp, signatureBytes);
  const ids = read.flatMap((one) => one.getSigningKeyIDs());
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
  const blocks = blocksIn(text);
  try {
    return (await Promise.all(blocks.map((armoredKeys) => openpgp.readKeys({armoredKeys})))).flat();
  } catch (error) {
    throw new ReleaseTrouble('the file of keys holds no armoured OpenPGP key', undefined, {cause: error});
  }
}

/** All of a file: armoured ones are put together with cat as well. @throws ReleaseTrouble for what is no signature */
async function readSignatures(
  openpgp: typeof import('openpgp'),
  bytes: Buffer,
): Promise<readonly Awaited<ReturnType<typeof openpgp.readSignature>>[]> {
  try {
    const isArmoured = bytes.subarray(0, 64).toString('latin1').trimStart().startsWith('-----BEGIN');
    if (!isArmoured) return [await openpgp.readSignature({binarySignature: new Uint8Array(bytes)})];
    const blocks = blocksIn(bytes.toString('utf8'));
    return await Promise.all(blocks.map((armoredSignature) => openpgp.readSignature({armoredSignature})));
  } catch (error) {
    throw new ReleaseTrouble('the signature is no OpenPGP signature', undefined, {cause: error});
  }
}

/** The armoured blocks of a text; the text where it has none. */
function blocksIn(text: string): readonly string[] {
  return text.match(/^-----BEGIN PGP [^\n]*$[\s\S]*?^-----END PGP [^\n]*$/gm) ?? [text];
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
