import type {Kept, Refusal, StateView, TakenBack, Undoing} from '../contract.ts';
import {type GroupChange, type GroupDesired, type GroupState, groupRef, groupWant} from './state.ts';

/** A group that the run made is removed only while nobody is in it. */
export const undoGroup: Undoing<GroupChange> = {
  note: ({ref, attributes, before}) => ({
    id: ref.id,
    attributes,
    ...(before.status === 'present' ? {before: {...before.state}} : {}),
  }),
  reads: (kept) => [groupRef(kept.id)],
  takeBack,
};

function takeBack(kept: Kept, view: StateView): TakenBack | Refusal {
  const exists = kept.attributes.find(({name}) => name === 'exists');
  const gid = kept.attributes.find(({name}) => name === 'gid');
  if (exists?.after === true) {
    const seen = view.get<GroupState>(groupRef(kept.id));
    const members = seen.status === 'present' ? (seen.state.members ?? []) : [];
    if (members.length > 0) return {refused: `group ${kept.id} has members: ${members.join(', ')}`};
    return {left: groupWant(kept.id, withGid(gid?.after)), back: [groupWant(kept.id, 'absent')]};
  }
  if (exists?.after === false) {
    const {gid: number, members = []} = (kept.before ?? {}) as Partial<GroupState>;
    return {
      left: groupWant(kept.id, 'absent'),
      back: [groupWant(kept.id, withGid(number))],
      ...(members.length > 0
        ? {lost: `group ${kept.id} has no members any more: before ${members.join(', ')}`}
        : {}),
    };
  }
  return {left: groupWant(kept.id, withGid(gid?.after)), back: [groupWant(kept.id, withGid(gid?.before))]};
}

function withGid(gid: unknown): GroupDesired {
  return typeof gid === 'number' ? {gid} : {};
}
