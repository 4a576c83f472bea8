import {constants} from 'node:fs';
import {access, mkdir, readdir, rename, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {makeFolders} from '../cache/index.ts';
import {unpackProgram} from './archive.ts';
import {
  type BuildName,
  type CachedProgram,
  cachedProgram,
  digestOf,
  isOdd,
  recordName,
  releaseFolder,
} from './cache.ts';
import {type FetchOptions, fetchArchive} from './fetch.ts';
import type {ReleaseFiles} from './files.ts';
import {releaseFiles, sites} from './layout.ts';
import {type Locked, sameAsLocked, sameSize} from './locked.ts';
import {keptName, type Origin, originAtSite, originInCache, proofName} from './origin.ts';
import {leave, ownName, placeFolder, removeAbandoned, replaceFolder, takeOver} from './own-files.ts';
import {fitOf, inspectProgram} from './program.ts';
import {type Proven, provenDigest} from './prove.ts';
import {discard, isFolder, isSystemError, readRegular, removeFile, whatIs} from './regular.ts';
import type {Trust} from './signature.ts';
import {ReleaseTrouble} from './trouble.ts';

/** One build of a release that is wanted. */
export interface Wanted extends BuildName, Locked {
  /** A mirror with the product's own layout: a folder, `file:` or `http(s):`; undefined: the product's site. */
  readonly site?: string;
  readonly trust: Trust;
  /** The SHA-256 that the archive must have beside what is signed: that of `vprov.lock`, or one that vprov knows. */
  readonly archiveSha256?: string;
  /** What that is built for, by `vprov.lock`. */
  readonly built?: CachedProgram['built'];
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
 * the program. From the cache if what is there is what the lock file says and has its digest, or where no lock file
 * knows it, is proved by what is kept beside it; else fetched into it. What fails leaves the cache as it was.
 * @throws ReleaseTrouble
 */
export async function obtainProgram(wanted: Wanted, options: ObtainOptions): Promise<CachedProgram> {
  const {product, version, architecture} = wanted;
  if (wanted.programSha256 !== undefined) {
    const cached = await intact(wanted, options.cache);
    if (cached) return fitting(cached, wanted);
  }
  const files = releaseFiles(product, version, architecture);
  if (!files) throw new ReleaseTrouble(`${product.name} is not built for ${architecture}`);
  const kept = await provedInCache(wanted, options);
  if (kept && !(kept instanceof ReleaseTrouble)) return fitting(kept, wanted);
  await mayBeWritten(options.cache);
  try {
    return await obtainedFrom(originAtSite(siteOf(wanted), files), wanted, files, options);
  } catch (error) {
    if (!(error instanceof ReleaseTrouble) || !kept || kept.message === error.message) throw error;
    throw new ReleaseTrouble(
      `${error.message}; what is in the cache is not taken: ${kept.message}`,
      error.hint,
      {cause: error, isOfLock: error.isOfLock || kept.isOfLock},
    );
  }
}

/**
 * The program in the cache, proved anew by the signature, the checksums and the archive that are kept beside it: what
 * is written there of it proves nothing. Never asks the network.
 * @returns undefined where there is none; what is wrong with the one that is there
 */
export async function provedInCache(
  wanted: Wanted,
  options: Omit<ObtainOptions, 'onProgress'>,
): Promise<CachedProgram | ReleaseTrouble | undefined> {
  const {product, version, architecture} = wanted;
  const files = releaseFiles(product, version, architecture);
  if (!files || !(await cachedProgram(wanted, options.cache))) return undefined;
  const {signal, silenceMs, cache, now, mostBytes} = options;
  // Whether it fits is seen by who wants it.
  const asked = {...wanted, inspect: false};
  const folder = releaseFolder(wanted, cache);
  const from = originInCache(folder, files);
  try {
    if (!(await isFolder(join(folder, proofName))))
      return new ReleaseTrouble('it was put there by an older vprov, which kept nothing that proves it');
    return await obtainedFrom(from, asked, files, {
      signal,
      silenceMs,
      cache,
      now,
      ...(mostBytes === undefined ? {} : {mostBytes}),
    });
  } catch (error) {
    if (error instanceof ReleaseTrouble) return error;
    if (isSystemError(error)) return new ReleaseTrouble(error.message, undefined, {cause: error});
    throw error;
  }
}

/** Seen before anything is fetched: what is fetched has to be kept. @throws Error of the file system, ReleaseTrouble */
async function mayBeWritten(cache: string): Promise<void> {
  await makeFolders(cache);
  // It may be a link to a folder elsewhere: where the cache is, its owner says.
  await access(join(cache, '.'), constants.W_OK | constants.X_OK);
}

/** Makes the folder for the builds of a version. What is there in the place of one of its folders is thrown away. */
async function makeFolderOf(directory: string): Promise<void> {
  for (const folder of [dirname(dirname(directory)), dirname(directory)]) {
    if (['file', 'other'].includes(await whatIs(folder))) await removeFile(folder);
    await makeFolders(folder);
  }
}

async function obtainedFrom(
  from: Origin,
  wanted: Wanted,
  files: ReleaseFiles,
  options: ObtainOptions,
): Promise<CachedProgram> {
  const proven = await provenDigest(wanted, files, from, options);
  if (wanted.archiveSha256 !== undefined && wanted.archiveSha256 !== proven.sha256) {
    const isOfLock = wanted.programSha256 !== undefined;
    const [who, hint] = isOfLock
      ? ['what vprov.lock says', 'compare with the publisher']
      : [
          'the one that vprov knows',
          'compare with the publisher; a build of your own comes by `url` and `checksum`',
        ];
    throw new ReleaseTrouble(
      `${files.archiveName} is not ${who}: ${proven.sha256} instead of ${wanted.archiveSha256}`,
      `it was published anew, or is a forgery: ${hint}`,
      {isOfLock},
    );
  }
  const directory = releaseFolder(wanted, options.cache);
  await makeFolderOf(directory);
  // The archive's digest is in its name: what was begun of another one is not gone on with.
  const download = `${directory}.${proven.sha256.slice(0, 16)}.download`;
  const archive = await takeOver(download);
  try {
    await fetchArchive({...from('archive'), name: files.archiveName}, archive, proven.sha256, options);
  } catch (error) {
    await leave(archive, download);
    throw error;
  }
  try {
    return await unpacked(archive, wanted, files, proven, options);
  } finally {
    await discard(archive);
    await removeAbandoned(download);
  }
}

/** The program of an archive in its place in the cache, when it is what it should be, with what proves it. */
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
    await mkdir(part);
    await mkdir(join(part, proofName));
    const program = join(part, files.program);
    await unpackProgram(archive, files, program);
    const built = (await inspectProgram(program)) ?? null;
    const {sha256, sizeBytes} = await digestOf(program);
    const record = {sha256, sizeBytes, archiveSha256: proven.sha256, signer, built};
    sameAsLocked(record, wanted, files.archiveName);
    fitting(record, wanted);
    for (const [name, content] of proven.evidence)
      await writeFile(join(part, keptName(name, files)), content);
    // What is no archive is there already.
    if (files.archiveType !== 'program') await rename(archive, join(part, keptName('archive', files)));
    await writeFile(join(part, recordName), textOf(record));
    // Another process may have come first, and be reading what it put there.
    if (!(await placeFolder(part, directory)) && !(await isAsGood(directory, part, files, sha256)))
      await replaceFolder(part, directory);
    return {...record, file: join(directory, files.program)};
  } finally {
    await discard(part);
  }
}

