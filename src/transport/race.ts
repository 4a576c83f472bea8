import {connect as connectTcp, type Socket} from 'node:net';

/** An address of a name, as `dns.lookup` gives it. */
export interface FoundAddress {
  readonly address: string;
  readonly family: number;
}

/** How long an address has the network to itself before the next one is tried beside it (RFC 8305, 5). */
const headStartMs = 250;

/**
 * Addresses in the order to try them: the families in turn, beginning with the first's (RFC 8305, 4). So a host whose
 * IPv6 is dead is not waited for.
 */
export function alternate(addresses: readonly FoundAddress[]): readonly FoundAddress[] {
  const first = addresses.filter(({family}) => family === addresses[0]?.family);
  const second = addresses.filter(({family}) => family !== addresses[0]?.family);
  const longer = Math.max(first.length, second.length);
  return Array.from({length: longer}, (_, index) => [first[index], second[index]])
    .flat()
    .filter((one) => one !== undefined);
}

/**
 * The first of the addresses that takes a connection. None is given up while another is tried: a host on Wi-Fi may
 * need seconds for its first answer, which is more than the 250 ms that Node's own `autoSelectFamily` waits for one.
 * @throws the most telling of the errors when all have failed, or the signal's reason
 */
export function firstToConnect(
  addresses: readonly FoundAddress[],
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const trying = new Set<Socket>();
    const errors: Error[] = [];
    let next = 0;
    let timer: NodeJS.Timeout | undefined;
    const stop = (winner?: Socket): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      for (const socket of trying) if (socket !== winner) socket.destroy();
      trying.clear();
    };
    const onAbort = (): void => {
      stop();
      reject(signal.reason);
    };
    const start = (): void => {
      clearTimeout(timer);
      const one = addresses[next++];
      if (!one) return;
      const socket = connectTcp({host: one.address, port, noDelay: true});
      trying.add(socket);
      socket.once('connect', () => {
        stop(socket);
        resolve(socket);
      });
      // Stays for late errors of a socket that nobody waits for, which must not end the process.
      socket.on('error', (error) => {
        if (!trying.delete(socket)) return;
        errors.push(error);
        if (next < addresses.length) return start();
        if (trying.size > 0) return;
        stop();
        reject(mostTelling(errors));
      });
      timer = setTimeout(start, headStartMs);
    };
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    else if (addresses.length > 0) start();
    else reject(new Error('the name has no address'));
  });
}

/** A refusal says that the host is there, which "no route" of the other family does not. */
function mostTelling(errors: readonly Error[]): Error | undefined {
  return errors.find((error) => 'code' in error && error.code === 'ECONNREFUSED') ?? errors[0];
}
