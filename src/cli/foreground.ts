import {spawn} from 'node:child_process';
import {constants} from 'node:os';
import type {HostTerminal, TerminalOptions} from '../engine/index.ts';

/** The person's own terminal, given to somebody else for a while. */
export interface Foreground {
  /** Runs a program in our place. @returns its exit code; 128 and the signal's number when it was ended by one */
  run(program: string, args: readonly string[]): Promise<number>;
  /** Joins our standard streams and a terminal on a host, until that ends. @returns as above; undefined when it was lost */
  join(open: (options: TerminalOptions) => Promise<HostTerminal>): Promise<number | undefined>;
}

/** That of the process. */
export function processForeground(): Foreground {
  return {run, join};
}

function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {stdio: 'inherit'});
    child.once('error', (error) => {
      process.stderr.write(`error: ${program} cannot be run: ${error.message}\n`);
      resolve(127);
    });
    child.once('close', (code, signal) => {
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

async function join(open: (options: TerminalOptions) => Promise<HostTerminal>): Promise<number | undefined> {
  const {stdin, stdout} = process;
  const terminal = await open({
    type: process.env.TERM || 'dumb',
    columns: stdout.columns ?? 80,
    rows: stdout.rows ?? 24,
  });
  const onResize = (): void => terminal.resize(stdout.columns ?? 80, stdout.rows ?? 24);
  stdout.on('resize', onResize);
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.pipe(terminal.stream);
  terminal.stream.pipe(stdout, {end: false});
  try {
    return await terminal.ended;
  } finally {
    stdout.off('resize', onResize);
    stdin.unpipe(terminal.stream);
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.pause();
  }
}
