import type {EditedAccounts} from '../account-files.ts';
import {heldNumber} from '../accounts.ts';
import type {Observed, Ref} from '../contract.ts';
import type {GroupState} from './state.ts';

/** A group, or which one has a number, when the files that groups and users are kept in are changed as files. */
export function groupAfterEdit(
  ref: Ref<'group'>,
  observed: Observed<GroupState>,
  edited: EditedAccounts,
): Observed<GroupState> {
  if ('reason' in edited) return {status: 'unknown', reason: edited.reason};
  if ('passwords' in edited) return observed;
  const number = heldNumber(ref);
  if ('users' in edited) {
    if (observed.status !== 'present' || number !== undefined) return observed;
    const {gid} = observed.state;
    const users = edited.users.filter((one) => one.gid === gid).map(({name}) => name);
    return {status: 'present', state: {...observed.state, primaryOf: gid === undefined ? undefined : users}};
  }
  const entry = edited.groups.find(({name, gid}) =>
    number === undefined ? name === ref.id : gid === number,
  );
  if (!entry) return {status: 'absent'};
  if (number !== undefined) return {status: 'present', state: {holder: entry.name}};
  const {gid, members} = entry;
  const before = observed.status === 'present' ? observed.state : {};
  const primaryOf = before.gid === gid ? before.primaryOf : undefined;
  return {status: 'present', state: {...before, gid, members, primaryOf}};
}
