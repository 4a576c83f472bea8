import {createHash, randomBytes} from 'node:crypto';
import {readdir, rename} from 'node:fs/promises';
import {hostname} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {errorCode} from '../errors/index.ts';
import {discard, isMissing, whatIs} from './regular.ts';

// Several processes work in one cache at a time: what is not done yet bears the name of the one that is at it.

// Asked for when it is needed: a validation does without checksums.
const host = (): string => createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/** A name beside a path that nobody else takes, and by which others see whether its process still runs. */
export function ownName(path: string, pid: number = process.pid): string {
  return `${path}.${pid}-${host()}-${randomBytes(4).toString('hex')}`;
}

/** Under a name of its own, what another try has begun of a file, if there is such. @returns that name */
export async function takeOver(path: string): Promise<string> {
  const own = ownName(path);
  for (const begun of [path, ...(await abandoned(path))]) {
    if (!(await isMoved(begun, own))) continue;
    if ((await whatIs(own)) === 'file') break;
    // A folder, a link or a FIFO of the name: nothing to go on with.
    await discard(own);
  }
  return own;
}

/** Leaves what was begun to the next try. */
export async function leave(own: string, path: string): Promise<void> {
  await isMoved(own, path);
}

/** Removes what processes that ended have left of a path. */
export async function removeAbandoned(path: string): Promise<void> {
  for (const left of await abandoned(path)) await discard(left);
}

/** Puts a folder in its place. @returns whether nothing was there, not even a file or a link */
export function placeFolder(own: string, path: string): Promise<boolean> {
  return renamed(own, path, isTaken);
}

/** Puts a folder in the place of another, which may be somebody else's at the same time. */
export async function replaceFolder(own: string, path: string): Promise<void> {
  const old = ownName(`${path}.old`);
  await isMoved(path, old);
  try {
    if (!(await placeFolder(own, path))) await replaceFolder(own, path);
  } finally {
    await discard(old);
  }
}

/** @returns whether there was something */
function isMoved(from: string, to: string): Promise<boolean> {
  return renamed(from, to, isMissing);
}

/** @returns false where it cannot be, for the reason that is looked for */
async function renamed(from: string, to: string, isReason: (error: unknown) => boolean): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (isReason(error)) return false;
    throw error;
  }
}

async function abandoned(path: string): Promise<readonly string[]> {
  const begin = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  return names
    .filter((name) => name.startsWith(begin) && hasEnded(name.slice(begin.length)))
    .map((name) => join(dirname(path), name));
}

/** What runs on another machine that has the same cache cannot be seen from here. */
function hasEnded(owner: string): boolean {
  const [, pid, on] = /^(\d+)-([0-9a-f]{8})-[0-9a-f]{8}$/.exec(owner) ?? [];
  if (pid === undefined || on !== host()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    // Not to be allowed to signal it is to be told that it runs.
    return errorCode(error) === 'ESRCH';
  }
}

function isTaken(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errorCode(error) ?? '');
}
