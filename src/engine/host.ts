import {randomBytes} from 'node:crypto';
import {stat} from 'node:fs/promises';
import {Readable} from 'node:stream';
import {
  type AnyKind,
  type Asking,
  type Change,
  type Content,
  composeProbe,
  type Effects,
  parseProbe,
  type Ref,
  refKey,
  type SealedFiles,
  type Unmade,
} from '../resources/index.ts';
import type {Script} from '../shell/index.ts';
import {reveal} from '../text/index.ts';
import {
  type Completed,
  type Connection,
  openForUpload,
  type Session,
  TransportError,
} from '../transport/index.ts';
import {authoritiesIn} from './authorities.ts';
import {Knowledge} from './knowledge.ts';
import {hashFile} from './local-files.ts';

const probeTimeoutMs = 120_000;
const uploadTimeoutMs = 3_600_000;

/** A host that is lost again and again is better left alone. */
const mostRecoveries = 3;

/** A host in a run: its connection, and per become user what is known of it. A pair of host and user is a Target. */
export class HostAccess {
  readonly name: string;
  #connection: Connection;
  #isLost = false;
  #recoveries = 0;
  /** Of connections that were ended for new ones. */
  #earlierRoundTrips = 0;
  readonly #connect: () => Promise<Connection>;
  readonly #kinds: ReadonlyMap<string, AnyKind>;
  readonly #cwd: string;
  readonly #sealed: SealedFiles;
  readonly #kept = new Map<string, unknown>();
  readonly #knowledge = new Map<string, Knowledge>();
  readonly #sessions = new Map<string, Session>();
  readonly #hardSignal: AbortSignal;
  readonly #now: () => number;
  readonly #onProbe: (refs: readonly Ref[]) => void;

