import {randomBytes} from 'node:crypto';
import {readFile, rename, stat, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {makeFolders} from '../cache/index.ts';

/** The file changed while it was read. */
export class ChangedMeanwhile extends Error {
  constructor() {
    super('it changed while it was read');
    this.name = 'ChangedMeanwhile';
  }
}

/**
 * SHA-256 of large local files, kept between runs in the user's cache folder. A file is known again by inode, size,
 * mtime and ctime (nanoseconds): nobody changes a file's bytes without changing its ctime.
 */
export class DigestCache {
  readonly #path: string;
  #entries: Promise<Map<string, string>> | undefined;

  /** @param cacheDirectory `$XDG_CACHE_HOME/vprov` or its default */
  constructor(cacheDirectory: string) {
    this.#path = join(cacheDirectory, 'digests.json');
  }

  async sha256(file: string, compute: () => Promise<string>): Promise<string> {
    this.#entries ??= readEntries(this.#path);
    const entries = await this.#entries;
    const key = await keyOf(file);
    const known = entries.get(key);
    if (known) return known;
    const digest = await compute();
    // Written while it was read: the digest belongs to no state of the file.
    if ((await keyOf(file)) !== key) throw new ChangedMeanwhile();
    for (const old of entries.keys()) if (old.startsWith(`${file}\0`)) entries.delete(old);
    entries.set(key, digest);
    await writeEntries(this.#path, entries);
    return digest;
  }
}

async function keyOf(file: string): Promise<string> {
  const {dev, ino, size, mtimeNs, ctimeNs} = await stat(file, {bigint: true});
  return [file, dev, ino, size, mtimeNs, ctimeNs].join('\0');
}

async function readEntries(path: string): Promise<Map<string, string>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return new Map();
    return new Map(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    // A cache that is missing, unreadable or broken is an empty one.
    return new Map();
  }
}

async function writeEntries(path: string, entries: ReadonlyMap<string, string>): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await makeFolders(dirname(path), 0o700);
    await writeFile(temporary, JSON.stringify(Object.fromEntries(entries)), {mode: 0o600});
    await rename(temporary, path);
  } catch {
    // Without a writable cache folder large files are hashed again in each run: slower, not wrong.
  }
}
