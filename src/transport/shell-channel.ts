import {randomBytes} from 'node:crypto';
import {becomeFor, shellCommand} from './become.ts';
import {becomeError, refusedPassword, silentSudo} from './become-errors.ts';
import type {Channel} from './carrier.ts';
import type {TransportError} from './contract.ts';
import {type Ending, openExecChannel} from './exec-channel.ts';
import {abortedError, timeoutError} from './failures.ts';
import type {Link} from './link.ts';
import {type Mark, MarkReader} from './marks.ts';

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
  script(nonce: string): string;
  /** Marks after the hello. */
  onMark(stream: StreamName, mark: Mark): void;
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
  const nonce = randomBytes(16).toString('hex');
  const {user, signal} = options;
  const become = becomeFor(link.loginUser, user, link.becomePassword !== undefined);
  const asked = become.how === 'sudo' && become.password;
  const command = shellCommand(nonce, become, options.script(nonce));
  const {channel, ended: exited} = await openExecChannel(link, command, signal);

  return new Promise((resolve, reject) => {
    const greeted = new Set<StreamName>();
    let prompted = false;
    let settled = false;
    const timer = setTimeout(() => {
      const timeout = timeoutError(link.hostName, `the shell of ${user}`, link.timeoutMs);
      fail(asked && !prompted ? silentSudo(link, user, stderr.rest()) : timeout);
    }, link.timeoutMs);
    const onAbort = (): void => fail(abortedError(link.hostName));
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) queueMicrotask(onAbort);
    const settle = (): void => {
      settled = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: TransportError): void => {
      if (settled) return;
      settle();
      channel.close();
      reject(error);
    };
    const onMark = (stream: StreamName, mark: Mark): void => {
      const [word, pid] = mark.words;
      if (settled) options.onMark(stream, mark);
      else if (word === 'prompt') {
        if (prompted) fail(refusedPassword(link));
        else channel.write(`${link.becomePassword?.reveal() ?? ''}\n`);
        prompted = true;
      } else if (word === 'hello') {
        greeted.add(stream);
        if (greeted.size < 2) return;
        settle();
        if (options.leavesStdout) {
          channel.off('data', readStdout);
          channel.pause();
          channel.unshift(stdout.rest());
        }
        resolve({channel, pid: Number(pid), ended});
      }
    };
    const stdout = new MarkReader(nonce, (mark) => onMark('stdout', mark));
    const stderr = new MarkReader(nonce, (mark) => onMark('stderr', mark));
    const readStdout = (chunk: Buffer): void => stdout.push(chunk);
    channel.on('data', readStdout);
    channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    const ended = exited.then((exitCode) => ({
      exitCode,
      stdout: stdout.rest(),
      stderr: stderr.rest(),
    }));
    ended.then((ending) => fail(link.lost() ?? becomeError(link, user, ending, prompted)));
  });
}
