import {createHash} from 'node:crypto';
import {createWriteStream} from 'node:fs';
import {open, rename} from 'node:fs/promises';
import {pipeline} from 'node:stream/promises';
import {createGunzip, createGzip} from 'node:zlib';
import {errorCode} from '../errors/index.ts';
import {isOdd} from './cache.ts';
import {ownName, removeAbandoned} from './own-files.ts';
import {discard, streamRegular, whatIs} from './regular.ts';
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
    const {stream} = await streamRegular(file, 'refuse', {highWaterMark: pieceBytes});
    await pipeline(stream, createGzip({level: 4}), createWriteStream(part, {flags: 'wx'}));
    await flush(part);
    // A file or a link of the name is replaced, and a folder is not.
    if ((await whatIs(to)) === 'folder') await discard(to);
    await rename(part, to);
  } finally {
    await discard(part);
  }
  return to;
}

/** SHA-256 of what a compressed file unpacks to; undefined where there is none, or it is broken. */
async function digestInside(file: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    const {stream} = await streamRegular(file, 'refuse', {highWaterMark: pieceBytes});
    await pipeline(stream, createGunzip({chunkSize: pieceBytes}), async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) hash.update(piece);
    });
    return hash.digest('hex');
  } catch (error) {
    if (isOdd(error) || isBroken(error)) return undefined;
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
