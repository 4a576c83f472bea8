import {createReadStream, createWriteStream} from 'node:fs';
import {posix} from 'node:path';
import type {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {crc32, createGunzip} from 'node:zlib';
import type {ReleaseFiles} from './files.ts';
import {ReleaseTrouble} from './trouble.ts';

/** Of a download, and of what is unpacked: far above any program seen (200 MB), and below what fills a disk. */
export const mostBytes = 1024 ** 3;

/** An archive is unpacked when its checksum is known to be right: so nothing on the way has spoilt it. */
const publishedSo =
  'its checksum is right, so it was published like this: take another version, or tell who publishes it';

type Packed = Pick<ReleaseFiles, 'archiveType' | 'program' | 'member'>;

/**
 * Takes one program out of an archive into the new file `to` (0755). Nothing else is unpacked; an archive with a
 * path that climbs out of it, or with a link in the program's place, is refused whole.
 * @throws ReleaseTrouble for an archive that is broken or bad, or that lacks the program
 */
export async function unpackProgram(archive: string, packed: Packed, to: string): Promise<void> {
  const program = packed.member ?? packed.program;
  let found: boolean;
  try {
    found = await takers[packed.archiveType](archive, packed, to);
  } catch (error) {
    if (error instanceof ReleaseTrouble || isSystemError(error)) throw error;
    // yauzl looks at the names before we do.
    const [, path] =
      /^(?:invalid relative path|absolute path|invalid characters in fileName): (.*)$/s.exec(words(error)) ??
      [];
    if (path !== undefined) throw climbing(path);
    throw new ReleaseTrouble(`the archive is broken: ${words(error)}`, publishedSo, {cause: error});
  }
  if (!found)
    throw new ReleaseTrouble(
      `there is no ${program} in the archive`,
      packed.member === undefined ? publishedSo : 'correct member: the path of the program in the archive',
    );
}

/** The file system's own refusals (a full disk) are no fault of the archive. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function checkPath(name: string): void {
  const climbs = name.split(/[/\\]/).includes('..');
  if (!climbs && !posix.isAbsolute(name) && !name.includes('\\') && !name.includes('\0')) return;
  throw climbing(name);
}

function climbing(name: string): ReleaseTrouble {
  return new ReleaseTrouble(
    `the archive has a path that leads out of it: ${JSON.stringify(name)}`,
    publishedSo,
  );
}

/** Where no path is said, the one file of the program's name is meant: a folder may have the same. */
function isProgram(name: string, isFile: boolean, {member, program}: Packed): boolean {
  const path = posix.normalize(name);
  return member === undefined ? isFile && posix.basename(path) === program : path === posix.normalize(member);
}

function twice(program: string): ReleaseTrouble {
  return new ReleaseTrouble(`the archive has ${program} twice`, 'member says by its path which is meant');
}

/** @returns the CRC-32 of what was written */
async function write(content: Readable, to: string): Promise<number> {
  let written = 0;
  let sum = 0;
  const bounded = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      written += chunk.length;
      sum = crc32(chunk, sum);
      if (written > mostBytes)
        throw new ReleaseTrouble('the program in the archive has more than 1 GiB', publishedSo);
      yield chunk;
    }
  };
  await pipeline(content, bounded, createWriteStream(to, {mode: 0o755, flags: 'wx'}));
  return sum;
}

async function fromTar(archive: string, packed: Packed, to: string): Promise<boolean> {
  const tar = await import('tar-stream');
  const extract = tar.extract();
  const unpacking = pipeline(createReadStream(archive), createGunzip(), extract);
  // What ends the pipeline ends the loop too, and is told there.
  unpacking.catch(() => undefined);
  let found = false;
  for await (const entry of extract) {
    const {name, type, linkname} = entry.header;
    checkPath(name);
    // An absolute one leads out of it, wherever it stands.
    if (linkname)
      checkPath(posix.isAbsolute(linkname) ? linkname : posix.join(posix.dirname(name), linkname));
    if (isProgram(name, type === 'file', packed)) {
      if (type !== 'file')
        throw new ReleaseTrouble(`${name} in the archive is no file but a ${type}`, publishedSo);
      if (found) throw twice(packed.program);
      found = true;
      await write(entry as unknown as Readable, to);
    } else entry.resume();
  }
  await unpacking;
  return found;
}

/** The kind of file that a zip entry made on Unix is, in the upper half of its attributes. @see stat(2), S_IFMT */
const typeMask = 0o170000;
const regularFile = 0o100000;

async function fromZip(archive: string, packed: Packed, to: string): Promise<boolean> {
  const yauzl = await import('yauzl');
  const zip = await yauzl.openPromise(archive, {validateEntrySizes: true, strictFileNames: true});
  let found = false;
  for await (const entry of zip.eachEntry()) {
    checkPath(entry.fileName);
    if (!isProgram(entry.fileName, !entry.fileName.endsWith('/'), packed)) continue;
    const type = (entry.externalFileAttributes >>> 16) & typeMask;
    if (type !== 0 && type !== regularFile)
      throw new ReleaseTrouble(`${entry.fileName} in the archive is no file`, publishedSo);
    if (entry.isEncrypted())
      throw new ReleaseTrouble(
        `${entry.fileName} in the archive is encrypted, and there is no password for it`,
        'pack it anew without one: what it is, its checksum says',
      );
    if (found) throw twice(packed.program);
    found = true;
    // yauzl leaves that to us.
    if ((await write(await zip.openReadStreamPromise(entry), to)) !== entry.crc32)
      throw new ReleaseTrouble(
        `${entry.fileName} in the archive has the wrong checksum (CRC-32)`,
        publishedSo,
      );
  }
  return found;
}

async function asItIs(file: string, _packed: Packed, to: string): Promise<boolean> {
  await write(createReadStream(file), to);
  return true;
}

const takers = {zip: fromZip, 'tar.gz': fromTar, program: asItIs} as const;
