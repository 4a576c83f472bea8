import type {Known, Observed, Ref, StateView} from '../../resources/index.ts';
import type {Forwarder} from '../../transport/index.ts';
import {readStatus} from '../discovery/status.ts';
import {askServer, type Fields, hintOf, wordsOf} from './request.ts';

/** What a server says of itself to whoever asks. */
export interface ServerState {
  readonly initialized: boolean;
  readonly sealed: boolean;
  /** It was taken out of its cluster, and says so: HashiCorp's from 1.19 on. It takes no shares any more. */
  readonly removed: boolean;
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
    return {
      status: 'unreadable',
      reason: `${url} does not say how it is: ${wordsOf(status)}`,
      ...optional('hint', hintOf(status, url) ?? ''),
    };
  const said = readStatus(status.body);
  if (said.problem !== '') return {status: 'unreadable', reason: `${url}: ${said.problem}`};
  const leader = said.sealed ? {} : await leaderOf(through, url);
  return {
    status: 'present',
    state: {
      initialized: said.initialized,
      sealed: said.sealed,
      removed: said.removed,
      sealType: said.seal || 'shamir',
      threshold: said.threshold,
      shares: numberOf(status.body, 'n'),
      progress: numberOf(status.body, 'progress'),
      version: said.version,
      ...optional('clusterId', said.clusterId),
      ...optional('clusterName', said.clusterName),
      isLeader: leader.is_self === true,
      ...optional('leaderAddress', textOf(leader, 'leader_address')),
    },
  };
}

/** The same of several at once. @throws TransportError when the connection to the host ended */
export function lookAtServers(
  through: Parameters<typeof lookAtServer>[0],
  urls: readonly string[],
): Promise<readonly {readonly url: string; readonly server: Observed<ServerState>}[]> {
  return Promise.all(urls.map(async (url) => ({url, server: await lookAtServer(through, url)})));
}

async function leaderOf(through: Forwarder & {readonly signal: AbortSignal}, url: string): Promise<Fields> {
  const answer = await askServer(through, url, {
    method: 'GET',
    path: 'sys/leader',
    timeoutMs: answerTimeoutMs,
  });
  return answer.type === 'answer' && answer.status === 200 ? answer.body : {};
}

function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

function numberOf(fields: Fields, name: string): number {
  const value = fields[name];
  return typeof value === 'number' ? value : 0;
}

function optional<K extends string>(name: K, value: string): {readonly [P in K]?: string} {
  return value === '' ? {} : ({[name]: value} as {readonly [P in K]: string});
}
