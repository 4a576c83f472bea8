import {randomBytes} from 'node:crypto';
import {renameSync, statSync} from 'node:fs';
import {rm, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {makeFolders} from '../cache/index.ts';
import {errorDiagnostic, VprovError} from '../errors/index.ts';
import {releaseCodes} from './codes.ts';
import type {ProgramFacts} from './program.ts';
import {IrregularFile, isMissing, isSystemError, readRegular} from './regular.ts';
import {isVersion} from './version.ts';

/** One build of a release as it was verified. */
export interface LockedBuild {
  /** SHA-256 of the archive, as it is signed or as the play has it. */
  readonly archive: string;
  /** SHA-256 and size of the program in it. */
  readonly program: string;
  readonly bytes: number;
  /** What the program says that it was built for. */
  readonly built: ProgramFacts | null;
  /** Where another one than that of the version stands for it: builds may come from several mirrors. */
  readonly signer?: string | null;
}

/** Whose version `auto` stands for. */
export interface LockedCluster {
  /** Its files, relative to the folder of the lock file. */
  readonly inventory: readonly string[];
  /** The group, or the host where there is none. */
  readonly group: string;
  readonly product: string;
}

/** What the file holds. */
export interface LockContents {
  readonly v: 1;
  readonly clusters: readonly (LockedCluster & {readonly version: string})[];
  /** Product → version. */
  readonly releases: Readonly<Record<string, Readonly<Record<string, LockedRelease>>>>;
}

/** The builds of a version. */
export interface LockedRelease {
  /** Fingerprint of the primary key that signed it or its checksums; null where the play's checksum alone stands for it. */
  readonly signer: string | null;
  /** By platform, as the release's files name it. */
  readonly builds: Readonly<Record<string, LockedBuild>>;
}

const nothing: LockContents = {v: 1, clusters: [], releases: {}};

/** What a lock file holds; nothing where there is none. @throws VprovError when it cannot be read or understood */
export async function readLock(file: string): Promise<LockContents> {
  let text: string;
  try {
    text = (await readRegular(file, 'follow')).toString('utf8');
  } catch (error) {
    if (isMissing(error)) return nothing;
    throw refused(file, 'read', error);
  }
  const parsed = parse(text);
  if ('value' in parsed) {
    const problem = problemOf(parsed.value);
    if (problem === undefined) return parsed.value as LockContents;
    throw noLock(file, {problem}, text);
  }
  throw noLock(file, parsed, text);
}

function noLock(file: string, {problem, at, hint}: BrokenText, text: string): VprovError {
  return new VprovError(
    errorDiagnostic(releaseCodes, 'REL006', `${file} is no lock file of format 1: ${problem}`, {
      hint: hint ?? 'take the committed one back, or remove it: vprov update writes it anew',
      source: at === undefined ? undefined : {file, ...positionOf(text, at)},
    }),
  );
}

/** The line of a build in a lock file, as it is now; undefined where it is not in it. @throws VprovError */
export async function lineOfBuild(
  file: string,
  product: string,
  version: string,
  platform: string,
): Promise<number | undefined> {
  if ((await readLock(file)).releases[product]?.[version]?.builds[platform] === undefined) return undefined;
  const text = (await readRegular(file, 'follow')).toString('utf8');
  // Each name is within what the one before it begins.
  let at = 0;
  for (const name of ['releases', product, version, 'builds', platform]) at = keyAfter(text, name, at);
  return positionOf(text, at).line;
}

/**
 * Changes what is in the file now, which another vprov may have written a moment ago; it is written whole or not at all.
 * @throws VprovError when it cannot be read, understood or written
 */
export async function changeLock(
  file: string,
  change: (contents: LockContents) => LockContents,
): Promise<void> {
  for (;;) {
    const seen = stateOf(file);
    const before = await readLock(file);
    const after = change(before);
    if (textOf(after) === textOf(before)) return;
    if (await replacedUnlessMoved(file, textOf(after), seen)) return;
  }
}

/** @returns false where somebody else has written the file since it was in that state */
async function replacedUnlessMoved(file: string, text: string, seen: string | undefined): Promise<boolean> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await makeFolders(dirname(file));
    await writeFile(temporary, text);
    // Both at once, without a turn of the event loop between them: the shorter, the less another process can come between.
    if (stateOf(file) === seen) {
      renameSync(temporary, file);
      return true;
    }
    await removeIfThere(temporary);
    return false;
  } catch (error) {
    await removeIfThere(temporary);
    throw refused(file, 'written', error);
  }
}

/** Another whenever the file was replaced or written to; undefined where nothing can be said of it. */
function stateOf(file: string): string | undefined {
  try {
    const {dev, ino, size, mtimeNs, ctimeNs} = statSync(file, {bigint: true});
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    // What is wrong with it, reading says.
    if (error instanceof Error && 'syscall' in error) return undefined;
    throw error;
  }
}

/** The text of a lock file. */
export function textOf(contents: LockContents): string {
  return `${JSON.stringify(contents, undefined, 2)}\n`;
}

/** Where the folder itself is none, nothing was written into it. */
async function removeIfThere(file: string): Promise<void> {
  try {
    await rm(file, {force: true});
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
  }
}

