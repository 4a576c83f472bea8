import {randomBytes} from 'node:crypto';
import {mkdir, readFile, rename, writeFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import {errorDiagnostic, VprovError} from '../errors/index.ts';
import {releaseCodes} from './codes.ts';
import type {ProgramFacts} from './program.ts';

/** One build of a release as it was verified. */
export interface LockedBuild {
  /** SHA-256 of the archive, as it is signed or as the play has it. */
  readonly archive: string;
  /** SHA-256 and size of the program in it. */
  readonly program: string;
  readonly bytes: number;
  /** What the program says that it was built for. */
  readonly built: ProgramFacts | null;
}

/** Whose version `auto` stands for. */
export interface LockedCluster {
  /** Its files, relative to the folder of the lock file. */
  readonly inventory: readonly string[];
  /** The group, or the host where there is none. */
  readonly group: string;
  readonly product: string;
}

interface Contents {
  readonly v: 1;
  readonly clusters: readonly (LockedCluster & {readonly version: string})[];
  /** Product → version. */
  readonly releases: Readonly<Record<string, Readonly<Record<string, LockedRelease>>>>;
}

interface LockedRelease {
  /** Fingerprint of the primary key that signed it or its checksums; null where the play's checksum alone stands for it. */
  readonly signer: string | null;
  /** By platform, as the release's files name it. */
  readonly builds: Readonly<Record<string, LockedBuild>>;
}

const nothing: Contents = {v: 1, clusters: [], releases: {}};

/** `vprov.lock`: what was resolved and verified once, and holds until somebody moves it. Format 1: docs/releases.md. */
export class ReleaseLock {
  readonly #file: string;
  #contents: Promise<Contents> | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** @throws VprovError when the file cannot be understood */
  async versionOf(cluster: LockedCluster): Promise<string | undefined> {
    return (await this.#read()).clusters.find((one) => isSame(one, cluster))?.version;
  }

  /** @throws VprovError when the file cannot be understood */
  async build(
    product: string,
    version: string,
    platform: string,
  ): Promise<(LockedBuild & Pick<LockedRelease, 'signer'>) | undefined> {
    const release = (await this.#read()).releases[product]?.[version];
    const build = release?.builds[platform];
    return release && build && {...build, signer: release.signer};
  }

  /** Keeps the version of a cluster. */
  async keepVersion(cluster: LockedCluster, version: string): Promise<void> {
    await this.#change((contents) => ({
      ...contents,
      clusters: sorted([...contents.clusters.filter((one) => !isSame(one, cluster)), {...cluster, version}]),
    }));
  }

  /** Keeps what a build was found to be. */
  async keepBuild(
    product: string,
    version: string,
    platform: string,
    build: LockedBuild,
    signer: string | null,
  ): Promise<void> {
    await this.#change((contents) => {
      const versions = contents.releases[product] ?? {};
      const builds = {...versions[version]?.builds, [platform]: build};
      return {
        ...contents,
        releases: ordered({
          ...contents.releases,
          [product]: ordered({...versions, [version]: {signer, builds: ordered(builds)}}),
        }),
      };
    });
  }

  #read(): Promise<Contents> {
    this.#contents ??= readContents(this.#file);
    return this.#contents;
  }

  /** One change after the other; what is there already is not written again. */
  #change(change: (contents: Contents) => Contents): Promise<void> {
    const before = this.#read();
    const after = before.then(change);
    this.#contents = after;
    return Promise.all([before, after]).then(async ([old, contents]) => {
      const text = textOf(contents);
      if (text !== textOf(old)) await write(this.#file, text);
    });
  }
}

function isSame(a: LockedCluster, b: LockedCluster): boolean {
  return a.product === b.product && a.group === b.group && a.inventory.join('\0') === b.inventory.join('\0');
}

function sorted(clusters: Contents['clusters']): Contents['clusters'] {
  const key = (one: LockedCluster): string => [...one.inventory, one.group, one.product].join('\0');
  return clusters.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function ordered<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function textOf(contents: Contents): string {
  return `${JSON.stringify(contents, undefined, 2)}\n`;
}

async function write(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(file), {recursive: true});
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new VprovError(
      errorDiagnostic(releaseCodes, 'REL006', `${file} cannot be written: ${error.message}`, {
        hint: 'what was resolved and verified is kept there; VPROV_LOCK names another place',
      }),
    );
  }
}

async function readContents(file: string): Promise<Contents> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return nothing;
    throw error;
  }
  try {
    const contents = JSON.parse(text) as Partial<Contents> | null;
    if (contents?.v === 1 && Array.isArray(contents.clusters) && typeof contents.releases === 'object')
      return contents as Contents;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new VprovError(
    errorDiagnostic(releaseCodes, 'REL006', `${file} is no lock file of format 1`, {
      hint: 'take the committed one back, or remove it: vprov update writes it anew',
    }),
  );
}
