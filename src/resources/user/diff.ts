import {Unknown, UnknownRead} from '../../text/index.ts';
import {isAccountName} from '../accounts.ts';
import type {Attribute, Observed, Refusal, StateView} from '../contract.ts';
import {groupRef} from '../group/index.ts';
import {joinedGroups, type UserDesired, type UserState, type UserWant} from './state.ts';

/** Every difference between the user there is and the one promised. */
export function diffUser(before: Observed<UserState>, want: UserWant): readonly Attribute[] {
  if (before.status === 'unknown') throw new UnknownRead(new Unknown(before.reason));
  const state = before.status === 'present' ? before.state : undefined;
  const {after} = want;
  if (after === 'absent') return state ? [{name: 'exists', before: true, after: false}] : [];
  return [
    ...(state ? [] : [{name: 'exists', after: true}]),
    ...(['uid', 'group', 'home', 'shell', 'comment'] as const).flatMap((name) => plain(name, state, after)),
    ...groupsDiff(want.ref.id, state, after),
  ];
}

function plain(
  name: 'uid' | 'group' | 'home' | 'shell' | 'comment',
  state: Readonly<Partial<UserState>> | undefined,
  after: UserDesired,
): readonly Attribute[] {
  const wanted = after[name];
  if (wanted === undefined) return [];
  if (!state) return [{name, after: wanted}];
  const before = state[name];
  if (before === undefined) throw new UnknownRead(new Unknown(`${name} of a user that is not made yet`));
  return before === wanted ? [] : [{name, before, after: wanted}];
}

function groupsDiff(
  id: string,
  state: Readonly<Partial<UserState>> | undefined,
  after: UserDesired,
): readonly Attribute[] {
  if (!after.groups || after.groups.length === 0) return [];
  const primary = after.group ?? state?.group ?? (state ? undefined : id);
  if (!state) return [{name: 'groups', after: joinedGroups([], after.groups, primary).join(',')}];
  if (!state.groups) throw new UnknownRead(new Unknown(`groups of ${id} depend on changes not yet made`));
  const before = [...state.groups].sort().join(',');
  const next = joinedGroups(state.groups, after.groups, primary).join(',');
  return before === next ? [] : [{name: 'groups', before, after: next}];
}

/** Groups that a want names. */
export function namedGroups(after: UserDesired | 'absent'): readonly string[] {
  if (after === 'absent') return [];
  return [...(after.group === undefined ? [] : [after.group]), ...(after.groups ?? [])];
}

export function refuseUser(want: UserWant, view: StateView): Refusal | undefined {
  const {id} = want.ref;
  if (!isAccountName(id)) return {refused: `'${id}' is not a name for a user`};
  const observed = view.get(want.ref);
  if (observed.status === 'unreadable') return {refused: observed.reason};
  if (want.after === 'absent')
    return id === 'root' && observed.status === 'present' ? {refused: 'root is never removed'} : undefined;
  const broken = (['home', 'shell', 'comment'] as const).find((name) => breaksLine(want.after, name));
  if (broken) return {refused: `${broken} of user ${id} holds a character that /etc/passwd cannot keep`};
  const missing = namedGroups(want.after).find((name) => view.get(groupRef(name)).status === 'absent');
  if (missing === undefined) return undefined;
  return {
    refused: `group '${missing}' does not exist on the host, and no task before this one makes it`,
    hint: `make it before with a task 'group: {name: ${missing}}'`,
    missing: groupRef(missing),
  };
}

function breaksLine(after: UserDesired | 'absent', name: 'home' | 'shell' | 'comment'): boolean {
  return after !== 'absent' && /[:\n\0]/.test(after[name] ?? '');
}
