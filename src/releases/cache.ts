import {createHash} from 'node:crypto';
import {lstat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Architecture} from './architecture.ts';
import {releaseFiles} from './layout.ts';
import {areFacts, isDigest, isMap, isSigner} from './lock-file.ts';
import type {Product} from './products.ts';
import type {ProgramFacts} from './program.ts';
import {IrregularFile, isFolder, isSystemError, openRegular, readRegular} from './regular.ts';

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

/**
 * The program if it is in the cache, by its size. Never asks the network. What is there and is not what vprov put there
 * (a link, a folder in a file's place, what may not be read) counts as not there: it is fetched anew.
 */
export async function cachedProgram(name: BuildName, cache: string): Promise<CachedProgram | undefined> {
  const files = releaseFiles(name.product, name.version, name.architecture);
  if (!files) return undefined;
  const directory = releaseFolder(name, cache);
  try {
    for (const one of [dirname(dirname(directory)), dirname(directory), directory])
      if (!(await isFolder(one))) return undefined;
    const record = recordIn(await readRegular(join(directory, recordName), 'refuse'));
    if (!record) return undefined;
    const file = join(directory, files.program);
    const stats = await lstat(file);
    const {proof} = files;
    const isMeant =
      proof.type === 'list' ||
      (proof.sha256 === record.archiveSha256 && (proof.signature === undefined || record.signer !== null));
    return isMeant && stats.isFile() && stats.size === record.sizeBytes ? {...record, file} : undefined;
  } catch (error) {
    if (isOdd(error)) return undefined;
    throw error;
  }
}

/** What is written down of a program; undefined for what is no such record, or of an older vprov. */
function recordIn(bytes: Buffer): Omit<CachedProgram, 'file'> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (!isMap(value)) return undefined;
  const {sha256, sizeBytes, archiveSha256, signer, built} = value;
  const isRecord =
    isDigest(sha256) &&
    isDigest(archiveSha256) &&
    Number.isSafeInteger(sizeBytes) &&
    isSigner(signer) &&
    (built === null || (isMap(built) && areFacts(built)));
  return isRecord ? (value as unknown as Omit<CachedProgram, 'file'>) : undefined;
}

/** SHA-256 and size of a file, which must be a regular one and no link. */
export async function digestOf(file: string): Promise<{sha256: string; sizeBytes: number}> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const handle = await openRegular(file, 'refuse');
  for await (const chunk of handle.createReadStream({highWaterMark: 1024 * 1024})) {
    hash.update(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
  }
  return {sha256: hash.digest('hex'), sizeBytes};
}

/** What was met in the cache is not what vprov put there, or is not there. */
export function isOdd(error: unknown): boolean {
  return error instanceof IrregularFile || isSystemError(error);
}
