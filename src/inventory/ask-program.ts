import {type ChildProcess, spawn} from 'node:child_process';

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
    const {status, killedBy, error} = await ending(child);
    signal.throwIfAborted();
    if (!error && !ended && status === 0) return Buffer.concat(output).toString('utf8');
    const said = errors.toString('utf8').trim().split('\n').at(-1) ?? '';
    return failed(ended ?? error ?? killedBy ?? status, said, timeoutMs);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function failed(
  how: 'too slow' | 'too much' | Error | NodeJS.Signals | number | null,
  said: string,
  timeoutMs: number,
): ProgramFailure {
  const withSaid = (words: string): string => `${words}${said === '' ? '' : `: ${said}`}`;
  if (how === 'too slow')
    return {
      message: withSaid(`took more than ${timeoutMs / 1000} s, and was ended`),
      hint: 'run it by itself to see what it waits for: a network, or a question that nobody sees, as it has neither a terminal nor input here',
      tooSlow: true,
    };
  if (how === 'too much')
    return {message: withSaid(`printed more than ${mostBytes / 1024 / 1024} MiB`), tooSlow: false};
  if (how instanceof Error)
    return {message: `cannot be run: ${'code' in how ? how.code : how.message}`, tooSlow: false};
  if (typeof how === 'string') return {message: withSaid(`was ended by ${how}`), tooSlow: false};
  return {message: withSaid(`ended with ${how}`), tooSlow: false};
}

interface Ending {
  readonly status: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly error?: Error;
}

/** The end of its output, too: what it leaves running may still write. */
function ending(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({status: null, killedBy: null, error}));
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
    if (!(error instanceof Error && 'code' in error && ['ESRCH', 'EPERM'].includes(String(error.code))))
      throw error;
  }
}
