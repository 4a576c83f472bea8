import {basename, dirname, join, resolve} from 'node:path';
import {type AnsweringKind, type Known, onlyRead, type Ref, type StateView} from '../../resources/index.ts';
import {namesIn} from '../../source/index.ts';
import {localText} from '../local-text.ts';
import {type ClusterRecord, recordIn} from './record.ts';

const recordKindName = 'vault_cluster';

/** @param file of the record, relative to the folder that vprov runs in */
export function recordRef(file: string): Ref<typeof recordKindName> {
  return {kind: recordKindName, id: file, facets: ['state']};
}

/** Absent: nothing is written down. @throws UnknownRead */
export function recordAt(file: string, view: StateView): Known<ClusterRecord> {
  return view.get<ClusterRecord>(recordRef(file));
}

/** What is written down of a cluster, on this machine. */
export const recordKind: AnsweringKind<typeof recordKindName, ClusterRecord, never> = {
  ...onlyRead,
  kind: recordKindName,
  async ask({id}, {cwd}) {
    const text = localText(resolve(cwd, id));
    if (text === undefined) return {status: 'absent'};
    const state = recordIn(text);
    return state
      ? {status: 'present', state}
      : {status: 'unreadable', reason: `${id} is no record of a cluster that vprov wrote`};
  },
};

const recordsKindName = 'vault_clusters';

/** What is written down of other clusters, beside this one. @param file of its record */
export function otherRecordsRef(file: string): Ref<typeof recordsKindName> {
  return {kind: recordsKindName, id: file, facets: ['state']};
}

/** @throws UnknownRead */
export function otherRecordsAt(file: string, view: StateView): readonly ClusterRecord[] {
  const seen = view.get<readonly ClusterRecord[]>(otherRecordsRef(file));
  return seen.status === 'present' ? (seen.state as readonly ClusterRecord[]) : [];
}

export const recordsKind: AnsweringKind<typeof recordsKindName, readonly ClusterRecord[], never> = {
  ...onlyRead,
  kind: recordsKindName,
  async ask({id}, {cwd}) {
    const [folder, own] = [dirname(resolve(cwd, id)), basename(id)];
    const others = namesIn(folder).filter((name) => name.endsWith('.json') && name !== own);
    const state = others.flatMap((name) => recordIn(localText(join(folder, name)) ?? '') ?? []);
    return {status: 'present', state};
  },
};
