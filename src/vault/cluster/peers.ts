import {askServer, type Fields, wordsOf} from '../server/request.ts';
import {logIn} from './hand-over.ts';
import {type KeysOf, openKeys} from './keeping.ts';
import type {ClusterPorts, Stuck} from './ports.ts';

/** A member as raft knows it. */
export interface Peer {
  readonly id: string;
  readonly address: string;
  readonly leader: boolean;
  readonly voter: boolean;
}

const timeoutMs = 60_000;

/**
 * The members of a cluster as raft has them, asked with vprov's own login.
 * https://openbao.org/api-docs/system/storage/raft/#read-raft-configuration
 * @param url of a member that is unsealed
 */
export async function peersOf(
  ports: ClusterPorts,
  url: string,
  of: KeysOf,
): Promise<readonly Peer[] | Stuck> {
  const keys = await openKeys(ports, of);
  if ('problem' in keys) return keys;
  if (!keys.operator)
    return {problem: `${of.keys} has no login of vprov: only who has a token can say who the members are`};
  const token = await logIn(ports, url, keys.operator);
  if ('problem' in token) return token;
  const answer = await askServer(ports, url, {
    method: 'GET',
    path: 'sys/storage/raft/configuration',
    token: token.reveal(),
    timeoutMs,
  });
  const servers = answer.type === 'answer' ? serversIn(answer.body) : undefined;
  return servers ?? {problem: `the members cannot be listed: ${wordsOf(answer)}`};
}

function serversIn({data}: Fields): readonly Peer[] | undefined {
  const config = (data as {readonly config?: {readonly servers?: unknown}} | undefined)?.config;
  if (!Array.isArray(config?.servers)) return undefined;
  return (config.servers as readonly Fields[]).map(({node_id, address, leader, voter}) => ({
    id: String(node_id),
    address: String(address),
    leader: leader === true,
    voter: voter === true,
  }));
}
