import {join} from 'node:path';
import type {Diagnostic, Source} from '../errors/index.ts';
import type {Architecture} from './architecture.ts';
import {type BuildName, type CachedProgram, releaseFolder} from './cache.ts';
import {compressed} from './compress.ts';
import {KeyFiles} from './key-files.ts';
import {ReleaseLock} from './lock.ts';
import {checkLockedSize} from './locked.ts';
import {platformOf, productOf, refuseUnfit, troubleOf} from './mistakes.ts';
import {obtainProgram, provedInCache} from './obtain.ts';
import type {Product} from './products.ts';
import {fitOf, type ProgramFacts} from './program.ts';
import type {AskedRelease, Build, Cluster, KnownProgram, ReleaseRequest, Telling} from './request.ts';
import {absoluteAddress} from './site.ts';
import {ReleaseTrouble} from './trouble.ts';
import {ClusterVersions} from './versions.ts';

/** Longest silence of a release site. */
const usualSilenceMs = 60_000;

interface Promised {
  readonly fetch: (telling: Telling, signal: AbortSignal) => Promise<CachedProgram>;
  /** For messages. */
  readonly what: string;
  readonly source: Source | undefined;
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
  readonly #now: () => Date;
  /** By file: programs that are known by their digest and need not be in the cache yet. */
  readonly #promised = new Map<string, Promised>();
  readonly #fetching = new Map<string, Promise<CachedProgram>>();
  readonly #checking = new Map<string, Promise<void>>();
  readonly #proving = new Map<string, Promise<CachedProgram | ReleaseTrouble | undefined>>();
  /** By folder, the last who writes there. */
  readonly #busy = new Map<string, Promise<unknown>>();
  readonly #noted = new Set<string>();
  readonly #asked = new Map<string, AskedRelease>();
  readonly #silenceMs: number;

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
    this.#silenceMs = options.silenceMs ?? usualSilenceMs;
    this.#cache = options.cache;
    this.#lock = new ReleaseLock(options.lockFile);
    this.#versions = new ClusterVersions(this.#lock, options.inventory, options.movesAuto === true);
    this.#directory = options.directory;
    this.#keys = new KeyFiles(options.directory);
    this.#now = () => new Date(options.now());
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
  async known({request, version, architecture, source}: Build, by: 'lock' | 'cache'): Promise<KnownProgram> {
    const product = this.#productOf(request, source);
    const platform = platformOf(product, architecture, source);
    const name = {product, version, architecture};
    const file = join(releaseFolder(name, this.#cache), product.program);
    const locked = await this.#locked(request, name, platform);
    const found =
      locked ?? (by === 'cache' ? await this.#proved({request, version, architecture, source}) : undefined);
    if (!found) return {file, ...publishedDigest(name)};
    const {sha256, sizeBytes, archiveSha256, built} = found;
    refuseUnfit(request, `${product.name} ${version} (${platform})`, built, architecture, source);
    this.#promised.set(file, {
      what: `${product.name} ${version} for ${architecture}`,
      source,
      fetch: (telling, signal) =>
        this.#fetch({request, version, architecture, source}, found, telling, signal),
    });
    return {file, sha256, sizeBytes, archiveSha256};
  }

  /** As the lock file has it. What a play gives the checksum of is what the play says, whatever was locked before. */
  async #locked(
    {download}: ReleaseRequest,
    {product, version, architecture}: BuildName,
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

  /** As the cache has it, when those whom the request trusts stand for it. */
  async #proved({request, version, architecture, source}: Build): Promise<CachedProgram | undefined> {
    const product = this.#productOf(request, source);
    const name = {product, version, architecture};
    const {keyFile, allowExpiredKey} = request;
    const key = JSON.stringify([releaseFolder(name, this.#cache), architecture, keyFile, allowExpiredKey]);
    const begun =
      this.#proving.get(key) ??
      this.#keys.trustFor(request, product, source).then((trust) =>
        provedInCache(
          {...name, trust, ...publishedDigest(name)},
          {
            cache: this.#cache,
            now: this.#now,
            silenceMs: this.#silenceMs,
            signal: new AbortController().signal,
          },
        ),
      );
    this.#proving.set(key, begun);
    const proved = await begun.catch((error: unknown) => {
      throw troubleOf(error, `${product.name} ${version} for ${architecture}`, this.#cache, source);
    });
    // What is wrong with it is told when it has to be fetched anew and cannot be.
    return proved instanceof ReleaseTrouble ? undefined : proved;
  }

  /**
   * The same, fetched into the cache where its digest is not known otherwise, and written down in the lock file.
   * @param always whatever is known, it is in the cache afterwards
   * @throws VprovError when it cannot be had
   */
  async obtain(build: Build, telling: Telling, signal: AbortSignal, always = false): Promise<KnownProgram> {
    const {request, version, architecture, source} = build;
    const known = await this.known(build, 'lock');
    const product = this.#productOf(request, source);
    const platform = platformOf(product, architecture, source);
    const locked = await this.#locked(request, {product, version, architecture}, platform);
    const proved = locked ? undefined : await this.#proved(build);
    const expected = locked ?? publishedDigest({product, version, architecture});
    const isAtHand = locked ? !always : proved !== undefined;
    if (locked && isAtHand) await this.#checkSize(build, locked);
    const fetched = isAtHand ? proved : await this.#fetch(build, expected, telling, signal);
    if (!locked && fetched) {
      const {sha256, sizeBytes, archiveSha256, signer, built} = fetched;
      const found = {archive: archiveSha256, program: sha256, bytes: sizeBytes, built};
      await this.#lock.keepBuild(product.name, version, platform, found, signer);
    }
    const built = (locked ?? fetched)?.built ?? null;
    this.#tellUnsure(`${product.name} ${version} (${platform})`, built, architecture, telling);
    return locked ? known : this.known(build, 'lock');
  }

  /**
   * Makes sure that a promised program is in the cache, and of its compressed form beside it, made once for all hosts.
   * @returns the compressed file; undefined for a file that is none of ours
   */
  async provide(file: string, telling: Telling, signal: AbortSignal): Promise<string | undefined> {
    const promised = this.#promised.get(file);
    if (!promised) return undefined;
    const {sha256} = await promised.fetch(telling, signal);
    const compressing =
      this.#compressing.get(file) ??
      compressed(file, sha256, telling).catch((error: unknown) => {
        throw troubleOf(error, promised.what, this.#cache, promised.source);
      });
    this.#compressing.set(file, compressing);
    return compressing;
  }

  readonly #compressing = new Map<string, Promise<string>>();

  #productOf(request: ReleaseRequest, source: Source | undefined): Product {
    return productOf(request, this.#directory, source);
  }

  /** Once for all hosts of a run, and what failed has failed for all of them. */
  #fetch(
    {request, version, architecture, source}: Build,
    {
      archiveSha256,
      sha256,
      sizeBytes,
      signer,
      built,
    }: {readonly archiveSha256?: string} & Partial<CachedProgram>,
    telling: Telling,
    signal: AbortSignal,
  ): Promise<CachedProgram> {
    const product = this.#productOf(request, source);
    const name = {product, version, architecture};
    const folder = releaseFolder(name, this.#cache);
    // Another play may trust somebody else.
    const {site, keyFile, allowExpiredKey, inspect} = request;
    const key = JSON.stringify([folder, architecture, site, keyFile, allowExpiredKey, inspect]);
    const begun = this.#fetching.get(key);
    if (begun) return begun;
    // One build may serve several architectures: two never write the same files at a time.
    const before = (this.#busy.get(folder) ?? Promise.resolve()).then(
      () => undefined,
      () => undefined,
    );
    const fetching = Promise.all([this.#keys.trustFor(request, product, source), before])
      .then(([trust]) =>
        obtainProgram(
          {
            ...name,
            trust,
            ...(site === undefined ? {} : {site: absoluteAddress(site, this.#directory)}),
            ...(archiveSha256 === undefined ? {} : {archiveSha256}),
            ...(sha256 === undefined ? {} : {programSha256: sha256}),
            ...(sizeBytes === undefined ? {} : {programBytes: sizeBytes}),
            ...(signer === undefined ? {} : {signer}),
            ...(built === undefined ? {} : {built}),
            ...(inspect === undefined ? {} : {inspect}),
          },
          {
            cache: this.#cache,
            signal,
            now: this.#now,
            silenceMs: this.#silenceMs,
            onProgress: (done, total) => telling.progress(`fetching ${product.name} ${version}`, done, total),
          },
        ),
      )
      .catch(async (error: unknown) => {
        const entry = await this.#entryOf(error, name);
        throw troubleOf(error, `${product.name} ${version} for ${architecture}`, this.#cache, source, entry);
      });
    this.#fetching.set(key, fetching);
    this.#busy.set(folder, fetching);
    return fetching;
  }

  /** Once for all hosts of a run. @throws VprovError where the lock file has another size than the program in the cache */
  async #checkSize(
    {request, version, architecture, source}: Build,
    {sha256, sizeBytes}: Omit<CachedProgram, 'file'>,
  ): Promise<void> {
    const name = {product: this.#productOf(request, source), version, architecture};
    const locked = {programSha256: sha256, programBytes: sizeBytes};
    const key = JSON.stringify([releaseFolder(name, this.#cache), locked]);
    const checking =
      this.#checking.get(key) ??
      checkLockedSize(name, locked, this.#cache).catch(async (error: unknown) => {
        const what = `${name.product.name} ${version} for ${architecture}`;
        throw troubleOf(error, what, this.#cache, source, await this.#entryOf(error, name));
      });
    this.#checking.set(key, checking);
    await checking;
  }

  /** Of the lock file, in words, where what is wrong is that something is not as it says. */
  async #entryOf(error: unknown, {product, version, architecture}: BuildName): Promise<string | undefined> {
    const platform = product.platforms[architecture];
    if (!(error instanceof ReleaseTrouble && error.isOfLock) || platform === undefined) return undefined;
    return this.#lock.entryInWords(product.name, version, platform);
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

/** That of the archive, where it is built in or stands in the play. */
function publishedDigest({product, version, architecture}: BuildName): {archiveSha256?: string} {
  const archiveSha256 = product.builds.get(version)?.get(product.platforms[architecture] ?? '');
  return archiveSha256 === undefined ? {} : {archiveSha256};
}
