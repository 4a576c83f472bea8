import {closeSync, constants, openSync, readdirSync, readFileSync, type Stats, statSync} from 'node:fs';
import {isAbsence, isRefusal, refusalOf} from './refusal.ts';
import {firstNotUtf8, utf8Text} from './utf8.ts';

/** Why a local file is not read. */
export interface Refused {
  readonly refused: 'missing' | 'not a file' | 'unreadable' | 'too large' | 'not UTF-8';
  readonly file: string;
  /** In words, behind the name of the file and a colon. */
  readonly reason: string;
  /** Of what is not UTF-8: where that begins. */
  readonly at?: {readonly line: number; readonly column: number};
}

/** More than anybody writes: a file like /proc/kcore would fill the memory. */
const largestBytes = 64 * 1024 * 1024;

export function isRefused(read: object | string): read is Refused {
  return typeof read === 'object' && 'refused' in read;
}

/** What stands at a path, links followed, whatever it is; or why that cannot be looked at. */
export function lookAt(path: string): Stats | Refused {
  try {
    return statSync(path);
  } catch (error) {
    return refused(path, error);
  }
}

/** Pipes that whoever started vprov has opened for it, as a shell does for `<(command)`. */
const handedOver = /^\/(dev\/(stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/;

/** The text that an option names, which may be what a command writes: `<(command)`. */
export function readHandedText(file: string, limitBytes?: number): string | Refused {
  const bytes = readHandedBytes(file, limitBytes);
  return isRefused(bytes) ? bytes : textOf(bytes, file);
}

/** The same, as bytes. Of a pipe there is one reading. */
export function readHandedBytes(file: string, limitBytes?: number): Buffer | Refused {
  const found = handedOver.test(file) ? lookAt(file) : undefined;
  if (!found || isRefused(found) || !found.isFIFO()) return readLocalBytes(file, limitBytes);
  try {
    return readFileSync(file);
  } catch (error) {
    return refused(file, error);
  }
}

/** The file at a path, or why it is none that could be read. */
export function lookAtFile(path: string): Stats | Refused {
  const found = lookAt(path);
  if (isRefused(found) || found.isFile()) return found;
  const reason = found.isDirectory() ? 'it is a directory' : 'it is not a file';
  return {refused: 'not a file', file: path, reason};
}

/**
 * The bytes of a local file. Whatever stands in its place is said, and never waited for: a pipe, a device, a folder,
 * links in a circle, a file that grows without an end.
 */
export function readLocalBytes(file: string, limitBytes: number = largestBytes): Buffer | Refused {
  const found = lookAtFile(file);
  if (isRefused(found)) return found;
  if (found.size > limitBytes) {
    const reason = `it has more than ${limitBytes / 1024 / 1024} MiB`;
    return {refused: 'too large', file, reason};
  }
  try {
    // What has become a pipe since gives nothing, instead of being waited for.
    const open = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readFileSync(open);
    } finally {
      closeSync(open);
    }
  } catch (error) {
    return refused(file, error);
  }
}

/** The text of a local file, as `readLocalBytes`. A mark of the byte order stays in it. */
export function readLocalText(file: string, limitBytes?: number): string | Refused {
  const bytes = readLocalBytes(file, limitBytes);
  return isRefused(bytes) ? bytes : textOf(bytes, file);
}

/** What a file's bytes are as text. */
export function textOf(bytes: Buffer, file: string): string | Refused {
  const text = utf8Text(bytes);
  if (text !== undefined) return text;
  return {refused: 'not UTF-8', file, reason: 'it is not text in UTF-8', at: firstNotUtf8(bytes)};
}

/**
 * Which of several places is meant: the first with a file, or one before it that cannot be looked at (another file in its
 * place would be read without a word), else the first where something else stands. Reading it says what is wrong with it.
 * Undefined where nothing is.
 */
export function findLocalFile(candidates: readonly string[]): string | undefined {
  let other: string | undefined;
  for (const candidate of candidates) {
    const found = lookAtFile(candidate);
    if (!isRefused(found) || found.refused === 'unreadable') return candidate;
    if (found.refused === 'not a file') other ??= candidate;
  }
  return other;
}

/** Where a file was looked for in vain, and why it cannot be there, where there is more to say. */
export function lookedFor(candidates: readonly string[]): string {
  const places = [...new Set(candidates)];
  const why = places.map(oddAbsence).find((reason) => reason !== undefined);
  return `${why === undefined ? '' : `${why}; `}looked for ${places.join(', ')}`;
}

/** Why there is nothing at a path, where that is more than that nothing is: a name that is too long, a path through a file. */
function oddAbsence(path: string): string | undefined {
  const found = lookAt(path);
  return isRefused(found) && found.reason !== refusalOf(noSuchFile) ? found.reason : undefined;
}

const noSuchFile = Object.assign(new Error(), {code: 'ENOENT'});

/** The names in a folder, for hints; none where it cannot be listed. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}

function refused(file: string, error: unknown): Refused {
  if (!isRefusal(error)) throw error;
  return {refused: isAbsence(error) ? 'missing' : 'unreadable', file, reason: refusalOf(error)};
}
