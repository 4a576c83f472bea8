import {joinScripts, type Script, sh} from '../../shell/index.ts';
import {Unknown, UnknownRead} from '../../text/index.ts';
import {accountsEditedBy} from '../account-files.ts';
import {
  accountPrelude,
  heldNumber,
  holderRef,
  isAccountName,
  otherHolder,
  parseAccounts,
  readAccounts,
} from '../accounts.ts';
import {
  type Attribute,
  type Change,
  type Observed,
  type Ref,
  type Refusal,
  type ResourceKind,
  refKey,
  type StandingAt,
} from '../contract.ts';
import {refuseUnlessRoot, rootFolder} from '../only-root.ts';
import {mayComeWith} from '../package/bring.ts';
import {ownGroupGoes} from '../user/own-group.ts';
import {groupAfterEdit} from './edited.ts';
import {type GroupChange, type GroupDesired, type GroupState, groupRef} from './state.ts';
import {undoGroup} from './undo.ts';

/** Local groups, as in /etc/group. The id is the name. */
export const group: ResourceKind<'group', GroupState, GroupDesired> = {
  kind: 'group',
  probe: (_refs, marker) => readAccounts(marker),
  parse(output, refs, marker) {
    const {groups, users} = parseAccounts(output.stdout, marker);
    return new Map(
      refs.map((ref): [ReturnType<typeof refKey>, Observed<GroupState>] => {
        const number = heldNumber(ref);
        const entry = groups.find(({name, gid}) => (number === undefined ? name === ref.id : gid === number));
        if (!entry) return [refKey(ref), {status: 'absent'}];
        if (number !== undefined) return [refKey(ref), {status: 'present', state: {holder: entry.name}}];
        const {gid, members} = entry;
        const primaryOf = users.filter((one) => one.gid === gid).map(({name}) => name);
        return [refKey(ref), {status: 'present', state: {gid, members, primaryOf}}];
      }),
    );
  },
  reads: ({ref, after}) => [
    groupRef(ref.id),
    rootFolder,
    ...(after !== 'absent' && after.gid !== undefined ? [holderRef('group', after.gid)] : []),
  ],
  refuse(want, view) {
    if (!isAccountName(want.ref.id)) return {refused: `'${want.ref.id}' is not a name for a group`};
    const observed = view.get(want.ref);
    if (observed.status === 'unreadable') return {refused: observed.reason};
    if (want.after === 'absent') return refuseRemoval(want.ref.id, observed);
    const holder = otherHolder('group', want.after.gid, want.ref.id, view);
    if (holder === undefined) return undefined;
    return {
      refused: `the number ${String(want.after.gid)} for group ${want.ref.id} is that of group ${holder}`,
      hint: 'give it another, or none',
    };
  },
  diff(before, want) {
    const state = before.status === 'present' ? before.state : undefined;
    if (want.after === 'absent') return state ? [{name: 'exists', before: true, after: false}] : [];
    const {gid} = want.after;
    if (!state)
      return [{name: 'exists', after: true}, ...(gid === undefined ? [] : [{name: 'gid', after: gid}])];
    return gid === undefined || state.gid === gid ? [] : [gidAttribute(state.gid, gid)];
  },
  forbids: ({ref}, view) => refuseUnlessRoot(`change groups, as group ${ref.id}`, view),
  steps: (change) => [{type: 'script', script: joinScripts([accountPrelude, scriptFor(change)])}],
  undo: undoGroup,
  effects: () => ({type: 'kinds', kinds: ['group', 'user', 'path', 'tree']}),
  predict({want, before, attributes}) {
    if (want.after === 'absent') return {status: 'absent'};
    if (before.status === 'unknown' || before.status === 'unreadable') return before;
    const isNew = attributes.some(({name}) => name === 'exists');
    const gid = want.after.gid;
    return {
      status: 'present',
      state: {
        ...(before.status === 'present' ? before.state : {}),
        ...(isNew ? {members: [], primaryOf: []} : {}),
        ...(gid === undefined ? {} : {gid}),
      },
    };
  },
  react: reactGroup,
};

/**
 * A new user without a named group brings one of its own name; a removed one may take it along. Who has it as its
 * primary group changes with users.
 */
function reactGroup(
  ref: Ref<'group'>,
  observed: Observed<GroupState>,
  planned: Change,
  now: StandingAt,
  before: StandingAt = now,
): Observed<GroupState> {
  const edited = accountsEditedBy(planned);
  if (edited) return groupAfterEdit(ref, observed, edited);
  const number = heldNumber(ref);
  if (number !== undefined) return heldThen(number, observed, planned);
  if (planned.ref.kind !== 'user') return mayComeWith(observed, planned);
  if (planned.want.after !== 'absent') return besideUser(ref, observed, planned);
  const goes =
    planned.ref.id === ref.id && observed.status !== 'absent' && ownGroupGoes(planned, observed, before);
  if (goes === undefined) return {status: 'unknown', reason: `user ${ref.id} will be removed`};
  return goes ? {status: 'absent'} : withUser(observed, planned.ref.id, {isPrimary: false, isMember: false});
}

