import {createHash, randomBytes} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {mkdir, open, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {basename, dirname, isAbsolute, join, resolve} from 'node:path';
import {didYouMean, errorDiagnostic, type Source, VprovError} from '../errors/index.ts';
import type {LocalFileRef} from '../modules/index.ts';
import type {Role} from '../playbook/index.ts';
import type {ReleaseStore} from '../releases/index.ts';
import {contentOf} from '../resources/index.ts';
import {
  findLocalFile,
  isAbsence,
  isRefusal,
  isRefused,
  lookAt,
  lookAtFile,
  lookedFor,
  namesIn,
  refusalOf,
} from '../source/index.ts';
import {engineCodes} from './codes.ts';
import {ChangedMeanwhile, type DigestCache} from './digest-cache.ts';
import type {LocalFile, LocalTree} from './effect.ts';
import {readTree, TreeProblem} from './local-tree.ts';

/** Larger files are a reference that is hashed again as it streams, not a text in memory. */
const textLimitBytes = 64 * 1024;
const templateLimitBytes = 4 * 1024 * 1024;

/** The local files of a run: each looked up, read and hashed once, whatever number of hosts wants it. */
export class LocalFiles {
  readonly #playDirectory: string;
  readonly #digests: DigestCache;
  readonly #files = new Map<string, Promise<LocalFile>>();
  readonly #trees = new Map<string, Promise<LocalTree>>();
  /** The first of several places where there is a file. */
  readonly #found = new Map<string, string>();

  /** Programs' releases: they become local files too. */
  readonly releases: ReleaseStore;

  constructor(playDirectory: string, digests: DigestCache, releases: ReleaseStore) {
    this.releases = releases;
    this.#playDirectory = playDirectory;
    this.#digests = digests;
  }

  /**
   * @param directory of the playbook, when it is another than that of the run
   * @throws VprovError when there is no such file (the message says where it was looked for), or it cannot be read
   */
  async resolve(
    ref: LocalFileRef,
    role: Role | undefined,
    source: Source | undefined,
    directory: string = this.#playDirectory,
  ): Promise<LocalFile | LocalTree> {
    const candidates = candidatesFor(ref, role, directory);
    const key = candidates.join('\0');
    // Every host asks for it: what was found once is not looked for again.
    const known = this.#found.get(key);
    const found = known ?? placeAmong(candidates, ref.type);
    if (found === undefined) throw nothingThere(ref, candidates, source);
    this.#found.set(key, found);
    try {
      return await (ref.type === 'tree'
        ? this.#readTree(found, ref.followLinks === true)
        : this.#read(found, ref.type));
    } catch (error) {
      throw unreadable(found, error, source);
    }
  }

  /**
   * Writes a file beside the playbook, unless it has these bytes already; its folders are made.
   * @throws Error of the file system
   */
  async save(path: string, bytes: Buffer): Promise<{readonly file: string; readonly changed: boolean}> {
    const file = resolve(this.#playDirectory, path);
    const before = await readFile(file).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (before?.equals(bytes)) return {file, changed: false};
    await mkdir(dirname(file), {recursive: true});
    const temporary = `${file}.${randomBytes(6).toString('hex')}`;
    try {
      await writeFile(temporary, bytes, {mode: 0o600});
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, {force: true});
      throw error;
    }
    return {file, changed: true};
  }

  /** The texts of the templates that were read. */
  async templates(): Promise<readonly string[]> {
    const read = [...this.#files].filter(([key]) => key.startsWith('template\0')).map(([, file]) => file);
    const settled = await Promise.allSettled(read);
    return settled.flatMap((one) => (one.status === 'fulfilled' ? (one.value.text ?? []) : []));
  }

  #readTree(root: string, followLinks: boolean): Promise<LocalTree> {
    const key = `${followLinks}\0${root}`;
    const known = this.#trees.get(key);
    if (known) return known;
    const reading = readTree(root, followLinks, (file) => this.#read(file, 'file'));
    this.#trees.set(key, reading);
    return reading;
  }

  #read(file: string, type: 'file' | 'template'): Promise<LocalFile> {
    const key = `${type}\0${file}`;
    const known = this.#files.get(key);
    if (known) return known;
    const reading = readLocal(file, type === 'template' ? templateLimitBytes : textLimitBytes, this.#digests);
    this.#files.set(key, reading);
    return reading;
  }
}

function candidatesFor(
  {path, type}: LocalFileRef,
  role: Role | undefined,
  directory: string,
): readonly string[] {
  if (isAbsolute(path)) return [path];
  const folder = type === 'template' ? 'templates' : 'files';
  const roots = role ? [role.directory, directory] : [directory];
  return roots.flatMap((root) => [join(root, folder, path), join(root, path)]);
}

function nounOf({type, path}: LocalFileRef): string {
  return type === 'tree' ? (path.endsWith('/') ? 'directory' : 'file') : type;
}

/** Anything but a refusal of the file system is a defect, and returned as it is. */
function unreadable(file: string, error: unknown, source: Source | undefined): unknown {
  if (error instanceof TreeProblem) {
    const {message, hint} = error;
    return new VprovError(errorDiagnostic(engineCodes, 'ENG009', message, {source, ...(hint ? {hint} : {})}));
  }
  if (error instanceof ChangedMeanwhile) return notRead(file, error.message, source);
  return isRefusal(error) ? notRead(file, refusalOf(error), source) : error;
}

function notRead(file: string, reason: string, source: Source | undefined): VprovError {
  const isCircle = /in a circle/.test(reason);
  const hint = isCircle ? `ls -l ${file} says where the first of them leads` : undefined;
  return new VprovError(
    errorDiagnostic(engineCodes, 'ENG009', `${file} cannot be read: ${reason}`, {source, hint}),
  );
}

/**
 * The first place with what is asked for, or one before it that cannot be looked at; else the first where something else
 * stands, whose reading says so.
 */
function placeAmong(candidates: readonly string[], type: LocalFileRef['type']): string | undefined {
  if (type !== 'tree') return findLocalFile(candidates);
  return (
    candidates.find((path) => {
      const found = lookAt(path);
      return isRefused(found) ? found.refused === 'unreadable' : found.isFile() || found.isDirectory();
    }) ?? findLocalFile(candidates)
  );
}

function nothingThere(
  ref: LocalFileRef,
  candidates: readonly string[],
  source: Source | undefined,
): VprovError {
  const otherForm = ref.path.endsWith('.j2') ? '; templates here are Handlebars, NAME.hbs' : '';
  const hint = nearName(candidates) ?? `${lookedFor(candidates)}${otherForm}`;
  return new VprovError(
    errorDiagnostic(engineCodes, 'ENG001', `there is no ${nounOf(ref)} '${ref.path}'`, {source, hint}),
  );
}

async function readLocal(file: string, limitBytes: number, digests: DigestCache): Promise<LocalFile> {
  const standing = lookAtFile(file);
  if (isRefused(standing)) throw new TreeProblem(`${file} cannot be read: ${standing.reason}`);
  const {size} = standing;
  if (size > limitBytes)
    return {file, sizeBytes: size, sha256: await digests.sha256(file, () => hashFile(file))};
  const handle = await open(file);
  try {
    const bytes = await handle.readFile();
    const text = bytes.toString('utf8');
    if (text.includes('\0') || !Buffer.from(text).equals(bytes))
      return {file, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex')};
    const content = contentOf(text, file);
    return {
      file,
      sizeBytes: bytes.length,
      text,
      get sha256() {
        return content.sha256;
      },
    };
  } finally {
    await handle.close();
  }
}

/** SHA-256 of a file, read in pieces. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, {highWaterMark: 1024 * 1024}))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function nearName(candidates: readonly string[]): string | undefined {
  for (const candidate of candidates) {
    const hint = didYouMean(basename(candidate), namesIn(dirname(candidate)));
    if (hint) return hint;
  }
  return undefined;
}

export function isMissing(error: unknown): boolean {
  return isAbsence(error);
}
