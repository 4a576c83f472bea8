import {getCiphers} from 'node:crypto';
import type {Duplex} from 'node:stream';
import type {CipherAlgorithm, Client, ServerHostKeyAlgorithm} from 'ssh2';
import {TransportError} from './contract.ts';
import {abortedError, lastWords} from './failures.ts';
import {afterTime, type Prompts} from './prompts.ts';
import type {Proofs} from './proofs.ts';
import {endedAfterProof, notLetIn, unwillingAgentHint} from './refusal.ts';
import {TimedOut} from './retry.ts';
import {closedAtOnce} from './shut-out.ts';
import {sshCommand, type Target, wayWords} from './target.ts';

/** How many questions a host may leave unanswered before it is lost. */
const keepaliveCountMax = 3;

/** How often a silent host is asked whether it is there: so that it is lost after the time that it has, or 30 s. */
export function keepaliveMs({timeoutMs}: Target): number {
  return Math.min(10_000, Math.max(1000, Math.floor(timeoutMs / keepaliveCountMax)));
}

/** RFC 4253, 11.1: sshd's reason to end a connection after too many refused keys. */
const protocolError = 2;

/** How much of what a host says before the login is kept, in characters. */
const mostBanner = 4000;

export const closedByHost = 'the host closed the connection';

/** What it takes to log in to a host over a socket. */
export interface Login {
  readonly target: Target;
  readonly proofs: Proofs;
  readonly hostKeyAlgorithms: ServerHostKeyAlgorithm[];
  /** Why a host's key (its bytes on the wire) must not be trusted; undefined when it may be. */
  refuses(key: Buffer): TransportError | undefined;
  readonly prompts: Prompts;
  readonly leftMs: number;
}

/**
 * Key exchange, the host's key, the login. On failure client and socket are destroyed.
 * @returns whether we are in: if not, the host has heard too many proofs on this connection, and more are left
 * @throws TransportError
 */
export function logIn(client: Client, socket: Duplex, login: Login): Promise<boolean> {
  const {target, proofs} = login;
  const {signal} = target;
  return new Promise((resolve, reject) => {
    let refused: TransportError | undefined;
    let banner = '';
    client.on('banner', (text) => {
      banner = (banner + text).slice(-mostBanner);
    });
    const greeting = greetingOf(socket);
    const onAbort = (): void => fail(abortedError(target.hostName));
    const end = (): void => {
      stop();
      // The client goes on to complain about what we end here; nobody listens any more.
      client.on('error', () => undefined);
      client.destroy();
      socket.destroy();
    };
    const fail = (error: TransportError): void => {
      end();
      reject(error);
    };
    const onError = (error: Error & {level?: string; code?: unknown}): void => {
      // One key could not sign; the client goes on with the next.
      if (error.level === 'agent') return;
      const tooMany = error.code === protocolError && /too many/i.test(error.message);
      const awaited = proofs.awaited();
      if (tooMany && proofs.canGoOn()) {
        end();
        resolve(false);
      } else if (refused) fail(refused);
      else if (tooMany || error.level === 'client-authentication')
        fail(notLetIn(target, proofs.refusal(tooMany), proofs.offered(), error));
      else {
        proofs.takeBack();
        fail(endOfLogin(login, error, {awaited, banner, greeting: greeting()}));
      }
    };
    const onClose = (): void => onError(new Error(closedByHost));
    const onTimeout = (): void => fail(notInTime(target, proofs.signing()));
    const takeBack = afterTime(login.leftMs, login.prompts, onTimeout);
    const stop = (): void => {
      takeBack();
      signal.removeEventListener('abort', onAbort);
      client.off('error', onError);
      client.off('close', onClose);
    };
    signal.addEventListener('abort', onAbort);
    client.on('error', onError);
    client.on('close', onClose);
    client.once('ready', () => {
      stop();
      proofs.succeeded();
      resolve(true);
    });
    if (signal.aborted) return onAbort();
    proofs.begin();
    client.connect({
      keepaliveInterval: keepaliveMs(target),
      keepaliveCountMax,
      sock: socket,
      username: target.user,
      readyTimeout: 0,
      algorithms: {serverHostKey: login.hostKeyAlgorithms, ...ciphersFor(target)},
      hostVerifier: (blob: Buffer) => {
        refused = login.refuses(blob);
        return refused === undefined;
      },
      // Begins with a proof, and not with the question which are taken: a round trip less.
      authHandler: proofs.handler,
    });
  });
}

