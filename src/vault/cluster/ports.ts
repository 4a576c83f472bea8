import type {SealedFiles} from '../../resources/index.ts';
import type {Forwarder} from '../../transport/index.ts';

/** What a procedure on a cluster sees of the world; the ports of an action are such. */
export interface ClusterPorts extends Forwarder {
  readonly sealed: SealedFiles;
  readonly signal: AbortSignal;
  /** Waits, unless it is interrupted. */
  sleep(milliseconds: number): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Text for people about long work. Never a secret. */
  progress(message: string): void;
}

/** Why a procedure could not go on. */
export interface Stuck {
  readonly problem: string;
  readonly hint?: string;
  /** What the server's unit had to say since it was started. */
  readonly lastWords?: string;
}

/** What starts a member's server. */
export interface ServerUnit {
  /** Restarts it. Resolves with what went wrong. */
  restart(): Promise<Stuck | undefined>;
  /** The same trouble, with the unit's last words since then. */
  explained(stuck: Stuck): Promise<Stuck>;
}
