import type {Secret} from '../../text/index.ts';
import {askServer, type Fields, wordsOf} from '../server/request.ts';
import type {ClusterPorts, Stuck} from './ports.ts';

/** How a cluster stands, as its active member sees it. */
export interface ClusterHealth {
  /** How many voters may fail before it stops. */
  readonly tolerance: number;
  /** Every voter was heard of, and keeps up. */
  readonly healthy: boolean;
  /** The ids of members that are not well. */
  readonly ailing: readonly string[];
  readonly members: readonly MemberHealth[];
}

/** A member as autopilot has it. */
export interface MemberHealth {
  readonly id: string;
  /** Empty: it has not said. */
  readonly version: string;
  readonly isLeader: boolean;
  readonly isVoter: boolean;
}

const timeoutMs = 60_000;

/**
 * Asks a member, which asks the active one.
 * https://openbao.org/api-docs/system/storage/raftautopilot/#get-cluster-state
 * @param url of the API of a member that is unsealed, as its host sees it
 */
export async function healthOf(
  ports: ClusterPorts,
  url: string,
  token: Secret,
): Promise<ClusterHealth | Stuck> {
  const answer = await askServer(ports, url, {
    method: 'GET',
    path: 'sys/storage/raft/autopilot/state',
    token: token.reveal(),
    timeoutMs,
  });
  const data = answer.type === 'answer' && answer.status === 200 ? (answer.body.data as Fields) : undefined;
  if (data === undefined || typeof data.failure_tolerance !== 'number')
    return {problem: `how the cluster stands cannot be told: ${wordsOf(answer)}`};
  const servers = Object.entries((data.servers ?? {}) as Readonly<Record<string, Fields>>);
  return {
    tolerance: data.failure_tolerance,
    healthy: data.healthy === true,
    members: servers.map(([id, {version, status}]) => ({
      id,
      version: typeof version === 'string' ? version : '',
      isLeader: status === 'leader',
      isVoter: status === 'leader' || status === 'voter',
    })),
    ailing: servers.filter(([, {healthy}]) => healthy !== true).map(([id]) => id),
  };
}
