import type {Secret} from '../text/index.ts';
import type {BecomeMeans} from './become.ts';
import type {Carrier} from './carrier.ts';
import {TransportError} from './contract.ts';
import {abortedError} from './failures.ts';

/** How long the host may take to close its side of the connection. */
const closeGraceMs = 500;

/** As many connections as a host with `MaxSessions 1` can need: for a few users, an upload, a relay and a kill. */
const mostLines = 8;

/** One of the connections to a host, and the sessions (exec channels) open in it. */
export interface Line {
  readonly carrier: Carrier;
  openChannels: number;
  /** Asked for, and not answered yet. */
  openingChannels: number;
  /** The most that were open at once so far. */
  mostOpenChannels: number;
}

/** A host that is logged in to, and what all that run over the connection need to know. */
export interface Link {
  /** The first connection, for what is no session: `MaxSessions` does not count forwards. */
  readonly first: Carrier;
  /** All connections, oldest first. */
  readonly lines: readonly Line[];
  readonly hostName: string;
  /** The host, and whoever is on the way to it. */
  readonly way: string;
  readonly loginUser: string;
  readonly becomePassword: Secret | undefined;
  readonly become: BecomeMeans;
  /** What sessions, and becoming another user, have taught so far. */
  readonly learned: {
    /** A shell of ours has run here. */
    hasShell: boolean;
    /** The program that does it insists on a terminal. */
    needsTerminal: boolean;
    /** The password was refused: it is not sent again, as that may lock the account. */
    refusedPassword: TransportError | undefined;
  };
  /** Longest time until a channel answers. */
  readonly timeoutMs: number;
  /** Aborts the opening of sessions, as it did the connecting. */
  readonly signal: AbortSignal;
  /** Why the connection is no more; undefined while it is. */
  lost(): TransportError | undefined;
  /** How many channels a connection may have, as far as is known: infinite until one was refused. */
  mostChannels(): number;
  learnMostChannels(most: number): void;
  /**
   * Makes one more connection; who asks while one is being made waits for that.
   * @throws TransportError when the host permits none
   */
  another(signal: AbortSignal): Promise<void>;
}

export interface LinkOptions {
  readonly hostName: string;
  readonly user: string;
  readonly becomePassword: Secret | undefined;
  readonly become?: BecomeMeans | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The hosts on the way. */
  readonly jumps?: readonly string[];
}

/** The life of a connection: it ends once, with a reason. All its lines end with the first that does. */
export class LinkState implements Link {
  readonly first: Carrier;
  readonly hostName: string;
  readonly loginUser: string;
  readonly becomePassword: Secret | undefined;
  readonly become: BecomeMeans;
  readonly learned: Link['learned'] = {hasShell: false, needsTerminal: false, refusedPassword: undefined};
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly #jumps: readonly string[];
  /** Resolves when the connection has ended: undefined when we closed it. */
  readonly ended: Promise<TransportError | undefined>;
  readonly #lines: Line[] = [];
  readonly #login: () => Promise<Carrier>;
  #onEnded: (reason: TransportError | undefined) => void = () => undefined;
  #growing: Promise<void> | undefined;
  #mostChannels = Number.POSITIVE_INFINITY;
  #lost: TransportError | undefined;
  #closing = false;

  /** @param login makes one more connection like the first */
  constructor(first: Carrier, options: LinkOptions, login: () => Promise<Carrier>) {
    this.first = first;
    this.#login = login;
    this.hostName = options.hostName;
    this.loginUser = options.user;
    this.becomePassword = options.becomePassword;
    this.become = options.become ?? {};
    this.timeoutMs = options.timeoutMs;
    this.signal = options.signal;
    this.#jumps = options.jumps ?? [];
    this.ended = new Promise((resolve) => {
      this.#onEnded = resolve;
    });
    this.#add(first);
  }

  get lines(): readonly Line[] {
    return this.#lines;
  }

  lost(): TransportError | undefined {
    return this.#lost;
  }

  mostChannels(): number {
    return this.#mostChannels;
  }

  learnMostChannels(most: number): void {
    this.#mostChannels = Math.min(most, this.#mostChannels);
  }

  async another(signal: AbortSignal): Promise<void> {
    if (this.#lost) throw this.#lost;
    if (this.#mostChannels === 0) throw this.#noChannel();
    if (!this.#growing && this.#lines.length >= mostLines) throw this.#noChannel();
    this.#growing ??= this.#grow().finally(() => {
      this.#growing = undefined;
    });
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => reject(abortedError(this.hostName));
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
      this.#growing?.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    });
  }

  /** Ends the connection; what is under way is lost. */
  async close(): Promise<void> {
    if (!this.#lost) {
      this.#closing = true;
      this.#lost = new TransportError('lost', `the connection to ${this.hostName} was closed by us`);
    }
    await this.#endAll();
  }

  async #grow(): Promise<void> {
    let made: Carrier;
    try {
      made = await this.#login();
    } catch (error) {
      throw this.#lost ?? this.#noChannel(error);
    }
    if (this.#lost) {
      made.destroy();
      throw this.#lost;
    }
    this.#add(made);
  }

  #add(carrier: Carrier): void {
    this.#lines.push({carrier, openChannels: 0, openingChannels: 0, mostOpenChannels: 0});
    carrier.watch({
      lost: (cause) => this.#lose(cause),
      closed: () => {
        const index = this.#lines.findIndex((line) => line.carrier === carrier);
        if (index >= 0) this.#lines.splice(index, 1);
        if (this.#lines.length === 0) this.#onEnded(this.#closing ? undefined : this.#lost);
        else void this.#endAll();
      },
    });
  }

  async #endAll(): Promise<void> {
    const lines = [...this.#lines];
    for (const {carrier} of lines) carrier.end();
    // A host that has frozen never closes its side.
    const timer = setTimeout(() => {
      for (const {carrier} of lines) carrier.destroy();
    }, closeGraceMs);
    await this.ended;
    clearTimeout(timer);
  }

  get way(): string {
    const through = this.#jumps.join(' and ');
    return `${this.hostName}${through && ` through ${through}`}`;
  }

  #lose(cause: Error | undefined): void {
    const through = this.#jumps.join(' and ');
    this.#lost ??= new TransportError(
      'lost',
      `the connection to ${this.way} was lost${cause ? `: ${cause.message}` : ''}`,
      `see that the host${through && ` and ${through}`} is up and the network to it holds; then do the same again: what is as it should be stays`,
      {cause},
    );
  }

  #noChannel(cause?: unknown): TransportError {
    const reason = cause instanceof Error ? `, nor another connection: ${cause.message}` : '';
    return new TransportError(
      'unreachable',
      `${this.hostName} gives no further channel${reason}`,
      "raise MaxSessions in the host's sshd_config",
      {cause},
    );
  }
}
