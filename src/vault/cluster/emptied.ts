import {lookAtServers} from '../server/state.ts';
import {loginAtHand} from './gates.ts';
import type {KeysOf} from './keeping.ts';
import {peersOf} from './peers.ts';
import type {ClusterPorts, Stuck} from './ports.ts';

export interface Emptied extends KeysOf {
  /** APIs of the other members, as this host reaches them. */
  readonly peers: readonly string[];
  readonly nodeId: string;
  /** The host's name in the inventory. */
  readonly host: string;
}

/**
 * Whether a cluster has a host as a voter that has no data: its card was replaced, or they were lost. It must not come back
 * under that id as if nothing had happened, since it has forgotten what it voted for. Where no other member serves, or
 * nobody here has the keys, nothing can be told, and nobody can join either.
 */
export async function emptiedVoter(
  ports: ClusterPorts,
  {peers, nodeId, host, ...of}: Emptied,
): Promise<Stuck | undefined> {
  const seen = await lookAtServers(ports, peers);
  const serving = seen.find(({server}) => server.status === 'present' && server.state.sealed === false);
  if (!serving) return undefined;
  const keys = await loginAtHand(ports, of);
  if ('problem' in keys) return undefined;
  // Not autopilot, which hears later of who was removed.
  const voters = await peersOf(ports, serving.url, of);
  if ('problem' in voters)
    return {problem: `whether it is a member that lost its data cannot be told: ${voters.problem}`};
  if (!voters.some(({id, voter}) => id === nodeId && voter)) return undefined;
  return {
    problem: `the cluster has it as the voter ${nodeId}, and it has no data: it was installed anew, or lost them`,
    hint: `vprov run playbooks/vault-replace-node.yml -e vault_replace=${host}`,
  };
}
