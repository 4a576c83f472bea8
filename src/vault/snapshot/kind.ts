import {basename, dirname, resolve} from 'node:path';
import {type AnsweringKind, type Known, onlyRead, type Ref, type StateView} from '../../resources/index.ts';
import {namesIn} from '../../source/index.ts';

/** The snapshots of a cluster on this machine. None of them is opened. */
export interface SnapshotsState {
  /** Of the last one, without its folder. */
  readonly newest: string;
}

const snapshotsKindName = 'vault_snapshots';

/** @param folder where they are kept, relative to the folder that vprov runs in */
export function snapshotsRef(folder: string, cluster: string): Ref<typeof snapshotsKindName> {
  return {kind: snapshotsKindName, id: `${folder}/${cluster}`, facets: ['state']};
}

/** Absent: there is none. */
export function snapshotsAt(folder: string, cluster: string, view: StateView): Known<SnapshotsState> {
  return view.get<SnapshotsState>(snapshotsRef(folder, cluster));
}

/** The snapshots of a cluster, which are on this machine and on no host. */
export const snapshotsKind: AnsweringKind<typeof snapshotsKindName, SnapshotsState, never> = {
  ...onlyRead,
  kind: snapshotsKindName,
  async ask({id}, {cwd}) {
    const [folder, cluster] = [dirname(resolve(cwd, id)), basename(id)];
    // None where there is no such folder yet; one that cannot be read is told when a snapshot is written there.
    const own = namesIn(folder).filter((name) => timed.exec(name)?.[1] === cluster);
    const newest = own.toSorted().at(-1);
    return newest === undefined ? {status: 'absent'} : {status: 'present', state: {newest}};
  },
};

/** NAME-TIME-INDEX.snap.age */
const timed = /^(.+)-\d{8}T\d{6}Z-\d+\.snap\.age$/;
