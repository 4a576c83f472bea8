import {setTimeout as wait} from 'node:timers/promises';
import type {ExecChannel, Refusal} from './carrier.ts';
import {TransportError} from './contract.ts';
import {abortedError, silentChannel} from './failures.ts';
import type {Line, Link} from './link.ts';

/** How a shell's channel ended, and what its streams said since their last marks. */
export interface Ending {
  /** Undefined when a signal or the connection's end was the reason. */
  readonly exitCode: number | undefined;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

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
    if (!('refused' in opened)) return opened;
    if (opened.refused === 'failed') throw link.lost() ?? unreachable(link, opened);
    // Channels that are being opened may already count for the host.
    if (line.openChannels < line.mostOpenChannels || line.openingChannels > 0) refused = 'late';
    else link.learnMostChannels(line.openChannels);
  }
  return refused;
}

/** A host that does not answer is waited for no longer than `timeoutMs`; a channel that comes late is closed. */
function tryExec(
  link: Link,
  line: Line,
  command: string,
  signal: AbortSignal,
): Promise<ExecChannel | Refusal | TransportError> {
  return new Promise((resolve) => {
    let over = false;
    const settle = (outcome: ExecChannel | Refusal | TransportError): void => {
      over = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    };
    const onAbort = (): void => settle(abortedError(link.hostName));
    const onTimeout = (): void => settle(silentChannel(link, link.timeoutMs));
    const timer = setTimeout(onTimeout, link.timeoutMs);
    signal.addEventListener('abort', onAbort);
    line.openingChannels++;
    line.carrier.exec(command).then((opened) => {
      line.openingChannels--;
      if ('refused' in opened) return settle(opened);
      line.openChannels++;
      line.mostOpenChannels = Math.max(line.mostOpenChannels, line.openChannels);
      opened.channel.once('close', () => line.openChannels--);
      if (over) opened.channel.close();
      else settle(opened);
    });
  });
}

function unreachable(link: Link, {reason, hint}: Refusal): TransportError {
  // What is wrong here is no doing of the host.
  if (hint !== undefined) return new TransportError('unreachable', reason, hint);
  return new TransportError(
    'unreachable',
    `${link.hostName} refuses to run commands: ${reason}`,
    "see ForceCommand and PermitTTY in the host's sshd_config, and the key's options in authorized_keys",
  );
}
