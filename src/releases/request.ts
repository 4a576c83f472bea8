import type {Source} from '../errors/index.ts';
import type {Architecture} from './architecture.ts';
import type {BrokenBuild} from './broken.ts';

/** What is wanted of a product, as a task says it. */
export interface ReleaseRequest {
  readonly product: string;
  readonly version: string;
  readonly group?: string;
  readonly site?: string;
  readonly keyFile?: string;
  readonly allowExpiredKey?: boolean;
  readonly inspect?: boolean;
  readonly deny?: readonly BrokenBuild[];
  /** The program is wanted too, and not only its version. */
  readonly program: boolean;
}

/** A host of the cluster, of which the architecture may not be known yet. */
export interface ClusterHost {
  readonly host: string;
  readonly architecture?: Architecture;
  readonly cpu?: string;
}

/** The hosts that run one version. */
export interface Cluster {
  /** The group, or the host that is alone. */
  readonly name: string;
  readonly hosts: readonly ClusterHost[];
  /** Why nothing is known of some of them yet; undefined: nothing more will be. */
  readonly openBecause?: string;
}

/** A program as far as it is known without fetching it. */
export interface KnownProgram {
  /** Where it is in the cache, or will be. */
  readonly file: string;
  readonly sha256?: string;
  readonly sizeBytes?: number;
  readonly archiveSha256?: string;
}

/** What validation came by: a release for a cluster, which may be fetched beforehand. */
export interface AskedRelease {
  /** `vault 1.21.1`. */
  readonly name: string;
  readonly cluster: string;
  readonly source: Source | undefined;
  /** Of the hosts that need the program; empty where only the version was asked for. */
  readonly architectures: readonly Architecture[];
  /** Hosts of which it is not known. */
  readonly open: readonly string[];
  /** Writes down what `auto` stands for. */
  keep(): Promise<void>;
  /** Fetches the program, and writes down what it is. @returns words about it @throws VprovError */
  fetch(architecture: Architecture, telling: Telling, signal: AbortSignal): Promise<string>;
}

/** What is told while something is fetched. */
export interface Telling {
  progress(message: string, doneBytes?: number, totalBytes?: number): void;
  note(message: string): void;
}
