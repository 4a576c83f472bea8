import {
  changeLock,
  type LockContents,
  type LockedBuild,
  type LockedCluster,
  lineOfBuild,
  readLock,
  textOf,
} from './lock-file.ts';

/** `vprov.lock`: what was resolved and verified once, and holds until somebody moves it. Format 1: docs/releases.md. */
export class ReleaseLock {
  readonly #file: string;
  /** What holds for this run, whoever else moves the file meanwhile. */
  #contents: Promise<LockContents> | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** Whether or not anything in it is needed: a run will want to write into it. @throws VprovError when it cannot be understood */
  async check(): Promise<void> {
    await this.#read();
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
  ): Promise<Required<LockedBuild> | undefined> {
    const release = (await this.#read()).releases[product]?.[version];
    const build = release?.builds[platform];
    return release && build && {signer: release.signer, ...build};
  }

  /** Where a build stands in the file now, for messages; undefined where it does not. */
  async entryInWords(product: string, version: string, platform: string): Promise<string | undefined> {
    const line = await lineOfBuild(this.#file, product, version, platform);
    return line === undefined
      ? undefined
      : `the entry ${platform} of ${product} ${version} (${this.#file}:${line})`;
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
      const release = versions[version];
      const others = without(release?.builds ?? {}, platform);
      // Whoever stands for the first build, or for the only one, stands for the version.
      const first = release && Object.keys(others).length > 0 ? release.signer : signer;
      const builds = {...others, [platform]: first === signer ? build : {...build, signer}};
      return {
        ...contents,
        releases: ordered({
          ...contents.releases,
          [product]: ordered({...versions, [version]: {signer: first, builds: ordered(builds)}}),
        }),
      };
    });
  }

  #read(): Promise<LockContents> {
    this.#contents ??= readLock(this.#file);
    return this.#contents;
  }

  /** What is there already is not written again; what another vprov has written since stays. */
  async #change(change: (contents: LockContents) => LockContents): Promise<void> {
    const before = this.#read();
    const after = before.then(change);
    this.#contents = after;
    const [old, contents] = await Promise.all([before, after]);
    if (textOf(contents) !== textOf(old)) await changeLock(this.#file, change);
  }
}

function isSame(a: LockedCluster, b: LockedCluster): boolean {
  return a.product === b.product && a.group === b.group && a.inventory.join('\0') === b.inventory.join('\0');
}

function sorted(clusters: LockContents['clusters']): LockContents['clusters'] {
  const key = (one: LockedCluster): string => [...one.inventory, one.group, one.product].join('\0');
  return clusters.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function ordered<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function without<T>(record: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}
