import {posix} from 'node:path';
import {accountsEditedBy, rewrites, rewritten} from '../account-files.ts';
import {hasNoName, mayGetId, newIdReason} from '../accounts.ts';
import type {Change, Observed, Ref, StandingAt} from '../contract.ts';
import {groupRef} from '../group/state.ts';
import {isMounting, mountedOver} from '../mount/covers.ts';
import {mayComeWith} from '../package/bring.ts';
import type {UnitState} from '../unit/state.ts';
import {homeMadeBy, regroupedHome} from '../user/home.ts';
import {ownGroupGoes} from '../user/own-group.ts';
import {type PathChange, predictTwin, twinUnknown, unjudged} from './predict.ts';
import {isWithin, type PathState, parentPath, pathRef} from './state.ts';
import {holdsUnits, wantsFolder} from './unit-folders.ts';

/** How a planned change of another resource alters what will be seen at a path. Both by the names that no link leads to. */
export function reactPath(
  ref: Ref<'path'>,
  observed: Observed<PathState>,
  planned: Change,
  now: StandingAt,
  before: StandingAt = now,
): Observed<PathState> {
  switch (planned.ref.kind) {
    case 'user':
    case 'group':
      return unjudged(besideAccount(ref, observed, planned, {now, before}));
    case 'mount':
      return belowMount(ref, observed, planned);
    case 'path':
      return reopened(ref, besideEdit(besidePath(ref, observed, planned, {now, before}), planned), planned);
    case 'unit':
      return besideUnit(ref, observed, planned);
    default:
      return planned.ref.kind === 'package'
        ? unjudged(mayComeWith(observed, planned))
        : mayComeWith(observed, planned);
  }
}

/** A folder that may not be emptied may be one that can, once it or what is in it is another's, or gone. */
function reopened(ref: Ref<'path'>, observed: Observed<PathState>, planned: Change): Observed<PathState> {
  return observed.status === 'present' && observed.state.shut && isWithin(planned.ref.id, ref.id)
    ? {status: 'present', state: {...observed.state, shut: undefined}}
    : observed;
}

/** Who enables or masks a unit makes and removes links; what a unit does when it is started, nobody knows: what is not there it may make. */
function besideUnit(ref: Ref<'path'>, observed: Observed<PathState>, planned: Change): Observed<PathState> {
  const changes = (name: string): boolean => planned.attributes.some((one) => one.name === name);
  if ((changes('enabled') || changes('masked')) && isLinkOfUnit(ref.id, observed, planned))
    return {status: 'unknown', reason: `it shows when ${planned.ref.id} is changed`};
  return besideStart(ref, observed, planned);
}

function besideStart(ref: Ref<'path'>, observed: Observed<PathState>, planned: Change): Observed<PathState> {
  const {id} = planned.ref;
  const changed = new Map(planned.attributes.map(({name, after}) => [name, after]));
  const restarts = changed.has('invocation');
  const starts = restarts || changed.get('active') === true || changed.has('reload');
  const stops = restarts || changed.get('active') === false;
  const {
    makes = [],
    takesAway = [],
    covers,
  }: Partial<UnitState> = planned.before.status === 'present' ? planned.before.state : {};
  const isAmong = (paths: readonly string[]): boolean => paths.some((one) => isWithin(ref.id, one));
  if ((starts || stops) && covers !== undefined && isAmong([covers]))
    return {status: 'unknown', reason: `it shows when ${id} is ${starts ? 'started' : 'stopped'}`};
  if (observed.status === 'present')
    return stops && (isAmong(takesAway) || (!restarts && isOfProcess(ref.id, observed.state)))
      ? {status: 'unknown', reason: `it may go when ${id} is stopped`}
      : observed;
  if (!starts || observed.status !== 'absent') return observed;
  if (isAmong(makes)) return {status: 'unknown', reason: `${id} makes it when it is started`};
  // Who makes units when it is started is none of the usual.
  if (holdsUnits(ref.id)) return observed;
  return {...observed, mayCome: `${id} may make it when it is started`};
}

/** A socket or a note of a number, which who stops takes away, whether systemd knows of it or not. */
function isOfProcess(path: string, {type}: Readonly<Partial<PathState>>): boolean {
  return path.startsWith('/run/') && (type === 'other' || /\.(?:pid|sock|socket)$/.test(path));
}

/** Of those that systemctl makes below /etc, and removes with their folders. @see systemctl(1), "enable", "mask" */
function isLinkOfUnit(path: string, observed: Observed<PathState>, {ref, before}: Change): boolean {
  if (!path.startsWith('/etc/systemd/system/')) return false;
  if (wantsFolder.test(path)) return true;
  const {install}: Partial<UnitState> = before.status === 'present' ? before.state : {};
  const names = [ref.id, ...(install?.aliases ?? []), ...(install?.also ?? [])];
  const isLink = observed.status !== 'present' || observed.state.type === 'link';
  return isLink && names.includes(posix.basename(path));
}

