import {TransportError} from './contract.ts';
import type {ShownKey} from './known-hosts-file.ts';

/** A host's key that is not trusted (yet), and what is needed to trust it. */
export interface ShownHostKey {
  /** Of the inventory, or a host on the way to one. */
  readonly hostName: string;
  readonly address: string;
  readonly type: string;
  /** `SHA256:…` as OpenSSH shows it. */
  readonly fingerprint: string;
  /** The keys that are trusted instead: `TYPE FINGERPRINT`. None: the host was not known. */
  readonly known: readonly string[];
  readonly key: ShownKey;
  /** The file of known hosts that it belongs in. */
  readonly file: string | undefined;
}

export class HostKeyError extends TransportError {
  readonly shown: ShownHostKey;

  constructor(message: string, hint: string, shown: ShownHostKey) {
    super('host-key', message, hint);
    this.shown = shown;
  }
}

/** The error about a key within another, be it of the host or of one on the way. */
export function hostKeyErrorIn(error: unknown): HostKeyError | undefined {
  if (error instanceof HostKeyError) return error;
  return error instanceof TransportError && error.cause !== undefined
    ? hostKeyErrorIn(error.cause)
    : undefined;
}
