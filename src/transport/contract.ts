import type {Duplex, Readable} from 'node:stream';
import type {Script} from '../shell/index.ts';
import type {Secret} from '../text/index.ts';
import type {BecomeMeans} from './become.ts';

/** What a request to a host gave. Both streams as bytes; text is UTF-8. */
export interface Completed {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number;
}

export interface RequestOptions {
  readonly signal: AbortSignal;
  /** Longest time until the answer is complete; then the process group is killed and `TransportError` thrown. */
  readonly timeoutMs: number;
  /**
   * Gets what the request writes as it comes; the answer then has none of it. Where it gives a promise, nothing more is
   * read from the host until that is kept: so who reads slowly slows the command down, and fills no memory.
   */
  readonly onOutput?: (stream: 'stdout' | 'stderr', bytes: Buffer) => Promise<void> | undefined;
  /** What it may write on both streams together, in bytes (by default 128 MiB): who writes more is killed, as for its time. */
  readonly mostOutputBytes?: number;
}

/** A terminal on the host: the login shell, or a command, as the login user. */
export interface TerminalOptions {
  /** Without a terminal there, as ssh has it where none is here: bytes stay as they are, and errors are apart. */
  readonly isPlain?: boolean;
  /** Of the terminal here: `$TERM`. */
  readonly type: string;
  readonly columns: number;
  readonly rows: number;
  /** Instead of the login shell. */
  readonly command?: string;
}

/** An open terminal: what is typed goes in, what is shown comes out. */
export interface HostTerminal {
  readonly stream: Duplex;
  /** Nothing comes there from a terminal, where errors are shown with all else. */
  readonly stderr: Readable;
  resize(columns: number, rows: number): void;
  /** The exit code, 128 and more after a signal; undefined when the connection ended first. */
  readonly ended: Promise<number | undefined>;
}

/**
 * One long-lived POSIX sh on the host, as one user. Requests are framed and may be pipelined: several `request`s
 * at once are answered in order. Each runs in a subshell of its own with `</dev/null`.
 */
export interface Session {
  /** The user that the session's shell runs as. */
  readonly user: string;
  /** @throws TransportError when the connection is lost or the time is up; a non-zero exit is an answer, not an error */
  request(script: Script, options: RequestOptions): Promise<Completed>;
}

/** Bytes for a bulk upload: opened once per try. */
export interface UploadSource {
  readonly sizeBytes: number;
  /** Lower-case hexadecimal; checked on the host after the transfer. */
  readonly sha256: string;
  open(): Readable;
  /** The same bytes as gzip makes them smaller: sent in their place to a host that can unpack them. */
  readonly gzip?: {readonly sizeBytes: number; open(): Readable};
}

export interface UploadOptions extends RequestOptions {
  /** Called with the bytes that have left so far. */
  readonly onProgress?: (sentBytes: number) => void;
  /** Longest time that the host may take no byte; a minute where nobody says. */
  readonly stallMs?: number;
}

/** A host that answers. Made by `connect`; closed by whoever made it. */
export interface Connection {
  readonly hostName: string;
  /** The session for a user, opened at the first call: the login user itself, or another by sudo. */
  session(user: string): Promise<Session>;
  /** Ends the session of a user who was become, if there is one, and waits for its shell to be gone. */
  endSession(user: string): Promise<void>;
  /** Whether a session of this connection is still to be had. */
  isOpen(session: Session): boolean;
  /** The user that logged in. */
  readonly loginUser: string;
  /**
   * Bulk bytes through an exec channel of their own, as `user`, into the new file `path` (umask 077: mode 0600),
   * synced; length and SHA-256 are checked on the host. On failure the file is removed.
   * @throws TransportError
   */
  upload(user: string, path: string, source: UploadSource, options: UploadOptions): Promise<void>;
  /**
   * A byte stream to an address as the host sees it, through the connection.
   * @throws TransportError `refused` when the address takes no connection, `forbidden` when the host relays nothing
   */
  forward(address: string, port: number, signal: AbortSignal): Promise<Duplex>;
  /**
   * Opens a terminal, for a person. Only our own SSH has this: where the system's `ssh` logs in, it brings its own.
   * @throws TransportError
   */
  terminal(options: TerminalOptions): Promise<HostTerminal>;
  /** Ends all sessions. Idempotent. */
  close(): Promise<void>;
  /** Resolves with the reason when the connection ends, whoever ended it. */
  readonly closed: Promise<TransportError | undefined>;
  /** Round trips so far: requests that had to be waited for, counted once when pipelined together. */
  readonly roundTrips: number;
}

/** `ssh`: our own. `openssh`: the system's program. `local`: no SSH, this machine is the host. */
export type TransportName = 'ssh' | 'openssh' | 'local';

/** How to reach a host. What is not said here is taken from ssh's configuration, and then is ssh's default. */
export interface ConnectOptions {
  /** Of the inventory, for messages. */
  readonly hostName: string;
  /** A name or an address, or a `Host` of ssh's configuration. */
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  /** The only key to log in with. */
  readonly privateKeyFile?: string;
  /** The only file that says which host keys to trust. */
  readonly knownHostsFile?: string;
  /** Instead of the user's and the system's configuration of ssh; `none` for no configuration at all. */
  readonly sshConfigFile?: string;
  /** Hosts on the way, as in `ssh -J`: `[USER@]HOST[:PORT]`, several separated by commas; `none` for none. */
  readonly proxyJump?: string;
  /** Settings of ssh's configuration, `Keyword=value`, over what its files say; the first of a keyword wins. */
  readonly sshOptions?: readonly string[];
  /** Of the login user, for hosts that take one. */
  readonly password?: Secret;
  readonly becomePassword?: Secret;
  /** How to become another user, where the usual way is not the right one. */
  readonly becomeMeans?: BecomeMeans;
  /** By which program; where nobody says, that of ours that can do what the configuration asks for. */
  readonly transport?: TransportName;
  /** The host's CPU has no instructions for AES: our own SSH asks for ChaCha20-Poly1305 first. */
  readonly lacksAes?: boolean;
  /** Longest time for all of the connecting, and later for a channel to answer; 30 s where nobody says. */
  readonly timeoutMs?: number;
  /** Told what is waited for, where that takes a while. */
  readonly onWaiting?: (message: string) => void;
  readonly signal: AbortSignal;
}

/** What only a person can tell while a connection is made. */
export type Question =
  | {readonly type: 'passphrase'; readonly keyFile: string; readonly again: boolean}
  | {
      readonly type: 'challenge';
      readonly hostName: string;
      readonly user: string;
      /** As the host words it. */
      readonly text: string;
      /** The answer is no secret: it may be seen as it is typed. */
      readonly echo: boolean;
    };

/** Asks somebody. Undefined: there is no answer, and none is to be had by asking again. */
export type Ask = (question: Question) => Promise<Secret | undefined>;

/**
 * Why the transport failed. `unreachable`: no session could be made. `lost`: it ended under a request.
 * `refused`: the host got no connection to the address, now. `forbidden`: the host relays to no address, ever.
 * `http`: a server was reached and gave no whole answer.
 */
export type TransportFailure =
  | 'unreachable'
  | 'host-key'
  | 'authentication'
  | 'become'
  | 'lost'
  | 'timeout'
  | 'output'
  | 'aborted'
  | 'upload'
  | 'refused'
  | 'forbidden'
  | 'http';

export class TransportError extends Error {
  readonly failure: TransportFailure;
  /** What to do about it, one line. */
  readonly hint: string | undefined;

  constructor(failure: TransportFailure, message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TransportError';
    this.failure = failure;
    this.hint = hint;
  }
}
