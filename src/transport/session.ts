import {setMaxListeners} from 'node:events';
import type {Readable} from 'node:stream';
import {setTimeout as wait} from 'node:timers/promises';
import type {Script} from '../shell/index.ts';
import {reveal} from '../text/index.ts';
import {noExec} from './become-errors.ts';
import type {Channel} from './carrier.ts';
import {type Completed, type RequestOptions, type Session, TransportError} from './contract.ts';
import type {Ending} from './exec-channel.ts';
import {abortedError, floodError, lastWords, timeoutError} from './failures.ts';
import {killRequest} from './kill.ts';
import type {Link} from './link.ts';
import {closedInput} from './login-shell-errors.ts';
import type {Mark} from './marks.ts';
import {requestLine, sessionPrelude} from './prelude.ts';
import {newNonce, openShellChannel, type StreamName} from './shell-channel.ts';

/** After the kill a request's end must come within this time, or the session is given up. */
const killGraceMs = 3000;

/** Twice the largest file that is fetched: more than that is kept of nothing. */
const mostOutputBytes = 128 * 1024 * 1024;

interface Request {
  readonly sequence: number;
  readonly resolve: (completed: Completed) => void;
  readonly reject: (error: TransportError) => void;
  readonly stopWatching: () => void;
  readonly onOutput: RequestOptions['onOutput'];
  /** What it may still write, in bytes. */
  readonly mostBytes: number;
  leftBytes: number;
  /** Of its subshell; known when it has begun. */
  pid?: number;
  /** Set when its caller no longer waits for an answer. */
  cancelled?: TransportError;
  killing?: boolean;
  giveUpTimer?: NodeJS.Timeout;
  stdout?: Buffer;
  stderr?: Buffer;
}

/** One long-lived shell on a host, as one user: requests go in as lines, answers come back between marks. */
export class ShellSession implements Session {
  readonly user: string;
  readonly #link: Link;
  readonly #onRoundTrip: () => void;
  readonly #requests = new Map<number, Request>();
  /** Whose bytes come on a stream now. */
  readonly #speaking: Partial<Record<StreamName, Request>> = {};
  #channel: Channel | undefined;
  #shellGone: Promise<unknown> | undefined;
  #shellPid = 0;
  /** How many wait for what was read to be taken. */
  #waits = 0;
  #sequence = 0;
  /** An answer came since the last round trip began, so the next request may depend on it. */
  #answered = true;
  #failure: TransportError | undefined;

  private constructor(link: Link, user: string, onRoundTrip: () => void) {
    this.#link = link;
    this.user = user;
    this.#onRoundTrip = onRoundTrip;
  }

