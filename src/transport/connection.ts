import type {Duplex} from 'node:stream';
import {
  type Connection,
  type HostTerminal,
  type Session,
  type TerminalOptions,
  TransportError,
  type UploadOptions,
  type UploadSource,
} from './contract.ts';
import {forward, forwardMemory} from './forward.ts';
import type {LinkState} from './link.ts';
import {ShellSession} from './session.ts';
import {upload} from './upload.ts';

interface SessionSlot {
  readonly opening: Promise<ShellSession>;
  session: ShellSession | undefined;
}

/** A host over ssh2: one session for each user, uploads one after the other, forwards at will. */
export class SshConnection implements Connection {
  readonly hostName: string;
  readonly loginUser: string;
  readonly closed: Promise<TransportError | undefined>;
  readonly #link: LinkState;
  readonly #sessions = new Map<string, SessionSlot>();
  readonly #forwards = forwardMemory();
  #roundTrips = 0;
  /** The upload before: hosts with `MaxSessions 2` have one channel beside the session's. */
  #uploads: Promise<unknown> = Promise.resolve();

  constructor(link: LinkState) {
    this.#link = link;
    this.hostName = link.hostName;
    this.loginUser = link.loginUser;
    this.closed = link.ended;
  }

  get roundTrips(): number {
    return this.#roundTrips;
  }

  /** A session that could not be opened or has failed is opened anew. */
  session(user: string): Promise<Session> {
    const present = this.#sessions.get(user);
    if (present && !present.session?.failure) return present.opening;
    const slot: SessionSlot = {
      opening: ShellSession.open(this.#link, user, () => this.#roundTrips++),
      session: undefined,
    };
    this.#sessions.set(user, slot);
    slot.opening.then(
      (session) => {
        slot.session = session;
      },
      () => {
        if (this.#sessions.get(user) === slot) this.#sessions.delete(user);
      },
    );
    return slot.opening;
  }

  async endSession(user: string): Promise<void> {
    if (user !== this.loginUser) await this.#sessions.get(user)?.session?.end();
  }

  isOpen(session: Session): boolean {
    const present = this.#sessions.get(session.user)?.session;
    return present === session && present.failure === undefined;
  }

  upload(user: string, path: string, source: UploadSource, options: UploadOptions): Promise<void> {
    const turn = this.#uploads.then(() => {
      this.#roundTrips++;
      return upload(this.#link, user, path, source, options);
    });
    this.#uploads = turn.catch(() => undefined);
    return turn;
  }

  forward(address: string, port: number, signal: AbortSignal): Promise<Duplex> {
    return forward(this.#link, this.#forwards, address, port, signal);
  }

  async terminal(options: TerminalOptions): Promise<HostTerminal> {
    const opened = await this.#link.first.terminal?.(options);
    if (opened && !('refused' in opened)) return opened;
    const reason = opened ? opened.reason : 'this transport has none';
    throw (
      this.#link.lost() ??
      new TransportError(
        'unreachable',
        `${this.hostName} gives no terminal: ${reason}`,
        "see PermitTTY in the host's sshd_config",
      )
    );
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}
