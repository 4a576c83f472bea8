import {setTimeout as wait} from 'node:timers/promises';
import {TransportError} from './contract.ts';

/** Before each further try. A sshd that is just starting, or sheds load, answers soon after. */
const defaultWaitsMs = [300, 1000, 2000] as const;

/** Of the network: the host may be starting, or out of reach of its Wi-Fi for a moment. */
const transientCodes: readonly unknown[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EAI_AGAIN',
];

/** Whether the host had too many logins under way: sshd closes connections at once then (`MaxStartups`). */
export function isShed(error: unknown): boolean {
  if (!(error instanceof TransportError) || error.failure !== 'unreachable') return false;
  const {cause} = error;
  if (!(cause instanceof Error)) return false;
  return (
    /connection lost before handshake|closed the connection/i.test(cause.message) ||
    ('code' in cause && cause.code === 'ECONNRESET')
  );
}

/** Whether another try, a little later, may end better: never after a host's key or a login was refused. */
export function isTransient(error: TransportError): boolean {
  const {failure, cause} = error;
  if (failure !== 'unreachable' || !(cause instanceof Error)) return false;
  // The host on the way got no connection.
  if (cause instanceof TransportError) return cause.failure === 'refused';
  if (isShed(error)) return true;
  return 'code' in cause && transientCodes.includes(cause.code);
}

/** The time for a login was over. */
export class TimedOut extends TransportError {}

/**
 * Tries up to four times (once more than there are waits), as long as the failure may pass and there is time for more.
 * @param leftMs the time that is left
 * @throws TransportError of the last try; of the one before where the last had only what time was left
 */
export async function persistently<T>(
  tryOnce: () => Promise<T>,
  leftMs: () => number,
  signal: AbortSignal,
  waitsMs: readonly number[] = defaultWaitsMs,
): Promise<T> {
  let before: TransportError | undefined;
  for (let tries = 0; ; tries++) {
    try {
      return await tryOnce();
    } catch (error) {
      if (error instanceof TimedOut && before) throw before;
      const waitMs = waitsMs[tries];
      if (waitMs === undefined || !(error instanceof TransportError) || !isTransient(error)) throw error;
      if (leftMs() <= 2 * waitMs) throw error;
      before = error;
      await wait(waitMs, undefined, {signal}).catch(() => undefined);
    }
  }
}
