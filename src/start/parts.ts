import {closeSync, fstatSync, openSync, readSync} from 'node:fs';

/** Where a part of the program stands in its file, as comments: in bytes, and the lines before it. */
export interface Part {
  readonly offset: number;
  readonly length: number;
  readonly line: number;
  readonly sha256: string;
}

/** The last line of the program's file. */
export interface Contents {
  /** The oldest Node that it runs on, as `20.19`. */
  readonly needs: string;
  readonly parts: Readonly<Record<string, Part>>;
}

/** More than the last line has. */
const tailBytes = 4096;

/** @returns what the last line says, which is a comment as the parts are */
export function contentsOf(file: string): Contents {
  return reading(file, (open) => {
    const {size} = fstatSync(open);
    const tail = textAt(open, Math.max(0, size - tailBytes), Math.min(size, tailBytes));
    return JSON.parse(tail.slice(tail.lastIndexOf('\n//') + '\n//'.length)) as Contents;
  });
}

/** @returns the code of a part */
export function codeOf(file: string, {offset, length}: Part): string {
  return reading(file, (open) => textAt(open, offset + '//'.length, length - '//\n'.length)).replaceAll(
    '\n//',
    '\n',
  );
}

function reading<T>(file: string, read: (open: number) => T): T {
  const open = openSync(file, 'r');
  try {
    return read(open);
  } finally {
    closeSync(open);
  }
}

/** All of the file is ASCII. */
function textAt(open: number, position: number, length: number): string {
  const buffer = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const bytes = readSync(open, buffer, read, length - read, position + read);
    if (bytes === 0) throw new Error('the file of the program was cut while it was read');
    read += bytes;
  }
  return buffer.toString('latin1');
}
