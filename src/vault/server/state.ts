import type {Known, Observed, Ref, StateView} from '../../resources/index.ts';
import type {Forwarder} from '../../transport/index.ts';
import {askServer, type Fields, wordsOf} from './request.ts';

/** What a server says of itself to whoever asks. */
export interface ServerState {
  readonly initialized: boolean;
  readonly sealed: boolean;
  /** `shamir`: people hold its keys; all others unseal by themselves. */
  readonly sealType: string;
  /** How many shares unseal it; 0: it does not know yet, as before it is initialised or has met a leader. */
  readonly threshold: number;
  readonly shares: number;
  /** Shares that were given to it so far. */
  readonly progress: number;
  readonly version: string;
  /** Of the cluster; known by one that is unsealed. */
  readonly clusterId?: string;
  readonly clusterName?: string;
  /** It is the active one. */
  readonly isLeader: boolean;
  /** Of the active one's API; none: nobody is, or it has not heard of one. */
  readonly leaderAddress?: string;
}

export const serverKindName = 'vault_server';

/** @param url of its API as the host sees it, as `http://127.0.0.1:8200` */
export function serverRef(url: string): Ref<typeof serverKindName> {
  return {kind: serverKindName, id: url, facets: ['state']};
}

/** What a server said; absent: nothing takes connections there. */
export function serverAt(url: string, view: StateView): Known<ServerState> {
  return view.get<ServerState>(serverRef(url));
}

/** Milliseconds for a question that a server answers from memory; a Pi Zero under load takes seconds. */
const answerTimeoutMs = 30_000;

/**
 * Asks a server about itself, without a token.
 * https://openbao.org/api-docs/system/seal-status/ https://openbao.org/api-docs/system/leader/
 * @throws TransportError when the connection to the host ended
 */
export async function lookAtServer(
  through: Forwarder & {readonly signal: AbortSignal},
  url: string,
): Promise<Observed<ServerState>> {
  const status = await askServer(through, url, {
    method: 'GET',
    path: 'sys/seal-status',
    timeoutMs: answerTimeoutMs,
  });
  if (status.type === 'refused') return {status: 'absent'};
  if (status.type === 'problem' || status.status !== 200)
    return {status: 'unreadable', reason: `${url} does not say how it is: ${wordsOf(status)}`};
  const {body} = status;
  const isSealed = body.sealed !== false;
  const leader = isSealed ? {} : await leaderOf(through, url);
  return {
    status: 'present',
    state: {
      initialized: body.initialized === true,
      sealed: isSealed,
      sealType: textOf(body, 'type') ?? 'shamir',
      threshold: numberOf(body, 't'),
      shares: numberOf(body, 'n'),
      progress: numberOf(body, 'progress'),
      version: textOf(body, 'version') ?? '',
      ...optional('clusterId', textOf(body, 'cluster_id')),
      ...optional('clusterName', textOf(body, 'cluster_name')),
      isLeader: leader.is_self === true,
      ...optional('leaderAddress', textOf(leader, 'leader_address')),
    },
  };
}

async function leaderOf(through: Forwarder & {readonly signal: AbortSignal}, url: string): Promise<Fields> {
  const answer = await askServer(through, url, {
    method: 'GET',
    path: 'sys/leader',
    timeoutMs: answerTimeoutMs,
  });
  return answer.type === 'answer' && answer.status === 200 ? answer.body : {};
}

function textOf(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function numberOf(fields: Fields, name: string): number {
  const value = fields[name];
  return typeof value === 'number' ? value : 0;
}

function optional<K extends string>(name: K, value: string | undefined): {readonly [P in K]?: string} {
  return value === undefined ? {} : ({[name]: value} as {readonly [P in K]: string});
}
