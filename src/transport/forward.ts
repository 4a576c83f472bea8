import type {Duplex} from 'node:stream';
import {TransportError} from './contract.ts';
import {abortedError} from './failures.ts';
import type {Link} from './link.ts';
import {type RelayMemory, relay} from './relay.ts';

/** RFC 4254, 5.1: why a channel was not opened. */
const administrativelyProhibited = 1;

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
    if (!(opened instanceof Error)) return endedBy(opened, signal, link);
    if (opened.reason !== administrativelyProhibited)
      throw link.lost() ?? refused(link, address, port, opened);
    memory.prohibited.add(target);
  }
  return endedBy(await relay(link, memory, address, port, signal), signal, link);
}

type OpenFailure = Error & {readonly reason?: unknown};

/** @throws TransportError when it is lost or aborted; the host's refusal is an answer */
function direct(
  link: Link,
  address: string,
  port: number,
  signal: AbortSignal,
): Promise<Duplex | OpenFailure> {
  return new Promise((resolve, reject) => {
    const lost = link.lost();
    if (lost) return reject(lost);
    if (signal.aborted) return reject(abortedError(link.hostName));
    const onAbort = (): void => reject(abortedError(link.hostName));
    signal.addEventListener('abort', onAbort, {once: true});
    const onOpened = (opened: Duplex | OpenFailure): void => {
      signal.removeEventListener('abort', onAbort);
      if (signal.aborted && !(opened instanceof Error)) opened.destroy();
      resolve(opened);
    };
    try {
      link.client.forwardOut('127.0.0.1', 0, address, port, (error, channel) => onOpened(error ?? channel));
    } catch (error) {
      onOpened(error instanceof Error ? error : new Error(String(error)));
    }
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

function refused(link: Link, address: string, port: number, cause: Error): TransportError {
  const reason = cause.message.replace('(SSH) Channel open failure: ', '');
  return new TransportError(
    'refused',
    `${link.hostName} gets no connection to ${address} port ${port}: ${reason}`,
    undefined,
    {cause},
  );
}
