import type {Duplex} from 'node:stream';
import {type Connection, TransportError} from './contract.ts';
import {abortedError} from './failures.ts';
import {afterTime, type Prompts, timeLeft} from './prompts.ts';
import {orStopped} from './stopped.ts';
import {type Errand, hopOf, type Target} from './target.ts';

/** Hosts on the way to others. A connection to one is shared, and closed when nothing goes through it any more. */
export interface Bastions {
  /**
   * A byte stream to a host, through another.
   * @param bastion how to reach the last host on the way
   * @throws TransportError
   */
  open(target: Target, bastion: Errand, leftMs: number): Promise<Duplex>;
}

interface Shared {
  readonly connection: Promise<Connection>;
  /** We have been logged in by it. */
  isMade: boolean;
  users: number;
}

/** @param prompts those of the connections */
export function createBastions(connect: (errand: Errand) => Promise<Connection>, prompts: Prompts): Bastions {
  const shared = new Map<string, Shared>();

  const lease = (key: string, errand: Errand): Shared => {
    const known = shared.get(key);
    const one = known ?? {connection: connect(errand), isMade: false, users: 0};
    one.users++;
    if (known) return one;
    shared.set(key, one);
    const forget = (): void => {
      if (shared.get(key) === one) shared.delete(key);
    };
    one.connection.then((connection) => {
      one.isMade = true;
      return connection.closed.then(forget);
    }, forget);
    return one;
  };
  const release = (key: string, one: Shared): void => {
    if (--one.users > 0) return;
    if (shared.get(key) === one) shared.delete(key);
    one.connection.then(
      (connection) => connection.close(),
      () => undefined, // It was never made, which who asked for it was told.
    );
  };

  return {
    open: async (target, errand, totalMs) => {
      const key = sharingKey(errand);
      const leftMs = timeLeft(totalMs, prompts);
      const openBy = async (bastion: Shared, withinMs: number): Promise<Duplex> => {
        try {
          const stream = await openWithin(bastion.connection, target, nameOf(errand), withinMs, prompts);
          stream.once('close', () => release(key, bastion));
          return stream;
        } catch (error) {
          release(key, bastion);
          throw error;
        }
      };
      const wasMade = shared.get(key)?.isMade === true;
      const first = lease(key, errand);
      try {
        if (!wasMade) return await openBy(first, leftMs());
        try {
          return await openBy(first, leftMs() / 2);
        } catch (error) {
          if (!mayBeDead(error)) throw error;
          // Perhaps nobody has noticed yet that this connection is gone: another one tells.
          if (shared.get(key) === first) shared.delete(key);
          return await openBy(lease(key, errand), leftMs());
        }
      } catch (error) {
        throw error instanceof TransportError ? onTheWay(target, error) : error;
      }
    },
  };
}

/** Whether a connection that was there may have ended, or the network under it. */
function mayBeDead(error: unknown): boolean {
  return error instanceof TransportError && (error.failure === 'lost' || error instanceof NoAnswer);
}

/** Neither yes nor no in time. */
class NoAnswer extends TransportError {}

/** A connection serves only those who would have made the same one: by the same way, key and known hosts. */
function sharingKey({
  signal: _,
  timeoutMs: __,
  through: ___,
  trustName: ____,
  onWaiting: _____,
  ...errand
}: Errand): string {
  return JSON.stringify(Object.entries(errand).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The stream outlives the time and the signal that bound its opening. */
async function openWithin(
  connecting: Promise<Connection>,
  target: Target,
  bastion: string,
  leftMs: number,
  prompts: Prompts,
): Promise<Duplex> {
  const {host, port, hostName, timeoutMs, signal} = target;
  const opening = new AbortController();
  const stop = (): void => opening.abort();
  const takeBack = afterTime(leftMs, prompts, stop);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  let isThere = false;
  try {
    const connection = await orStopped(connecting, opening.signal);
    isThere = true;
    return await connection.forward(host, port, opening.signal);
  } catch (error) {
    if (signal.aborted) throw abortedError(hostName);
    if (!opening.signal.aborted) throw error;
    const within = `within ${timeoutMs / 1000} s`;
    if (isThere)
      throw new NoAnswer(
        'refused',
        `${bastion} gets no answer from ${host} port ${port} ${within}, or does not answer itself any more`,
        `see that ${hostName} is up, and that ${bastion} reaches it`,
      );
    throw new TransportError(
      'unreachable',
      `${bastion} on the way did not let us in ${within}`,
      `see that sshd answers on ${bastion}: it may have frozen, or a firewall keeps the connection open`,
    );
  } finally {
    takeBack();
    signal.removeEventListener('abort', stop);
  }
}

function onTheWay({hostName, jumps}: Target, cause: TransportError): TransportError {
  const {failure, message, hint} = cause;
  if (failure === 'aborted') return cause;
  const last = jumps.at(-1);
  const ofHost = failure === 'refused' ? `see that sshd listens there, as ${last} sees it` : undefined;
  const kept = failure === 'host-key' || failure === 'authentication' ? failure : 'unreachable';
  return new TransportError(
    kept,
    `no way to ${hostName} through ${jumps.join(' and ')}: ${message}`,
    hint ?? ofHost,
    {
      cause,
    },
  );
}

/**
 * How to reach the last host on the way to a target. What the inventory says of the target's keys may hold for it too.
 * @throws TransportError when the way has no end
 */
export function bastionErrand(target: Target, errand: Errand): Errand {
  const hop = hopOf(target.jumps.at(-1) ?? '');
  if (!hop)
    throw new TransportError(
      'unreachable',
      `the way to ${target.hostName} cannot be read: ${target.jumps.join(', ')}`,
      'write [USER@]HOST[:PORT] in `proxy_jump`, several separated by commas; PORT is from 1 to 65535',
    );
  const before = errand.through ?? [nameOf(errand)];
  const through = [...before, nameOf(hop)];
  if (before.includes(nameOf(hop)))
    throw new TransportError(
      'unreachable',
      `the way to ${through[0]} goes in a circle: ${through.join(', ')}`,
      "correct `proxy_jump` in the inventory, or ProxyJump in ssh's configuration: `ProxyJump none` for the host that is reached straight",
    );
  const keyFile = target.namedKeyFile ?? errand.spareKeyFile;
  const knownHosts = errand.knownHostsFile ?? errand.spareKnownHostsFile;
  return {
    ...hop,
    hostName: hop.host,
    trustName: target.trustName,
    through,
    ...(keyFile === undefined ? {} : {spareKeyFile: keyFile}),
    ...(knownHosts === undefined ? {} : {spareKnownHostsFile: knownHosts}),
    ...(errand.sshConfigFile === undefined ? {} : {sshConfigFile: errand.sshConfigFile}),
    ...(target.jumps.length > 1 ? {proxyJump: target.jumps.slice(0, -1).join(',')} : {}),
    timeoutMs: target.timeoutMs,
    signal: target.signal,
  };
}

function nameOf({host, port}: {readonly host: string; readonly port?: number}): string {
  return port === undefined ? host : `${host}:${port}`;
}
