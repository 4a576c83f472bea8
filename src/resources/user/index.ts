import {joinScripts, type Script, sh} from '../../shell/index.ts';
import {reveal, Secret} from '../../text/index.ts';
import {accountsEditedBy} from '../account-files.ts';
import {
  heldNumber,
  holderRef,
  isAccountName,
  mayGetId,
  newIdReason,
  parseAccounts,
  readAccounts,
} from '../accounts.ts';
import {
  type Change,
  type Effects,
  type Observed,
  type Ref,
  type RefKey,
  type ResourceKind,
  refKey,
} from '../contract.ts';
import {groupRef} from '../group/index.ts';
import {refuseUnlessRoot, rootFolder} from '../only-root.ts';
import {mayComeWith} from '../package/bring.ts';
import {resolve} from '../path/resolve.ts';
import {ancestorsOf} from '../path/tree.ts';
import {diffUser, namedGroups, newHomeRef, refuseBusy, refuseUser} from './diff.ts';
import {userAfterEdit} from './edited.ts';
import {homeMadeBy, homeOfNew, regroupedHome} from './home.ts';
import {processesIn, readProcesses, withoutProcess} from './processes.ts';
import {
  facetsFor,
  joinedGroups,
  type UserChange,
  type UserDesired,
  type UserState,
  userRef,
} from './state.ts';
import {stepsForUser} from './steps.ts';
import {undoUser} from './undo.ts';

/** Local users, as in /etc/passwd. The id is the name. */
export const user: ResourceKind<'user', UserState, UserDesired> = {
  kind: 'user',
  probe(refs, marker) {
    const names = withPassword(refs).map(({id}) => id);
    const leaving = refs.filter(({id, facets}) => facets.includes('processes') && isAccountName(id));
    return joinScripts([
      readAccounts(marker),
      ...(names.length === 0 ? [] : [readHashes(names)]),
      ...(leaving.length === 0 ? [] : [readProcesses(leaving.map(({id}) => id))]),
    ]);
  },
  parse(output, refs, marker) {
    const accounts = parseAccounts(output.stdout, marker);
    const hashes = hashesIn(output.stdout, marker);
    const processes = processesIn(output.stdout, marker, 'process');
    const logins = processesIn(output.stdout, marker, 'login');
    return new Map(
      refs.map((ref): [RefKey, Observed<UserState>] => {
        const number = heldNumber(ref);
        const entry = accounts.users.find(({name, uid}) =>
          number === undefined ? name === ref.id : uid === number,
        );
        if (!entry) return [refKey(ref), {status: 'absent'}];
        if (number !== undefined) return [refKey(ref), {status: 'present', state: {holder: entry.name}}];
        const {uid, gid, home, shell, comment} = entry;
        const primary = accounts.groups.find((one) => one.gid === gid);
        const groups = accounts.groups.filter((one) => one.members.includes(ref.id) && one.gid !== gid);
        const state = {
          uid,
          gid,
          group: primary?.name ?? String(gid),
          groups: groups.map(({name}) => name).sort(),
          inPrimary: primary?.members.includes(ref.id) === true,
          home,
          shell,
          comment,
          ...(ref.facets.includes('password') ? {password: hashes.get(ref.id)} : {}),
          ...(ref.facets.includes('processes')
            ? {process: processes.get(ref.id), login: logins.get(ref.id)}
            : {}),
        };
        return [refKey(ref), {status: 'present', state}];
      }),
    );
  },
  reads(want) {
    const home = newHomeRef(want);
    return [
      userRef(want.ref.id, facetsFor(want.after)),
      rootFolder,
      ...namedGroups(want.after).map(groupRef),
      ...(home ? [home, ...ancestorsOf(home.id)] : []),
      ...(want.after !== 'absent' && want.after.uid !== undefined ? [holderRef('user', want.after.uid)] : []),
    ];
  },
  refuse: refuseUser,
  diff: diffUser,
  forbids: (change, view) =>
    refuseUnlessRoot(`change users, as user ${change.ref.id}`, view) ?? refuseBusy(change, view),
  steps: stepsForUser,
  undo: undoUser,
  effects: effectsOfUser,
  predict: predictUser,
  leaves: withoutProcess,
  aim: (change: UserChange, at) => {
    const home = homeMadeBy(change)?.path ?? regroupedHome(change)?.home;
    const homeAt = home === undefined ? undefined : resolve(home, true, at);
    return homeAt === undefined ? change : {...change, homeAt};
  },
  react: (ref, observed, planned) => {
    const edited = accountsEditedBy(planned);
    if (edited) return userAfterEdit(ref, observed, edited);
    const number = heldNumber(ref);
    if (number !== undefined) return heldThen(number, observed, planned);
    if (observed.status !== 'present') return mayComeWith(observed, planned);
    // What a unit runs as the user ends with it, or begins.
    if (planned.ref.kind === 'unit') return withoutProcess(observed);
    return mayGetId(planned, [observed.state.group])
      ? {status: 'unknown', reason: newIdReason(planned)}
      : besideGroup(observed.state, planned);
  },
};

