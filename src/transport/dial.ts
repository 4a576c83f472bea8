import type {Socket} from 'node:net';
import {errorCode} from '../errors/index.ts';
import {TransportError} from './contract.ts';
import {abortedError} from './failures.ts';
import {addressesOf, isMdnsName} from './names.ts';
import {alternate, firstToConnect} from './race.ts';
import {isNoRoom, noRoomHint} from './start-program.ts';

export interface Address {
  /** Of the inventory, for messages. */
  readonly hostName: string;
  readonly host: string;
  readonly port: number;
  /** It is on the way to another: `proxy_jump` names it. */
  readonly isHop?: boolean;
  /** Addresses of this family only. */
  readonly family?: 4 | 6;
  /** Told what is waited for, where that takes a while. */
  readonly onWaiting?: (message: string) => void;
}

/** An address, and the time that all tries to reach it have together. */
export interface TimedAddress extends Address {
  readonly timeoutMs: number;
}

/**
 * A TCP connection without Nagle's delay, by whichever of the name's IPv6 and IPv4 addresses answers first.
 * @param leftMs what is left of the time for this try
 * @throws TransportError with `unreachable`, which tells an unknown name, a refusal and silence apart
 */
export async function dial(address: TimedAddress, leftMs: number, signal: AbortSignal): Promise<Socket> {
  const timeout = AbortSignal.timeout(leftMs);
  const stopped = AbortSignal.any([signal, timeout]);
  let isFound = false;
  try {
    const all = await addressesOf(address.host, stopped, address.onWaiting);
    isFound = true;
    const found = all.filter(({family}) => family === (address.family ?? family));
    if (found.length === 0 && address.family) throw noneOfFamily(address, address.family);
    return await firstToConnect(alternate(found), address.port, stopped);
  } catch (error) {
    if (signal.aborted) throw abortedError(address.hostName);
    if (timeout.aborted) throw isFound ? silence(address) : notFoundYet(address);
    if (error instanceof TransportError) throw error;
    throw dialError(address, error instanceof Error ? error : new Error(String(error)));
  }
}

function noneOfFamily({hostName, host}: Address, family: 4 | 6): TransportError {
  return new TransportError(
    'unreachable',
    `the name ${host} of ${hostName} has no IPv${family} address`,
    `AddressFamily ${family === 4 ? 'inet' : 'inet6'} in ssh's configuration permits no other: correct it, or \`host\``,
  );
}

/** The time was up before the name was known. */
export function notFoundYet(address: TimedAddress): TransportError {
  const {hostName, host, timeoutMs} = address;
  const within = `within ${timeoutMs / 1000} s`;
  if (isMdnsName(host)) return unknownByMdns(address, ` ${within}`);
  return new TransportError(
    'unreachable',
    `no name server answers for ${host} of ${hostName} ${within}`,
    "see this machine's DNS and network",
  );
}

/** It has been looked for long enough: no cause that another try would go by. */
function unknownByMdns({hostName, host, isHop}: Address, within = ''): TransportError {
  return new TransportError(
    'unreachable',
    `the name ${host} of ${hostName} was not found by mDNS${within}`,
    `see that the host is up and in this network, that libnss-mdns is installed here and avahi-daemon runs there; or set ${isHop ? '`proxy_jump`' : '`host`'} to its address`,
  );
}

function silence({hostName, host, port, timeoutMs}: TimedAddress): TransportError {
  return new TransportError(
    'unreachable',
    `${hostName} does not answer: no connection to ${host} port ${port} within ${timeoutMs / 1000} s`,
    'see that the host is up and that no firewall drops its port',
  );
}

/** Why there is no TCP connection, by the code of the error. */
export function dialError(address: Address, cause: Error): TransportError {
  const {hostName, host, port, isHop} = address;
  const code = errorCode(cause) ?? '';
  const failed = (message: string, hint?: string): TransportError =>
    new TransportError('unreachable', message, hint, {cause});
  if (isNoRoom(cause))
    return failed(
      `there is no room here for a connection to ${hostName}: too many files are open`,
      noRoomHint,
    );
  if (isMdnsName(host) && (code === 'ENOTFOUND' || code === 'EAI_AGAIN')) return unknownByMdns(address);
  switch (code) {
    case 'ENOTFOUND':
      if (address.family) return noneOfFamily(address, address.family);
      return failed(
        `the name ${host} of ${hostName} is not known`,
        `correct ${isHop ? "`proxy_jump` in the inventory, or ProxyJump in ssh's configuration" : '`host` in the inventory'}, or the DNS`,
      );
    case 'EAI_AGAIN':
      return failed(
        `no name server answers for ${host} of ${hostName}`,
        "see this machine's DNS and network",
      );
    case 'ECONNREFUSED':
      return failed(
        `${hostName} refuses connections: nothing listens on ${host} port ${port}`,
        `see that sshd runs there and that ${isHop ? 'its port in `proxy_jump`' : '`port`'} is right`,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return failed(
        `no way to ${hostName}: ${host} is unreachable`,
        'see that the host is up and in this network',
      );
    case 'ETIMEDOUT':
      return failed(`${hostName} does not answer on ${host} port ${port}`, 'see that the host is up');
    default:
      return failed(`no connection to ${hostName} (${host} port ${port}): ${cause.message}`);
  }
}
