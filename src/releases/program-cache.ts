import {type BuildName, type CachedProgram, releaseFolder} from './cache.ts';
import {compressed} from './compress.ts';
import type {KeyFiles} from './key-files.ts';
import type {ReleaseLock} from './lock.ts';
import {checkLockedSize} from './locked.ts';
import {troubleOf} from './mistakes.ts';
import {obtainProgram, provedInCache} from './obtain.ts';
import type {Product} from './products.ts';
import type {Build, Telling} from './request.ts';
import {absoluteAddress} from './site.ts';
import {ReleaseTrouble} from './trouble.ts';

/** A build, and the product that its request asks for. */
export interface ProductBuild extends Build {
  readonly product: Product;
}

interface Surroundings {
  /** The folder of all releases. */
  readonly cache: string;
  /** What a mirror's path is relative to. */
  readonly directory: string;
  readonly keys: KeyFiles;
  readonly lock: ReleaseLock;
  readonly now: () => Date;
  /** Longest silence of a release site. */
  readonly silenceMs: number;
}

/** The programs in the cache: what is done about each is done once for all hosts of a run, and what failed has failed for all. */
export class ProgramCache {
  readonly #around: Surroundings;
  readonly #proving = new Map<string, Promise<CachedProgram | ReleaseTrouble | undefined>>();
  readonly #fetching = new Map<string, Promise<CachedProgram>>();
  readonly #checking = new Map<string, Promise<void>>();
  readonly #compressing = new Map<string, Promise<string>>();
  /** By folder, the last who writes there. */
  readonly #busy = new Map<string, Promise<unknown>>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** What is in the cache, when those whom the request trusts stand for it. @throws VprovError */
  async proved(build: ProductBuild): Promise<CachedProgram | undefined> {
    const {request, product, version, architecture, source} = build;
    const {cache, keys, now, silenceMs} = this.#around;
    const {keyFile, allowExpiredKey} = request;
    const key = JSON.stringify([releaseFolder(build, cache), architecture, keyFile, allowExpiredKey]);
    const proving = once(this.#proving, key, async () => {
      const trust = await keys.trustFor(request, product, source);
      const wanted = {product, version, architecture, trust, ...publishedDigest(build)};
      return provedInCache(wanted, {cache, now, silenceMs, signal: new AbortController().signal});
    });
    const found = await proving.catch((error: unknown) => this.#fail(error, build));
    // What is wrong with it is told when it has to be fetched anew and cannot be.
    return found instanceof ReleaseTrouble ? undefined : found;
  }

  /** Fetches it, unless what is there is as good. @param expected what is known of it @throws VprovError */
  fetched(
    build: ProductBuild,
    expected: Partial<CachedProgram>,
    telling: Telling,
    signal: AbortSignal,
  ): Promise<CachedProgram> {
    const folder = releaseFolder(build, this.#around.cache);
    // Another play may trust somebody else.
    const {site, keyFile, allowExpiredKey, inspect} = build.request;
    const key = JSON.stringify([folder, build.architecture, site, keyFile, allowExpiredKey, inspect]);
    return once(this.#fetching, key, () => {
      // One build may serve several architectures: two never write the same files at a time.
      const before = (this.#busy.get(folder) ?? Promise.resolve()).then(
        () => undefined,
        () => undefined,
      );
      const fetching = this.#fetch(build, expected, before, telling, signal).catch((error: unknown) =>
        this.#fail(error, build),
      );
      this.#busy.set(folder, fetching);
      return fetching;
    });
  }

  async #fetch(
    {request, product, version, architecture, source}: ProductBuild,
    {archiveSha256, sha256, sizeBytes, signer, built}: Partial<CachedProgram>,
    before: Promise<void>,
    telling: Telling,
    signal: AbortSignal,
  ): Promise<CachedProgram> {
    const {cache, directory, keys, now, silenceMs} = this.#around;
    const {site, inspect} = request;
    const [trust] = await Promise.all([keys.trustFor(request, product, source), before]);
    return obtainProgram(
      {
        ...{product, version, architecture, trust},
        ...(site === undefined ? {} : {site: absoluteAddress(site, directory)}),
        ...(archiveSha256 === undefined ? {} : {archiveSha256}),
        ...(sha256 === undefined ? {} : {programSha256: sha256}),
        ...(sizeBytes === undefined ? {} : {programBytes: sizeBytes}),
        ...(signer === undefined ? {} : {signer}),
        ...(built === undefined ? {} : {built}),
        ...(inspect === undefined ? {} : {inspect}),
      },
      {
        ...{cache, signal, now, silenceMs},
        onProgress: (done, total) => telling.progress(`fetching ${product.name} ${version}`, done, total),
      },
    );
  }

  /** @throws VprovError where the lock file has another size than the program in the cache */
  checkSize(build: ProductBuild, {sha256, sizeBytes}: Omit<CachedProgram, 'file'>): Promise<void> {
    const {cache} = this.#around;
    const locked = {programSha256: sha256, programBytes: sizeBytes};
    return once(this.#checking, JSON.stringify([releaseFolder(build, cache), locked]), () =>
      checkLockedSize(build, locked, cache).catch((error: unknown) => this.#fail(error, build)),
    );
  }

  /** The compressed form of a program that is in the cache, beside it. @throws VprovError */
  compressed(file: string, sha256: string, build: ProductBuild, telling: Telling): Promise<string> {
    return once(this.#compressing, file, () =>
      compressed(file, sha256, telling).catch((error: unknown) => this.#fail(error, build)),
    );
  }

  /** @throws VprovError for what keeps a build from being had, with the lock file's entry where it is that which is not so */
  async #fail(error: unknown, {product, version, architecture, source}: ProductBuild): Promise<never> {
    const {cache, lock} = this.#around;
    const platform = product.platforms[architecture];
    const isOfLock = error instanceof ReleaseTrouble && error.isOfLock && platform !== undefined;
    const entry = isOfLock ? await lock.entryInWords(product.name, version, platform) : undefined;
    throw troubleOf(error, `${product.name} ${version} for ${architecture}`, cache, source, entry);
  }
}

/** That of the archive, where it is built in or stands in the play. */
export function publishedDigest({product, version, architecture}: BuildName): {archiveSha256?: string} {
  const archiveSha256 = product.builds.get(version)?.get(product.platforms[architecture] ?? '');
  return archiveSha256 === undefined ? {} : {archiveSha256};
}

function once<T>(begun: Map<string, Promise<T>>, key: string, begin: () => Promise<T>): Promise<T> {
  const known = begun.get(key) ?? begin();
  begun.set(key, known);
  return known;
}