/** Who was in a group that is removed is no longer; a group that gets another number is the same. */
function besideGroup(
  state: Readonly<Partial<UserState>>,
  {ref, want, attributes}: Change,
): Observed<UserState> {
  const gid = attributes.find(({name}) => name === 'gid')?.after;
  if (ref.kind === 'group' && state.group === ref.id && typeof gid === 'number')
    return {status: 'present', state: {...state, gid}};
  const isLeft = ref.kind === 'group' && want.after === 'absent' && state.groups?.includes(ref.id);
  const groups = isLeft ? state.groups?.filter((name) => name !== ref.id) : state.groups;
  return {status: 'present', state: isLeft ? {...state, groups} : state};
}

/** Who will have a number when a planned user comes or goes. */
function heldThen(number: number, observed: Observed<UserState>, planned: Change): Observed<UserState> {
  if (planned.ref.kind !== 'user') return observed;
  const {want, before} = planned as UserChange;
  if (want.after !== 'absent')
    return want.after.uid === number ? {status: 'present', state: {holder: want.ref.id}} : observed;
  const isIts = before.status === 'present' && before.state.uid === number;
  return isIts ? {status: 'absent'} : observed;
}

function withPassword(refs: readonly Ref<'user'>[]): readonly Ref<'user'>[] {
  return refs.filter(({id, facets}) => facets.includes('password') && isAccountName(id));
}

/** Only the lines that are asked for leave the host. Who may not read the file gets none. */
function readHashes(names: readonly string[]): Script {
  return sh`for n in ${names}; do
if [ -r /etc/shadow ]; then grep "^$n:" /etc/shadow | head -n 1; fi
done`;
}

/** What `readHashes` printed, which comes after the accounts. */
function hashesIn(stdout: Buffer, marker: string): ReadonlyMap<string, Secret> {
  const text = stdout.subarray(stdout.lastIndexOf(`\n${marker}\n`) + marker.length + 2).toString('utf8');
  return new Map(
    text
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', hash = '']) => [name, new Secret(`password of ${name}`, hash)]),
  );
}

function effectsOfUser(change: UserChange): Effects {
  const {want, before} = change;
  const home = homeMadeBy(change)?.path ?? (want.after === 'absent' ? undefined : want.after.home);
  const known = before.status === 'present' ? before.state.home : undefined;
  return {
    type: 'several',
    effects: [
      // Whose files they are is read as a name, which comes and goes with the user.
      {type: 'kinds', kinds: ['user', 'group', 'path', 'tree', 'crontab']},
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
  return {
    status: 'present',
    state: {
      ...state,
      ...groupsThen(isNew ? {groups: [], inPrimary: false} : state, after, changed, primary),
      ...(isNew ? {group: primary} : {}),
      ...(after.uid === undefined ? {} : {uid: after.uid}),
      ...(changed.has('group') ? {group: after.group, gid: undefined} : {}),
      ...(isNew || after.home !== undefined ? {home: homeOfNew(want.ref.id, after.home)} : {}),
      ...(after.shell === undefined ? {} : {shell: after.shell}),
      ...(after.comment === undefined ? {} : {comment: after.comment}),
      ...(changed.has('password') && after.password
        ? {password: new Secret(`password of ${want.ref.id}`, reveal(after.password))}
        : {}),
    },
  };
}

/** Who gets another primary group stays in the one before where it is listed in that, and is listed in the new one still. */
function groupsThen(
  {groups = [], inPrimary, group}: Partial<UserState>,
  after: UserDesired,
  changed: ReadonlySet<string>,
  primary: string | undefined,
): Pick<Partial<UserState>, 'groups' | 'inPrimary'> {
  const isNew = changed.has('exists');
  if (!isNew && !changed.has('groups') && !changed.has('group')) return {};
  const listed = [...groups, ...(inPrimary && group !== undefined ? [group] : [])];
  const wanted = isNew || changed.has('groups') ? (after.groups ?? []) : [];
  const isWhole = changed.has('groups') && after.onlyGroups === true;
  if (!isWhole && inPrimary === undefined && changed.has('group'))
    return {groups: undefined, inPrimary: undefined};
  return {
    groups: joinedGroups(listed, wanted, primary, isWhole).filter((name) => name !== primary),
    inPrimary: primary !== undefined && [...(isWhole ? [] : listed), ...wanted].includes(primary),
  };
}

export {type UserDesired, type UserState, type UserWant, userRef, userWant} from './state.ts';
