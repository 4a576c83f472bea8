import {isIP} from 'node:net';
import type {Duplex} from 'node:stream';
import {checkServerIdentity, connect, type PeerCertificate} from 'node:tls';

/** What a port that is open speaks. */
export type Tls =
  /** It speaks something else, or waits for the other side to begin. */
  | {readonly type: 'none'}
  /** It speaks TLS and ends the handshake: it wants another client, as Vault's cluster port does. */
  | {readonly type: 'refuses'; readonly alert: string}
  | {readonly type: 'speaks'; readonly version: string; readonly certificate: Certificate | undefined}
  /** The host could say no more than that it is open. */
  | {readonly type: 'unknown'};

export interface Certificate {
  /** Whether it is for the address that was asked for. Who signed it is not judged. */
  readonly isForAddress: boolean;
  readonly names: readonly string[];
  readonly expires: Date;
}

/** Tries a TLS handshake on an open stream, which is used up. @param address what the certificate should be for */
export function lookAtTls(stream: Duplex, address: string, timeoutMs: number): Promise<Tls> {
  return new Promise((resolve) => {
    const named = isIP(address) === 0 ? {servername: address} : {};
    // Whether to trust it is for those who will use it; here it is only looked at.
    const socket = connect({socket: stream, rejectUnauthorized: false, ...named});
    const settle = (tls: Tls): void => {
      clearTimeout(timer);
      socket.destroy();
      stream.destroy();
      resolve(tls);
    };
    const timer = setTimeout(() => settle({type: 'none'}), timeoutMs);
    stream.on('error', () => undefined);
    socket.on('error', (error) => settle(judged(error)));
    socket.once('close', () => settle({type: 'none'}));
    socket.once('secureConnect', () => {
      const certificate = certificateOf(socket.getPeerCertificate(), address);
      settle({type: 'speaks', version: socket.getProtocol() ?? 'TLS', certificate});
    });
  });
}

/** An alert is an answer in TLS; all else is none. */
function judged(error: Error & {readonly code?: unknown}): Tls {
  const alert = /^ERR_SSL_(?:TLSV1_|SSLV3_|TLSV13_)?(?:ALERT_)?(.*)$/.exec(String(error.code))?.[1];
  if (alert === undefined || !/alert/i.test(`${error.code} ${error.message}`)) return {type: 'none'};
  return {type: 'refuses', alert: alert.toLowerCase().replaceAll('_', ' ')};
}

function certificateOf(peer: PeerCertificate, address: string): Certificate | undefined {
  if (peer.valid_to === undefined) return undefined;
  const alternatives = (peer.subjectaltname ?? '')
    .split(', ')
    .map((one) => one.replace(/^(DNS|IP Address):/, ''));
  const names = alternatives.filter((one) => one !== '');
  return {
    isForAddress: checkServerIdentity(address, peer) === undefined,
    names: names.length > 0 ? names : [peer.subject?.CN].flat().filter((name) => name !== undefined),
    expires: new Date(peer.valid_to),
  };
}
