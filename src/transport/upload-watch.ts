import {sh} from '../shell/index.ts';
import {reveal} from '../text/index.ts';
import {TransportError} from './contract.ts';
import type {Ending} from './exec-channel.ts';
import type {Link} from './link.ts';
import {openShellChannel, type ShellChannel} from './shell-channel.ts';

/** How long a host may take no byte: far longer than a slow card writes what it has gathered. */
export const usualStallMs = 60_000;

/** What follows the last byte (a checksum, a sync) comes to its end at least this fast, on slow cards as well. */
const slowestBytesPerMs = 1024;

/** What follows the end of the bytes may take this long before an abort gives up on it. */
const endGraceMs = 10_000;

/** How long the receiver may take to end, and to remove its file, when what it waits for is killed. */
const killGraceMs = 3000;

/** Longest time from the last byte to the end on the host. */
export function endingMs(sizeBytes: number, stallMs: number): number {
  return stallMs + sizeBytes / slowestBytesPerMs;
}

export function stallError(link: Link, path: string, sentBytes: number, stallMs: number): TransportError {
  return new TransportError(
    'timeout',
    `${link.hostName} took no byte for ${stallMs / 1000} s of ${path}, after ${sentBytes} bytes`,
    stallHint,
  );
}

export function endlessError(link: Link, path: string, waitedMs: number): TransportError {
  return new TransportError(
    'timeout',
    `${path} on ${link.hostName} has all its bytes, and did not come to its end (checksum, sync to the disk) within ${Math.round(waitedMs / 100) / 10} s`,
    stallHint,
  );
}

const stallHint = 'see whether its disk hangs: `dmesg`, `df`, and processes in state D of `ps`';

/**
 * Waits for the end of a receiver, no longer than `waitMs`, or for a moment after `stopped`; then what it waits for on
 * the host is killed, so that it ends and removes its file. sshd closes no channel whose process hangs: so a process
 * that even this does not end is left behind.
 * @returns undefined when it had to be ended
 */
export async function endOfReceiver(
  link: Link,
  user: string,
  shell: ShellChannel,
  waitMs: number,
  stopped: AbortSignal,
): Promise<Ending | undefined> {
  const ending = await within(shell.ended, waitMs, stopped);
  if (ending) return ending;
  await killChildren(link, user, shell.pid);
  await within(shell.ended, killGraceMs);
  shell.channel.close();
  return undefined;
}

/** What a promise gives, unless the time is up, or a moment has gone since the signal. */
function within<T>(promise: Promise<T>, waitMs: number, stopped?: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve) => {
    const done = (value: T | undefined): void => {
      clearTimeout(timer);
      clearTimeout(grace);
      stopped?.removeEventListener('abort', onStop);
      resolve(value);
    };
    let grace: NodeJS.Timeout | undefined;
    const timer = setTimeout(done, waitMs, undefined);
    const onStop = (): void => {
      grace = setTimeout(done, endGraceMs, undefined);
    };
    stopped?.addEventListener('abort', onStop);
    if (stopped?.aborted) onStop();
    void promise.then(done);
  });
}

/**
 * Kills what a shell of ours waits for, again and again until the shell itself has ended, for at most two seconds.
 * Where no channel is to be had for it, closing the receiver's is all that is left.
 * @see proc(5), /proc/pid/stat: after the name in parentheses come state and ppid
 */
async function killChildren(link: Link, user: string, shellPid: number): Promise<void> {
  const script = sh`shell=${shellPid} tries=20
while kill -0 $shell 2>/dev/null && [ $tries -gt 0 ]; do
  for directory in /proc/[0-9]*; do
    read -r line 2>/dev/null <$directory/stat || continue
    set -- \${line##*) }
    [ "$2" != $shell ] || kill -KILL \${directory#/proc/}
  done
  sleep 0.1 2>/dev/null || sleep 1
  tries=$((tries - 1))
done
exit 0`;
  const signal = AbortSignal.timeout(Math.min(link.timeoutMs, endGraceMs));
  try {
    const killer = await openShellChannel(link, {
      user,
      script: reveal(script.text),
      onMark: () => undefined,
      signal,
    });
    await within(killer.ended, killGraceMs);
    killer.channel.close();
  } catch (error) {
    if (!(error instanceof TransportError)) throw error;
  }
}