/**
 * What is put before ssh2's own order. Who sets `Ciphers` in ssh's configuration is served by the system's ssh, so that
 * nobody's choice is overruled here. A Node that is held to FIPS does not have ChaCha20.
 */
function ciphersFor({lacksAes}: Target): {
  cipher?: {prepend: CipherAlgorithm[]; append: []; remove: CipherAlgorithm[]};
} {
  if (!lacksAes || !getCiphers().includes('chacha20')) return {};
  const first: CipherAlgorithm[] = ['chacha20-poly1305@openssh.com'];
  // In this order: what is in its list already, ssh2 does not move.
  return {cipher: {remove: first, prepend: first, append: []}};
}

/**
 * What the other end writes before its part of the handshake; undefined when that has begun.
 * @see RFC 4253, 4.2: it begins with `SSH-`, and lines may stand before it
 */
export function greetingOf(socket: Duplex): () => string | undefined {
  let heard = '';
  const onData = (chunk: Buffer): void => {
    heard += chunk.toString('latin1');
    if (hasBegun() || heard.length > mostBanner) socket.off('data', onData);
  };
  const hasBegun = (): boolean => /^SSH-/m.test(heard);
  socket.on('data', onData);
  return () => (hasBegun() ? undefined : heard);
}

export function isClosed(error: Error & {code?: unknown}): boolean {
  const isLost = error.message === closedByHost || /lost before handshake/i.test(error.message);
  return isLost || error.code === 'ECONNRESET';
}

interface Heard {
  /** The proof that the host had not answered. */
  readonly awaited: string | undefined;
  readonly banner: string;
  /** What it wrote before the handshake; undefined when that has begun. */
  readonly greeting: string | undefined;
}

function endOfLogin(
  {target, proofs}: Login,
  error: Error,
  {awaited, banner, greeting}: Heard,
): TransportError {
  const refusal = proofs.refusal(false);
  if (refusal.mustChange) return notLetIn(target, refusal, [], error);
  if (greeting !== undefined && isClosed(error)) return closedAtOnce(target, greeting, error);
  if (awaited === undefined || !isClosed(error)) return loginError(target, error);
  return endedAfterProof(target, awaited, lastWords(Buffer.from(banner)), error);
}

/** Why there is no SSH connection, up to the login. */
export function loginError(target: Target, error: Error): TransportError {
  const {hostName, host, port} = target;
  return new TransportError(
    'unreachable',
    `no SSH connection to ${hostName} (${host} port ${port})${wayWords(target)}: ${error.message}`,
    error.message.includes('no matching ')
      ? "transport: openssh takes those of the system's ssh: set it in the inventory"
      : `see what \`${sshCommand(target)}\` says`,
    {cause: error},
  );
}

/** @param signing the key that the host would take, and that whoever has it has not signed with yet */
export function notInTime(target: Target, signing: string | undefined): TransportError {
  if (signing === undefined) return timedOut(target);
  const {hostName, timeoutMs} = target;
  return new TransportError(
    'authentication',
    `${hostName} would take ${signing}, which did not sign within ${timeoutMs / 1000} s`,
    unwillingAgentHint(target),
  );
}

export function timedOut(target: Target): TimedOut {
  const {hostName, host, port, timeoutMs, jumps} = target;
  const way = wayWords(target);
  if (way !== '')
    return new TimedOut(
      'unreachable',
      `no way to ${hostName}${way}: no SSH handshake with ${host} port ${port} within ${timeoutMs / 1000} s`,
      jumps.length > 0
        ? `see that ${jumps.join(' and ')} still answers (vprov ssh, or ssh there), and that sshd listens behind it; and raise \`timeout\` for a slow way`
        : 'see that the command answers by itself, and raise `timeout` for a slow way',
    );
  return new TimedOut(
    'unreachable',
    `${hostName} (${host} port ${port}) did not complete the SSH handshake within ${timeoutMs / 1000} s`,
    'see that sshd listens on this port, and raise `timeout` for a slow host',
  );
}
