import type {X509Certificate} from 'node:crypto';
import {type ClientRequest, request as startRequest} from 'node:http';
import {isIP, Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import {
  connect as connectTls,
  createSecureContext,
  rootCertificates,
  type SecureContext,
  TLSSocket,
} from 'node:tls';
import {TransportError} from './contract.ts';
import {type HttpResponse, readResponse} from './http-response.ts';

/** What opens byte streams to addresses as a host sees them: a connection, or an action's ports. */
export interface Forwarder {
  forward(address: string, port: number, signal: AbortSignal): Promise<Duplex>;
  /** Authorities that are trusted beside the usual ones, PEM each: asked for where TLS is spoken. */
  authorities?(): readonly string[];
  /** Resolves with the reason when no stream can be opened any more. */
  readonly closed?: Promise<TransportError | undefined>;
}

/** An HTTP request as it is written: nothing in it is a secret any more. */
export interface HttpRequest {
  /** `http:` or `https:`, with the address as the host sees it. */
  readonly url: URL;
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly tls?: {
    /** Whether the certificate must be valid; true where it is not said. */
    readonly verify?: boolean;
    /** The authorities to trust instead of the usual ones and those of the forwarder, PEM. */
    readonly certificates?: string | Buffer;
    /** The name that the certificate must have, where it is not that of the URL. */
    readonly servername?: string;
  };
}

export interface HttpOptions {
  readonly signal: AbortSignal;
  /** Longest time until the whole answer is there. */
  readonly timeoutMs: number;
  /** A longer body is an error: an answer is held in memory. */
  readonly largestBodyBytes?: number;
}

const largestBodyBytes = 16 * 1024 * 1024;

/**
 * One HTTP request from the host's point of view. Any status is an answer. Messages do not name the URL, which may
 * hold what must not be shown.
 * @throws TransportError `http` when a stream was opened and no whole answer came, `timeout`, `aborted`, or what `forward` throws
 */
export async function httpRequest(
  through: Forwarder,
  request: HttpRequest,
  options: HttpOptions,
): Promise<HttpResponse> {
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const stopped = AbortSignal.any([options.signal, timeout]);
  try {
    const stream = await opened(through, request, stopped);
    const {largestBodyBytes: largest = largestBodyBytes} = options;
    return await exchange(stream, request, {
      signal: stopped,
      largest,
      authorities: () => through.authorities?.() ?? [],
    });
  } catch (error) {
    if (options.signal.aborted)
      throw new TransportError('aborted', 'interrupted while waiting for an answer');
    if (timeout.aborted)
      throw new TransportError('timeout', `no answer within ${options.timeoutMs / 1000} s`);
    // Errors of the network, of TLS and of HTTP are plain; these are defects.
    if (error instanceof TransportError || error instanceof TypeError || error instanceof RangeError)
      throw error;
    const lost = await Promise.race([through.closed, undefined]);
    if (lost) throw lost;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TransportError('http', reason, undefined, {cause: error});
  }
}

/** The address and port that a URL names, as a connection wants them. */
function addressOf(url: URL): {readonly address: string; readonly port: number} {
  const address = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return {address, port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)};
}

/** A stream to the server; one that comes too late is closed. */
function opened(through: Forwarder, {url}: HttpRequest, stopped: AbortSignal): Promise<Duplex> {
  const {address, port} = addressOf(url);
  return new Promise((resolve, reject) => {
    const onStop = (): void => reject(stopped.reason);
    stopped.addEventListener('abort', onStop);
    if (stopped.aborted) onStop();
    through.forward(address, port, stopped).then((stream) => {
      stopped.removeEventListener('abort', onStop);
      if (stopped.aborted) stream.destroy();
      else resolve(stream);
    }, reject);
  });
}

interface Exchange {
  readonly signal: AbortSignal;
  /** Bytes of the longest body. */
  readonly largest: number;
  readonly authorities: () => readonly string[];
}

/** The stream is used up. */
async function exchange(
  stream: Duplex,
  request: HttpRequest,
  {signal, largest, authorities}: Exchange,
): Promise<HttpResponse> {
  const {url, body} = request;
  // Without this, a small request waits for the answer's delayed acknowledgement: 44 ms instead of 2.
  if (stream instanceof Socket) stream.setNoDelay(true);
  try {
    return await new Promise<HttpResponse>((resolve, reject) => {
      stream.once('error', reject);
      // No agent: `agent: false` would ignore createConnection and dial by itself.
      const sent: ClientRequest = startRequest({
        createConnection: () =>
          url.protocol === 'https:' ? secured(stream, request, authorities, reject) : stream,
        method: request.method,
        path: url.pathname + url.search,
        headers: {
          host: url.host,
          ...request.headers,
          ...(body === undefined ? {} : {'content-length': String(Buffer.byteLength(body))}),
          connection: 'close',
        },
        signal,
      });
      sent.once('error', reject);
      sent.once('response', (message) => {
        // Once the answer is whole, the connection may be gone, and the certificate with it.
        const certificate = certificateOf(message.socket);
        readResponse(message, largest).then((answer) => resolve({...answer, certificate}), reject);
      });
      sent.end(body);
    });
  } finally {
    // Late errors of a stream that is given up concern nobody.
    stream.on('error', () => undefined);
    stream.destroy();
  }
}

function certificateOf(socket: Socket): X509Certificate | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
}

function secured(
  stream: Duplex,
  {url, tls = {}}: HttpRequest,
  authorities: () => readonly string[],
  reject: (error: Error) => void,
): Duplex {
  const name = tls.servername ?? addressOf(url).address;
  const socket = connectTls({
    socket: stream,
    host: name,
    // A name only: TLS has no servername for addresses.
    ...(isIP(name) === 0 ? {servername: name} : {}),
    ...(tls.certificates === undefined ? trusting(authorities()) : {ca: tls.certificates}),
    rejectUnauthorized: tls.verify ?? true,
    ALPNProtocols: ['http/1.1'],
  });
  socket.once('error', reject);
  return socket;
}

const contexts = new Map<string, SecureContext>();

/** The usual authorities, and those: read once, since it takes Node some milliseconds. */
function trusting(authorities: readonly string[]): {readonly secureContext?: SecureContext} {
  if (authorities.length === 0) return {};
  const key = authorities.join('\n');
  const secureContext = contexts.get(key) ?? createSecureContext({ca: [...rootCertificates, ...authorities]});
  contexts.set(key, secureContext);
  return {secureContext};
}