  /** @throws TransportError */
  static async open(link: Link, user: string, onRoundTrip: () => void): Promise<ShellSession> {
    const session = new ShellSession(link, user, onRoundTrip);
    const nonce = newNonce();
    const shell = await openShellChannel(link, {
      user,
      signal: link.signal,
      script: 'exec /bin/sh',
      nonce,
      onMark: (stream, mark) => session.#onMark(stream, mark),
      takes: (stream, bytes) => session.#takes(stream, bytes),
    });
    session.#channel = shell.channel;
    session.#shellPid = shell.pid;
    shell.channel.write(sessionPrelude(nonce));
    session.#shellGone = shell.ended;
    shell.ended.then((ending) => session.#fail(link.lost() ?? session.#shellEnded(ending)));
    return session;
  }

  /** Why the session can no longer be used; undefined while it can. */
  get failure(): TransportError | undefined {
    return this.#failure;
  }

  /** Its shell ends with its input, which is waited for a while. */
  async end(): Promise<void> {
    if (this.#failure || !this.#channel) return;
    const words = `the session of ${this.user} on ${this.#link.hostName} was ended`;
    this.#channel.end();
    const waiting = new AbortController();
    const late = wait(killGraceMs, undefined, {signal: waiting.signal, ref: false}).catch(() => undefined);
    await Promise.race([this.#shellGone, late]);
    waiting.abort();
    this.#fail(new TransportError('lost', words));
  }

  /** Bytes between marks, as they come. @returns whether they are seen to */
  #takes(stream: StreamName, bytes: Buffer): boolean {
    const request = this.#speaking[stream];
    if (!request) return false;
    if (request.cancelled) return true;
    request.leftBytes -= bytes.length;
    if (request.leftBytes < 0) {
      this.#cancel(request, floodError(this.#link.hostName, request.mostBytes));
      return true;
    }
    const ready = request.onOutput?.(stream, bytes);
    if (ready) void this.#readOnAfter(ready);
    return request.onOutput !== undefined;
  }

  async #readOnAfter(ready: Promise<void>): Promise<void> {
    this.#waits++;
    for (const stream of this.#streams()) stream.pause();
    await ready.catch(() => {});
    if (--this.#waits === 0) this.#readOn();
  }

  #readOn(): void {
    for (const stream of this.#streams()) stream.resume();
  }

  #streams(): readonly Readable[] {
    return this.#channel ? [this.#channel, this.#channel.stderr] : [];
  }

  request(script: Script, options: RequestOptions): Promise<Completed> {
    const {signal, timeoutMs, onOutput, mostOutputBytes: mostBytes = mostOutputBytes} = options;
    return new Promise((resolve, reject) => {
      const refusal = this.#failure ?? (signal.aborted ? abortedError(this.#link.hostName) : undefined);
      if (refusal) return reject(refusal);
      const sequence = ++this.#sequence;
      const line = requestLine(sequence, reveal(script.text));
      const timeout = (): void =>
        this.#cancel(request, timeoutError(this.#link.hostName, 'a request', timeoutMs));
      const timer = setTimeout(timeout, timeoutMs);
      const onAbort = (): void => this.#cancel(request, abortedError(this.#link.hostName));
      // A burst of requests shares one signal; that is no leak.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', onAbort);
      const request: Request = {
        sequence,
        resolve,
        reject,
        onOutput,
        mostBytes,
        leftBytes: mostBytes,
        stopWatching: () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
        },
      };
      this.#requests.set(sequence, request);
      if (this.#answered) this.#onRoundTrip();
      this.#answered = false;
      this.#channel?.write(line);
    });
  }

  #onMark(stream: StreamName, mark: Mark): void {
    const [word, sequence, value] = mark.words;
    const request = this.#requests.get(Number(sequence));
    if (!request) return;
    if (word === 'begin') this.#speaking[stream] = request;
    else delete this.#speaking[stream];
    if (word === 'begin') {
      if (stream === 'stderr') this.#begun(request, Number(value));
      return;
    }
    request[stream] = mark.bytes;
    const {stdout, stderr} = request;
    if (!stdout || !stderr) return;
    this.#requests.delete(request.sequence);
    request.stopWatching();
    clearTimeout(request.giveUpTimer);
    this.#answered = true;
    // One that is being killed is rejected when all its processes are gone, not only its subshell.
    if (!request.cancelled) request.resolve({stdout, stderr, exitCode: Number(value)});
    else if (!request.killing) request.reject(request.cancelled);
  }

  #begun(request: Request, pid: number): void {
    request.pid = pid;
    clearTimeout(request.giveUpTimer);
    if (request.cancelled) void this.#kill(request, request.cancelled);
  }

  /**
   * Nobody waits for this answer any more. A request that runs, or whose turn it is to begin, is killed, and rejected
   * when it is gone: whoever hears of it may close the connection. One that waits behind another is rejected now and
   * killed as soon as it begins.
   */
  #cancel(request: Request, error: TransportError): void {
    if (request.cancelled) return;
    request.cancelled = error;
    request.stopWatching();
    // Its end could not be read behind what nobody takes any more.
    this.#readOn();
    const [next] = this.#requests.values();
    if (request.pid !== undefined) void this.#kill(request, error);
    else if (request !== next) request.reject(error);
    else request.giveUpTimer = setTimeout(() => this.#giveUp(request, undefined), killGraceMs);
  }

  async #kill(request: Request, error: TransportError): Promise<void> {
    if (request.pid === undefined) return;
    request.killing = true;
    const failure = await killRequest(this.#link, this.user, this.#shellPid, request.pid);
    request.killing = false;
    if (!this.#requests.has(request.sequence)) request.reject(error);
    else if (failure) this.#giveUp(request, failure);
    else request.giveUpTimer = setTimeout(() => this.#giveUp(request, undefined), killGraceMs);
  }

  /** The request cannot be ended: the session is closed, so that nothing waits behind it. */
  #giveUp(request: Request, cause: TransportError | undefined): void {
    if (!this.#requests.has(request.sequence)) return;
    this.#requests.delete(request.sequence);
    if (request.cancelled) request.reject(request.cancelled);
    this.#fail(
      new TransportError(
        'lost',
        `the session of ${this.user} on ${this.#link.hostName} was closed: a request in it could not be ended`,
        undefined,
        {cause},
      ),
    );
  }

  #fail(error: TransportError): void {
    if (this.#failure) return;
    this.#failure = error;
    const requests = [...this.#requests.values()];
    this.#requests.clear();
    for (const request of requests) {
      request.stopWatching();
      clearTimeout(request.giveUpTimer);
      request.reject(request.cancelled ?? error);
    }
    this.#channel?.close();
  }

  #shellEnded(ending: Ending): TransportError {
    const said = lastWords(ending.stderr);
    // Nothing that we send begins with another program than this one.
    const isFirst = this.#sequence <= 1 && this.user !== this.#link.loginUser;
    if (this.#sequence <= 1 && said === '' && ending.exitCode === 0) return closedInput(this.#link);
    if (isFirst && /\bexec: .*permission denied/i.test(said)) return noExec(this.#link, this.user);
    return new TransportError(
      'lost',
      `the shell of ${this.user} on ${this.#link.hostName} ended${said ? `: ${said}` : ''}`,
      "see what ended it in the host's journal: short memory, a limit on processes or sessions, or one on time: command_timeout in sudoers, ChannelTimeout in sshd_config",
    );
  }
}
