import {join} from 'node:path';
import type {Diagnostic, Source} from '../errors/index.ts';
import type {Architecture} from './architecture.ts';
import {type CachedProgram, releaseFolder} from './cache.ts';
import {KeyFiles} from './key-files.ts';
import {ReleaseLock} from './lock.ts';
import {platformOf, productOf, refuseUnfit} from './mistakes.ts';
import type {Product} from './products.ts';
import {fitOf, type ProgramFacts} from './program.ts';
import {type ProductBuild, ProgramCache, publishedDigest} from './program-cache.ts';
import type {AskedRelease, Build, Cluster, KnownProgram, ReleaseRequest, Telling} from './request.ts';
import {ClusterVersions} from './versions.ts';

/** Longest silence of a release site. */
const usualSilenceMs = 60_000;

interface Promised {
  readonly build: ProductBuild;
  /** What is known of it. */
  readonly expected: Omit<CachedProgram, 'file'>;
}

/**
 * The releases of a run: which version a cluster runs, and the programs of it, from the lock file, the cache, what is
 * built in, and only then from the release site.
 */
export class ReleaseStore {
  readonly #cache: string;
  readonly #lock: ReleaseLock;
  readonly #versions: ClusterVersions;
  readonly #directory: string;
  readonly #keys: KeyFiles;
  readonly #programs: ProgramCache;
  /** By file: programs that are known by their digest and need not be in the cache yet. */
  readonly #promised = new Map<string, Promised>();
  readonly #noted = new Set<string>();
  readonly #asked = new Map<string, AskedRelease>();

