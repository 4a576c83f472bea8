import {isRefusal, type Refusal} from '../../resources/index.ts';
import type {ValueMap} from '../../values/index.ts';
import {type ClusterRecord, printRecord, recordAt, recordRef, serverRef} from '../../vault/index.ts';
import type {Action, GroupView} from '../contract.ts';
import {serverOn, severalClusters, stuckAt, usualUrl} from '../vault-server.ts';
import type {VaultClusterArguments} from './schema.ts';

export const vaultCluster: Action<VaultClusterArguments> = {
  type: 'action',
  name: 'vault_cluster',
  summary: 'Writes down on this machine which cluster the members are of, and refuses another',
  scope: 'group',
  result: {
    others: {type: 'array', items: {type: 'string'}},
    outside: {type: 'array', items: {type: 'string'}},
    removed: {type: 'array', items: {type: 'string'}},
    tolerance: {type: 'integer'},
  },
  readOnly: () => false,
  reads: ({url = usualUrl, record}) => [serverRef(url), recordRef(record)],

  guard(args, _seen, group) {
    if (!group) throw new Error('a module of scope group has a group');
    const found = lookAt(args, group);
    if (found === undefined) return {run: false, reason: 'no member says which cluster it is of'};
    if (isRefusal(found)) return found;
    const [first] = group.members.keys();
    if (first !== group.self) return {run: false, reason: `it is written down for ${first}`};
    const {record, wanted, isWritten} = found;
    if (!isWritten)
      return {run: true, reason: `${record} is to say that ${wanted.cluster} is ${wanted.clusterId}`};
    return isWhole(found) ? {run: false, reason: 'it is written down'} : {run: true};
  },

  effects: ({record}) => ({type: 'refs', keys: [`vault_cluster:${record}`]}),

  async foresee(args, _ports, group) {
    const found = group && lookAt(args, group);
    return found && !isRefusal(found) && found.isWritten
      ? {changed: false, result: resultOf(found)}
      : undefined;
  },

  async act(args, ports, _inputs, group) {
    const found = group && lookAt(args, group);
    if (found === undefined || isRefusal(found))
      return stuckAt({problem: 'no member says any more which cluster it is of'});
    const {record, wanted, isWritten} = found;
    const unwritten = isWritten ? undefined : await ports.sealed.note(record, printRecord(wanted));
    return unwritten ? stuckAt(unwritten) : {changed: !isWritten, result: resultOf(found)};
  },
};

/** The cluster, as its members and what is written down have it. */
interface Found {
  readonly record: string;
  readonly wanted: ClusterRecord;
  readonly isWritten: boolean;
  /** Members by what is written down, which nobody named. */
  readonly others: readonly string[];
  /** Hosts whose server is of no cluster. */
  readonly outside: readonly string[];
  /** Members no more, whose servers say that they are. */
  readonly removed: readonly string[];
}

/** Undefined: nobody says which cluster it is of. @throws UnknownRead */
function lookAt(args: VaultClusterArguments, group: GroupView): Found | Refusal | undefined {
  const {record, members, without = []} = args;
  const named = wantedRecord(args, group);
  if (named === undefined || isRefusal(named)) return named;
  const own = group.members.get(group.self);
  const before = own && recordAt(record, own);
  if (before?.status === 'unreadable') return {refused: before.reason};
  const known = before?.status === 'present' ? (before.state as ClusterRecord) : undefined;
  if (known && known.clusterId !== named.clusterId)
    return {
      refused: `the members are of the cluster ${named.clusterId}, and ${record} says that ${named.cluster} is ${known.clusterId}`,
      hint: `decide which one lives. If it is this one, move ${record} away`,
    };
  const voters = votersIn(group);
  const meant = without.filter((id) => members.includes(id) || known?.members.includes(id));
  const gone = [...new Set([...(known?.removed ?? []), ...meant])].filter((id) => !voters.has(id));
  const written = (known?.members ?? []).filter((id) => !gone.includes(id));
  const others = written.filter((id) => !members.includes(id));
  const inUse = initialized(args, group);
  const joined = new Set([...written, ...inUse]);
  // Who was a member stays one until somebody says otherwise: a host taken out of the inventory still votes.
  const wanted = {
    ...named,
    members: [...members.filter((id) => joined.has(id) && !gone.includes(id)), ...others],
    removed: gone,
  };
  return {
    record,
    wanted,
    isWritten: known !== undefined && printRecord(known) === printRecord(wanted),
    others,
    outside: uninitialized(args, group),
    removed: gone.filter((id) => members.includes(id) && inUse.includes(id)),
  };
}

function isWhole({others, outside, removed}: Found): boolean {
  return others.length === 0 && outside.length === 0 && removed.length === 0;
}

/** As the member says it that was asked. */
function votersIn({told}: GroupView): ReadonlySet<string> {
  const lists = [...told.values()].map(({voters}) => voters);
  return new Set(lists.flatMap((list) => (Array.isArray(list) ? (list as readonly string[]) : [])));
}

function resultOf({wanted, others, outside, removed}: Found): ValueMap {
  return {others, outside, removed, tolerance: Math.max(0, Math.floor((wanted.members.length - 1) / 2))};
}

/** The ids of those whose server is of a cluster. @throws UnknownRead */
function initialized({url = usualUrl}: VaultClusterArguments, group: GroupView): readonly string[] {
  return [...group.members].flatMap(([host, view]) => {
    const server = serverOn(url, view);
    const member = group.told.get(host)?.member;
    return !isRefusal(server) && server.initialized && typeof member === 'string' ? [member] : [];
  });
}

/** @throws UnknownRead */
function uninitialized({url = usualUrl}: VaultClusterArguments, group: GroupView): readonly string[] {
  return [...group.members].flatMap(([host, view]) => {
    const server = serverOn(url, view);
    return !isRefusal(server) && !server.initialized ? [host] : [];
  });
}

/** What all members that say it agree on. @throws UnknownRead */
function wantedRecord(
  {name: cluster, url = usualUrl}: VaultClusterArguments,
  group: GroupView,
): Pick<ClusterRecord, 'cluster' | 'clusterId'> | Refusal | undefined {
  const said = [...group.members].flatMap(([host, view]) => {
    const server = serverOn(url, view);
    return isRefusal(server) || server.clusterId === undefined ? [] : [[host, server.clusterId] as const];
  });
  const several = severalClusters(said);
  if (several !== undefined)
    return {refused: several, hint: 'decide which one lives; nothing was written down'};
  const [[, clusterId] = []] = said;
  return clusterId === undefined ? undefined : {cluster, clusterId};
}
