/** What is written down of a cluster on this machine, to be kept with the inventory. It holds no secret. */
export interface ClusterRecord {
  readonly cluster: string;
  /** As its servers say it. */
  readonly clusterId: string;
  /** By their names in raft. */
  readonly members: readonly string[];
  /** Who was taken out of it, and has not joined anew: with its old data it must not serve. */
  readonly removed?: readonly string[];
}

/** JSON, one member a line. */
export function printRecord({cluster, clusterId, members, removed = []}: ClusterRecord): string {
  const gone = removed.length > 0 ? {removed} : {};
  return `${JSON.stringify({v: 1, cluster, cluster_id: clusterId, members, ...gone}, undefined, 2)}\n`;
}

/** Undefined where it is no such record. */
export function recordIn(text: string): ClusterRecord | undefined {
  try {
    const {
      v,
      cluster,
      cluster_id: clusterId,
      members,
      removed = [],
    } = JSON.parse(text) as Record<string, unknown>;
    if (v !== 1 || typeof cluster !== 'string' || typeof clusterId !== 'string') return undefined;
    if (!isNames(members) || !isNames(removed)) return undefined;
    return {cluster, clusterId, members, ...(removed.length > 0 ? {removed} : {})};
  } catch {
    // No JSON, or null: no record.
    return undefined;
  }
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
