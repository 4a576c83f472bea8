import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {makeFoldersSync} from './folders.ts';

/** What was made of something, and can be made again. */
export interface Kept {
  /** One word about it. */
  readonly note: string;
  readonly content: Buffer;
}

/**
 * What was kept. Undefined when there is nothing, or when something else made it, or when others than this user could have
 * written it: it is taken for what the program itself made.
 * @param madeBy a word without spaces that is another when the same would not be made again
 */
export function kept(file: string, madeBy: string): Kept | undefined {
  let open: number | undefined;
  try {
    if (!isOursAlone(lstatSync(dirname(file)))) return undefined;
    open = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    if (!isOursAlone(fstatSync(open))) return undefined;
    const all = readFileSync(open);
    const end = all.indexOf('\n');
    if (end === -1) return undefined;
    const [by, note = ''] = all.toString('latin1', 0, end).split(' ');
    return by === madeBy ? {note, content: all.subarray(end + 1)} : undefined;
  } catch {
    // Without it vprov only is slower.
    return undefined;
  } finally {
    if (open !== undefined) closeSync(open);
  }
}

/**
 * Keeps it for the next time, in place of what was kept before; whole or not at all.
 * @param file `vprov/FOLDER/NAME` below the base of a cache
 */
export function keep(file: string, madeBy: string, {note, content}: Kept): void {
  const unfinished = `${file}.${process.pid}`;
  try {
    // The base of a cache is made where its user has a home, and no home is made.
    if (!existsSync(join(dirname(file), '../../..'))) return;
    makeFoldersSync(dirname(file), 0o700);
    if (!isOursAlone(lstatSync(dirname(file)))) return;
    const open = openSync(unfinished, 'wx', 0o600);
    try {
      writeFileSync(open, `${madeBy} ${note}\n`);
      writeFileSync(open, content);
      fsyncSync(open);
    } finally {
      closeSync(open);
    }
    renameSync(unfinished, file);
  } catch {
    // A full disk, a home that cannot be written: the next time is as slow as this one was.
    removeIfThere(unfinished);
  }
}

/** Leaves that many of the files of a folder, those that were written last. */
export function forgetOldest(folder: string, most: number): void {
  try {
    const names = readdirSync(folder);
    if (names.length <= most) return;
    const files = names
      .map((name) => join(folder, name))
      .map((file) => ({file, at: lstatSync(file).mtimeMs}));
    for (const {file} of files.sort((a, b) => b.at - a.at).slice(most)) removeIfThere(file);
  } catch {
    // Somebody else removed one of them just now: there will be another time.
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
