import {type Diagnostic, type Source, VprovError} from '../errors/index.ts';
import {knownBrokenBuilds} from './broken.ts';
import type {ReleaseLock} from './lock.ts';
import type {LockedCluster} from './lock-file.ts';
import {unclear, wrong} from './mistakes.ts';
import type {Product} from './products.ts';
import type {Cluster, ReleaseRequest} from './request.ts';
import {inWords, type Member, resolveVersion} from './resolve.ts';
import {isVersion} from './version.ts';

/** Publishers leave these out without a word. */
const rare: ReadonlySet<string> = new Set(['armv6l', 'armv7l', 'i686']);

/** Which version each cluster runs: by the play, or for `auto` by the lock file, and only then by what is known. */
export class ClusterVersions {
  readonly #lock: ReleaseLock;
  readonly #inventory: readonly string[];
  readonly #movesAuto: boolean;
  readonly #told = new Map<string, string>();
  readonly #unclear = new Map<string, Error>();

  /**
   * @param inventory relative to the lock file's folder
   * @param movesAuto `auto` is resolved anew, whatever the lock file says
   */
  constructor(lock: ReleaseLock, inventory: readonly string[], movesAuto: boolean) {
    this.#lock = lock;
    this.#inventory = inventory;
    this.#movesAuto = movesAuto;
  }

  /** What `auto` came to, in words. */
  get resolutions(): readonly string[] {
    return [...this.#told.values()];
  }

  /** Clusters whose version depends on hosts of which nothing is known. */
  get unclear(): readonly Diagnostic[] {
    const errors = [...this.#unclear.values()];
    return errors.flatMap((error) => (error instanceof VprovError ? error.diagnostics : []));
  }

  /**
   * The version for a cluster. Asks no network.
   * @param source of the version, for messages
   * @throws VprovError when some host cannot run it, UnknownRead when not enough is known yet
   */
  async resolve(
    request: ReleaseRequest,
    product: Product,
    cluster: Cluster,
    source: Source | undefined,
  ): Promise<string> {
    const {version} = request;
    if (!request.download && version !== 'auto' && !isVersion(version))
      throw wrong(
        'REL002',
        `'${version}' is no version of ${product.name}`,
        source,
        'for example 2.6.2, or auto',
      );
    await this.#lock.check();
    const members = cluster.hosts.filter((one): one is Member => one.architecture !== undefined);
    const broken = [...(request.deny ?? []), ...knownBrokenBuilds];
    const locked =
      version === 'auto' && !this.#movesAuto
        ? await this.#lock.versionOf(this.#clusterOf(request, cluster))
        : undefined;
    if (version === 'auto' && locked === undefined && members.length < cluster.hosts.length) {
      const {openBecause: _, ...asItIs} = cluster;
      this.#unclear.set(`${product.name} ${cluster.name}`, unclear(asItIs, product, source));
      throw unclear(cluster, product, source);
    }
    const resolution = resolveVersion({product, version: locked ?? version, members, broken});
    if (resolution.type === 'refused') {
      const hint =
        locked === undefined
          ? resolution.hint
          : `vprov.lock has it so: vprov update moves it, or ${resolution.hint}`;
      throw wrong('REL003', resolution.message, source, hint);
    }
    if (version === 'auto') this.#tell(product, cluster, resolution.version, locked !== undefined);
    else if (!request.download) await this.#tellUncertain(product, cluster, members, version);
    return resolution.version;
  }

  #tell({name}: Product, cluster: Cluster, version: string, isLocked: boolean): void {
    const from = isLocked ? 'as vprov.lock has it' : 'the newest that is known to run on all of its hosts';
    this.#told.set(`${name} ${cluster.name}`, `${name} for ${cluster.name}: auto is ${version}, ${from}`);
  }

  /** A version that is named, and of which nobody here knows whether there is a build for 32-bit machines. */
  async #tellUncertain(
    product: Product,
    {name}: Cluster,
    members: readonly Member[],
    version: string,
  ): Promise<void> {
    const unsure: Member[] = [];
    for (const member of members) {
      const platform = product.platforms[member.architecture];
      if (platform === undefined || !rare.has(member.architecture)) continue;
      const isKnown =
        product.builds.get(version)?.has(platform) ||
        (await this.#lock.build(product.name, version, platform)) !== undefined;
      if (!isKnown) unsure.push(member);
    }
    if (unsure.length === 0) return;
    const key = `${product.name} ${version} for ${name}`;
    const words = `it is not known here whether there is a build for ${inWords(unsure)}; its list of checksums will tell`;
    this.#told.set(key, `${key}: ${words}`);
  }

  /** Writes down what `auto` stands for from now on. */
  async keep(request: ReleaseRequest, cluster: Cluster, version: string): Promise<void> {
    if (request.version === 'auto') await this.#lock.keepVersion(this.#clusterOf(request, cluster), version);
  }

  #clusterOf({product}: ReleaseRequest, {name}: Cluster): LockedCluster {
    return {inventory: this.#inventory, group: name, product};
  }
}
