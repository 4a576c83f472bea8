import type {Refusal} from '../../resources/index.ts';
import type {Findings} from '../discovery/discover.ts';
import type {ClusterRecord} from './record.ts';

/** What is written down on this machine. */
export interface Written {
  /** Of the cluster that is meant. */
  readonly file: string;
  readonly own: ClusterRecord | undefined;
  /** Of others, beside it. */
  readonly others: readonly ClusterRecord[];
}

/**
 * Why hosts are not those of the cluster that is meant: they are members of one that has another name here, or another id; or
 * it was initialised once, and all of its data are gone. Undefined: nothing says so. A sealed member does not say what it is of.
 * @param cluster its name
 */
export function strangers(
  cluster: string,
  {file, own, others}: Written,
  hosts: readonly {readonly host: string; readonly found: Findings}[],
): Refusal | undefined {
  for (const {host, found} of hosts)
    for (const id of found.servers.flatMap(({status}) => status?.clusterId || [])) {
      const other = others.find((one) => one.clusterId === id && one.cluster !== cluster);
      if (other)
        return {
          refused: `${host} is a member of the cluster ${other.cluster}, and not of ${cluster}. Nothing was changed on any host`,
          hint: `it is known by that name on this machine: vault_cluster_name: ${other.cluster}`,
        };
      if (own && own.clusterId !== id)
        return {
          refused: `${host} is a member of the cluster ${id}, and ${file} says that ${cluster} is ${own.clusterId}. Nothing was changed on any host`,
          hint: `decide which one lives. If it is this one, move ${file} away`,
        };
    }
  if (!own || hosts.length < own.members.length || !hosts.every(({found}) => isEmpty(found)))
    return undefined;
  return {
    refused: `${cluster} was initialised once (${own.clusterId}, says ${file}), and none of its members has its data any more. Nothing was changed on any host`,
    hint: `bring the data back, or begin a new cluster: move ${file} and the keys away, and keep them`,
  };
}

/** Nothing of a cluster is there: no data that nobody looked into, and no server that says that it is initialised. */
function isEmpty({servers, unusedData}: Findings): boolean {
  if (unusedData.length > 0) return false;
  return servers.every(({hasData, status}) => (status?.problem === '' ? !status.initialized : !hasData));
}
