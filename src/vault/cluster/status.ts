import {discordsOf, obstaclesOn} from '../adoption/obstacles.ts';
import type {Findings, KnownServer} from '../discovery/discover.ts';
import type {MemberView, RaftServer} from '../discovery/member.ts';
import type {Listener} from '../discovery/server.ts';

/** A host of the group as it was seen. */
export interface SeenMember {
  readonly host: string;
  readonly found: Findings;
  /** Undefined: its server does not run, or gives no answer. */
  readonly view: MemberView | undefined;
  /** What it would run with from its next start on, in words; undefined: nobody asked. */
  readonly owed?: readonly string[];
}

/** One node as people and programs are told of it. null: nobody could say. */
export interface NodeStatus {
  readonly product: string;
  readonly version: string | null;
  readonly running: boolean;
  readonly initialized: boolean | null;
  readonly sealed: boolean | null;
  /** Taken out of its cluster, which it says itself: HashiCorp's from 1.19 on. null: nobody could say. */
  readonly removed: boolean | null;
  readonly leader: boolean | null;
  readonly voter: boolean | null;
  readonly node_id: string;
  readonly storage: string;
  readonly cluster_id: string | null;
  readonly applied_index: number | null;
  /** Entries behind the leader. */
  readonly lag: number | null;
  readonly database_bytes: number | null;
  /** Until when its certificate is valid, as in ISO 8601; null: it speaks no TLS, or nobody could say. */
  readonly certificate_ends: string | null;
  /** Whether everybody who reaches it over the network speaks TLS to it; null: it is not known on what it listens. */
  readonly tls: boolean | null;
  /** What it would run with from its next start on, and does not yet: a restart is owed. Each a sentence. */
  readonly owed: readonly string[];
  /** Who looks after it: vprov, vprov as it was found, or somebody else. */
  readonly known: boolean;
}

export interface ClusterStatus {
  readonly nodes: Readonly<Record<string, NodeStatus>>;
  /** How many voters may be lost; null: without a token nobody can say who votes. */
  readonly failure_tolerance: number | null;
  /** What of that is of no one node: members that disagree, nobody who leads. */
  readonly discord: readonly string[];
  /** Each a sentence: what is to be known, and was chosen so. */
  readonly notes: readonly string[];
  /** Each a sentence: what somebody should see to. */
  readonly attention: readonly string[];
}

/** A database that a 32-bit server can hardly map. @see bbolt, MaxMapSize */
const largeDatabaseBytes = 512 * 1024 * 1024;

/** So many days before its end a certificate wants attention: one of vprov's is renewed long before by any run. */
export const soonDays = 30;
const dayMs = 86_400_000;

/**
 * What cannot be told counts as not so: nothing is fine because nobody said otherwise.
 * @param nowMs since the epoch
 * @param isWhole these are all hosts of the cluster, as far as the inventory knows
 */
export function clusterStatus(members: readonly SeenMember[], nowMs: number, isWhole = false): ClusterStatus {
  const raft = members.map(({view}) => view?.raft).find((one) => one !== undefined);
  const isLed = !isWhole || members.some(mayLead);
  // What was committed nobody knows without a leader.
  const committed = isLed ? Math.max(0, ...members.map(({view}) => view?.committedIndex ?? 0)) : 0;
  const nodes = members.map((member) => [member.host, nodeOf(member, raft, committed)] as const);
  const voters = raft?.filter(({isVoter}) => isVoter);
  const serving = nodes.map(([, node]) => node);
  const tolerance = voters && (isLed ? failureTolerance(voters, serving) : 0);
  const ofAll = [
    ...discordsOf(members.map((member) => ({...member, isAdopted: true}))),
    ...(isWhole ? quorumTroubles(serving) : []),
    ...leaderTroubles(nodes, members, isLed),
    ...(raft ? strangers(raft, nodes, tolerance ?? 0, isWhole) : []),
  ];
  return {
    nodes: Object.fromEntries(nodes),
    failure_tolerance: tolerance ?? null,
    discord: ofAll,
    notes: inClear(nodes),
    attention: [
      ...nodes.flatMap(([host, node]) => troubles(host, node, nowMs)),
      ...members.flatMap(({host, found}) => obstaclesOn(found).map((problem) => `${host}: ${problem}`)),
      ...ofAll,
      ...members.flatMap(({host, view}) =>
        view?.raftProblem ? [`${host}: who is in raft is unknown: ${view.raftProblem}`] : [],
      ),
    ],
  };
}