/** Anything but a refusal of the file system is a defect, and returned as it is. */
function refused(file: string, what: 'read' | 'written', error: unknown): unknown {
  if (!(error instanceof Error && (isSystemError(error) || error instanceof IrregularFile))) return error;
  return new VprovError(
    errorDiagnostic(releaseCodes, 'REL006', `${file} cannot be ${what}: ${error.message}`, {
      hint: 'what was resolved and verified is kept there; VPROV_LOCK names another place',
    }),
  );
}

/** Where a name stands that has a colon behind it, and so is no value. */
function keyAfter(text: string, name: string, from: number): number {
  const quoted = JSON.stringify(name);
  for (let at = text.indexOf(quoted, from); at !== -1; at = text.indexOf(quoted, at + 1))
    if (/^\s*:/.test(text.slice(at + quoted.length, at + quoted.length + 16))) return at;
  return from;
}

interface BrokenText {
  readonly problem: string;
  readonly at?: number;
  readonly hint?: string;
}

function parse(text: string): {readonly value: unknown} | BrokenText {
  try {
    return {value: JSON.parse(text) as unknown};
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const conflict = text.search(/^(<{7}|={7}|>{7}|\|{7})( |\r?$)/m);
    if (conflict !== -1)
      return {
        problem: 'a merge was not finished: it has conflict markers',
        at: conflict,
        hint: 'take one side, or remove the file: vprov update and the next run write down what is missing',
      };
    const at = /at position (\d+)/.exec(error.message)?.[1];
    const end = /end of JSON/.test(error.message) ? text.length : undefined;
    const place = at === undefined ? end : Number(at);
    return {problem: 'it is no JSON', ...(place === undefined ? {} : {at: place})};
  }
}

function positionOf(text: string, at: number): {readonly line: number; readonly column: number} {
  const before = text.slice(0, at).split('\n');
  return {line: before.length, column: (before.at(-1) ?? '').length + 1};
}

type StringMap = Readonly<Record<string, unknown>>;

/** What is wrong with it, in words. */
function problemOf(contents: unknown): string | undefined {
  if (!isMap(contents)) return 'it is no object';
  const {v, clusters, releases} = contents;
  if (v !== 1) return 'v is not 1';
  if (!Array.isArray(clusters)) return 'clusters is no list';
  if (!isMap(releases)) return 'releases is no object';
  return firstOf([
    ...clusters.map((one, at) => prefixed(`clusters[${at}]`, clusterProblem(one))),
    ...Object.entries(releases).map(([name, versions]) =>
      prefixed(`releases.${name}`, within(versions, releaseProblem)),
    ),
  ]);
}

function clusterProblem(cluster: unknown): string | undefined {
  if (!isMap(cluster)) return ' is no object';
  const {inventory, group, product, version} = cluster;
  if (!Array.isArray(inventory) || !inventory.every((one) => typeof one === 'string'))
    return '.inventory is no list of files';
  if (typeof group !== 'string') return '.group is no name';
  if (typeof product !== 'string') return '.product is no name';
  // The version becomes part of a path.
  return typeof version === 'string' && isVersion(version)
    ? undefined
    : `.version is no version: ${JSON.stringify(version)}`;
}

function releaseProblem(release: unknown): string | undefined {
  if (!isMap(release)) return ' is no object';
  const {signer, builds} = release;
  if (!isSigner(signer)) return notSigner;
  return prefixed('.builds', within(builds, buildProblem));
}

const notSigner = '.signer is no fingerprint and not null';

export function isSigner(value: unknown): boolean {
  return value === null || (typeof value === 'string' && /^[0-9A-F]{40,64}$/.test(value));
}

function buildProblem(build: unknown): string | undefined {
  if (!isMap(build)) return ' is no object';
  const {archive, program, bytes, built, signer = null} = build;
  if (!isSigner(signer)) return notSigner;
  if (!isDigest(archive)) return '.archive is no SHA-256';
  if (!isDigest(program)) return '.program is no SHA-256';
  if (!Number.isSafeInteger(bytes) || (bytes as number) < 0) return '.bytes is no size';
  if (built === null) return undefined;
  return isMap(built) && areFacts(built) ? undefined : '.built does not say what it was built for';
}

export function areFacts({machine, goVersion, goArm, needs, softFloat}: StringMap): boolean {
  return (
    typeof machine === 'string' &&
    (goVersion === undefined || typeof goVersion === 'string') &&
    (goArm === undefined || Number.isSafeInteger(goArm)) &&
    (needs === undefined || typeof needs === 'string') &&
    typeof softFloat === 'boolean'
  );
}

export function isDigest(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

export function isMap(value: unknown): value is StringMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first problem of what an object holds. */
function within(map: unknown, problem: (value: unknown) => string | undefined): string | undefined {
  if (!isMap(map)) return ' is no object';
  return firstOf(Object.entries(map).map(([name, value]) => prefixed(`.${name}`, problem(value))));
}

function prefixed(where: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${where}${problem}`;
}

function firstOf(problems: readonly (string | undefined)[]): string | undefined {
  return problems.find((one) => one !== undefined);
}
