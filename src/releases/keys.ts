import {readFile} from 'node:fs/promises';
import known from './data/public-keys.json' with {type: 'json'};
import type {Product} from './products.ts';
import {fingerprintsOf, type Trust} from './signature.ts';

const publicKeys: Readonly<Record<string, {readonly armoured: readonly string[]}>> = known;

/**
 * Whom to trust for a product: its publisher, by the fingerprint of the primary key, and who is in a file of keys that
 * a person names. Of a publisher whose key is not built in, the release site is asked for it.
 * @throws what the file system refuses
 */
export async function trustFor(
  {signers}: Product,
  {keyFile, allowExpiredKey = false}: {readonly keyFile?: string; readonly allowExpiredKey?: boolean},
): Promise<Trust> {
  const builtIn = signers.flatMap((signer) => publicKeys[signer]?.armoured.join('\n') ?? []);
  if (keyFile === undefined) return {keys: builtIn, fingerprints: signers, allowExpiredKey};
  const own = await readFile(keyFile, 'utf8');
  return {
    keys: [...builtIn, own],
    fingerprints: [...signers, ...(await fingerprintsOf(own))],
    allowExpiredKey,
  };
}