/** Whose it will be by the files that accounts are kept in; an account that they do not have may be another directory's. */
function besideEdit(observed: Observed<PathState>, planned: Change): Observed<PathState> {
  const edited = observed.status === 'present' ? accountsEditedBy(planned) : undefined;
  if (observed.status !== 'present' || !edited || 'passwords' in edited) return observed;
  const {owner, group, uid, gid} = observed.state;
  const others = {
    ...('groups' in edited || uid === undefined || uid === 0
      ? {}
      : {
          owner:
            'users' in edited
              ? nameOf(
                  owner,
                  edited.users.find((one) => one.uid === uid),
                )
              : undefined,
        }),
    ...('users' in edited || gid === undefined || gid === 0
      ? {}
      : {
          group:
            'groups' in edited
              ? nameOf(
                  group,
                  edited.groups.find((one) => one.gid === gid),
                )
              : undefined,
        }),
  };
  return {status: 'present', state: {...observed.state, ...others}};
}

function nameOf(now: string | undefined, then: {readonly name: string} | undefined): string | undefined {
  if (then) return then.name;
  return hasNoName([now]) ? now : undefined;
}

function besideAccount(
  ref: Ref<'path'>,
  seen: Observed<PathState>,
  planned: Change,
  {now, before}: {readonly now: StandingAt; readonly before: StandingAt},
): Observed<PathState> {
  if (rewrites(planned, ref.id)) return rewritten(seen);
  const observed = inRegroupedHome(ref.id, renamed(seen, planned, before), planned, now);
  const home = homeMadeBy(planned);
  if (home === undefined) return observed;
  if (observed.status === 'present' && parentPath(home.path) === ref.id)
    return {status: 'present', state: {...observed.state, empty: false}};
  if (observed.status !== 'absent') return observed;
  // Its mode is the host's to say (HOME_MODE of login.defs), and what is in it as well (/etc/skel).
  if (ref.id === home.path)
    return {
      status: 'present',
      state: {type: 'directory', owner: home.user, group: home.group, links: undefined, empty: undefined},
    };
  const mayCome = isWithin(ref.id, home.path)
    ? observed.mayCome !== undefined || isInSkeleton(ref.id.slice(home.path.length), now)
    : isWithin(home.path, ref.id);
  return mayCome
    ? {status: 'unknown', reason: `it may come with ${home.path}, the home of the new user ${home.user}`}
    : observed;
}

const skeleton = '/etc/skel';

/** Whether a new home has this from the beginning, as far as is known. @see useradd(8), "-k" */
function isInSkeleton(below: string, now: StandingAt): boolean {
  const settings = now<PathState>(pathRef('/etc/default/useradd', ['text']));
  const text = settings.status === 'present' ? settings.state.text : '';
  if (text === undefined || /^SKEL=(?!\/etc\/skel\/?$)/m.test(text)) return true;
  return now<PathState>(pathRef(`${skeleton}${below}`)).status !== 'absent';
}

/** Whoever gets another primary group: what was of the old one in the home is of the new one then. @see usermod(8), "-g" */
function inRegroupedHome(
  id: string,
  observed: Observed<PathState>,
  planned: Change,
  now: StandingAt,
): Observed<PathState> {
  const regrouped = regroupedHome(planned);
  if (observed.status !== 'present' || !regrouped || !isWithin(id, regrouped.home)) return observed;
  if (observed.state.group !== regrouped.before) return observed;
  const home = now<PathState>(pathRef(regrouped.home));
  const isOwn = home.status === 'present' && home.state.owner === planned.ref.id;
  return isOwn
    ? {status: 'present', state: {...observed.state, group: regrouped.after, gid: undefined}}
    : observed;
}

/** Whose it will be: names come and go with their accounts, numbers stay. */
function renamed(before: Observed<PathState>, planned: Change, earlier: StandingAt): Observed<PathState> {
  if (before.status !== 'present') return before;
  const {state} = before;
  const {kind, id} = planned.ref;
  const after: {readonly uid?: number; readonly gid?: number} | 'absent' = planned.want.after;
  const [name, number] = kind === 'user' ? (['owner', 'uid'] as const) : (['group', 'gid'] as const);
  if (after === 'absent')
    return {status: 'present', state: {...state, ...withoutName(state, planned, earlier)}};
  const renumbered = kind === 'group' ? renumberedGroup(state, planned) : undefined;
  if (renumbered) return {status: 'present', state: renumbered};
  const isNew = planned.attributes.some((attribute) => attribute.name === 'exists');
  if (isNew && after[number] !== undefined && after[number] === state[number]) {
    // The group of a new user's own name may get that number, too.
    const mayNameGroup = kind === 'user' && mayGetId(planned, [state.group]);
    return {status: 'present', state: {...state, [name]: id, ...(mayNameGroup ? {group: undefined} : {})}};
  }
  // Who is given a number gets no other.
  const owners =
    after[number] === undefined ? [state.owner, state.group] : kind === 'user' ? [state.group] : [];
  return mayGetId(planned, owners) ? {status: 'unknown', reason: newIdReason(planned)} : before;
}

