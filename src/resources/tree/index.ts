import {posix} from 'node:path';
import {joinScripts, type Script, sh} from '../../shell/index.ts';
import {hasNoName} from '../accounts.ts';
import {
  type Change,
  type Observed,
  type Ref,
  type RefKey,
  type ResourceKind,
  refKey,
  type StandingAt,
} from '../contract.ts';
import {Cursor} from '../cursor.ts';
import {mountedOver} from '../mount/covers.ts';
import {onlyRead} from '../only-read.ts';
import {comingBack} from '../path/react.ts';
import type {PathType} from '../path/state.ts';
import {isWithin} from '../path/state.ts';
import {homeMadeBy, regroupedHome} from '../user/home.ts';
import {listing, parseListing} from './listing.ts';
import {type TreeMember, type TreeState, treeRef} from './state.ts';

export {type TreeMember, type TreeState, treeRef} from './state.ts';

/** What is below directories, however deep: looked at only. The id is the absolute path. Links are not gone through. */
export const tree: ResourceKind<'tree', TreeState, never> = {
  kind: 'tree',
  probe: (refs, marker) => joinScripts(refs.map((ref) => listBelow(ref.id, marker))),
  parse({stdout}, refs, marker) {
    const cursor = new Cursor(stdout);
    return new Map(
      refs.map((ref): [RefKey, Observed<TreeState>] => {
        const listed = cursor.block(marker);
        return [refKey(ref), observedOf(ref, listed, cursor.block(marker))];
      }),
    );
  },
  ...onlyRead,
  react(_ref, observed, planned, now, before = now) {
    if (observed.status !== 'present') return observed;
    const {real = '', members = []} = observed.state;
    const unforeseen = unforeseenIn(real, members, planned);
    if (unforeseen !== undefined) return {status: 'unknown', reason: unforeseen};
    if (planned.ref.kind === 'user' || planned.ref.kind === 'group')
      return {
        status: 'present',
        state: {real, members: members.map((one) => besideAccount(real, one, planned))},
      };
    if (planned.ref.kind !== 'path') return observed;
    const below = real === '/' ? '/' : `${real}/`;
    const {id} = planned.ref;
    const {after} = planned.want as {after: 'absent' | {type: PathType}};
    const isOther = planned.attributes.some(({name}) => name === 'type');
    if (id === real || below.startsWith(`${id}/`))
      return isOther ? putInPlace(real, planned, before) : observed;
    if (!id.startsWith(below)) return observed;
    const name = id.slice(below.length);
    const others = members.filter(
      (one) => one.name !== name && !(after === 'absent' && one.name.startsWith(`${name}/`)),
    );
    if (after === 'absent') return {status: 'present', state: {real, members: others}};
    const back = comingBack<TreeState>(treeRef(id), planned, before);
    if (back?.status === 'unknown') return back;
    const within = back?.status === 'present' ? (back.state.members ?? []) : [];
    return {
      status: 'present',
      state: {
        real,
        members: [
          ...others,
          {name, type: after.type},
          ...within.map((one) => ({...one, name: `${name}/${one.name}`})),
        ],
      },
    };
  },
};

/** Whose it is may be told by another name then: its path says. */
function besideAccount(real: string, member: TreeMember, planned: Change): TreeMember {
  const owners = [member.owner, member.group];
  const regrouped = regroupedHome(planned);
  const isRegrouped =
    regrouped?.before === member.group && isWithin(posix.join(real, member.name), regrouped?.home ?? '');
  return owners.includes(planned.ref.id) || hasNoName(owners) || isRegrouped
    ? {name: member.name, type: member.type}
    : member;
}

/** What is below a directory when it, or one above it, is another thing than before: nothing, or what comes back with it. */
function putInPlace(real: string, planned: Change, now: StandingAt): Observed<TreeState> {
  const back = comingBack<TreeState>(treeRef(real), planned, now);
  if (back?.status === 'unknown') return back;
  const members = back?.status === 'present' ? (back.state.members ?? []) : [];
  return {status: 'present', state: {real, members}};
}

/** Why a planned change of another sort may put something below a directory, or take it away; undefined when it does not. */
function unforeseenIn(real: string, members: readonly TreeMember[], planned: Change): string | undefined {
  if (planned.ref.kind === 'mount' && isWithin(planned.ref.id, real))
    return `it shows when the change of ${planned.ref.id} is made`;
  const covered = mountedOver(real, planned);
  const home = homeMadeBy(planned);
  if (covered !== undefined || home === undefined) return covered;
  const isThere = isWithin(real, home.path)
    ? members.length > 0
    : members.some(({name}) => posix.join(real, name) === home.path);
  const isNear = isWithin(real, home.path) || isWithin(home.path, real);
  return isNear && !isThere ? `the new user ${home.user} may bring ${home.path}` : undefined;
}

/** Prints the real name and the listing, a frame, what was said on stderr, and a frame. Nothing where there is no directory. */
function listBelow(path: string, marker: string): Script {
  return sh`d=${path}
if [ -d "$d" ]; then
{ e=$( ( cd -P "$d" && pwd -P && ${listing([`${path}/`], undefined)} ) 2>&1 >&3 ); } 3>&1
else e=''
fi
printf '\n%s\n%s\n%s\n' ${marker} "$e" ${marker}`;
}

function observedOf(ref: Ref, stdout: Buffer, stderr: Buffer): Observed<TreeState> {
  if (stdout.length === 0 && stderr.toString('utf8').trim() === '')
    return {status: 'present', state: {real: ref.id, members: []}};
  const lineEnd = stdout.indexOf('\n');
  const real = stdout.toString('utf8', 0, Math.max(lineEnd, 0));
  const listed = parseListing({
    stdout: stdout.subarray(lineEnd + 1),
    stderr,
    exitCode: 0,
  });
  if ('problem' in listed) return {status: 'unreadable', reason: listed.problem};
  const above = ref.id === '/' ? 1 : ref.id.length + 1;
  const members = listed.found.map(
    ({path, ...found}): TreeMember => ({...found, name: path.slice(above).replace(/^\/+/, '')}),
  );
  return {status: 'present', state: {real, members}};
}
