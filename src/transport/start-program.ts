import {
  type ChildProcess,
  type ChildProcessWithoutNullStreams,
  type SpawnOptionsWithoutStdio,
  spawn,
} from 'node:child_process';
import {getSystemErrorName} from 'node:util';
import {errorCode} from '../errors/index.ts';
import {TransportError} from './contract.ts';

/** What to do where this machine has no room for another connection. */
export const noRoomHint = 'raise the limit of this machine (ulimit -n, ulimit -u), or lower `forks`';

/**
 * Starts a program that leads to a host. Where that fails later, it is as if the program had ended by a negative code.
 * @throws TransportError where this machine opens no more files: then it has no streams
 */
export function startProgram(
  hostName: string,
  program: string,
  args: readonly string[],
  options: SpawnOptionsWithoutStdio,
): ChildProcessWithoutNullStreams {
  const child = spawn(program, args, options);
  // What is left is a program that did not start, which its end tells.
  child.on('error', () => undefined);
  // Not even pipes could be made: Node's types do not know of that.
  if ((child.stdin as unknown) == null) throw noRoom(hostName, program, 'EMFILE');
  return child;
}

/** Ends a program that leads a group of its own, and what it has started; one that has ended is none. */
export function killGroup({pid}: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/** @param code by which the program ended @returns why it was not started; undefined where it was */
export function notStarted(
  hostName: string,
  program: string,
  code: number | null,
): TransportError | undefined {
  return code === null || code >= 0 ? undefined : noRoom(hostName, program, getSystemErrorName(code));
}

/** What the system refused for want of files or processes, in our words; anything else as it is. */
export function orNoRoom(error: unknown, hostName: string): unknown {
  return isNoRoom(error) ? noRoom(hostName, 'ssh', errorCode(error) ?? '') : error;
}

/** Whether the system had no room for another file or process. */
export function isNoRoom(error: unknown): boolean {
  return wants.has(errorCode(error) ?? '');
}

const wants: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']);

function noRoom(hostName: string, program: string, reason: string): TransportError {
  const words = reason === 'EMFILE' || reason === 'ENFILE' ? 'too many files are open here' : reason;
  return new TransportError(
    'unreachable',
    `${program} cannot be started to reach ${hostName}: ${words}`,
    noRoomHint,
  );
}