/** A group that gets another number leaves its old one to files, and gives its name to those of the new one. */
function renumberedGroup(
  state: Readonly<Partial<PathState>>,
  {ref: {id}, attributes}: Change,
): Readonly<Partial<PathState>> | undefined {
  const gid = attributes.find(({name, before}) => name === 'gid' && before !== undefined);
  if (!gid) return undefined;
  if (state.gid === gid.after) return {...state, group: id};
  return state.group === id ? {...state, group: String(gid.before), gid: Number(gid.before)} : state;
}

function withoutName(
  state: Readonly<Partial<PathState>>,
  planned: Change,
  earlier: StandingAt,
): Partial<PathState> {
  const {kind, id} = planned.ref;
  const nameless = {group: state.gid?.toString()};
  if (kind === 'group') return state.group === id ? nameless : {};
  // The group of a user's own name may go along.
  const goes = state.group === id && ownGroupGoes(planned, earlier(groupRef(id)), earlier);
  return {
    ...(state.owner === id ? {owner: state.uid?.toString()} : {}),
    ...(goes === undefined ? {group: undefined} : goes ? nameless : {}),
  };
}

/** What is mounted on is what it was, a directory or a file, and nothing else is known of it. */
function belowMount(ref: Ref<'path'>, observed: Observed<PathState>, planned: Change): Observed<PathState> {
  const mounts = observed.status === 'present' ? mountsThen(observed.state.mounts, planned) : undefined;
  const reason = mountedOver(ref.id, planned);
  if (reason === undefined)
    return observed.status === 'present' && isWithin(planned.ref.id, ref.id)
      ? {status: 'present', state: {...observed.state, mounts}}
      : observed;
  const type = observed.status === 'present' ? observed.state.type : undefined;
  if (ref.id !== planned.ref.id || type === undefined || type === 'link') return {status: 'unknown', reason};
  return {status: 'present', state: {type, mount: isMounting(planned) ? true : undefined, mounts}};
}

/** What will be mounted at or below a directory once more, or once less, of what may be mounted in layers. */
function mountsThen(mounts: readonly string[] | undefined, planned: Change): readonly string[] | undefined {
  if (!mounts) return undefined;
  const {id} = planned.ref;
  if (isMounting(planned)) return [...mounts, id];
  const last = mounts.lastIndexOf(id);
  return mounts.filter((_, index) => index !== last);
}

/** Below a folder that is new, or no folder any more, there is nothing; below one that comes back, what it had. */
function besidePath(
  ref: Ref<'path'>,
  observed: Observed<PathState>,
  planned: Change,
  {now, before}: {readonly now: StandingAt; readonly before: StandingAt},
): Observed<PathState> {
  const type = planned.attributes.find((attribute) => attribute.name === 'type');
  if (ref.id === planned.ref.id) return observed;
  if (observed.status === 'absent' && isWithin(planned.ref.id, skeleton))
    return {...observed, mayCome: `it may come with a new home, as ${planned.ref.id} is changed before`};
  if (!type) return predictTwin(observed, planned as PathChange);
  if (isWithin(ref.id, planned.ref.id)) return comingBack(ref, planned, before) ?? {status: 'absent'};
  if (observed.status === 'absent' && isTwinName(ref.id, planned.ref.id, now)) return twinUnknown(planned);
  if (observed.status !== 'present') return observed;
  if (parentPath(planned.ref.id) !== ref.id) return predictTwin(observed, planned as PathChange);
  // Whether what is removed was the last in it, nobody has looked.
  return {status: 'present', state: {...observed.state, empty: type.after === null ? undefined : false}};
}

/** Whether two names are one in two directories that are the same, one mounted on the other. */
function isTwinName(one: string, other: string, now: StandingAt): boolean {
  if (posix.basename(one) !== posix.basename(other)) return false;
  const [inode, same] = [one, other].map((id) => {
    const folder = now<PathState>(pathRef(parentPath(id)));
    return folder.status === 'present' ? folder.state.inode : undefined;
  });
  return inode !== undefined && inode === same;
}

/**
 * What will be seen at or below a directory that is put back as it was, with all in it: what is where it comes from.
 * Undefined when the planned change puts none back.
 */
export function comingBack<S extends object>(
  ref: Ref,
  planned: Change,
  before: StandingAt,
): Observed<S> | undefined {
  const after: object | 'absent' = planned.want.after;
  if (after === 'absent' || !('onHost' in after) || typeof after.onHost !== 'string') return undefined;
  const kept = before<S>({...ref, id: `${after.onHost}${ref.id.slice(planned.ref.id.length)}`});
  // Who may not look into the backups of another user.
  return kept.status === 'unreadable'
    ? {status: 'unknown', reason: `it shows when ${planned.ref.id} has come back`}
    : kept;
}
