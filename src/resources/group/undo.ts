import {Unknown, UnknownRead} from '../../text/index.ts';
import type {Kept, Refusal, StateView, TakenBack, Undoing} from '../contract.ts';
import {type UserState, userRef, userWant} from '../user/state.ts';
import {type GroupChange, type GroupDesired, type GroupState, groupRef, groupWant} from './state.ts';

/** A group that the run made is removed only while nobody is in it; one that it removed comes back with who was in it. */
export const undoGroup: Undoing<GroupChange> = {
  note: ({ref, attributes, before}) => ({
    id: ref.id,
    attributes,
    ...(before.status === 'present' ? {before: {...before.state}} : {}),
  }),
  reads: (kept) => [groupRef(kept.id), ...membersBefore(kept).map((name) => userRef(name))],
  takeBack,
};

function takeBack(kept: Kept, view: StateView): TakenBack | Refusal {
  const exists = kept.attributes.find(({name}) => name === 'exists');
  const gid = kept.attributes.find(({name}) => name === 'gid');
  if (exists?.after === true) {
    const seen = view.get<GroupState>(groupRef(kept.id));
    const members = seen.status === 'present' ? seen.state.members : [];
    if (!members)
      throw new UnknownRead(new Unknown(`who is in group ${kept.id} depends on changes not yet made`));
    if (members.length > 0) return {refused: `group ${kept.id} has members: ${members.join(', ')}`};
    return {left: groupWant(kept.id, withGid(gid?.after)), back: [groupWant(kept.id, 'absent')]};
  }
  if (exists?.after === false) {
    const {gid: number} = (kept.before ?? {}) as Partial<GroupState>;
    const members = membersBefore(kept);
    const gone = members.filter((name) => view.get<UserState>(userRef(name)).status !== 'present');
    const there = members.filter((name) => !gone.includes(name));
    return {
      left: groupWant(kept.id, 'absent'),
      back: [
        groupWant(kept.id, withGid(number)),
        ...there.map((name) => userWant(name, {groups: [kept.id]})),
      ],
      ...(gone.length > 0
        ? {lost: `not all are in group ${kept.id} again: no user any more is ${gone.join(', ')}`}
        : {}),
    };
  }
  return {left: groupWant(kept.id, withGid(gid?.after)), back: [groupWant(kept.id, withGid(gid?.before))]};
}

/** Who was in a group that the run removed, but for those whose primary group it was. */
function membersBefore({attributes, before}: Kept): readonly string[] {
  const isRemoved = attributes.some(({name, after}) => name === 'exists' && after === false);
  return isRemoved ? (((before ?? {}) as Partial<GroupState>).members ?? []) : [];
}

function withGid(gid: unknown): GroupDesired {
  return typeof gid === 'number' ? {gid} : {};
}