function besideUser(
  ref: Ref<'group'>,
  observed: Observed<GroupState>,
  planned: Change,
): Observed<GroupState> {
  const user = planned.ref.id;
  const {group} = planned.want.after as {readonly group?: string};
  const changed = (name: string) => planned.attributes.find((attribute) => attribute.name === name);
  const isNew = changed('exists') !== undefined;
  const primary = group ?? user;
  if (observed.status === 'absent')
    return primary === ref.id && user === ref.id && isNew
      ? {status: 'present', state: {primaryOf: [user]}}
      : observed;
  const groups = changed('groups')?.after;
  const {onlyGroups} = planned.want.after as {readonly onlyGroups?: boolean};
  // Of its primary group, in which it may be listed besides, nothing is said there.
  const isIts = (isNew ? primary : (group ?? groupOf(planned))) === ref.id;
  return withUser(observed, user, {
    ...(isNew || changed('group') ? {isPrimary: primary === ref.id} : {}),
    ...(groups === undefined || (isIts && !onlyGroups)
      ? {}
      : {isMember: String(groups).split(',').includes(ref.id)}),
  });
}

function groupOf({before}: Change): unknown {
  return before.status === 'present' && 'group' in before.state ? before.state.group : undefined;
}

/** Who is in a group, with a user or without, as far as that is known; what is not said stays. */
function withUser(
  observed: Observed<GroupState>,
  user: string,
  {isPrimary, isMember}: {readonly isPrimary?: boolean; readonly isMember?: boolean},
): Observed<GroupState> {
  if (observed.status !== 'present' || (isPrimary === undefined && isMember === undefined)) return observed;
  const {primaryOf, members} = observed.state;
  return {
    status: 'present',
    state: {
      ...observed.state,
      ...(isPrimary === undefined || !primaryOf
        ? {}
        : {primaryOf: withOrWithout(primaryOf, user, isPrimary)}),
      ...(isMember === undefined || !members ? {} : {members: withOrWithout(members, user, isMember)}),
    },
  };
}

function withOrWithout(names: readonly string[], name: string, isIn: boolean): readonly string[] {
  const others = names.filter((one) => one !== name);
  return isIn ? [...others, name] : others;
}

/** Who will have a number when a planned group, or a user with one of its own name, comes or goes. */
function heldThen(number: number, observed: Observed<GroupState>, planned: Change): Observed<GroupState> {
  const {before} = planned as GroupChange;
  const state = before.status === 'present' ? before.state : {};
  const after: object | 'absent' = planned.want.after;
  const changes = (name: string): boolean => planned.attributes.some((attribute) => attribute.name === name);
  switch (planned.ref.kind) {
    case 'group': {
      const gid = after !== 'absent' && 'gid' in after ? after.gid : undefined;
      if (gid === number) return {status: 'present', state: {holder: planned.ref.id}};
      return state.gid === number && (after === 'absent' || changes('gid')) ? {status: 'absent'} : observed;
    }
    case 'user':
      return heldAfterUser(number, observed, planned);
    default:
      return observed;
  }
}

/** A user brings a group of its own name, which may get the number of the user, and takes it along. */
function heldAfterUser(
  number: number,
  observed: Observed<GroupState>,
  {ref, want, before, attributes}: Change,
): Observed<GroupState> {
  const after: object | 'absent' = want.after;
  const state: {readonly gid?: number} = before.status === 'present' ? before.state : {};
  const unknown = (how: string): Observed<GroupState> => ({
    status: 'unknown',
    reason: `it shows when user ${ref.id} is ${how}`,
  });
  if (after !== 'absent') {
    const isNew = attributes.some(({name}) => name === 'exists') && observed.status === 'absent';
    return isNew && 'uid' in after && after.uid === number ? unknown('made') : observed;
  }
  if ('sparedGroup' in want) return observed;
  // Of a user that was planned itself nobody knows the number.
  const isOwn = observed.status === 'present' && observed.state.holder === ref.id;
  return state.gid === number || isOwn ? unknown('removed') : observed;
}

function refuseRemoval(id: string, observed: Observed<GroupState>): Refusal | undefined {
  if (observed.status !== 'present') return undefined;
  const {primaryOf} = observed.state;
  if (!primaryOf)
    throw new UnknownRead(new Unknown(`whose primary group ${id} is depends on changes not yet made`));
  const [user] = primaryOf;
  if (user === undefined) return undefined;
  return {refused: `group ${id} is the primary group of user ${user}`, hint: 'remove the user first'};
}

function gidAttribute(before: number | undefined, after: number): Attribute {
  if (before === undefined) throw new UnknownRead(new Unknown('the number of a group that is not made yet'));
  return {name: 'gid', before, after};
}

function scriptFor({want, attributes}: GroupChange): Script {
  const name = want.ref.id;
  if (want.after === 'absent')
    return sh`if has groupdel; then groupdel ${name}; elif has delgroup; then delgroup ${name}; else lacks groupdel delgroup; fi`;
  const {gid, system} = want.after;
  const number = gid === undefined ? [] : [sh`-g ${gid}`];
  if (!attributes.some((attribute) => attribute.name === 'exists'))
    return sh`has groupmod || lacks groupmod 'another program that changes groups'
groupmod ${number} ${name}`;
  return sh`if has groupadd; then groupadd ${[...(system ? ['-r'] : []), ...number, name]}
elif has addgroup; then addgroup ${[...(system ? ['-S'] : []), ...number, name]}
else lacks groupadd addgroup; fi`;
}

export {type GroupDesired, type GroupState, type GroupWant, groupRef, groupWant} from './state.ts';
