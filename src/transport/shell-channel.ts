import {randomBytes} from 'node:crypto';
import {becomeFor, shellCommand} from './become.ts';
import {
  asks,
  asksForNewPassword,
  becomeError,
  expiredPassword,
  noShellYet,
  PasswordRefused,
  refusedPassword,
  silentHost,
  silentProgram,
  TerminalRequired,
} from './become-errors.ts';
import type {Channel} from './carrier.ts';
import {TransportError} from './contract.ts';
import {type Ending, openExecChannel} from './exec-channel.ts';
import {abortedError} from './failures.ts';
import type {Link} from './link.ts';
import {lostBeforeShell, redirectedShell} from './login-shell-errors.ts';
import {type Mark, MarkReader} from './marks.ts';

/** As su words it in the locale C, at the end of what it says. */
const passwordPrompt = /^[^\n]*password[^\n]*: ?$/i;

export type StreamName = 'stdout' | 'stderr';

/** A `/bin/sh` as some user on a channel of its own, past sudo and profiles. */
export interface ShellChannel {
  readonly channel: Channel;
  /** Of the shell, on the host. */
  readonly pid: number;
  readonly ended: Promise<Ending>;
}

export interface ShellChannelOptions {
  readonly user: string;
  /** What the shell runs after its hello. */
  readonly script: string;
  /**
   * Of the marks after the hello; without it they are of the one that the command has in it. `ps` shows commands to
   * everybody on the host, and sudo puts them into the environment of all that it runs (SUDO_COMMAND): so where others
   * than we have a say in what comes, the marks must have one that is sent when the shell is there.
   */
  readonly nonce?: string;
  /** Marks after the hello. */
  onMark(stream: StreamName, mark: Mark): void;
  /** Gets the bytes between marks as they come; true: it keeps them. */
  readonly takes?: (stream: StreamName, bytes: Buffer) => boolean;
  /** Standard output after the hello is not ours to read: it is left in the channel, paused. */
  readonly leavesStdout?: boolean;
  readonly signal: AbortSignal;
}

/**
 * Opens a channel, becomes the user, and resolves when our shell said hello.
 * A password is sent once, and only after sudo showed *our* prompt.
 * @throws TransportError
 */
export async function openShellChannel(link: Link, options: ShellChannelOptions): Promise<ShellChannel> {
  try {
    return await openOnce(link, options);
  } catch (error) {
    if (error instanceof TransportError && error.failure === 'lost') throw lostBeforeShell(link, error);
    if (!(error instanceof TerminalRequired) || link.learned.needsTerminal) throw error;
    link.learned.needsTerminal = true;
    return openOnce(link, options);
  }
}

/** Unguessable. */
export function newNonce(): string {
  return randomBytes(16).toString('hex');
}

/** How long before the end of its time a host that keeps silent is asked whether it is there. */
const probeMs = 5000;

/** Whether the host answers: that it has no room for another channel is an answer, too. */
async function answersNow({first}: Link): Promise<boolean> {
  const opened = await first.exec('exit 0');
  if ('channel' in opened) opened.channel.close();
  return !('refused' in opened) || opened.refused === 'full';
}

