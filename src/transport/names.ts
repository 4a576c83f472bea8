import {lookup, Resolver} from 'node:dns/promises';
import {isIP} from 'node:net';
import {setTimeout as wait} from 'node:timers/promises';
import {errorCode} from '../errors/index.ts';
import type {FoundAddress} from './race.ts';
import {orStopped} from './stopped.ts';

/** How a name is looked up: by the system, hosts file, mDNS and all. */
export type Lookup = (name: string) => Promise<readonly FoundAddress[]>;

const bySystem: Lookup = (name) => lookup(name, {all: true, verbatim: true});

export interface Patience {
  /** How long a name of mDNS may take to be found. A board that has just started announces itself after seconds. */
  readonly patienceMs: number;
  readonly pauseMs: number;
  readonly lookup: Lookup;
}

const usualPatience: Patience = {patienceMs: 10_000, pauseMs: 1_000, lookup: bySystem};

/** A name that is looked for by mDNS: whose host may be there, and not have been heard of yet. @see RFC 6762, 3 */
export function isMdnsName(name: string): boolean {
  return /\.local\.?$/i.test(name);
}

/** A resolver that asks mDNS may itself wait for seconds, in which somebody wonders. */
const tellAfterMs = 1_000;

/**
 * The addresses of a name. One of mDNS that is not known is looked up again for some seconds; `onWaiting` is told once.
 * @throws what the last lookup threw, ENOTFOUND when the time is up, or the signal's reason
 */
export async function addressesOf(
  name: string,
  signal: AbortSignal,
  onWaiting: (message: string) => void = () => undefined,
  {patienceMs, pauseMs, lookup: look}: Patience = usualPatience,
): Promise<readonly FoundAddress[]> {
  if (!isMdnsName(name)) return orStopped(look(name), signal);
  const patience = AbortSignal.timeout(patienceMs);
  const stopped = AbortSignal.any([signal, patience]);
  let told = false;
  const tell = (): void => {
    if (!told) onWaiting(`looking for ${name} by mDNS, for ${Math.round(patienceMs / 1000)} s at most`);
    told = true;
  };
  const timer = setTimeout(tell, tellAfterMs);
  try {
    while (!stopped.aborted) {
      try {
        return await orStopped(look(name), stopped);
      } catch (error) {
        if (stopped.aborted) break;
        if (!isUnknownName(error)) throw error;
        tell();
        await wait(pauseMs, undefined, {signal: stopped}).catch(() => undefined);
      }
    }
  } finally {
    clearTimeout(timer);
  }
  signal.throwIfAborted();
  throw Object.assign(new Error(`${name} was not found`), {code: 'ENOTFOUND'});
}

function isUnknownName(error: unknown): boolean {
  return ['ENOTFOUND', 'EAI_AGAIN'].includes(errorCode(error) ?? '');
}

/** DNS is asked beside waiting for the host, and not for longer. */
const dnsTimeoutMs = 1_000;

/**
 * What DNS says of a host's name, for hosts that the inventory gives an address and that do not answer there.
 * @returns its addresses; none where DNS does not know it, or does not answer
 */
export async function addressesInDns(hostName: string): Promise<readonly string[]> {
  const resolver = new Resolver({timeout: dnsTimeoutMs, tries: 1});
  const asked = [resolver.resolve4(hostName), resolver.resolve6(hostName)];
  const answers = await Promise.allSettled(asked);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

/** Whether DNS can have another opinion on where a host is: its address is written down, and is none of this machine. */
export function mayHaveMoved(hostName: string, host: string): boolean {
  const isOwn = host === '::1' || host.startsWith('127.');
  return (
    isIP(host) !== 0 &&
    isIP(hostName) === 0 &&
    !isOwn &&
    /^[A-Za-z0-9]([\w-]*[A-Za-z0-9])?(\.[\w-]+)*$/.test(hostName)
  );
}

/** The hint about a host whose address in the inventory is not the one that DNS knows; undefined where it may be right. */
export function movedHint(hostName: string, host: string, inDns: readonly string[]): string | undefined {
  if (inDns.length === 0 || inDns.includes(host)) return undefined;
  return `DNS has ${inDns.join(', ')} for ${hostName}, the inventory ${host}: correct \`host\`, or leave it out`;
}
