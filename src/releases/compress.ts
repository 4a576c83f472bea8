import {createHash} from 'node:crypto';
import {createReadStream, createWriteStream} from 'node:fs';
import {open, rename, rm} from 'node:fs/promises';
import {pipeline} from 'node:stream/promises';
import {createGunzip, createGzip} from 'node:zlib';
import {errorCode} from '../errors/index.ts';
import {isMissing} from './cache.ts';
import {ownName, removeAbandoned} from './own-files.ts';
import type {Telling} from './request.ts';

const pieceBytes = 1024 * 1024;

/**
 * The compressed form of a file, beside it, made when it is not there or is not that of these bytes. Level 4 is nearly
 * as small as the best, and several times as fast.
 * @param sha256 of the file
 */
export async function compressed(file: string, sha256: string, telling: Telling): Promise<string> {
  const to = `${file}.gz`;
  if ((await digestInside(to)) === sha256) return to;
  telling.progress('compressing it once for all hosts');
  const part = ownName(`${to}.part`);
  await removeAbandoned(`${to}.part`);
  try {
    await pipeline(
      createReadStream(file, {highWaterMark: pieceBytes}),
      createGzip({level: 4}),
      createWriteStream(part, {flags: 'wx'}),
    );
    await flush(part);
    await rename(part, to);
  } finally {
    await rm(part, {force: true});
  }
  return to;
}

/** SHA-256 of what a compressed file unpacks to; undefined where there is none, or it is broken. */
async function digestInside(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    const packed = createReadStream(file, {highWaterMark: pieceBytes});
    await pipeline(packed, createGunzip({chunkSize: pieceBytes}), async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) hash.update(piece);
    });
    return hash.digest('hex');
  } catch (error) {
    if (isMissing(error) || isBroken(error)) return undefined;
    throw error;
  }
}

/** What zlib says of what it cannot unpack. */
function isBroken(error: unknown): boolean {
  return /^Z_[A-Z]+_ERROR$/.test(errorCode(error) ?? '');
}

/** A file that is renamed before its bytes are on the disk is empty after a power cut. */
async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
