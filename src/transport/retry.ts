import {setTimeout as wait} from 'node:timers/promises';
import {TransportError} from './contract.ts';

/** Before the second and the third try. A sshd that is just starting, or sheds load, answers soon after. */
const defaultWaitsMs = [300, 1000] as const;

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

/** Whether another try, a little later, may end better: never after a host's key or a login was refused. */
export function isTransient({failure, cause}: TransportError): boolean {
  if (failure !== 'unreachable' || !(cause instanceof Error)) return false;
  // The host on the way got no connection.
  if (cause instanceof TransportError) return cause.failure === 'refused';
  // sshd closes connections at once when too many are not logged in yet (`MaxStartups`).
  if (/connection lost before handshake|closed the connection/i.test(cause.message)) return true;
  return 'code' in cause && transientCodes.includes(cause.code);
}

/**
 * Tries up to three times (once more than there are waits), as long as the failure may pass and there is time for more.
 * @param leftMs the time that is left
 * @throws TransportError of the last try
 */
export async function persistently<T>(
  tryOnce: () => Promise<T>,
  leftMs: () => number,
  signal: AbortSignal,
  waitsMs: readonly number[] = defaultWaitsMs,
): Promise<T> {
  for (const waitMs of waitsMs) {
    try {
      return await tryOnce();
    } catch (error) {
      if (!(error instanceof TransportError) || !isTransient(error) || leftMs() <= 2 * waitMs) throw error;
      await wait(waitMs, undefined, {signal}).catch(() => undefined);
    }
  }
  return tryOnce();
}
