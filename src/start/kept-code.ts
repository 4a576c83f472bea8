import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';

/** Code that V8 made of a program, and how large all of its code was then, in bytes. */
export interface KeptCode {
  readonly code: Buffer;
  readonly sizeBytes: number;
}

/**
 * What was kept of this program. Undefined when there is nothing, or when it is another program's, or when others than
 * this user could have written it: it is code that will be run.
 * @param digest of the program
 */
export function keptCode(file: string, digest: string): KeptCode | undefined {
  let open: number | undefined;
  try {
    if (!isOursAlone(lstatSync(dirname(file)))) return undefined;
    open = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    if (!isOursAlone(fstatSync(open))) return undefined;
    const content = readFileSync(open);
    const end = content.indexOf('\n');
    if (end === -1) return undefined;
    const [madeOf, size] = content.toString('latin1', 0, end).split(' ');
    return madeOf === digest ? {code: content.subarray(end + 1), sizeBytes: Number(size)} : undefined;
  } catch {
    // Without it the program only starts more slowly.
    return undefined;
  } finally {
    if (open !== undefined) closeSync(open);
  }
}

/**
 * Keeps it for the next time, in place of what was kept before; whole or not at all.
 * @param file `vprov/code/NAME` below the base of a cache
 */
export function keepCode(file: string, digest: string, {code, sizeBytes}: KeptCode): void {
  const unfinished = `${file}.${process.pid}`;
  try {
    // BASE/vprov/code/FILE: the base of a cache is made where its user has a home, and no home is made.
    if (!existsSync(join(dirname(file), '../../..'))) return;
    mkdirSync(dirname(file), {recursive: true, mode: 0o700});
    if (!isOursAlone(lstatSync(dirname(file)))) return;
    const open = openSync(unfinished, 'wx', 0o600);
    try {
      writeFileSync(open, `${digest} ${sizeBytes}\n`);
      writeFileSync(open, code);
      fsyncSync(open);
    } finally {
      closeSync(open);
    }
    renameSync(unfinished, file);
  } catch {
    // A full disk, a home that cannot be written: the next start is as slow as this one was.
    removeIfThere(unfinished);
  }
}

function removeIfThere(file: string): void {
  try {
    rmSync(file, {force: true});
  } catch {
    // There is not even its folder.
  }
}

function isOursAlone({uid, mode}: Stats): boolean {
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}
