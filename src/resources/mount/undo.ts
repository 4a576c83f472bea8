import type {Kept, Refusal, TakenBack, Undoing} from '../contract.ts';
import {type MountChange, type MountState, mountRef, mountWant} from './state.ts';

/** What was mounted is unmounted, and what was unmounted mounted as it was. /etc/fstab is taken back by itself. */
export const undoMount: Undoing<MountChange> = {
  note: ({ref, attributes, before}) => ({
    id: ref.id,
    attributes,
    ...(before.status === 'present' ? {before: {...before.state}} : {}),
  }),
  reads: (kept) => [mountRef(kept.id)],
  takeBack({id, attributes, before}: Kept): TakenBack | Refusal {
    const mounted = attributes.find(({name}) => name === 'mounted');
    const left = mountWant(id, {mounted: mounted?.after === true});
    if (mounted?.before !== true) return {left, back: [mountWant(id, {mounted: false})]};
    const {source, fstype, options, root} = (before ?? {}) as Partial<MountState>;
    // A part of a file system that is mounted elsewhere (a bind, a subvolume): only /etc/fstab knows how.
    if (root !== '/') return {left, back: [mountWant(id, {mounted: true})]};
    if (source === undefined || fstype === undefined || options === undefined)
      return {refused: `what was mounted at ${id} is not kept`};
    return {left, back: [mountWant(id, {mounted: true, from: {source, fstype, options}})]};
  },
};
