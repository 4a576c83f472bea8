import type {Duplex, Readable} from 'node:stream';
import type {HostTerminal, TerminalOptions} from './contract.ts';

/** A command's standard streams on a host: it writes to the command's input, reads its output, and has its errors beside. */
export interface Channel extends Duplex {
  readonly stderr: Readable;
  /** Ends it from our side, whatever the command does. */
  close(): void;
}

/** A command that runs, and its exit code when the channel is closed: undefined after a signal or a loss. */
export interface ExecChannel {
  readonly channel: Channel;
  readonly ended: Promise<number | undefined>;
}

/**
 * Why there is no channel. `full`: this connection has as many as the host allows. `prohibited`: the host forwards
 * nothing to this address. `failed`: anything else.
 */
export interface Refusal {
  readonly refused: 'full' | 'prohibited' | 'failed';
  readonly reason: string;
  /** What to do about it, where it is no setting of the host. */
  readonly hint?: string;
}

/** One way to a host that channels are opened on: an SSH connection, or none where the host is this machine. */
export interface Carrier {
  exec(command: string): Promise<ExecChannel | Refusal>;
  /** Undefined where it is not this carrier that gives people a terminal. */
  readonly terminal?: (options: TerminalOptions) => Promise<HostTerminal | Refusal>;
  /** A byte stream to an address as the host sees it. */
  forward(address: string, port: number): Promise<Duplex | Refusal>;
  /** Tells when it can no longer be used, and when all of it has ended. `lost` comes before its channels' ends. */
  watch(watcher: CarrierWatcher): void;
  /** Ends it, and gives the host time to close its side. */
  end(): void;
  /** Ends it at once. */
  destroy(): void;
}

export interface CarrierWatcher {
  lost(cause: Error | undefined): void;
  closed(): void;
}
