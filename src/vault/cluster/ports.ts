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
}
