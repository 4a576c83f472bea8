import {type ChildProcess, type ChildProcessByStdio, spawn} from 'node:child_process';
import type {Readable} from 'node:stream';
import {errorCode} from '../errors/index.ts';

/** What a program may take, and who is told meanwhile. */
export interface Asking {
  /** Ends programs that run. */
  readonly signal: AbortSignal;
  /** Told what is waited for, where that takes a while. */
  readonly onWaiting?: ((message: string) => void) | undefined;
  /** Of one call. */
  readonly timeoutMs?: number;
}

/** How a call went wrong. */
export interface ProgramFailure {
  /** Goes on after the words of the command. */
  readonly message: string;
  /** Undefined where its own words are all there is. */
  readonly hint?: string;
  readonly tooSlow: boolean;
}

const usualTimeoutMs = 60_000;
const mostBytes = 64 * 1024 * 1024;

/** A program that is asked to end has so long for it. */
const graceMs = 1_000;

/** What it has left running when it ended may still write so long after the last time. */
const leftMs = 1_000;

/**
 * What a program prints. It is a group of processes of its own, which is ended with all that it started when it takes
 * too long or the signal aborts; so it has no terminal, and its standard input is empty.
 * @throws the signal's reason
 */
export async function askProgram(
  file: string,
  args: readonly string[],
  {signal, timeoutMs = usualTimeoutMs}: Asking,
): Promise<string | ProgramFailure> {
  signal.throwIfAborted();
  const child = spawn(file, args, {stdio: ['ignore', 'pipe', 'pipe'], detached: true});
  const {how, output, errors} = await groupOutput(child, {signal, timeoutMs, mostBytes, leftMs});
  if (how === 0) return output.toString('utf8');
  const said = lastLine(errors);
  const tooSlow = how === 'too slow';
  return {
    message: `${wordsOfEnd(how, timeoutMs, mostBytes)}${said === '' || how instanceof Error ? '' : `: ${said}`}`,
    ...(tooSlow ? {hint: slowHint} : {}),
    tooSlow,
  };
}

/** Of what it wrote to standard error: without what is for terminals, and no longer than a message can bear. */
function lastLine(errors: string): string {
  const line = errors.trim().split('\n').at(-1) ?? '';
  const words = line.replace(escapeSequences, '').replace(controls, ' ').replace(/ {2,}/g, ' ').trim();
  return words.length > longestWords ? `${words.slice(0, longestWords)}…` : words;
}

/** In characters. */
const longestWords = 200;

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours, titles and the like
const escapeSequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys
const controls = /[\u0000-\u001f\u007f-\u009f]/g;

const slowHint =
  'run it by itself to see what it waits for: a network, or a question that nobody sees, as it has neither a terminal nor input here';

/** What a process may take. */
export interface GroupLimits {
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly mostBytes: number;
  /** When it has ended, what it left running may be silent so long; undefined: for all of the time. */
  readonly leftMs?: number;
}

/** How a process ended: its exit code, what killed it, or why it could not be run. */
export type EndOfGroup = 'too slow' | 'too much' | Error | NodeJS.Signals | number | null;

export interface GroupOutput {
  readonly how: EndOfGroup;
  readonly output: Buffer;
  /** The end of them. */
  readonly errors: string;
}

/**
 * What a process prints that leads a group of its own, up to the end of its output: what it leaves running may still
 * write. It is ended with all that it started when it takes too long or too much, or the signal aborts.
 * @throws the signal's reason
 */
export async function groupOutput(
  child: ChildProcessByStdio<null, Readable, Readable>,
  {signal, timeoutMs, mostBytes, leftMs}: GroupLimits,
): Promise<GroupOutput> {
  const output: Buffer[] = [];
  let errors = Buffer.alloc(0);
  let sizeBytes = 0;
  let ended: 'too slow' | 'too much' | undefined;
  const end = (why: typeof ended): void => {
    ended ??= why;
    endGroup(child);
  };
  child.stdout.on('data', (bytes: Buffer) => {
    sizeBytes += bytes.length;
    if (sizeBytes > mostBytes) end('too much');
    else output.push(bytes);
  });
  child.stderr.on('data', (bytes: Buffer) => {
    errors = Buffer.concat([errors, bytes]).subarray(-4096);
  });
  const timer = setTimeout(() => end('too slow'), timeoutMs);
  const onAbort = (): void => end(undefined);
  signal.addEventListener('abort', onAbort);
  try {
    const {status, killedBy, error} = await ending(child, leftMs);
    signal.throwIfAborted();
    const how = ended ?? error ?? killedBy ?? status;
    return {how, output: Buffer.concat(output), errors: errors.toString('utf8')};
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** In words that go on after the command. */
export function wordsOfEnd(how: EndOfGroup, timeoutMs: number, mostBytes: number): string {
  if (how === 'too slow') return `took more than ${timeoutMs / 1000} s, and was ended`;
  if (how === 'too much') return `printed more than ${mostBytes / 1024 / 1024} MiB`;
  if (how instanceof Error) return `cannot be run: ${'code' in how ? how.code : how.message}`;
  return typeof how === 'string' ? `was ended by ${how}` : `ended with ${how}`;
}

interface Ending {
  readonly status: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly error?: Error;
}

/**
 * The end of its output, too: what it leaves running may still write.
 * @param leftMs how long that may be silent
 */
function ending(child: ChildProcessByStdio<null, Readable, Readable>, leftMs?: number): Promise<Ending> {
  const {stdout, stderr} = child;
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({status: null, killedBy: null, error}));
    if (leftMs !== undefined)
      child.once('exit', () => {
        const stop = (): void => void [stdout, stderr].map((stream) => stream.destroy());
        let timer = setTimeout(stop, leftMs);
        stdout.on('data', () => {
          clearTimeout(timer);
          timer = setTimeout(stop, leftMs);
        });
        child.once('close', () => clearTimeout(timer));
      });
    child.once('close', (status, killedBy) => resolve({status, killedBy}));
  });
}

/** Whoever of it has left the group and still holds the output is not waited for. */
function endGroup(child: ChildProcess): void {
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => {
    signalGroup(child, 'SIGKILL');
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, graceMs);
  child.once('close', () => clearTimeout(timer));
}

function signalGroup({pid}: ChildProcess, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error) {
    // Gone already; or it has become another user, whose processes are not ours to end.
    if (!['ESRCH', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
  }
}
