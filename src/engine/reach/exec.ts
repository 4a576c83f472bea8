import {StringDecoder} from 'node:string_decoder';
import type {Diagnostic} from '../../errors/index.ts';
import {quote, sh} from '../../shell/index.ts';
import {type Connection, TransportError} from '../../transport/index.ts';
import {type ChosenHost, chooseHosts, onEach, type ReachOptions} from './hosts.ts';
import {lineSplitter} from './lines.ts';

export interface ExecOptions extends ReachOptions {
  /** One word is a line for the shell; several are a program and its arguments, each as it is. */
  readonly command: readonly string[];
  /** Over what the inventory says: become another user at all, and which. */
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly forks: number;
  /** Longest time for the command on each host. */
  readonly timeoutMs?: number;
  /** Gets the names of the hosts before the first is reached. */
  readonly onChosen?: (hosts: readonly string[]) => void;
  /** Gets each line as it is written; the outcome then has no output. With a promise nothing more is read until that is kept. */
  readonly onLine?: (host: string, stream: 'stdout' | 'stderr', line: string) => Promise<void> | undefined;
  /** Gets what a host gave as soon as it has ended. */
  readonly onOutcome: (outcome: HostOutcome) => void;
}

/** What a command gave on a host. Known secrets are masked in its output. */
export type HostOutcome =
  | {
      readonly host: string;
      readonly type: 'ended';
      readonly exitCode: number;
      readonly stdout: string;
      readonly stderr: string;
      readonly durationMs: number;
    }
  | {
      readonly host: string;
      /** `unreachable` also when the connection was lost meanwhile. */
      readonly type: 'unreachable' | 'timeout' | 'failed' | 'interrupted';
      readonly message: string;
      readonly hint?: string;
      /** What the command had written until then. */
      readonly stdout?: string;
      readonly stderr?: string;
    };

export interface Executed {
  readonly diagnostics: readonly Diagnostic[];
  readonly outcomes: readonly HostOutcome[];
}

/** More than anybody waits for, and what a timer can hold. */
const longestMs = 7 * 24 * 3_600_000;

/**
 * Runs one command on hosts, so many at once. When the signal aborts, commands that run are ended on their hosts, and
 * no further one is begun.
 */
export async function execOnHosts(options: ExecOptions): Promise<Executed> {
  const {diagnostics, hosts, connect, redactor} = await chooseHosts(options);
  options.onChosen?.(hosts.map(({name}) => name));
  const mask = (text: string): string => redactor.redact(text);
  const outcomes: HostOutcome[] = [];
  const conclude = (outcome: HostOutcome): void => {
    outcomes.push(outcome);
    options.onOutcome(outcome);
  };
  await onEach(
    {hosts, connect},
    options.forks,
    options.signal,
    async (host, connection) => conclude(await carryOut(host, connection, options, mask)),
    ({name}, error) => conclude(failed(name, error)),
  );
  return {diagnostics, outcomes};
}

async function carryOut(
  host: ChosenHost,
  connection: Connection,
  options: ExecOptions,
  mask: (text: string) => string,
): Promise<HostOutcome> {
  const startedMs = performance.now();
  const written = options.onLine
    ? streamed(host.name, options.onLine, mask)
    : {stdout: collector(mask), stderr: collector(mask)};
  const output = (): {readonly stdout: string; readonly stderr: string} => ({
    stdout: written.stdout.end(),
    stderr: written.stderr.end(),
  });
  const session = await connection.session(userFor(host, connection, options));
  try {
    const {exitCode} = await session.request(sh`exec /bin/sh -c ${lineOf(options.command)}`, {
      signal: options.signal,
      timeoutMs: options.timeoutMs ?? longestMs,
      // What is told as it comes is not kept.
      ...(options.onLine ? {mostOutputBytes: Number.POSITIVE_INFINITY} : {}),
      onOutput: (stream, bytes) => written[stream].push(bytes),
    });
    const durationMs = Math.round(performance.now() - startedMs);
    return {host: host.name, type: 'ended', exitCode, ...output(), durationMs};
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
    return {...failed(host.name, inOurWords(error, host.name, options.timeoutMs)), ...output()};
  }
}

/** The time that was given by `--timeout` is over. */
function inOurWords(error: TransportError, host: string, timeoutMs: number | undefined): TransportError {
  if (error.failure !== 'timeout' || timeoutMs === undefined) return error;
  const message = `the command on ${host} took longer than ${timeoutMs / 1000} s, as --timeout has it, and was ended there`;
  return new TransportError(
    'timeout',
    message,
    'give it more time by --timeout, or none: then it may take as long as it does',
  );
}

/** Takes what a command writes. */
interface Writing {
  /** @returns until when nothing more is to be read */
  push(bytes: Buffer): Promise<void> | undefined;
  /** @returns all of it; '' where it was told as it came */
  end(): string;
}

/** Keeps the text and not the bytes beside it: a command may write much. */
function collector(mask: (text: string) => string): Writing {
  const decoder = new StringDecoder('utf8');
  let text = '';
  return {
    push: (bytes) => {
      text += decoder.write(bytes);
      return undefined;
    },
    end: () => {
      const all = text + decoder.end();
      text = '';
      return mask(all);
    },
  };
}

function streamed(
  host: string,
  onLine: NonNullable<ExecOptions['onLine']>,
  mask: (text: string) => string,
): Readonly<Record<'stdout' | 'stderr', Writing>> {
  const lines = (stream: 'stdout' | 'stderr'): Writing => {
    let taken: Promise<void> | undefined;
    const splitter = lineSplitter(
      (line) => {
        taken = onLine(host, stream, mask(line));
      },
      // A secret that is cut in two would be masked in neither part.
      (text, at) => mask(text.slice(0, at)) + mask(text.slice(at)) === mask(text),
    );
    return {
      push: (bytes) => {
        taken = undefined;
        splitter.push(bytes);
        return taken;
      },
      end: () => {
        splitter.end();
        return '';
      },
    };
  };
  return {stdout: lines('stdout'), stderr: lines('stderr')};
}

function userFor(host: ChosenHost, {loginUser}: Connection, {become, becomeUser}: ExecOptions): string {
  const becomes = become ?? (becomeUser !== undefined || host.become === true);
  return becomes ? (becomeUser ?? host.becomeUser ?? 'root') : loginUser;
}

/** @see ssh(1): there, several words are joined by blanks, and quotes are lost on the way */
export function lineOf(command: readonly string[]): string {
  const [only = '', ...more] = command;
  return more.length === 0 ? only : command.map(quote).join(' ');
}

function failed(host: string, {failure, message, hint}: TransportError): HostOutcome {
  const types = {timeout: 'timeout', aborted: 'interrupted', become: 'failed', output: 'failed'} as const;
  const type = failure in types ? types[failure as keyof typeof types] : 'unreachable';
  return {host, type, message, ...(hint === undefined ? {} : {hint})};
}
