import {createHash} from 'node:crypto';
import {mkdir, open, readFile, rename, rm, stat, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Architecture} from './architecture.ts';
import {unpackProgram} from './archive.ts';
import {checksumOf, type ReleaseFiles, releaseFiles, sites} from './layout.ts';
import type {Product} from './products.ts';
import {fitOf, inspectProgram, type ProgramFacts} from './program.ts';
import {type Trust, verifySignature} from './signature.ts';
import {openRelease} from './site.ts';
import {ReleaseTrouble} from './trouble.ts';

/** One build of a release that is wanted. */
export interface Wanted {
  readonly product: Product;
  readonly version: string;
  readonly architecture: Architecture;
  /** A mirror with the product's own layout: a folder, `file:` or `http(s):`; undefined: the product's site. */
  readonly site?: string;
  readonly trust: Trust;
  /** The SHA-256 that the archive must have beside what is signed: that of `vprov.lock`. */
  readonly archiveSha256?: string;
  /** Whether the program is refused when its bytes say that it is built for something else; true where nobody says. */
  readonly inspect?: boolean;
}

/** A program in the cache, verified. */
export interface CachedProgram {
  /** Absolute path. */
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly archiveSha256: string;
  /** Fingerprint of the primary key that signed the checksums. */
  readonly signer: string;
  /** What its bytes say of the machine that it is built for; null where they say nothing. */
  readonly built: ProgramFacts | null;
}

export interface ObtainOptions {
  /** The folder of all releases. */
  readonly cache: string;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly silenceMs: number;
  /** How far the download is; `total` where the site says it. */
  readonly onProgress?: (receivedBytes: number, totalBytes: number | undefined) => void;
}

const recordName = 'release.json';
const checksumsLimitBytes = 1024 * 1024;

/** The program if it is in the cache, whole. Never asks the network. */
export async function cachedProgram(
  {product, version, architecture}: Pick<Wanted, 'product' | 'version' | 'architecture'>,
  cache: string,
): Promise<CachedProgram | undefined> {
  const files = releaseFiles(product, version, architecture);
  if (!files) return undefined;
  const directory = releaseFolder({product, version, architecture}, cache);
  try {
    const record = JSON.parse(await readFile(join(directory, recordName), 'utf8')) as Omit<
      CachedProgram,
      'file'
    >;
    const file = join(directory, files.program);
    const {size} = await stat(file);
    // A record of an older vprov does not say what the program was built for: it is made anew.
    return size === record.sizeBytes && record.built !== undefined ? {...record, file} : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * The program of a release, verified: signature over the checksums, checksum over the archive, architecture inside
 * the program. From the cache if it is there; else fetched into it. What fails leaves the cache as it was.
 * @throws ReleaseTrouble
 */
export async function obtainProgram(wanted: Wanted, options: ObtainOptions): Promise<CachedProgram> {
  const {product, version, architecture} = wanted;
  const cached = await cachedProgram(wanted, options.cache);
  if (cached) return fitting(sameAsLocked(cached, wanted), wanted);
  const files = releaseFiles(product, version, architecture);
  if (!files) throw new ReleaseTrouble(`${product.name} is not built for ${architecture}`);
  const directory = releaseFolder(wanted, options.cache);
  const part = `${directory}.part`;
  await mkdir(dirname(directory), {recursive: true});
  const signed = await signedChecksum(wanted, files, options);
  if (wanted.archiveSha256 !== undefined && wanted.archiveSha256 !== signed.sha256) {
    throw new ReleaseTrouble(
      `${files.archiveName} is not what vprov.lock says: ${signed.sha256} instead of ${wanted.archiveSha256}`,
      'it was published anew, or is a forgery: compare with the publisher, then vprov update',
    );
  }
  // The archive's digest is in its name: what was begun of another one is not gone on with.
  const archive = `${directory}.${signed.sha256.slice(0, 16)}.download`;
  await download(wanted, files, archive, signed.sha256, options);
  try {
    await rm(part, {recursive: true, force: true});
    await mkdir(part, {recursive: true});
    const program = join(part, files.program);
    await unpackProgram(archive, files.archiveType, files.program, program);
    const built = (await inspectProgram(program)) ?? null;
    const {sha256, sizeBytes} = await digestOf(program);
    const record = {sha256, sizeBytes, archiveSha256: signed.sha256, signer: signed.signer, built};
    fitting(record, wanted);
    await writeFile(join(part, recordName), `${JSON.stringify(record)}\n`);
    await rm(directory, {recursive: true, force: true});
    await rename(part, directory);
    return {...record, file: join(directory, files.program)};
  } finally {
    await rm(part, {recursive: true, force: true});
    await rm(archive, {force: true});
  }
}

/** Where a build is kept in the cache. */
export function releaseFolder(
  {product, version, architecture}: Pick<Wanted, 'product' | 'version' | 'architecture'>,
  cache: string,
): string {
  return join(cache, product.name, version, platformOf(product, architecture));
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

function platformOf(product: Product, architecture: Architecture): string {
  return product.platforms[architecture] ?? architecture;
}

function sameAsLocked(cached: CachedProgram, {archiveSha256, product, version}: Wanted): CachedProgram {
  if (archiveSha256 === undefined || archiveSha256 === cached.archiveSha256) return cached;
  throw new ReleaseTrouble(
    `${product.name} ${version} in the cache is not what vprov.lock says: ${cached.archiveSha256} instead of ${archiveSha256}`,
    'vprov.lock comes from elsewhere: find out which of the two is right',
  );
}

/** The checksum of the archive, out of a list that somebody trusted has signed. */
async function signedChecksum(
  wanted: Wanted,
  files: ReleaseFiles,
  options: ObtainOptions,
): Promise<{sha256: string; signer: string}> {
  const [list, signature] = await Promise.all(
    [files.checksums, files.signature].map((path) => small(wanted, path, options)),
  );
  if (!list || !signature) throw new Error('two files were asked for');
  const signer = await inFile(files.checksums, () =>
    trustAtHand(wanted, files, options).then((trust) =>
      verifySignature(list, signature, trust, options.now()),
    ),
  );
  const sha256 = checksumOf(list.toString('utf8'), files.archiveName);
  if (sha256 === undefined) {
    throw new ReleaseTrouble(
      `${files.checksums} does not list ${files.archiveName}: it was never published`,
      `${wanted.product.name} ${wanted.version} has no build for ${wanted.architecture}`,
    );
  }
  return {sha256, signer: signer.fingerprint};
}

/** Trust is by fingerprint: where the key itself comes from does not matter, so the site may give it. */
async function trustAtHand(wanted: Wanted, files: ReleaseFiles, options: ObtainOptions): Promise<Trust> {
  const {trust} = wanted;
  if (trust.keys.length > 0 || files.publicKey === undefined) return trust;
  return {...trust, keys: [(await small(wanted, files.publicKey, options)).toString('utf8')]};
}

async function inFile<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ReleaseTrouble)) throw error;
    throw new ReleaseTrouble(`${file}: ${error.message}`, error.hint, {cause: error});
  }
}

