import {type Script, sh} from '../../shell/index.ts';
import type {Attribute, Kept, NotTakenBack, StateView, TakenBack, Undoing} from '../contract.ts';
import {type FolderState, folderRef} from '../folder/index.ts';
import {namesOfOthers, ownFolders} from '../folder/ours.ts';
import {type GroupState, groupRef, groupWant} from '../group/index.ts';
import {pathWant} from '../path/index.ts';
import {homeOfNew} from './home.ts';
import {
  type UserChange,
  type UserDesired,
  type UserState,
  type UserWant,
  userRef,
  userWant,
} from './state.ts';

/** A user that the run made is removed only while nothing of its own is in its home, beside what was there before it. */
export const undoUser: Undoing<UserChange> = {
  note: ({ref, attributes, before}) => ({
    id: ref.id,
    attributes,
    ...(before.status === 'present' ? {before: {...before.state}} : {}),
  }),
  keep: (change) => noteHome(change) ?? notePassword(change),
  reads: (kept) => [
    userRef(kept.id),
    ...(makes(kept) ? [homeOf(kept), ...ownFolders(homeOf(kept))].map(folderRef) : []),
    ...(hadGroup(kept) || ownGroup(kept) !== undefined ? [groupRef(kept.id)] : []),
  ],
  takeBack,
};

function find(kept: Kept, name: string): Attribute | undefined {
  return kept.attributes.find((attribute) => attribute.name === name);
}

function makes(kept: Kept): boolean {
  return find(kept, 'exists')?.after === true;
}

function homeOf({id, attributes}: Pick<Kept, 'id' | 'attributes'>): string {
  const home = attributes.find(({name}) => name === 'home')?.after;
  return homeOfNew(id, typeof home === 'string' ? home : undefined);
}

/** Whether the group of a new user's own name was there before it. */
function hadGroup({kept}: Kept): boolean {
  return kept?.endsWith('-and-group') === true;
}

/** How many names were in a new user's home that was there before it; undefined where there was none. */
function namesBefore({kept}: Kept): number | undefined {
  const count = /^home-(\d+)/.exec(kept ?? '')?.[1];
  return count === undefined ? undefined : Number(count);
}

/** Of a new user: whether its home comes with it, else how much is in it, and whether a group of its name is there. */
function noteHome({ref, attributes}: UserChange): Script | undefined {
  if (!attributes.some(({name, after}) => name === 'exists' && after === true)) return undefined;
  return sh`h=${homeOf({id: ref.id, attributes})} k=new-home
if [ -e "$h" ] || [ -L "$h" ]; then
k=0
[ -L "$h" ] || for f in "$h"/* "$h"/.[!.]* "$h"/..?*; do
if [ -e "$f" ] || [ -L "$f" ]; then k=$((k+1)); fi
done
k=home-$k
fi
if grep -q ${`^${ref.id}:`} /etc/group; then k=$k-and-group; fi`;
}

/** Of a user that goes: whether there is a password that goes along. @see shadow(5) */
function notePassword({ref, attributes}: UserChange): Script | undefined {
  if (!attributes.some(({name, after}) => name === 'exists' && after === false)) return undefined;
  return sh`k=without
if grep -q ${`^${ref.id}:!*[^!*:]`} /etc/shadow; then k=with-password; fi`;
}

function takeBack(kept: Kept, view: StateView): TakenBack | NotTakenBack {
  if (makes(kept)) return takeBackNew(kept, view);
  if (find(kept, 'exists')?.after === false) return takeBackRemoved(kept, view);
  const hasNewPassword = find(kept, 'password') !== undefined;
  const unkept = `the password that user ${kept.id} had is not kept`;
  if (hasNewPassword && kept.attributes.length === 1)
    return {refused: unkept, hint: `passwd ${kept.id} sets another`};
  return {
    left: userWant(kept.id, valuesOf(kept, 'after')),
    back: [userWant(kept.id, valuesOf(kept, 'before'))],
    ...(hasNewPassword ? {lost: unkept} : {}),
  };
}

