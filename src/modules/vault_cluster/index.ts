import {isRefusal, type Refusal} from '../../resources/index.ts';
import {type ClusterRecord, printRecord, recordAt, recordRef, serverRef} from '../../vault/index.ts';
import type {Action, GroupView} from '../contract.ts';
import {serverOn, severalClusters, stuckAt, usualUrl} from '../vault-server.ts';
import type {VaultClusterArguments} from './schema.ts';

export const vaultCluster: Action<VaultClusterArguments> = {
  type: 'action',
  name: 'vault_cluster',
  summary: 'Writes down on this machine which cluster the members are of, and refuses another',
  scope: 'group',
  result: {},
  readOnly: () => false,
  reads: ({url = usualUrl, record}) => [serverRef(url), recordRef(record)],

  guard(args, _seen, group) {
    if (!group) throw new Error('a module of scope group has a group');
    const {record} = args;
    const wanted = wantedRecord(args, group);
    if (wanted === undefined) return {run: false, reason: 'no member says which cluster it is of'};
    if (isRefusal(wanted)) return wanted;
    const written = group.members.get(group.self);
    const before = written && recordAt(record, written);
    if (before?.status === 'unreadable') return {refused: before.reason};
    if (before?.status === 'present') {
      const {clusterId} = before.state as ClusterRecord;
      if (clusterId !== wanted.clusterId)
        return {
          refused: `the members are of the cluster ${wanted.clusterId}, and ${record} says that ${wanted.cluster} is ${clusterId}`,
          hint: `decide which one lives. If it is this one, move ${record} away`,
        };
      if (printRecord(before.state as ClusterRecord) === printRecord(wanted))
        return {run: false, reason: 'it is written down'};
    }
    const [first] = group.members.keys();
    return first === group.self
      ? {run: true, reason: `${record} is to say that ${wanted.cluster} is ${wanted.clusterId}`}
      : {run: false, reason: `it is written down for ${first}`};
  },

  effects: ({record}) => ({type: 'refs', keys: [`vault_cluster:${record}`]}),

  async act(args, ports, _inputs, group) {
    const wanted = group && wantedRecord(args, group);
    if (wanted === undefined || isRefusal(wanted))
      return stuckAt({problem: 'no member says any more which cluster it is of'});
    const unwritten = await ports.sealed.note(args.record, printRecord(wanted));
    return unwritten ? stuckAt(unwritten) : {changed: true, result: {}};
  },
};

/** What all members that say it agree on. @throws UnknownRead */
function wantedRecord(
  {name: cluster, url = usualUrl, members}: VaultClusterArguments,
  group: GroupView,
): ClusterRecord | Refusal | undefined {
  const said = [...group.members].flatMap(([host, view]) => {
    const server = serverOn(url, view);
    return isRefusal(server) || server.clusterId === undefined ? [] : [[host, server.clusterId] as const];
  });
  const several = severalClusters(said);
  if (several !== undefined)
    return {refused: several, hint: 'decide which one lives; nothing was written down'};
  const [[, clusterId] = []] = said;
  return clusterId === undefined ? undefined : {cluster, clusterId, members};
}
