import {basename, dirname, resolve} from 'node:path';
import {type AnsweringKind, type Known, onlyRead, type Ref, type StateView} from '../../resources/index.ts';
import {namesIn} from '../../source/index.ts';

/** The snapshots on this machine of clusters of one name. None of them is opened. */
export interface SnapshotsState {
  /** The beginnings of the ids of the clusters that there are some of. */
  readonly clusters: readonly string[];
}

/** So much of a cluster's id tells it from others of its name. */
const idLength = 8;

/** How the file of a snapshot is called: `NAME-ID-TIME-INDEX.snap.age`. @param at as YYYYMMDDTHHMMSSZ */
export function snapshotName(cluster: string, clusterId: string, at: string, index: number): string {
  return `${cluster}-${clusterId.slice(0, idLength)}-${at}-${index}.snap.age`;
}

const snapshotsKindName = 'vault_snapshots';

/** @param folder where they are kept, relative to the folder that vprov runs in */
export function snapshotsRef(folder: string, cluster: string): Ref<typeof snapshotsKindName> {
  return {kind: snapshotsKindName, id: `${folder}/${cluster}`, facets: ['state']};
}

/** Whether there is a snapshot of the very cluster: others may have the same name. @throws UnknownRead */
export function hasSnapshot(folder: string, cluster: string, clusterId: string, view: StateView): boolean {
  const seen: Known<SnapshotsState> = view.get<SnapshotsState>(snapshotsRef(folder, cluster));
  return seen.status === 'present' && seen.state.clusters?.includes(clusterId.slice(0, idLength)) === true;
}

/** The snapshots of a cluster, which are on this machine and on no host. */
export const snapshotsKind: AnsweringKind<typeof snapshotsKindName, SnapshotsState, never> = {
  ...onlyRead,
  kind: snapshotsKindName,
  async ask({id}, {cwd}) {
    const [folder, cluster] = [dirname(resolve(cwd, id)), basename(id)];
    // None where there is no such folder yet; one that cannot be read is told when a snapshot is written there.
    const clusters = namesIn(folder).flatMap((name) => {
      const [, named, id] = timed.exec(name) ?? [];
      return named === cluster && id !== undefined ? [id] : [];
    });
    return clusters.length === 0
      ? {status: 'absent'}
      : {status: 'present', state: {clusters: [...new Set(clusters)].toSorted()}};
  },
};

/** NAME-ID-TIME-INDEX.snap.age */
const timed = /^(.+)-([^-]{1,8})-\d{8}T\d{6}Z-\d+\.snap\.age$/;
