import type {Duplex} from 'node:stream';
import {abortedError} from './failures.ts';
import type {hostKeyAlgorithms} from './host-key.ts';
import type {Ssh2} from './keyring.ts';
import {closedByHost, greetingOf, isClosed, loginError, timedOut} from './login.ts';
import {closedAtOnce} from './shut-out.ts';
import type {Target} from './target.ts';

/**
 * The key that a host shows in the key exchange, beyond which this does not go.
 * @param socket a stream to its sshd, which is used up
 * @throws TransportError
 */
export async function shownKey(
  ssh2: Ssh2,
  socket: Duplex,
  target: Target,
  serverHostKey: ReturnType<typeof hostKeyAlgorithms>,
  leftMs: number,
): Promise<Buffer> {
  const client = new ssh2.Client();
  let settle = (): void => undefined;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      const onAbort = (): void => reject(abortedError(target.hostName));
      const timer = setTimeout(() => reject(timedOut(target)), leftMs);
      target.signal.addEventListener('abort', onAbort);
      settle = () => {
        clearTimeout(timer);
        target.signal.removeEventListener('abort', onAbort);
      };
      const greeting = greetingOf(socket);
      const onError = (error: Error): void => {
        const said = greeting();
        const isEarly = said !== undefined && isClosed(error);
        reject(isEarly ? closedAtOnce(target, said, error) : loginError(target, error));
      };
      client.on('error', onError);
      client.on('close', () => onError(new Error(closedByHost)));
      if (target.signal.aborted) onAbort();
      client.connect({
        sock: socket,
        username: target.user,
        readyTimeout: 0,
        algorithms: {serverHostKey},
        hostVerifier: (blob: Buffer) => {
          resolve(blob);
          return false;
        },
      });
    });
  } finally {
    settle();
    client.destroy();
    socket.destroy();
  }
}