/** It says that it does, or serves and does not say. */
function mayLead({found, view}: SeenMember): boolean {
  if (view?.isLeader !== undefined) return view.isLeader;
  return found.servers.some(({pid, status}) => pid > 0 && status?.problem === '' && !status.sealed);
}

function nodeOf(
  {found, view, owed = []}: SeenMember,
  raft: readonly RaftServer[] | undefined,
  committed: number,
): NodeStatus {
  const server = found.servers.find(({pid}) => pid > 0) ?? found.servers[0];
  const said = server?.status?.problem === '' ? server.status : undefined;
  const nodeId = server?.nodeId ?? '';
  const own = raft?.find((one) => one.nodeId === nodeId);
  const applied = view && view.appliedIndex > 0 ? view.appliedIndex : null;
  return {
    product: server?.product ?? 'none',
    running: (server?.pid ?? 0) > 0,
    ...saidOf(said),
    leader: said ? leaderOf(said, view, own) : null,
    voter: raft ? own?.isVoter === true : null,
    node_id: nodeId,
    storage: said?.storage || server?.storage || '',
    applied_index: applied,
    lag: applied === null || committed === 0 ? null : Math.max(0, committed - applied),
    database_bytes: server?.hasData ? server.databaseBytes : null,
    tls: server === undefined || server.listeners.length === 0 ? null : server.listeners.every(isSafe),
    owed,
    known: found.isOurs,
  };
}

/** What a server says of itself, or nobody. */
function saidOf(
  said: KnownServer['status'],
): Pick<NodeStatus, 'version' | 'initialized' | 'sealed' | 'removed' | 'cluster_id' | 'certificate_ends'> {
  return {
    version: said?.version || null,
    initialized: said?.initialized ?? null,
    sealed: said?.sealed ?? null,
    removed: said?.removed ?? null,
    cluster_id: said?.clusterId || null,
    certificate_ends:
      said?.certificateEndsMs === undefined ? null : new Date(said.certificateEndsMs).toISOString(),
  };
}

/** Whom only the host itself reaches, nobody overhears. */
function isSafe({address, hasTls}: Listener): boolean {
  return hasTls || /^(127\.|\[::1\]|localhost:)/.test(address);
}

/** Of those that speak no TLS. */
function inClear(nodes: readonly (readonly [string, NodeStatus])[]): readonly string[] {
  const hosts = nodes.filter(([, {tls}]) => tls === false).map(([host]) => host);
  if (hosts.length === 0) return [];
  const who = hosts.length === nodes.length ? 'all members' : hosts.join(', ');
  return [`no TLS on ${who}: keys, tokens and secrets cross the network in clear`];
}

/** A sealed member leads nothing, whatever else it does not say. */
function leaderOf(
  said: NonNullable<KnownServer['status']>,
  view: MemberView | undefined,
  own: RaftServer | undefined,
): boolean | null {
  if (said.sealed || !said.initialized) return false;
  return view?.isLeader ?? own?.isLeader ?? null;
}

/** Of those that vote, as many may still go as are beyond the majority now; who is not known to serve does not count. */
function failureTolerance(voters: readonly RaftServer[], nodes: readonly NodeStatus[]): number {
  const serves = (nodeId: string): boolean =>
    nodes.some((node) => node.node_id === nodeId && node.sealed === false);
  const serving = voters.filter(({nodeId}) => serves(nodeId)).length;
  return Math.max(0, serving - (Math.floor(voters.length / 2) + 1));
}