const textOf = (record: Omit<CachedProgram, 'file'>): string => `${JSON.stringify(record)}\n`;

/** Whether what is in the cache is the same as what was just proved, with all that proves it. */
async function isAsGood(
  directory: string,
  part: string,
  {program}: ReleaseFiles,
  sha256: string,
): Promise<boolean> {
  const stateOf = async (folder: string): Promise<string> => {
    if (!(await isFolder(folder)) || !(await isFolder(join(folder, proofName)))) return 'odd';
    const kept = (await readdir(join(folder, proofName))).toSorted();
    const digests = await Promise.all(kept.map((name) => digestOf(join(folder, proofName, name))));
    const record = (await readRegular(join(folder, recordName), 'refuse')).toString('utf8');
    return JSON.stringify([record, kept, digests.map((one) => one.sha256)]);
  };
  try {
    const [there, proved] = await Promise.all([stateOf(directory), stateOf(part)]);
    return there === proved && (await digestOf(join(directory, program))).sha256 === sha256;
  } catch (error) {
    // Of an older vprov, or another process has just replaced it.
    if (isOdd(error)) return false;
    throw error;
  }
}

/** The program in the cache, if it is what is wanted and still has its digest. */
async function intact(wanted: Wanted, cache: string): Promise<CachedProgram | undefined> {
  const cached = await cachedProgram(wanted, cache);
  if (!cached || !isMeant(cached, wanted)) return undefined;
  try {
    const {sha256, sizeBytes} = await digestOf(cached.file);
    if (sha256 !== cached.sha256) return undefined;
    // It is the very program: nothing that comes anew would have another size.
    sameSize(sizeBytes, wanted, basename(cached.file));
    return wanted.built === undefined ? cached : {...cached, built: wanted.built};
  } catch (error) {
    // Another process has just replaced it.
    if (isOdd(error)) return undefined;
    throw error;
  }
}

/** Whether those whom a request trusts stand for it: the cache is of all projects of a person. */
function isTrusted({signer}: Pick<CachedProgram, 'signer'>, wanted: BuildName & {trust: Trust}): boolean {
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
  const {signer = cached.signer} = wanted;
  return (
    archiveSha256 === cached.archiveSha256 &&
    programSha256 === cached.sha256 &&
    (cached.signer === null || signer === cached.signer) &&
    isTrusted(cached, wanted)
  );
}

function siteOf({site, product: {layout}}: Wanted): string | undefined {
  return typeof layout === 'object' ? undefined : (site ?? sites[layout]);
}
