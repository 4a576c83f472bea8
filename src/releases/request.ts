import type {Source} from '../errors/index.ts';
import type {Architecture} from './architecture.ts';
import type {BrokenBuild} from './broken.ts';
import type {DownloadRequest} from './files.ts';

/** What is wanted of a product, as a task says it. */
export interface ReleaseRequest {
  readonly product: string;
  /** `auto`: the newest that runs on all hosts of the cluster. */
  readonly version: string;
  /** The inventory group whose members run one version; without it the host is alone. */
  readonly group?: string;
  /** Instead of the product's own site; a folder is relative to the playbook. */
  readonly site?: string;
  /** Where it comes from when it is no product that is known here. */
  readonly download?: DownloadRequest;
  /** Armoured public keys to trust beside those that are known. */
  readonly keyFile?: string;
  /** Where the play names it, for messages. */
  readonly keySource?: Source | undefined;
  readonly allowExpiredKey?: boolean;
  /** Look into the program, whether it is built for the host; true where nobody says. */
  readonly inspect?: boolean;
  /** Versions not to be taken, beyond those that are known to be broken. */
  readonly deny?: readonly BrokenBuild[];
  /** The program is wanted too, and not only its version. */
  readonly program: boolean;
}

/** A build that a task needs. */
export interface Build {
  readonly request: ReleaseRequest;
  /** What the request's version came to. */
  readonly version: string;
  readonly architecture: Architecture;
  /** Of the version, for messages. */
  readonly source: Source | undefined;
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
