import {setTimeout as wait} from 'node:timers/promises';
import type {ClientChannel} from 'ssh2';
import {TransportError} from './contract.ts';
import {abortedError, timeoutError} from './failures.ts';
import type {Line, Link} from './link.ts';

/** A command that runs, and its exit code when the channel is closed: undefined after a signal or a loss. */
export interface ExecChannel {
  readonly channel: ClientChannel;
  readonly ended: Promise<number | undefined>;
}

/** How a shell's channel ended, and what its streams said since their last marks. */
export interface Ending {
  /** Undefined when a signal or the connection's end was the reason. */
  readonly exitCode: number | undefined;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** A background process may hold the streams open after the command's exit: then their end is not waited for. */
const closeGraceMs = 1000;

/** sshd gives a finished channel's slot back late: it is asked again before another connection is made. */
const lateWaitsMs = [20, 50, 100, 200] as const;

/**
 * A new exec channel with `command`, on the first connection to the host that has room for it. `MaxSessions` counts
 * for each connection: when all are full, one more is made.
 * @throws TransportError
 */
export async function openExecChannel(
  link: Link,
  command: string,
  signal: AbortSignal,
): Promise<ExecChannel> {
  for (let attempt = 0; ; attempt++) {
    const opened = await openOnOne(link, command, signal);
    if (typeof opened === 'object') return opened;
    const waitMs = lateWaitsMs[attempt];
    if (opened === 'late' && waitMs !== undefined)
      await wait(waitMs, undefined, {signal}).catch(() => undefined);
    else await link.another(signal);
  }
}

/** `full`: no connection has room; `late`: one had room for more channels than it has now. */
async function openOnOne(
  link: Link,
  command: string,
  signal: AbortSignal,
): Promise<ExecChannel | 'full' | 'late'> {
  let refused: 'full' | 'late' = 'full';
  for (const line of link.lines) {
    if (line.openChannels + line.openingChannels >= link.mostChannels()) continue;
    const lost = link.lost();
    if (lost) throw lost;
    if (signal.aborted) throw abortedError(link.hostName);
    const opened = await tryExec(link, line, command, signal);
    if (opened instanceof TransportError) throw opened;
    if (!(opened instanceof Error)) return opened;
    if (!isOpenFailure(opened)) throw link.lost() ?? unreachable(link, opened);
    // Channels that are being opened may already count for the host.
    if (line.openChannels < line.mostOpenChannels || line.openingChannels > 0) refused = 'late';
    else link.learnMostChannels(line.openChannels);
  }
  return refused;
}

/** A host that does not answer is waited for no longer than `timeoutMs`; a channel that comes late is closed. */
function tryExec(link: Link, line: Line, command: string, signal: AbortSignal): Promise<ExecChannel | Error> {
  return new Promise((resolve) => {
    let over = false;
    const settle = (outcome: ExecChannel | Error): void => {
      over = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    const onAbort = (): void => settle(abortedError(link.hostName));
    const onTimeout = (): void =>
      settle(timeoutError(link.hostName, 'the opening of a channel', link.timeoutMs));
    const timer = setTimeout(onTimeout, link.timeoutMs);
    signal.addEventListener('abort', onAbort);
    const onOpened = (error: Error | undefined, channel: ClientChannel | undefined): void => {
      line.openingChannels--;
      if (!channel) {
        settle(error ?? new Error('neither a channel nor an error'));
        return;
      }
      line.openChannels++;
      line.mostOpenChannels = Math.max(line.mostOpenChannels, line.openChannels);
      channel.once('close', () => line.openChannels--);
      if (over) channel.close();
      // `endOf` at once: the exit may be in the same packet.
      else settle({channel, ended: endOf(channel)});
    };
    line.openingChannels++;
    try {
      line.client.exec(command, onOpened);
    } catch (error) {
      onOpened(error instanceof Error ? error : new Error(String(error)), undefined);
    }
  });
}

function endOf(channel: ClientChannel): Promise<number | undefined> {
  return new Promise((resolve) => {
    let exitCode: number | undefined;
    let timer: NodeJS.Timeout | undefined;
    // A reset connection ends in 'close' as well; without a listener 'error' would end the process.
    channel.on('error', () => undefined);
    channel.on('exit', (code: number | null) => {
      exitCode = code ?? undefined;
      timer = setTimeout(() => channel.close(), closeGraceMs);
    });
    channel.on('close', () => {
      clearTimeout(timer);
      resolve(exitCode);
    });
  });
}

function isOpenFailure(error: Error): boolean {
  return error.message.includes('Channel open failure');
}

function unreachable(link: Link, cause: Error): TransportError {
  return new TransportError(
    'unreachable',
    `${link.hostName} refuses to run commands: ${cause.message}`,
    "see ForceCommand and PermitTTY in the host's sshd_config, and the key's options in authorized_keys",
    {cause},
  );
}
