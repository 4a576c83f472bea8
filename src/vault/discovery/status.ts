import {type Forwarder, httpRequest, TransportError} from '../../transport/index.ts';
import type {Listener} from './server.ts';

/** What a server says of itself to anybody who asks. Each of it may be missing: it may be redacted, or of another version. */
export interface ServerStatus {
  /** Empty: the server answers. */
  readonly problem: string;
  /** Where it answered. */
  readonly url: string;
  readonly version: string;
  readonly initialized: boolean;
  readonly sealed: boolean;
  /** It was taken out of its cluster, and says so: HashiCorp's from 1.19 on. It takes no shares any more. */
  readonly removed: boolean;
  /** The sort of seal: shamir, transit … */
  readonly seal: string;
  readonly threshold: number;
  readonly storage: string;
  /** Only of one that is unsealed. */
  readonly clusterId: string;
  readonly clusterName: string;
  /** Of the listener that answered, when it speaks TLS: until when its certificate is valid, milliseconds since the epoch. */
  readonly certificateEndsMs?: number | undefined;
}

export interface AskOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

const unanswered: ServerStatus = {
  problem: '',
  url: '',
  version: '',
  initialized: false,
  sealed: true,
  removed: false,
  seal: '',
  threshold: 0,
  storage: '',
  clusterId: '',
  clusterName: '',
};

/**
 * `GET /v1/sys/seal-status`, which needs no token, at the first listener that answers; the loopback ones first. Certificates
 * are not looked at: nothing secret is sent, and what is said is not acted upon.
 * @throws TransportError when the connection to the host itself is lost, or the run is interrupted
 */
export async function askStatus(
  through: Forwarder,
  listeners: readonly Listener[],
  options: AskOptions,
): Promise<ServerStatus> {
  let problem = 'it has no listener that can be asked';
  for (const base of addressesOf(listeners)) {
    const answer = await askJson(through, `${base}/v1/sys/seal-status`, options);
    if (!('problem' in answer)) {
      const {json, certificateEndsMs} = answer;
      return {...readStatus(json), url: base, certificateEndsMs};
    }
    problem = `${base}: ${answer.problem}`;
  }
  return {...unanswered, problem};
}

export type JsonAnswer =
  | {
      readonly status: number;
      readonly json: Readonly<Record<string, unknown>>;
      readonly certificateEndsMs: number | undefined;
    }
  | {readonly problem: string};

/** @throws TransportError when the connection to the host itself is lost, or the run is interrupted */
export async function askJson(
  through: Forwarder,
  url: string,
  {signal, timeoutMs}: AskOptions,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  try {
    const request = {url: new URL(url), method: 'GET', headers, tls: {verify: false}};
    const {status, body, certificate} = await httpRequest(through, request, {signal, timeoutMs});
    const certificateEndsMs = certificate && Date.parse(certificate.validTo);
    const json = JSON.parse(body.toString('utf8')) as unknown;
    if (typeof json !== 'object' || json === null) return {problem: 'it answers what is no object'};
    return {status, json: json as Readonly<Record<string, unknown>>, certificateEndsMs};
  } catch (error) {
    if (error instanceof SyntaxError) return {problem: 'it answers what is no JSON'};
    const expected = ['timeout', 'refused', 'forbidden', 'http'];
    if (!(error instanceof TransportError) || signal.aborted || !expected.includes(error.failure))
      throw error;
    return {problem: error.message};
  }
}

/** Where a server can be asked from its own host. An address that only the server can work out is left out. */
export function addressesOf(listeners: readonly Listener[]): readonly string[] {
  const urls = listeners.flatMap(({address, hasTls}) => {
    const [, host = '', port = '8200'] = /^(\[[0-9A-Fa-f:.]*\]|[^:{}[\]]*)(?::(\d+))?$/.exec(address) ?? [];
    if (host === '' && !/^:\d+$/.test(address)) return [];
    const isEvery = ['', '0.0.0.0', '[::]'].includes(host);
    return [`${hasTls ? 'https' : 'http'}://${isEvery ? '127.0.0.1' : host}:${port}`];
  });
  const isLoopback = (url: string): boolean => /\/\/(127\.|\[::1\]|localhost)/.test(url);
  return [...new Set(urls)].toSorted((a, b) => Number(isLoopback(b)) - Number(isLoopback(a)));
}

/** @see the API's sys/seal-status of both products */
export function readStatus(json: Readonly<Record<string, unknown>>): Omit<ServerStatus, 'url'> {
  const text = (name: string): string => (typeof json[name] === 'string' ? json[name] : '');
  if (typeof json.initialized !== 'boolean')
    return {...unanswered, problem: 'it does not say whether it is initialised'};
  return {
    problem: '',
    version: text('version'),
    initialized: json.initialized,
    sealed: json.sealed !== false,
    removed: json.removed_from_cluster === true,
    seal: text('type'),
    threshold: typeof json.t === 'number' ? json.t : 0,
    storage: text('storage_type'),
    clusterId: text('cluster_id'),
    clusterName: text('cluster_name'),
  };
}
