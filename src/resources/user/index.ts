import {mayGetId, newIdReason, parseAccounts, readAccounts} from '../accounts.ts';
import {type Effects, type Observed, type RefKey, type ResourceKind, refKey} from '../contract.ts';
import {groupRef} from '../group/index.ts';
import {mayComeWith} from '../package/bring.ts';
import {diffUser, namedGroups, refuseUser} from './diff.ts';
import {joinedGroups, type UserChange, type UserDesired, type UserState, userRef} from './state.ts';
import {stepsForUser} from './steps.ts';

/** Local users, as in /etc/passwd. The id is the name. */
export const user: ResourceKind<'user', UserState, UserDesired> = {
  kind: 'user',
  probe: (_refs, marker) => readAccounts(marker),
  parse(output, refs, marker) {
    const accounts = parseAccounts(output.stdout, marker);
    return new Map(
      refs.map((ref): [RefKey, Observed<UserState>] => {
        const entry = accounts.users.find(({name}) => name === ref.id);
        if (!entry) return [refKey(ref), {status: 'absent'}];
        const {uid, gid, home, shell, comment} = entry;
        const primary = accounts.groups.find((one) => one.gid === gid);
        const groups = accounts.groups.filter((one) => one.members.includes(ref.id) && one.gid !== gid);
        const state = {
          uid,
          gid,
          group: primary?.name ?? String(gid),
          groups: groups.map(({name}) => name).sort(),
          home,
          shell,
          comment,
        };
        return [refKey(ref), {status: 'present', state}];
      }),
    );
  },
  reads: (want) => [userRef(want.ref.id), ...namedGroups(want.after).map(groupRef)],
  refuse: refuseUser,
  diff: diffUser,
  steps: stepsForUser,
  effects: effectsOfUser,
  predict: predictUser,
  react: (_ref, observed, planned) =>
    observed.status === 'present' && mayGetId(planned, [observed.state.group])
      ? {status: 'unknown', reason: newIdReason(planned)}
      : mayComeWith(observed, planned),
};

function effectsOfUser({want, before}: UserChange): Effects {
  const home = want.after === 'absent' ? undefined : want.after.home;
  const known = before.status === 'present' ? before.state.home : undefined;
  return {
    type: 'several',
    effects: [
      // Whose files they are is read as a name, which comes and goes with the user.
      {type: 'kinds', kinds: ['user', 'group', 'path']},
      ...[home, known].flatMap((path): readonly Effects[] => (path ? [{type: 'subtree', path}] : [])),
    ],
  };
}

function predictUser({want, before, attributes}: UserChange): Observed<UserState> {
  const {after} = want;
  if (after === 'absent') return {status: 'absent'};
  if (before.status === 'unknown' || before.status === 'unreadable') return before;
  const changed = new Set(attributes.map(({name}) => name));
  const state = before.status === 'present' ? before.state : {};
  const isNew = changed.has('exists');
  const primary = after.group ?? (isNew ? want.ref.id : state.group);
  const groups = joinedGroups(isNew ? [] : (state.groups ?? []), after.groups ?? [], primary);
  return {
    status: 'present',
    state: {
      ...state,
      ...(isNew || changed.has('groups') ? {groups} : {}),
      ...(isNew ? {group: primary} : {}),
      ...(after.uid === undefined ? {} : {uid: after.uid}),
      ...(changed.has('group') ? {group: after.group, gid: undefined} : {}),
      ...(after.home === undefined ? {} : {home: after.home}),
      ...(after.shell === undefined ? {} : {shell: after.shell}),
      ...(after.comment === undefined ? {} : {comment: after.comment}),
    },
  };
}

export {type UserDesired, type UserState, type UserWant, userRef, userWant} from './state.ts';