async function small(wanted: Wanted, path: string, options: ObtainOptions): Promise<Buffer> {
  const {body} = await openRelease(siteOf(wanted), path, options);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > checksumsLimitBytes)
      throw new ReleaseTrouble(`${path} is far too large to be what it should be`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function siteOf({site, product}: Wanted): string {
  return site ?? sites[product.layout];
}

/** Fetches the archive into `to`, going on where an earlier try was cut off; what has the wrong digest is thrown away. */
async function download(
  wanted: Wanted,
  files: ReleaseFiles,
  to: string,
  sha256: string,
  options: ObtainOptions,
): Promise<void> {
  const have = await sizeOf(to);
  // A try before may have ended between the last byte and the unpacking.
  if (have > 0 && (await digestOf(to)).sha256 === sha256) return;
  const {body, sizeBytes, from} = await openRelease(siteOf(wanted), files.archive, {...options, from: have});
  let received = from;
  // Each piece is in the file before the next is asked for: what came before a cut is there to go on from.
  const handle = await open(to, from > 0 ? 'a' : 'w');
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      await handle.writeFile(chunk);
      received += chunk.length;
      options.onProgress?.(received, sizeBytes);
    }
  } finally {
    await handle.close();
  }
  const found = await digestOf(to);
  if (found.sha256 === sha256) return;
  const isPage = await looksLikePage(to);
  await rm(to, {force: true});
  if (sizeBytes !== undefined && found.sizeBytes < sizeBytes)
    throw new ReleaseTrouble(`${files.archiveName} was cut off: ${found.sizeBytes} of ${sizeBytes} bytes`);
  throw new ReleaseTrouble(
    isPage
      ? `instead of ${files.archiveName} came a web page`
      : `${files.archiveName} has the wrong checksum: ${found.sha256} instead of ${sha256}`,
    'nothing of it was kept: try again, or name a mirror',
  );
}

async function looksLikePage(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const {buffer, bytesRead} = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return /^\s*<(!doctype|html|\?xml)/i.test(buffer.toString('latin1', 0, bytesRead));
  } finally {
    await handle.close();
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function digestOf(file: string): Promise<{sha256: string; sizeBytes: number}> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const handle = await open(file);
  for await (const chunk of handle.createReadStream({highWaterMark: 1024 * 1024})) {
    hash.update(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
  }
  return {sha256: hash.digest('hex'), sizeBytes};
}
