import {constants, type ReadStream} from 'node:fs';
import {chmod, type FileHandle, lstat, open, rm, stat, unlink} from 'node:fs/promises';
import {errorCode} from '../errors/index.ts';

// Only regular files are read: a FIFO or a terminal gives its first byte when somebody writes one, a device may never end.

/** A file that is something else than a regular one, or is not to be read whole. `message` says what: `it is …`. */
export class IrregularFile extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'IrregularFile';
  }
}

/**
 * Opens a regular file for reading, and nothing else.
 * @param links whether one that is a link is opened: in the cache nothing is followed out of it
 * @throws IrregularFile, Error of the file system
 */
export async function openRegular(file: string, links: 'follow' | 'refuse'): Promise<FileHandle> {
  if (file.includes('\0')) throw new IrregularFile('it is no path: it has a NUL in it');
  // Seen before it is opened: to open a device may already do something.
  check(await (links === 'follow' ? stat(file) : lstat(file)));
  const noLinks = links === 'follow' ? 0 : constants.O_NOFOLLOW;
  // It may have become a FIFO since, for which opening would wait.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK | noLinks);
  try {
    check(await handle.stat());
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Of what is read whole (keys, records, the lock file): far above any that is meant. */
const mostBytes = 32 * 1024 ** 2;

/** What a regular file holds. @throws IrregularFile, Error of the file system */
export async function readRegular(file: string, links: 'follow' | 'refuse'): Promise<Buffer> {
  const handle = await openRegular(file, links);
  try {
    const {size} = await handle.stat();
    if (size > mostBytes) throw new IrregularFile(`it is far too large: ${size} bytes`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** The same as it comes; the stream closes the file. @throws IrregularFile, Error of the file system */
export async function streamRegular(
  file: string,
  links: 'follow' | 'refuse',
  options: {readonly start?: number; readonly highWaterMark?: number} = {},
): Promise<{readonly stream: ReadStream; readonly sizeBytes: number}> {
  const handle = await openRegular(file, links);
  const {size} = await handle.stat();
  return {
    stream: handle.createReadStream({...options, start: Math.min(options.start ?? 0, size)}),
    sizeBytes: size,
  };
}

/** Whether it is a folder itself, and no link to one. */
export async function isFolder(path: string): Promise<boolean> {
  return (await whatIs(path)) === 'folder';
}

/** What there is at a path, links not followed. @throws Error of the file system */
export async function whatIs(path: string): Promise<'file' | 'folder' | 'other' | 'nothing'> {
  try {
    const stats = await lstat(path);
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return 'nothing';
    throw error;
  }
}

/** Removes whatever there is; of a link, the link. */
export async function discard(path: string): Promise<void> {
  try {
    await rm(path, {recursive: true, force: true});
  } catch (error) {
    if (errorCode(error) !== 'EACCES' || !(await isFolder(path))) throw error;
    // A folder that its owner may not look into can still be removed.
    await chmod(path, 0o700);
    await rm(path, {recursive: true, force: true});
  }
}

/** Removes what is no folder: another process may have made one there by now, which stays. */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!['ENOENT', 'EISDIR', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
  }
}

/** Whether the file system says that there is no such thing. */
export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT';
}

/** Whether the file system itself refused something. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

type Kind = Pick<
  Awaited<ReturnType<typeof lstat>>,
  'isFile' | 'isDirectory' | 'isFIFO' | 'isSymbolicLink' | 'isSocket'
>;

function check(stats: Kind): void {
  if (!stats.isFile()) throw new IrregularFile(`it is no regular file but ${inWords(stats)}`);
}

function inWords(stats: Kind): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a FIFO';
  if (stats.isSymbolicLink()) return 'a link';
  return stats.isSocket() ? 'a socket' : 'a device';
}
