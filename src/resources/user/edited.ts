import type {EditedAccounts} from '../account-files.ts';
import {heldNumber, type PasswdEntry} from '../accounts.ts';
import type {Observed, Ref} from '../contract.ts';
import type {UserState} from './state.ts';

/** A user, or who has a number, when the files that users are kept in are changed as files. */
export function userAfterEdit(
  ref: Ref<'user'>,
  observed: Observed<UserState>,
  edited: EditedAccounts,
): Observed<UserState> {
  if ('reason' in edited) return {status: 'unknown', reason: edited.reason};
  const number = heldNumber(ref);
  if ('users' in edited) {
    const entry = edited.users.find(({name, uid}) =>
      number === undefined ? name === ref.id : uid === number,
    );
    if (!entry) return {status: 'absent'};
    if (number !== undefined) return {status: 'present', state: {holder: entry.name}};
    return {status: 'present', state: {...stateOf(observed), ...ofEntry(entry, stateOf(observed))}};
  }
  if (observed.status !== 'present' || number !== undefined) return observed;
  const {state} = observed;
  if ('passwords' in edited) {
    const {password: _, ...others} = state;
    return {status: 'present', state: others};
  }
  const {gid} = state;
  if (gid === undefined)
    return {status: 'present', state: {...state, group: undefined, groups: undefined, inPrimary: undefined}};
  const primary = edited.groups.find((one) => one.gid === gid);
  const groups = edited.groups.filter((one) => one.members.includes(ref.id) && one.gid !== gid);
  return {
    status: 'present',
    state: {
      ...state,
      group: primary?.name ?? String(gid),
      groups: groups.map(({name}) => name).sort(),
      inPrimary: primary?.members.includes(ref.id) === true,
    },
  };
}

function stateOf(observed: Observed<UserState>): Partial<UserState> {
  return observed.status === 'present' ? observed.state : {};
}

/** What groups it is in is said elsewhere: known as long as its own is the same. */
function ofEntry({name: _, ...entry}: PasswdEntry, before: Partial<UserState>): Partial<UserState> {
  return before.gid === entry.gid
    ? entry
    : {...entry, group: undefined, groups: undefined, inPrimary: undefined};
}
