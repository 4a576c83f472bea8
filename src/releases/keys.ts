import {errorCode} from '../errors/index.ts';
import known from './data/public-keys.json' with {type: 'json'};
import type {Product} from './products.ts';
import {IrregularFile, isMissing, isSystemError, readRegular} from './regular.ts';
import {fingerprintsOf, type Trust} from './signature.ts';
import {ReleaseTrouble} from './trouble.ts';

const publicKeys: Readonly<Record<string, {readonly armoured: readonly string[]}>> = known;

/**
 * Whom to trust for a product: its publisher, by the fingerprint of the primary key, and who is in a file of keys that
 * a person names. Of a publisher whose key is not built in, the release site is asked for it.
 * @throws ReleaseTrouble for a file that holds no public keys, or cannot be read
 */
export async function trustFor(
  {signers}: Product,
  {keyFile, allowExpiredKey = false}: {readonly keyFile?: string; readonly allowExpiredKey?: boolean},
): Promise<Trust> {
  const builtIn = signers.flatMap((signer) => publicKeys[signer]?.armoured.join('\n') ?? []);
  if (keyFile === undefined) return {keys: builtIn, fingerprints: signers, allowExpiredKey};
  const own = await keysInFile(keyFile);
  return {
    keys: [...builtIn, own],
    fingerprints: [...signers, ...(await named(keyFile, () => fingerprintsOf(own)))],
    allowExpiredKey,
  };
}

const hint = 'give a file of public keys: gpg --armor --export KEY >FILE';

/**
 * The text of a file of keys, as far as it can be told without taking the keys apart.
 * @throws ReleaseTrouble for what is no such file, or cannot be read
 */
export async function keysInFile(file: string): Promise<string> {
  const text = await named(file, async () => (await readRegular(file, 'follow')).toString('utf8'));
  if (/^-----BEGIN PGP [A-Z ]*KEY BLOCK-----/m.test(text)) return text;
  throw new ReleaseTrouble(`${file} holds no armoured OpenPGP key`, hint);
}

async function named<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isMissing(error)) throw new ReleaseTrouble(`there is no ${file}`, hint);
    const isReason = error instanceof ReleaseTrouble || error instanceof IrregularFile;
    if (!isReason && !isSystemError(error)) throw error;
    const reason = isReason ? error.message : `it cannot be read: ${errorCode(error)}`;
    throw new ReleaseTrouble(`${file}: ${reason}`, hint, {cause: error});
  }
}
