import {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {unpackProgram} from './archive.ts';
import {
  type BuildName,
  type CachedProgram,
  cachedProgram,
  digestOf,
  isMissing,
  recordName,
  releaseFolder,
} from './cache.ts';
import {type FetchOptions, fetchArchive, fetchSmall} from './fetch.ts';
import type {Proof, ReleaseFiles} from './files.ts';
import {checksumOf, releaseFiles, sites} from './layout.ts';
import {leave, ownName, placeFolder, removeAbandoned, replaceFolder, takeOver} from './own-files.ts';
import {fitOf, inspectProgram} from './program.ts';
import {signerIsAtHand, type Trust, verifySignature} from './signature.ts';
import {ReleaseTrouble} from './trouble.ts';

/** One build of a release that is wanted. */
export interface Wanted extends BuildName {
  /** A mirror with the product's own layout: a folder, `file:` or `http(s):`; undefined: the product's site. */
  readonly site?: string;
  readonly trust: Trust;
  /** The SHA-256 that the archive must have beside what is signed: that of `vprov.lock`, or one that vprov knows. */
  readonly archiveSha256?: string;
  /** That of the program in it, by `vprov.lock`. */
  readonly programSha256?: string;
  /** Whether the program is refused when its bytes say that it is built for something else; true where nobody says. */
  readonly inspect?: boolean;
}

export interface ObtainOptions extends FetchOptions {
  /** The folder of all releases. */
  readonly cache: string;
  readonly now: () => Date;
}

/**
 * The program of a release, verified: signature over the checksums, checksum over the archive, architecture inside
 * the program. From the cache if what is there is what the lock file says, by those who are trusted, and still has its
 * digest; else fetched into it. What fails leaves the cache as it was.
 * @throws ReleaseTrouble
 */
export async function obtainProgram(wanted: Wanted, options: ObtainOptions): Promise<CachedProgram> {
  const {product, version, architecture} = wanted;
  const cached = await intact(wanted, options.cache);
  if (cached) return fitting(cached, wanted);
  const files = releaseFiles(product, version, architecture);
  if (!files) throw new ReleaseTrouble(`${product.name} is not built for ${architecture}`);
  const proven = await provenDigest(wanted, files, options);
  if (wanted.archiveSha256 !== undefined && wanted.archiveSha256 !== proven.sha256) {
    const [who, hint] =
      wanted.programSha256 === undefined
        ? [
            'the one that vprov knows',
            'compare with the publisher; a build of your own comes by `url` and `checksum`',
          ]
        : ['what vprov.lock says', 'compare with the publisher, then vprov update'];
    throw new ReleaseTrouble(
      `${files.archiveName} is not ${who}: ${proven.sha256} instead of ${wanted.archiveSha256}`,
      `it was published anew, or is a forgery: ${hint}`,
    );
  }
  const directory = releaseFolder(wanted, options.cache);
  await mkdir(dirname(directory), {recursive: true});
  // The archive's digest is in its name: what was begun of another one is not gone on with.
  const download = `${directory}.${proven.sha256.slice(0, 16)}.download`;
  const archive = await takeOver(download);
  const from = {site: siteOf(wanted), path: files.archive, name: files.archiveName};
  try {
    await fetchArchive(from, archive, proven.sha256, options);
  } catch (error) {
    await leave(archive, download);
    throw error;
  }
  try {
    return await unpacked(archive, wanted, files, proven, options);
  } finally {
    await rm(archive, {force: true});
    await removeAbandoned(download);
  }
}

/** The program of an archive in its place in the cache, when it is what it should be. */
async function unpacked(
  archive: string,
  wanted: Wanted,
  files: ReleaseFiles,
  proven: Proven,
  {cache}: ObtainOptions,
): Promise<CachedProgram> {
  const directory = releaseFolder(wanted, cache);
  for (const left of ['part', 'old']) await removeAbandoned(`${directory}.${left}`);
  const part = ownName(`${directory}.part`);
  try {
    const signer = await proven.signer(archive);
    await mkdir(part, {recursive: true});
    const program = join(part, files.program);
    await unpackProgram(archive, files, program);
    const built = (await inspectProgram(program)) ?? null;
    const {sha256, sizeBytes} = await digestOf(program);
    const record = {sha256, sizeBytes, archiveSha256: proven.sha256, signer, built};
    sameAsLocked(record, wanted, files);
    fitting(record, wanted);
    await writeFile(join(part, recordName), `${JSON.stringify(record)}\n`);
    if (!(await placeFolder(part, directory))) {
      // Another process may have come first, and be reading what it put there.
      const there = await intact(wanted, cache);
      if (there && there.sha256 === sha256 && there.signer === signer) return there;
      await replaceFolder(part, directory);
    }
    return {...record, file: join(directory, files.program)};
  } finally {
    await rm(part, {recursive: true, force: true});
  }
}

/** The program in the cache, if it is what is wanted and still has its digest. */
async function intact(wanted: Wanted, cache: string): Promise<CachedProgram | undefined> {
  const cached = await cachedProgram(wanted, cache);
  if (!cached || !isMeant(cached, wanted)) return undefined;
  try {
    return (await digestOf(cached.file)).sha256 === cached.sha256 ? cached : undefined;
  } catch (error) {
    // Another process has just replaced it.
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether those whom a request trusts stand for it: the cache is of all projects of a person. */
export function isTrusted(
  {signer}: Pick<CachedProgram, 'signer'>,
  wanted: BuildName & {trust: Trust},
): boolean {
  const proof = releaseFiles(wanted.product, wanted.version, wanted.architecture)?.proof;
  const needsNobody = proof?.type === 'digest' && proof.signature === undefined;
  return needsNobody || (signer !== null && wanted.trust.fingerprints.includes(signer));
}

/** One build may serve several architectures, and be too new for the oldest of them. @throws ReleaseTrouble */
function fitting<T extends Pick<CachedProgram, 'built'>>(
  program: T,
  {product, version, architecture, inspect = true}: Wanted,
): T {
  const fit = fitOf(program.built ?? undefined, architecture);
  if (fit.fits !== 'no' || !inspect) return program;
  const name = releaseFiles(product, version, architecture)?.archiveName;
  throw new ReleaseTrouble(
    `${name} holds the wrong program for ${architecture}: ${fit.reason}`,
    'it was not sent to any host; take another version, and tell the publisher',
  );
}

/** Whether a program in the cache is what the lock file says, by somebody trusted: another project may have put it there. */
function isMeant(cached: CachedProgram, wanted: Wanted): boolean {
  const {archiveSha256 = cached.archiveSha256, programSha256 = cached.sha256} = wanted;
  return (
    archiveSha256 === cached.archiveSha256 && programSha256 === cached.sha256 && isTrusted(cached, wanted)
  );
}

/** @throws ReleaseTrouble */
function sameAsLocked(
  {sha256}: Pick<CachedProgram, 'sha256'>,
  {programSha256}: Wanted,
  {archiveName}: ReleaseFiles,
): void {
  if (programSha256 === undefined || programSha256 === sha256) return;
  throw new ReleaseTrouble(
    `${archiveName} holds another program than vprov.lock says: ${sha256} instead of ${programSha256}`,
    'somebody changed vprov.lock: take the committed one back',
  );
}

interface Proven {
  /** Of the archive. */
  readonly sha256: string;
  /** Who stands for it, once it is there with that digest. @throws ReleaseTrouble */
  readonly signer: (archive: string) => Promise<string | null>;
}

function provenDigest(wanted: Wanted, files: ReleaseFiles, options: ObtainOptions): Promise<Proven> {
  const {proof} = files;
  return proof.type === 'list'
    ? provenByList(wanted, proof, files.archiveName, options)
    : provenByPlay(wanted, proof, options);
}

/** The checksum of the archive, out of a list that somebody trusted has signed. */
async function provenByList(
  wanted: Wanted,
  {checksums, signature, publicKey}: Proof & {type: 'list'},
  archiveName: string,
  options: ObtainOptions,
): Promise<Proven> {
  const site = siteOf(wanted);
  const fetching = [checksums, signature].map((path) => fetchSmall(site, path, options));
  const [list, signed] = (await Promise.all(fetching)) as [Buffer, Buffer];
  const {trust} = wanted;
  // Trust is by fingerprint: where the key itself comes from does not matter, so the site may give it.
  const signer = await inFile(checksums, async () => {
    // `key:` adds to the publisher, whose own key may be built in or not.
    const isAsked = publicKey !== undefined && !(await signerIsAtHand(signed, trust));
    const own = isAsked ? await keyOfSite(site, publicKey, trust, options) : [];
    return verifySignature(list, signed, {...trust, keys: [...trust.keys, ...own]}, options.now());
  });
  const sha256 = checksumOf(list.toString('utf8'), archiveName);
  if (sha256 === undefined) {
    throw new ReleaseTrouble(
      `${checksums} does not list ${archiveName}: it was never published`,
      `${wanted.product.name} ${wanted.version} has no build for ${wanted.architecture}`,
    );
  }
  return {sha256, signer: async () => signer.fingerprint};
}

/** A mirror that signs itself need not have its publisher's key: where others are at hand, that is no mistake. */
async function keyOfSite(
  site: string | undefined,
  path: string,
  {keys}: Trust,
  options: ObtainOptions,
): Promise<readonly string[]> {
  try {
    return [(await fetchSmall(site, path, options)).toString('utf8')];
  } catch (error) {
    if (keys.length > 0 && error instanceof ReleaseTrouble && !options.signal.aborted) return [];
    throw error;
  }
}

/** The checksum that the play gives; a signature over the archive itself is had before the archive. */
async function provenByPlay(
  {trust}: Wanted,
  {sha256, signature}: Proof & {type: 'digest'},
  options: ObtainOptions,
): Promise<Proven> {
  if (signature === undefined) return {sha256, signer: async () => null};
  const signed = await fetchSmall(undefined, signature, options);
  const verify = async (archive: string): Promise<string> =>
    (await verifySignature(await readFile(archive), signed, trust, options.now())).fingerprint;
  return {sha256, signer: (archive) => inFile(signature, () => verify(archive))};
}

async function inFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ReleaseTrouble)) throw error;
    throw new ReleaseTrouble(`${file}: ${error.message}`, error.hint, {cause: error});
  }
}

function siteOf({site, product: {layout}}: Wanted): string | undefined {
  return typeof layout === 'object' ? undefined : (site ?? sites[layout]);
}
