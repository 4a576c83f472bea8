import {readFile} from 'node:fs/promises';
import type {BuildName} from './cache.ts';
import {type FetchOptions, fetchSmall} from './fetch.ts';
import type {Proof, ReleaseFiles} from './files.ts';
import {checksumOf} from './layout.ts';
import type {Origin, Part} from './origin.ts';
import {signerIsAtHand, type Trust, verifySignature} from './signature.ts';
import {shownAddress} from './site.ts';
import {ReleaseTrouble} from './trouble.ts';

/** What an archive must be, by those who are trusted. */
export interface Proven {
  /** Of the archive. */
  readonly sha256: string;
  /** What says so, as it came: with it, the same can be seen again without the site. */
  readonly evidence: ReadonlyMap<Part, Buffer>;
  /** Who stands for it, once it is there with that digest. @throws ReleaseTrouble */
  readonly signer: (archive: string) => Promise<string | null>;
}

interface Asked extends BuildName {
  readonly trust: Trust;
}

interface ProofOptions extends FetchOptions {
  readonly now: () => Date;
}

/** What the archive of a release must be: by its publisher's signed list, or by the play. @throws ReleaseTrouble */
export function provenDigest(
  asked: Asked,
  files: ReleaseFiles,
  from: Origin,
  options: ProofOptions,
): Promise<Proven> {
  const {proof} = files;
  return proof.type === 'list'
    ? provenByList(asked, proof, files.archiveName, from, options)
    : provenByPlay(asked, proof, from, options);
}

/** The checksum of the archive, out of a list that somebody trusted has signed. */
async function provenByList(
  {product, version, architecture, trust}: Asked,
  {checksums, publicKey}: Proof & {type: 'list'},
  archiveName: string,
  from: Origin,
  options: ProofOptions,
): Promise<Proven> {
  const [list, signature] = await Promise.all([
    fetchSmall(from('checksums'), options),
    fetchSmall(from('signature'), options),
  ]);
  const evidence = new Map<Part, Buffer>([
    ['checksums', list],
    ['signature', signature],
  ]);
  // Trust is by fingerprint: where the key itself comes from does not matter, so the site may give it.
  const signer = await inFile(checksums, async () => {
    // `key:` adds to the publisher, whose own key may be built in or not.
    const isAsked = publicKey !== undefined && !(await signerIsAtHand(signature, trust));
    const own = isAsked ? await keyOfSite(from, trust, options) : undefined;
    if (own) evidence.set('publicKey', own);
    const keys = [...trust.keys, ...(own ? [own.toString('utf8')] : [])];
    return verifySignature(list, signature, {...trust, keys}, options.now());
  });
  const sha256 = checksumOf(list.toString('utf8'), archiveName);
  if (sha256 === undefined) {
    throw new ReleaseTrouble(
      `${checksums} does not list ${archiveName}: it was never published`,
      `${product.name} ${version} has no build for ${architecture}`,
    );
  }
  return {sha256, evidence, signer: async () => signer.fingerprint};
}

/** A mirror that signs itself need not have its publisher's key: where others are at hand, that is no mistake. */
async function keyOfSite(from: Origin, {keys}: Trust, options: FetchOptions): Promise<Buffer | undefined> {
  try {
    return await fetchSmall(from('publicKey'), options);
  } catch (error) {
    if (keys.length > 0 && error instanceof ReleaseTrouble && !options.signal.aborted) return undefined;
    throw error;
  }
}

/** The checksum that the play gives; a signature over the archive itself is had before the archive. */
async function provenByPlay(
  {trust}: Asked,
  {sha256, signature: name}: Proof & {type: 'digest'},
  from: Origin,
  options: ProofOptions,
): Promise<Proven> {
  if (name === undefined) return {sha256, evidence: new Map(), signer: async () => null};
  const signature = await fetchSmall(from('signature'), options);
  const verify = async (archive: string): Promise<string> =>
    (await verifySignature(await readFile(archive), signature, trust, options.now())).fingerprint;
  return {
    sha256,
    evidence: new Map([['signature', signature]]),
    signer: (archive) => inFile(shownAddress(name), () => verify(archive)),
  };
}

async function inFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ReleaseTrouble)) throw error;
    throw new ReleaseTrouble(`${file}: ${error.message}`, error.hint, {cause: error});
  }
}