async function openOnce(link: Link, options: ShellChannelOptions): Promise<ShellChannel> {
  const nonce = newNonce();
  const {user, signal} = options;
  const {needsTerminal, refusedPassword: refused} = link.learned;
  const become = becomeFor(
    link.loginUser,
    user,
    link.become,
    link.becomePassword !== undefined,
    needsTerminal,
  );
  const asked = become.how !== 'login' && become.password;
  if (asked && refused) throw refused;
  const command = shellCommand(nonce, become, options.script);
  const {channel, ended: exited} = await openExecChannel(link, command, signal);

  return new Promise((resolve, reject) => {
    const greeted = new Set<StreamName>();
    const complaints: Buffer[] = [];
    let prompted = false;
    let started = false;
    let settled = false;
    /** Whether the host answers to something else: asked shortly before the time is over. */
    let answers: boolean | undefined;
    const probe = setTimeout(
      async () => {
        answers = false;
        if (await answersNow(link)) answers = true;
      },
      link.timeoutMs - Math.min(probeMs, link.timeoutMs / 2),
    );
    const timer = setTimeout(() => {
      const said = Buffer.concat([stdout.rest(), ...complaints, stderr.rest()]);
      if (greeted.has('stdout')) fail(redirectedShell(link, 'nowhere'));
      else if (answers === false && become.how !== 'login') fail(silentHost(link, user, become.how));
      else if (!started || !asked || prompted) fail(noShellYet(link, user, become, said, started));
      else fail(silentProgram(link, user, stderr.rest()));
    }, link.timeoutMs);
    const onAbort = (): void => fail(abortedError(link.hostName));
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) queueMicrotask(onAbort);
    const settle = (): void => {
      settled = true;
      clearTimeout(timer);
      clearTimeout(probe);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: TransportError): void => {
      if (settled) return;
      settle();
      if (error instanceof PasswordRefused) link.learned.refusedPassword = error;
      channel.close();
      reject(error);
    };
    /** Of su, which words its prompt as it likes. */
    let asking = false;
    const answer = (): void => {
      if (!prompted && link.becomePassword) channel.write(`${link.becomePassword.reveal()}\n`);
      else fail(prompted ? refusedPassword(link, user) : asks(link, user));
      prompted = true;
    };
    const onText = (reader: MarkReader): void => {
      if (settled) return;
      if (become.how !== 'login' && asksForNewPassword(reader.rest()))
        fail(expiredPassword(link, user, become.how));
      if (!asking || prompted || settled) return;
      if (passwordPrompt.test(reader.rest().toString().trimStart())) answer();
    };
    const greet = (stream: StreamName, pid: number): void => {
      if (greeted.has(stream)) fail(redirectedShell(link, 'the same place'));
      greeted.add(stream);
      if (greeted.size < 2 || settled) return;
      link.learned.hasShell = true;
      settle();
      if (options.nonce !== undefined) for (const reader of [stdout, stderr]) reader.expect(options.nonce);
      if (options.leavesStdout) {
        channel.off('data', readStdout);
        channel.pause();
        channel.unshift(stdout.rest());
      }
      resolve({channel, pid, ended});
    };
    const onWord = (stream: StreamName, [word, pid]: Mark['words']): void => {
      switch (word) {
        case 'started':
          if (stream === 'stdout') fail(redirectedShell(link, 'the same place'));
          started = true;
          break;
        case 'prompt':
          answer();
          break;
        case 'asking':
          asking = true;
          break;
        case 'hello':
          greet(stream, Number(pid));
      }
    };
    const onMark = (stream: StreamName, mark: Mark): void => {
      if (settled) {
        options.onMark(stream, mark);
        return;
      }
      // A complaint that quotes our command has our mark in it.
      if (stream === 'stderr') complaints.push(mark.bytes);
      onWord(stream, mark.words);
    };
    const takenFrom = (stream: StreamName) => (bytes: Buffer) =>
      settled && (options.takes?.(stream, bytes) ?? false);
    const stdout = new MarkReader(nonce, (mark) => onMark('stdout', mark), takenFrom('stdout'));
    const stderr = new MarkReader(nonce, (mark) => onMark('stderr', mark), takenFrom('stderr'));
    const readStdout = (chunk: Buffer): void => {
      // Whoever talks is there, also when he has no time for another channel.
      answers = true;
      stdout.push(chunk);
      onText(stdout);
    };
    channel.on('data', readStdout);
    channel.stderr.on('data', (chunk: Buffer) => {
      answers = true;
      stderr.push(chunk);
      onText(stderr);
    });
    const ended = exited.then((exitCode) => ({
      exitCode,
      stdout: stdout.rest(),
      stderr: Buffer.concat([...complaints, stderr.rest()]),
    }));
    ended.then((ending) => {
      if (settled) return;
      fail(link.lost() ?? becomeError(link, user, become, ending, {started, prompted}));
    });
  });
}