function takeBackNew(kept: Kept, view: StateView): TakenBack | NotTakenBack {
  const left = userWant(kept.id, valuesOf(kept, 'after'));
  const seen = hadGroup(kept) ? view.get<GroupState>(groupRef(kept.id)) : undefined;
  const gid = seen?.status === 'present' ? seen.state.gid : undefined;
  const gone: UserWant = {...userWant(kept.id, 'absent'), ...(seen ? {sparedGroup: {gid}} : {})};
  const user = view.get<UserState>(userRef(kept.id));
  if (user.status !== 'present') return {left, back: [gone]};
  const home = homeOf(kept);
  if (user.state.home !== undefined && user.state.home !== home)
    return {refused: `the home of user ${kept.id} is ${user.state.home}, which was not looked into`};
  const folder = view.get<FolderState>(folderRef(home));
  // The home goes first: who takes the undo back gets the user first, whose it is.
  const {own: all = [], names = []} = folder.status === 'present' ? folder.state : {};
  const own = namesOfOthers(all, home, view);
  // What was in a home that stays is not the user's doing.
  if (own.length > 0 && names.length !== namesBefore(kept))
    return {
      refused: `the home of user ${kept.id} is not empty: in ${home} is ${own.slice(0, 3).join(', ')}`,
      holder: home,
    };
  return {left, back: kept.kept?.startsWith('new-home') ? [pathWant(home, 'absent'), gone] : [gone]};
}

/** The number of a removed user's primary group, where that had its name: it went along. */
function ownGroup(kept: Kept): number | undefined {
  const {group, gid} = (kept.before ?? {}) as Partial<UserState>;
  return find(kept, 'exists')?.after === false && group === kept.id ? gid : undefined;
}

/** As it was but for the password; the group of its own name comes first, under its number. */
function takeBackRemoved(kept: Kept, view: StateView): TakenBack {
  const gid = ownGroup(kept);
  const isGone = gid !== undefined && view.get(groupRef(kept.id)).status === 'absent';
  const before = (kept.before ?? {}) as Partial<UserState>;
  const {uid, group, groups, home, shell, comment} = before;
  const after: UserDesired = {
    ...(uid === undefined ? {} : {uid}),
    ...(group === undefined || group === kept.id ? {} : {group}),
    ...(groups === undefined || groups.length === 0 ? {} : {groups}),
    ...(home === undefined ? {} : {home}),
    ...(shell === undefined ? {} : {shell}),
    ...(comment === undefined ? {} : {comment}),
  };
  return {
    left: userWant(kept.id, 'absent'),
    back: [...(isGone ? [groupWant(kept.id, {gid})] : []), userWant(kept.id, after)],
    ...(kept.kept === 'without' ? {} : {lost: `user ${kept.id} has no password any more: it was not kept`}),
  };
}

/** The attributes that the change named. Of groups, all that the user was in: in others it is no longer. */
function valuesOf(kept: Kept, side: 'before' | 'after'): UserDesired {
  const value = (name: string): string | undefined => {
    const found = find(kept, name)?.[side];
    return typeof found === 'string' ? found : undefined;
  };
  const [group, home, shell, comment] = [value('group'), value('home'), value('shell'), value('comment')];
  const groups = makes(kept) ? undefined : value('groups');
  const uid = find(kept, 'uid')?.[side];
  return {
    ...(typeof uid === 'number' ? {uid} : {}),
    ...(group === undefined ? {} : {group}),
    ...(groups === undefined
      ? {}
      : {groups: groups.split(',').filter((name) => name !== ''), onlyGroups: true}),
    ...(home === undefined ? {} : {home}),
    ...(shell === undefined ? {} : {shell}),
    ...(comment === undefined ? {} : {comment}),
  };
}