function troubles(host: string, node: NodeStatus, nowMs: number): readonly string[] {
  if (node.product === 'none') return [`${host}: in the inventory, and there is no server`];
  if (!node.running) return [`${host}: its server does not run`];
  if (node.initialized === null) return [`${host}: its server gives no answer`];
  return [
    ...(node.initialized ? [] : [`${host}: not initialised: it is no member yet`]),
    ...sealTroubles(host, node),
    ...((node.database_bytes ?? 0) > largeDatabaseBytes
      ? [
          `${host}: vault.db has ${Math.round((node.database_bytes ?? 0) / 1024 / 1024)} MiB, which a 32-bit server can hardly map`,
        ]
      : []),
    ...node.owed.map((one) => `${host}: ${one}`),
    ...certificateTroubles(host, node, nowMs),
  ];
}

function sealTroubles(host: string, {initialized, sealed, removed}: NodeStatus): readonly string[] {
  if (removed === true) {
    const way = `vprov run playbooks/vault-replace-node.yml -e vault_replace=${host} has it begin anew`;
    return [`${host}: removed from the cluster, and stays out with the data that it has: ${way}`];
  }
  return initialized && sealed ? [`${host}: sealed, and serves nothing`] : [];
}

function certificateTroubles(
  host: string,
  {certificate_ends: ends}: NodeStatus,
  nowMs: number,
): readonly string[] {
  if (ends === null) return [];
  const left = Date.parse(ends) - nowMs;
  if (left > soonDays * dayMs) return [];
  const day = ends.slice(0, 10);
  const renewal = 'vprov run playbooks/vault.yml renews one that it made';
  return [`${host}: its certificate ${left > 0 ? 'ends' : 'ended'} on ${day}; ${renewal}`];
}

/** Of all members fewer serve than it takes to write anything. */
function quorumTroubles(nodes: readonly NodeStatus[]): readonly string[] {
  const members = nodes.filter(
    ({product, initialized, removed}) => product !== 'none' && initialized !== false && removed !== true,
  );
  const serving = members.filter(({sealed}) => sealed === false).length;
  const majority = Math.floor(members.length / 2) + 1;
  if (serving >= majority || serving === 0) return [];
  return [
    `${serving} of ${members.length} members serve, and it takes ${majority}: the cluster does nothing`,
  ];
}

/** @param isLed one of the members may lead, or one that was not seen */
function leaderTroubles(
  nodes: readonly (readonly [string, NodeStatus])[],
  members: readonly SeenMember[],
  isLed: boolean,
): readonly string[] {
  if (!nodes.some(([, {sealed}]) => sealed === false)) return [];
  const named = new Set(members.flatMap(({view}) => view?.leaderAddress || []));
  if (named.size > 1) return [`members name different leaders: ${[...named].join(', ')}`];
  const [name] = named;
  if (!isLed && name !== undefined)
    return [`nobody leads: all members were asked, and ${name}, which they name still, is none that says so`];
  const isNamed = named.size === 1 || nodes.some(([, {leader}]) => leader === true);
  return isNamed ? [] : ['no member says who leads'];
}

/** Reported, and never put right by itself: a line that is missing in an inventory evicts nobody. */
function strangers(
  raft: readonly RaftServer[],
  nodes: readonly (readonly [string, NodeStatus])[],
  tolerance: number,
  isWhole: boolean,
): readonly string[] {
  const where = isWhole ? 'not in the inventory' : 'on none of the hosts that were seen';
  const left = `${tolerance} more may be lost before nothing works`;
  const missing = raft.filter(({nodeId}) => !nodes.some(([, node]) => node.node_id === nodeId));
  const outside = nodes.filter(
    ([, {node_id: id, product}]) => product !== 'none' && !raft.some(({nodeId}) => nodeId === id),
  );
  return [
    ...missing.map(({nodeId}) => `${nodeId} is in raft and ${where}; ${left}. Nothing evicts it by itself`),
    ...outside.map(([host]) => `${host} is in the inventory and not in raft; ${left}`),
  ];
}