  constructor(options: {
    readonly name: string;
    readonly connection: Connection;
    /** Makes a connection like that one. */
    readonly connect: () => Promise<Connection>;
    readonly kinds: ReadonlyMap<string, AnyKind>;
    /** The folder of this machine that the run is of. */
    readonly cwd: string;
    readonly sealed: SealedFiles;
    /** Aborts what is in flight, at once. */
    readonly hardSignal: AbortSignal;
    readonly now: () => number;
    readonly onProbe: (refs: readonly Ref[]) => void;
  }) {
    this.name = options.name;
    this.#connection = options.connection;
    this.#connect = options.connect;
    this.#kinds = options.kinds;
    this.#cwd = options.cwd;
    this.#sealed = options.sealed;
    this.#hardSignal = options.hardSignal;
    this.#now = options.now;
    this.#onProbe = options.onProbe;
    this.#watch(options.connection);
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** Round trips of this and earlier connections. */
  get roundTrips(): number {
    return this.#earlierRoundTrips + this.#connection.roundTrips;
  }

  /**
   * Ends the connection and makes a new one, as after a restart of the host. Nothing is known of it any more.
   * @throws TransportError when it cannot be reached
   */
  async reconnect(): Promise<true> {
    await this.#connection.close();
    const connection = await this.#connect();
    this.#earlierRoundTrips += this.#connection.roundTrips;
    this.#connection = connection;
    this.#isLost = false;
    this.#watch(connection);
    this.#knowledge.clear();
    return true;
  }

  /**
   * After a loss that is none of ours: connects again, unless it was but a session that ended.
   * @throws TransportError: `lost`, when that was not all, or what connecting throws
   */
  async recover(loss: TransportError): Promise<void> {
    if (!this.#isLost) return;
    if (this.#hardSignal.aborted || ++this.#recoveries > mostRecoveries) throw loss;
    await this.reconnect();
  }

  #watch(connection: Connection): void {
    connection.closed.then((reason) => {
      if (reason && connection === this.#connection) this.#isLost = true;
    });
  }

  knowledge(user: string): Knowledge {
    const known = this.#knowledge.get(user) ?? new Knowledge();
    this.#knowledge.set(user, known);
    return known;
  }

  /**
   * Forgets, for every user of the host, what these effects make stale. What answers for itself may say something else
   * after anything that was done.
   */
  drop(effects: Effects): void {
    if (effects.type === 'none') return;
    const answering = [...this.#kinds.values()].filter(({ask}) => ask).map(({kind}) => kind);
    for (const knowledge of this.#knowledge.values())
      knowledge.drop({type: 'several', effects: [effects, {type: 'kinds', kinds: answering}]});
  }

  missing(user: string, refs: readonly Ref[]): readonly Ref[] {
    return this.knowledge(user).missing(refs, this.#now());
  }

  /** Whether it is asked itself, and not by a script. */
  answers(ref: Ref): boolean {
    return this.#kinds.get(ref.kind)?.ask !== undefined;
  }

  /** Probes these references, in one request but for those that answer for themselves, and keeps the answers. */
  async probe(user: string, refs: readonly Ref[]): Promise<void> {
    const answering = refs.filter((ref) => this.answers(ref));
    const scripted = refs.filter((ref) => !answering.includes(ref));
    if (scripted.length > 0) {
      const marker = newMarker();
      const script = composeProbe(scripted, this.#kinds, marker);
      const completed = await this.#again(() => this.request(user, script, probeTimeoutMs));
      this.record(user, scripted, completed, marker);
    }
    await Promise.all(answering.map((ref) => this.#ask(user, ref)));
  }

  /** Whose certificates are trusted beside the usual ones, PEM each. */
  authorities(): readonly string[] {
    return authoritiesIn(this.#cwd);
  }

  async #ask(user: string, ref: Ref): Promise<void> {
    const observed = await this.#again(async () =>
      this.#kinds.get(ref.kind)?.ask?.(ref, this.#asking(this.#hardSignal)),
    );
    if (observed) this.knowledge(user).record([ref], new Map([[refKey(ref), observed]]), this.#now());
  }

  /** Has what answers for itself make a change. @throws TransportError */
  async make(change: Change, kind: AnyKind, signal: AbortSignal): Promise<Unmade | undefined> {
    return kind.make?.(change, this.#asking(signal));
  }

  #asking(signal: AbortSignal): Asking {
    return {
      forward: (address, port, until) => this.connection.forward(address, port, until),
      authorities: () => this.authorities(),
      signal,
      cwd: this.#cwd,
      sealed: this.#sealed,
      kept: this.#kept,
    };
  }

  /** Asking changes nothing: it may be done twice, and nobody need hear of it. */
  async #again<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!isLoss(error)) throw error;
      await this.recover(error);
      return ask();
    }
  }

  /** Keeps the answers of a probe that was part of a larger request. */
  record(user: string, refs: readonly Ref[], completed: Completed, marker: string): void {
    this.#onProbe(refs);
    this.knowledge(user).record(refs, parseProbe(completed, refs, this.#kinds, marker), this.#now());
  }

  /**
   * Ends sessions of users who will be others than before, or gone: those after it begin anew. Nobody is removed, or given
   * another number, who runs something.
   * @param user undefined: any may be concerned
   * @param acting goes on with the session that it has
   */
  async endSessions(user: string | undefined, acting: string): Promise<void> {
    for (const one of this.#sessions.keys())
      if (one !== acting && (user === undefined || one === user)) await this.#connection.endSession(one);
  }

  /** @param signal ends it before its time */
  async request(
    user: string,
    script: Script,
    timeoutMs: number,
    signal: AbortSignal = this.#hardSignal,
  ): Promise<Completed> {
    const session = await this.connection.session(user);
    const before = this.#sessions.get(user);
    this.#sessions.set(user, session);
    // Opened anew: while there was none, anything may have happened on the host.
    if (before !== undefined && before !== session) this.drop({type: 'everything'});
    return session.request(script, {signal, timeoutMs});
  }

  async upload(
    user: string,
    to: string,
    content: Content,
    onProgress: (sentBytes: number) => void,
    signal: AbortSignal = this.#hardSignal,
  ): Promise<void> {
    const {sizeBytes, sha256, gzip: packed} = content;
    const gzip =
      packed === undefined
        ? undefined
        : {sizeBytes: (await stat(packed)).size, open: () => openForUpload(packed)};
    const share = gzip ? sizeBytes / gzip.sizeBytes : 1;
    const sent = this.connection.upload(
      user,
      to,
      {sizeBytes, sha256, open: () => openContent(content), ...(gzip ? {gzip} : {})},
      {
        signal,
        timeoutMs: uploadTimeoutMs,
        onProgress: (sentBytes) => onProgress(Math.min(sizeBytes, Math.round(sentBytes * share))),
      },
    );
    await sent.catch(async (error: unknown) => {
      throw (await changedSince(content, error)) ?? error;
    });
  }
}

/** What is behind an upload that failed, where the file of this machine is not what it was when the run looked at it. */
async function changedSince({from, sha256}: Content, error: unknown): Promise<TransportError | undefined> {
  if (from === undefined || !(error instanceof TransportError) || error.failure !== 'upload')
    return undefined;
  // Of one that cannot be read any more the upload itself has said so.
  const now = await hashFile(from).catch(() => undefined);
  if (now === undefined || now === sha256) return undefined;
  return new TransportError(
    'upload',
    `${from} has changed since this run looked at it`,
    'run it again once it stays as it is',
    {cause: error},
  );
}

/** The connection, or a session on it, ended under a request: what became of that request is not known. */
export function isLoss(error: unknown): error is TransportError {
  return error instanceof TransportError && error.failure === 'lost';
}

function openContent(content: Content): Readable {
  if (content.text) return Readable.from([Buffer.from(reveal(content.text))]);
  if (content.from === undefined) throw new Error('content has neither text nor file');
  return openForUpload(content.from);
}

/** An unguessable word that frames free text in the output of a host. */
export function newMarker(): string {
  return randomBytes(12).toString('hex');
}
