import type {Forwarder} from '../../transport/index.ts';
import {type AskOptions, askJson} from './status.ts';

/** What a member knows of its cluster. */
export interface MemberView {
  /** Undefined: it does not say. */
  readonly isLeader: boolean | undefined;
  /** Empty: it knows none. */
  readonly leaderAddress: string;
  /** Entries of raft's log; 0 where it does not say. */
  readonly appliedIndex: number;
  readonly committedIndex: number;
  /** Who is in raft, as the member that was asked with a token says; undefined: nobody was. */
  readonly raft: readonly RaftServer[] | undefined;
  /** Why nobody could say who is in raft, though there is a token; empty otherwise. */
  readonly raftProblem: string;
}

export interface RaftServer {
  readonly nodeId: string;
  readonly isVoter: boolean;
  readonly isLeader: boolean;
}

/**
 * `sys/leader`, which needs no token, and with one who is in raft.
 * @throws TransportError when the connection to the host itself is lost, or the run is interrupted
 */
export async function askMember(
  through: Forwarder,
  url: string,
  token: string,
  options: AskOptions,
): Promise<MemberView> {
  const leader = await askJson(through, `${url}/v1/sys/leader`, options);
  const said = 'problem' in leader ? {} : leader.json;
  // A token goes to the host's own server alone, through the connection: never over a network that was not looked at.
  const mayAsk = token !== '' && /^https?:\/\/(127\.|\[::1\]|localhost[:/])/.test(`${url}/`);
  const raft = mayAsk
    ? await askJson(through, `${url}/v1/sys/storage/raft/configuration`, options, {'x-vault-token': token})
    : undefined;
  const servers = raft && !('problem' in raft) ? raftServers(raft.json) : undefined;
  return {
    isLeader: typeof said.is_self === 'boolean' ? said.is_self : undefined,
    leaderAddress: typeof said.leader_address === 'string' ? said.leader_address : '',
    appliedIndex: indexOf(said.raft_applied_index),
    committedIndex: indexOf(said.raft_committed_index),
    raft: servers,
    raftProblem: !raft || servers ? '' : 'problem' in raft ? raft.problem : `status ${raft.status}`,
  };
}

function indexOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** @see the API's sys/storage/raft/configuration; undefined: it is not that, as when the token may not see it */
export function raftServers(json: Readonly<Record<string, unknown>>): readonly RaftServer[] | undefined {
  const {data} = json as {readonly data?: {readonly config?: {readonly servers?: unknown}}};
  const servers = data?.config?.servers;
  if (!Array.isArray(servers)) return undefined;
  return servers.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null) return [];
    const {node_id: nodeId, voter, leader} = one as Record<string, unknown>;
    return typeof nodeId === 'string' ? [{nodeId, isVoter: voter === true, isLeader: leader === true}] : [];
  });
}
