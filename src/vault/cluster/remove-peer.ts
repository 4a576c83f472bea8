import type {Secret} from '../../text/index.ts';
import {askServer, wordsOf} from '../server/request.ts';
import {loginAtHand} from './gates.ts';
import {logIn} from './hand-over.ts';
import {type ClusterHealth, healthOf} from './health.ts';
import type {KeysOf} from './keeping.ts';
import {peersOf} from './peers.ts';
import type {ClusterPorts, Stuck} from './ports.ts';

export interface Removal extends KeysOf {
  /** Of the active member's API. */
  readonly url: string;
  readonly nodeId: string;
}

const timeoutMs = 60_000;

/**
 * Takes a member out of a cluster, for good: it does not come back with the data that it has. Only one that is not the
 * active one, and only when those who stay are well and can do without one.
 * https://openbao.org/api-docs/system/storage/raft/#remove-raft-peer
 * @returns whether it was one
 */
export async function removePeer(
  ports: ClusterPorts,
  removal: Removal,
): Promise<{readonly changed: boolean} | Stuck> {
  const token = await tokenToRemove(ports, removal);
  if (token === 'none') return {changed: false};
  if ('problem' in token) return token;
  const {url, nodeId} = removal;
  const body = {server_id: nodeId};
  const path = 'sys/storage/raft/remove-peer';
  const answer = await askServer(ports, url, {method: 'POST', path, body, token: token.reveal(), timeoutMs});
  if (answer.type !== 'answer' || answer.status >= 300)
    return {problem: `${nodeId} was not removed: ${wordsOf(answer)}`};
  const left = await peersOf(ports, url, removal);
  if ('problem' in left) return left;
  return left.some(({id}) => id === nodeId)
    ? {problem: `${nodeId} is a member still, though the server said that it removed it`}
    : {changed: true};
}

/** What `removePeer` would come to without removing anybody; undefined: it would. */
export async function foreseeRemoval(
  ports: ClusterPorts,
  removal: Removal,
): Promise<{readonly changed: false} | Stuck | undefined> {
  const token = await tokenToRemove(ports, removal);
  if (token === 'none') return {changed: false};
  return 'problem' in token ? token : undefined;
}

/** The token to ask with, where the member may be removed; `none`: it is no member. */
async function tokenToRemove(ports: ClusterPorts, removal: Removal): Promise<Secret | Stuck | 'none'> {
  const {url, nodeId} = removal;
  const keys = await loginAtHand(ports, removal);
  if ('problem' in keys) return keys;
  const token = await logIn(ports, url, keys.operator);
  if ('problem' in token) return token;
  const peers = await peersOf(ports, url, removal);
  if ('problem' in peers) return peers;
  if (!peers.some(({id}) => id === nodeId)) return 'none';
  const health = await healthOf(ports, url, token);
  if ('problem' in health) return health;
  return whyItStays(health, nodeId) ?? token;
}

/** Why a member is not removed. What cannot be told counts against it. */
export function whyItStays({members, ailing}: ClusterHealth, nodeId: string): Stuck | undefined {
  if (members.some(({id, isLeader}) => id === nodeId && isLeader))
    return {
      problem: `${nodeId} is the active member`,
      hint: 'another takes over first: vprov run playbooks/vault-step-down.yml',
    };
  const staying = members.filter(({id, isVoter}) => isVoter && id !== nodeId);
  const well = staying.filter(({id}) => !ailing.includes(id));
  const majority = Math.floor(staying.length / 2) + 1;
  if (well.length >= majority && well.length > 0) return undefined;
  return {
    problem: `of the ${staying.length} voters that would stay ${well.length} are well, and it takes ${majority}`,
    hint: 'bring back the others first',
  };
}
