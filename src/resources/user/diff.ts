import {reveal, Unknown, UnknownRead} from '../../text/index.ts';
import {isAccountName, otherHolder} from '../accounts.ts';
import type {Attribute, Known, Observed, Ref, Refusal, StateView} from '../contract.ts';
import {groupRef} from '../group/index.ts';
import {type PathState, parentPath, pathRef} from '../path/state.ts';
import {homeOfNew} from './home.ts';
import {joinedGroups, type UserChange, type UserDesired, type UserState, type UserWant} from './state.ts';

/** Every difference between the user there is and the one promised. */
export function diffUser(before: Known<UserState>, want: UserWant): readonly Attribute[] {
  const state = before.status === 'present' ? before.state : undefined;
  const {after} = want;
  if (after === 'absent') return state ? [{name: 'exists', before: true, after: false}] : [];
  return [
    ...(state ? [] : [{name: 'exists', after: true}]),
    ...(['uid', 'group', 'home', 'shell', 'comment'] as const).flatMap((name) => plain(name, state, after)),
    ...groupsDiff(want.ref.id, state, after),
    ...passwordDiff(state, after),
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
  if (before === undefined)
    throw new UnknownRead(new Unknown(`the user's ${name} depends on changes not yet made`));
  return before === wanted ? [] : [{name, before, after: wanted}];
}

function groupsDiff(
  id: string,
  state: Readonly<Partial<UserState>> | undefined,
  after: UserDesired,
): readonly Attribute[] {
  if (!after.groups || (after.groups.length === 0 && !after.onlyGroups)) return [];
  const primary = after.group ?? state?.group ?? (state ? undefined : id);
  if (!state)
    return after.groups.length === 0
      ? []
      : [{name: 'groups', after: joinedGroups([], after.groups, primary).join(',')}];
  if (!state.groups) throw new UnknownRead(new Unknown(`groups of ${id} depend on changes not yet made`));
  const before = [...state.groups].sort().join(',');
  const next = joinedGroups(state.groups, after.groups, primary, after.onlyGroups).join(',');
  return before === next ? [] : [{name: 'groups', before, after: next}];
}

/** Hashes are compared and never shown. */
function passwordDiff(
  state: Readonly<Partial<UserState>> | undefined,
  {password, passwordOnce}: UserDesired,
): readonly Attribute[] {
  if (!password) return [];
  if (!state) return [{name: 'password', after: 'as given'}];
  if (passwordOnce) return [];
  if (!state.password) throw new UnknownRead(new Unknown('the password depends on changes not yet made'));
  return state.password.reveal() === reveal(password)
    ? []
    : [{name: 'password', before: 'another', after: 'as given'}];
}

/** Groups that a want names. */
export function namedGroups(after: UserDesired | 'absent'): readonly string[] {
  if (after === 'absent') return [];
  return [...(after.group === undefined ? [] : [after.group]), ...(after.groups ?? [])];
}

function refuseRemoval(id: string, observed: Observed<UserState>): Refusal | undefined {
  if (observed.status !== 'present') return undefined;
  if (id === 'root') return {refused: 'root is never removed'};
  const {process} = observed.state;
  if (process === undefined) return undefined;
  return {
    refused: `user ${id} is not removed while it runs something: ${process}`,
    hint: 'let it end in a task before: stop its service, or its session by loginctl terminate-user',
  };
}

/** usermod(8) gives nobody another home who runs something. */
export function refuseBusy({ref, attributes}: UserChange, view: StateView): Refusal | undefined {
  const has = (name: string): boolean => attributes.some((attribute) => attribute.name === name);
  if (!has('home') || has('exists')) return undefined;
  const seen = view.get<UserState>({...ref, facets: ['processes']});
  const {process, login} = seen.status === 'present' ? seen.state : {};
  const busy = process ?? login;
  if (busy === undefined) return undefined;
  return {
    refused: `user ${ref.id} is given no other home while it runs something: ${busy}`,
    hint:
      process === undefined
        ? 'let another user log in for that'
        : 'let it end in a task before: stop its service, or its session by loginctl terminate-user',
  };
}

export function refuseUser(want: UserWant, view: StateView): Refusal | undefined {
  const {id} = want.ref;
  if (!isAccountName(id)) return {refused: `'${id}' is not a name for a user`};
  const observed = view.get<UserState>(want.ref);
  if (observed.status === 'unreadable') return {refused: observed.reason};
  if (want.after === 'absent') return refuseRemoval(id, observed);
  const broken = (['home', 'shell', 'comment'] as const).find((name) => breaksLine(want.after, name));
  if (broken) return {refused: `${broken} of user ${id} holds a character that /etc/passwd cannot keep`};
  if (hasOtherNumber(want, observed))
    return {
      refused: `user ${id} has another number than ${String(want.after.uid)}: its files would stay with the old one`,
      hint: 'usermod -u changes the number and the home; find / -uid finds the rest',
    };
  const holder = observed.status === 'absent' ? otherHolder('user', want.after.uid, id, view) : undefined;
  if (holder !== undefined)
    return {
      refused: `the number ${String(want.after.uid)} for user ${id} is that of user ${holder}`,
      hint: 'give it another, or none',
    };
  if (observed.status === 'present' && 'password' in observed.state && !observed.state.password)
    return {refused: `the password of user ${id} cannot be read`, hint: 'become: true lets root read it'};
  const home = homeLeadingNowhere(want, observed, view);
  if (home !== undefined)
    return {
      refused: `the home of user ${id}, ${home}, is a link that leads nowhere`,
      hint: 'remove the link, or make what it leads to',
    };
  const inTheWay = homeBelowFile(want, observed, view);
  if (inTheWay !== undefined)
    return {refused: `the home of user ${id} cannot be made: ${inTheWay} is no directory`};
  const missing = namedGroups(want.after).find((name) => view.get(groupRef(name)).status === 'absent');
  if (missing === undefined) return undefined;
  return {
    refused: `group '${missing}' does not exist on the host, and no task before this one makes it`,
    hint: `make it before with a task 'group: {name: ${missing}}'`,
    missing: groupRef(missing),
  };
}

/** The home that a new user should get, as a reference; undefined when none is made. */
export function newHomeRef(want: UserWant): Ref<'path'> | undefined {
  const {after} = want;
  return after !== 'absent' && after.createHome
    ? pathRef(homeOfNew(want.ref.id, after.home), ['meta', 'link'])
    : undefined;
}

/** useradd(8) takes a directory or file that is there as it is, but makes none through a link. */
function homeLeadingNowhere(
  want: UserWant,
  observed: Observed<UserState>,
  view: StateView,
): string | undefined {
  const ref = newHomeRef(want);
  if (!ref || observed.status !== 'absent') return undefined;
  const seen = view.get<PathState>(ref);
  if (seen.status !== 'present' || seen.state.type !== 'link') return undefined;
  return seen.state.followed?.type === undefined ? ref.id : undefined;
}

/** What a new home would have to be made in, and cannot. */
function homeBelowFile(want: UserWant, observed: Observed<UserState>, view: StateView): string | undefined {
  const ref = newHomeRef(want);
  if (!ref || observed.status !== 'absent' || view.get(ref).status !== 'absent') return undefined;
  const parent = parentPath(ref.id);
  const seen = parent === '/' ? undefined : view.get<PathState>(pathRef(parent, ['meta', 'link']));
  if (seen?.status !== 'present' || seen.state.type === undefined) return undefined;
  return seen.state.type === 'directory' || seen.state.resolves === 'directory' ? undefined : parent;
}

function hasOtherNumber(
  want: UserWant,
  observed: Observed<UserState>,
): want is UserWant & {readonly after: UserDesired} {
  if (want.after === 'absent' || observed.status !== 'present') return false;
  const {uid} = want.after;
  return uid !== undefined && observed.state.uid !== undefined && observed.state.uid !== uid;
}

function breaksLine(after: UserDesired | 'absent', name: 'home' | 'shell' | 'comment'): boolean {
  return after !== 'absent' && /[:\n\0]/.test(after[name] ?? '');
}