  constructor(options: {
    /** The folder of all releases. */
    readonly cache: string;
    readonly lockFile: string;
    /** Relative to the lock file's folder. */
    readonly inventory: readonly string[];
    /** What a mirror's or key's path is relative to. */
    readonly directory: string;
    /** Milliseconds since the epoch. */
    readonly now: () => number;
    /** `auto` is resolved anew, whatever the lock file says. */
    readonly movesAuto?: boolean;
    /** Longest silence of a release site, 60 s where nobody says. */
    readonly silenceMs?: number;
  }) {
    this.#cache = options.cache;
    this.#lock = new ReleaseLock(options.lockFile);
    this.#versions = new ClusterVersions(this.#lock, options.inventory, options.movesAuto === true);
    this.#directory = options.directory;
    this.#keys = new KeyFiles(options.directory);
    this.#programs = new ProgramCache({
      cache: options.cache,
      directory: options.directory,
      keys: this.#keys,
      lock: this.#lock,
      now: () => new Date(options.now()),
      silenceMs: options.silenceMs ?? usualSilenceMs,
    });
  }

  /** What `auto` came to, in words. */
  get resolutions(): readonly string[] {
    return this.#versions.resolutions;
  }

  /** What could not be resolved, for hosts of which nobody says what they are. */
  get unclear(): readonly Diagnostic[] {
    return this.#versions.unclear;
  }

  get asked(): readonly AskedRelease[] {
    return [...this.#asked.values()];
  }

  /**
   * The version for a cluster. Asks no network.
   * @param source of the version, for messages
   * @throws VprovError when some host cannot run it, UnknownRead when not enough is known yet
   */
  async resolve(request: ReleaseRequest, cluster: Cluster, source: Source | undefined): Promise<string> {
    const product = this.#productOf(request, source);
    await this.#keys.check(request, source);
    const version = await this.#versions.resolve(request, product, cluster, source);
    this.#note(request, cluster, version, source);
    return version;
  }

  #note(request: ReleaseRequest, cluster: Cluster, version: string, source: Source | undefined): void {
    const product = this.#productOf(request, source);
    const {hosts} = cluster;
    const needs = request.program ? hosts : [];
    this.#asked.set(`${product.name} ${version} ${cluster.name} ${request.program}`, {
      name: `${product.name} ${version}`,
      cluster: cluster.name,
      source,
      architectures: [...new Set(needs.flatMap(({architecture}) => architecture ?? []))],
      open: needs.flatMap(({host, architecture}) => (architecture === undefined ? [host] : [])),
      keep: () => this.keep(request, cluster, version),
      fetch: async (architecture, telling, signal) => {
        const build = {request, version, architecture, source};
        const {sha256 = '', sizeBytes = 0} = await this.obtain(build, telling, signal, true);
        return `in the cache, ${Math.ceil(sizeBytes / 1024 ** 2)} MiB, SHA-256 ${sha256}`;
      },
    });
  }

  /** Writes down what `auto` stands for from now on. */
  async keep(request: ReleaseRequest, cluster: Cluster, version: string): Promise<void> {
    await this.#versions.keep(request, cluster, version);
  }

  /**
   * What is known of a program without the network.
   * @param by `lock`: only what is written down, which is quick; `cache`: or what is proved anew by what the cache keeps
   * @throws VprovError when it is known not to run there
   */
  async known(asked: Build, by: 'lock' | 'cache'): Promise<KnownProgram> {
    const {request, version, architecture, source} = asked;
    const product = this.#productOf(request, source);
    const platform = platformOf(product, architecture, source);
    const build = {...asked, product};
    const file = join(releaseFolder(build, this.#cache), product.program);
    const locked = await this.#locked(build, platform);
    const found = locked ?? (by === 'cache' ? await this.#programs.proved(build) : undefined);
    if (!found) return {file, ...publishedDigest(build)};
    const {sha256, sizeBytes, archiveSha256, built} = found;
    refuseUnfit(request, `${product.name} ${version} (${platform})`, built, architecture, source);
    this.#promised.set(file, {build, expected: found});
    return {file, sha256, sizeBytes, archiveSha256};
  }

  /** As the lock file has it. What a play gives the checksum of is what the play says, whatever was locked before. */
  async #locked(
    {request: {download}, product, version, architecture}: ProductBuild,
    platform: string,
  ): Promise<Omit<CachedProgram, 'file'> | undefined> {
    const locked = await this.#lock.build(product.name, version, platform);
    if (!locked) return undefined;
    const {archive, program, bytes, built, signer} = locked;
    const isOther =
      download !== undefined &&
      (archive !== download.checksums[architecture] || (download.signature !== undefined && signer === null));
    return isOther ? undefined : {sha256: program, sizeBytes: bytes, archiveSha256: archive, built, signer};
  }

  /**
   * The same, fetched into the cache where its digest is not known otherwise, and written down in the lock file.
   * @param always whatever is known, it is in the cache afterwards
   * @throws VprovError when it cannot be had
   */
  async obtain(asked: Build, telling: Telling, signal: AbortSignal, always = false): Promise<KnownProgram> {
    const {request, version, architecture, source} = asked;
    const known = await this.known(asked, 'lock');
    const product = this.#productOf(request, source);
    const platform = platformOf(product, architecture, source);
    const build = {...asked, product};
    const locked = await this.#locked(build, platform);
    const proved = locked ? undefined : await this.#programs.proved(build);
    const expected = locked ?? publishedDigest(build);
    const isAtHand = locked ? !always : proved !== undefined;
    if (locked && isAtHand) await this.#programs.checkSize(build, locked);
    const fetched = isAtHand ? proved : await this.#programs.fetched(build, expected, telling, signal);
    if (!locked && fetched) {
      const {sha256, sizeBytes, archiveSha256, signer, built} = fetched;
      const found = {archive: archiveSha256, program: sha256, bytes: sizeBytes, built};
      await this.#lock.keepBuild(product.name, version, platform, found, signer);
    }
    const built = (locked ?? fetched)?.built ?? null;
    this.#tellUnsure(`${product.name} ${version} (${platform})`, built, architecture, telling);
    return locked ? known : this.known(asked, 'lock');
  }

  /**
   * Makes sure that a promised program is in the cache, and of its compressed form beside it, made once for all hosts.
   * @returns the compressed file; undefined for a file that is none of ours
   */
  async provide(file: string, telling: Telling, signal: AbortSignal): Promise<string | undefined> {
    const promised = this.#promised.get(file);
    if (!promised) return undefined;
    const {build, expected} = promised;
    const {sha256} = await this.#programs.fetched(build, expected, telling, signal);
    return this.#programs.compressed(file, sha256, build, telling);
  }

  #productOf(request: ReleaseRequest, source: Source | undefined): Product {
    return productOf(request, this.#directory, source);
  }

  #tellUnsure(name: string, built: ProgramFacts | null, architecture: Architecture, telling: Telling): void {
    const fit = fitOf(built ?? undefined, architecture);
    if (fit.fits !== 'cannot-tell' || this.#noted.has(name)) return;
    this.#noted.add(name);
    telling.note(
      `cannot tell whether ${name} runs on ${architecture}: ${fit.reason}; trying it on the host will`,
    );
  }
}
