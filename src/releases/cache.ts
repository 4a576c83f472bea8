import {createHash} from 'node:crypto';
import {open, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {errorCode} from '../errors/index.ts';
import type {Architecture} from './architecture.ts';
import {releaseFiles} from './layout.ts';
import type {Product} from './products.ts';
import type {ProgramFacts} from './program.ts';

/** Which build of a release. */
export interface BuildName {
  readonly product: Product;
  readonly version: string;
  readonly architecture: Architecture;
}

/** A program in the cache, verified. */
export interface CachedProgram {
  /** Absolute path. */
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly archiveSha256: string;
  /** Fingerprint of the primary key that signed it, or its checksum; null where only the play's checksum stands for it. */
  readonly signer: string | null;
  /** What its bytes say of the machine that it is built for; null where they say nothing. */
  readonly built: ProgramFacts | null;
}

/** The file beside a program that says what it was found to be. */
export const recordName = 'release.json';

/** Where a build is kept in the cache. What a play says the checksum of has a place for each checksum. */
export function releaseFolder({product, version, architecture}: BuildName, cache: string): string {
  const platform = product.platforms[architecture] ?? architecture;
  const proof = releaseFiles(product, version, architecture)?.proof;
  const place = proof?.type === 'digest' ? `${platform}-${proof.sha256.slice(0, 16)}` : platform;
  return join(cache, product.name, version, place);
}

/** The program if it is in the cache, by its size. Never asks the network. */
export async function cachedProgram(name: BuildName, cache: string): Promise<CachedProgram | undefined> {
  const files = releaseFiles(name.product, name.version, name.architecture);
  if (!files) return undefined;
  const directory = releaseFolder(name, cache);
  try {
    const record = JSON.parse(await readFile(join(directory, recordName), 'utf8')) as Omit<
      CachedProgram,
      'file'
    >;
    const file = join(directory, files.program);
    const {size} = await stat(file);
    const {proof} = files;
    const isMeant =
      proof.type === 'list' ||
      (proof.sha256 === record.archiveSha256 && (proof.signature === undefined || record.signer !== null));
    // A record of an older vprov does not say what the program was built for: it is made anew.
    return isMeant && size === record.sizeBytes && record.built !== undefined ? {...record, file} : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return undefined;
    throw error;
  }
}

export async function digestOf(file: string): Promise<{sha256: string; sizeBytes: number}> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const handle = await open(file);
  for await (const chunk of handle.createReadStream({highWaterMark: 1024 * 1024})) {
    hash.update(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
  }
  return {sha256: hash.digest('hex'), sizeBytes};
}

export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}
