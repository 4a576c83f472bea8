import type {Duplex} from 'node:stream';
import type {Refusal} from './carrier.ts';
import {TransportError} from './contract.ts';
import {abortedError} from './failures.ts';
import type {Link} from './link.ts';
import {type RelayMemory, relay} from './relay.ts';

/** What the forwards of a connection have found out about its host. */
export interface ForwardMemory extends RelayMemory {
  /** Addresses with ports to which sshd forwards nothing. */
  readonly prohibited: Set<string>;
}

export function forwardMemory(): ForwardMemory {
  return {prohibited: new Set(), tool: undefined};
}

/**
 * A byte stream to an address as the host sees it: by sshd (`direct-tcpip`), or, where sshd forbids that, by a program
 * there. Ended when the signal aborts.
 * @throws TransportError `refused` where nothing listens, `forbidden` where there is no way at all
 */
export async function forward(
  link: Link,
  memory: ForwardMemory,
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<Duplex> {
  const target = `${address} ${port}`;
  if (!memory.prohibited.has(target)) {
    const opened = await direct(link, address, port, signal);
    if (!('refused' in opened)) return endedBy(opened, signal, link);
    if (opened.refused !== 'prohibited') throw link.lost() ?? refused(link, address, port, opened.reason);
    memory.prohibited.add(target);
  }
  return endedBy(await relay(link, memory, address, port, signal), signal, link);
}

/** @throws TransportError when it is lost or aborted; the host's refusal is an answer */
function direct(link: Link, address: string, port: number, signal: AbortSignal): Promise<Duplex | Refusal> {
  return new Promise((resolve, reject) => {
    const lost = link.lost();
    if (lost) return reject(lost);
    if (signal.aborted) return reject(abortedError(link.hostName));
    const onAbort = (): void => reject(abortedError(link.hostName));
    signal.addEventListener('abort', onAbort, {once: true});
    link.first.forward(address, port).then((opened) => {
      signal.removeEventListener('abort', onAbort);
      if (signal.aborted && !('refused' in opened)) opened.destroy();
      resolve(opened);
    });
  });
}

function endedBy(stream: Duplex, signal: AbortSignal, link: Link): Duplex {
  const end = (): void => {
    stream.destroy(abortedError(link.hostName));
  };
  signal.addEventListener('abort', end, {once: true});
  stream.once('close', () => signal.removeEventListener('abort', end));
  return stream;
}

function refused(link: Link, address: string, port: number, reason: string): TransportError {
  return new TransportError(
    'refused',
    `${link.hostName} gets no connection to ${address} port ${port}: ${reason}`,
  );
}
