/** What is written down of a cluster on this machine, to be kept with the inventory. It holds no secret. */
export interface ClusterRecord {
  readonly cluster: string;
  /** As its servers say it. */
  readonly clusterId: string;
  /** By their names in raft. */
  readonly members: readonly string[];
}

/** JSON, one member a line. */
export function printRecord({cluster, clusterId, members}: ClusterRecord): string {
  return `${JSON.stringify({v: 1, cluster, cluster_id: clusterId, members}, undefined, 2)}\n`;
}

/** Undefined where it is no such record. */
export function recordIn(text: string): ClusterRecord | undefined {
  try {
    const {v, cluster, cluster_id: clusterId, members} = JSON.parse(text) as Record<string, unknown>;
    if (v !== 1 || typeof cluster !== 'string' || typeof clusterId !== 'string') return undefined;
    if (!Array.isArray(members) || !members.every((one) => typeof one === 'string')) return undefined;
    return {cluster, clusterId, members};
  } catch {
    // No JSON, or null: no record.
    return undefined;
  }
}
