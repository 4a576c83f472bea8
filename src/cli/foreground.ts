import {type ChildProcess, spawn} from 'node:child_process';
import {constants} from 'node:os';
import type {HostTerminal, TerminalOptions} from '../engine/index.ts';
import type {SignalName} from './interruption.ts';

/** The person's own terminal, given to somebody else for a while. */
export interface Foreground {
  /** Whether what is typed there comes from a terminal. */
  readonly isTerminal: boolean;
  /** Runs a program in our place. @returns its exit code; 128 and the signal's number when it was ended by one */
  run(program: string, args: readonly string[], options: RunOptions): Promise<number>;
  /**
   * Joins our standard streams and a terminal on a host, until that ends or the signal comes.
   * @returns as above; undefined when it was lost
   */
  join(
    open: (options: TerminalOptions) => Promise<HostTerminal>,
    signal: AbortSignal,
  ): Promise<number | undefined>;
}

interface RunOptions {
  /** Is passed on; its reason is the name of the process's signal. */
  readonly signal: AbortSignal;
  /** Whether Ctrl-C is for the program, which has heard of it from the terminal. */
  readonly takesInterrupts: boolean;
}

/** How long a program has to end when it was asked to. */
const politeMs = 1000;

/** That of the process. */
export function processForeground(isTerminal: boolean): Foreground {
  return {isTerminal, run, join};
}

function run(
  program: string,
  args: readonly string[],
  {signal, takesInterrupts}: RunOptions,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {stdio: 'inherit'});
    const onAbort = (): void => {
      const name = signal.reason as SignalName;
      if (name !== 'SIGINT' || !takesInterrupts) end(child, name);
    };
    const settle = (exitCode: number): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(exitCode);
    };
    child.once('error', (error) => {
      process.stderr.write(`error: ${program} cannot be run: ${error.message}\n`);
      settle(127);
    });
    child.once('close', (code, name) => settle(code ?? 128 + (name ? constants.signals[name] : 0)));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, {once: true});
  });
}

function end(child: ChildProcess, name: SignalName): void {
  child.kill(name);
  const timer = setTimeout(() => void child.kill('SIGKILL'), politeMs);
  child.once('close', () => clearTimeout(timer));
}

async function join(
  open: (options: TerminalOptions) => Promise<HostTerminal>,
  signal: AbortSignal,
): Promise<number | undefined> {
  const {stdin, stdout, stderr} = process;
  const terminal = await open({
    type: process.env.TERM || 'dumb',
    columns: stdout.columns ?? 80,
    rows: stdout.rows ?? 24,
  });
  const onResize = (): void => terminal.resize(stdout.columns ?? 80, stdout.rows ?? 24);
  stdout.on('resize', onResize);
  // A terminal that was closed takes and gives no more: the signal says so, or the end of what is typed.
  stdin.on('error', () => undefined);
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.pipe(terminal.stream);
  terminal.stream.pipe(stdout, {end: false});
  terminal.stderr.pipe(stderr, {end: false});
  try {
    return await Promise.race([terminal.ended, aborted(signal)]);
  } finally {
    stdout.off('resize', onResize);
    stdin.unpipe(terminal.stream);
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.pause();
  }
}

/** Resolves when the signal has come. */
function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), {once: true});
  });
}
