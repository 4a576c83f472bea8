import {hasNoName} from './accounts.ts';
import type {Observed, Ref} from './contract.ts';
import type {GroupState} from './group/state.ts';
import {kindsKeptAt} from './path/effects.ts';
import {isWithin, type PathState, parentPath} from './path/state.ts';
import {isOfUnit} from './path/unit-folders.ts';
import {unitInDoubt} from './unit/beside.ts';
import {enables} from './unit/links.ts';
import type {UnitState} from './unit/state.ts';

/**
 * What is seen of a resource when nobody knows before a run whether, or how, another one will be changed.
 * @param doubted by the one name that no link leads to, as `ref`
 * @param reason of the doubt
 */
export function underDoubt<S extends object>(
  ref: Ref,
  observed: Observed<S>,
  doubted: Ref,
  reason: string,
): Observed<S> {
  // Why it was unknown before says more.
  if (observed.status === 'unknown') return observed;
  const mayCome = doubted.kind === 'package' && observed.status === 'absent';
  if (mayCome || mayGetName(ref, observed, doubted) || isTouched(ref, doubted))
    return {status: 'unknown', reason};
  if (ref.kind === 'unit' && doubted.kind === 'unit')
    return unitInDoubt(observed as Observed<UnitState>, doubted, reason) as Observed<S>;
  return isGroupBesideUser(ref, doubted) ? withoutUser(observed, doubted.id) : observed;
}

function isGroupBesideUser(ref: Ref, doubted: Ref): boolean {
  return ref.kind === 'group' && doubted.kind === 'user';
}

/** A user of whom nobody knows whether he stays, comes or changes may have any group as his own. */
function withoutUser<S extends object>(observed: Observed<S>, user: string): Observed<S> {
  if (observed.status !== 'present' || 'holder' in observed.state) return observed;
  const {primaryOf} = observed.state as Partial<GroupState>;
  const isOthers = primaryOf?.some((name) => name !== user) === true;
  return {
    status: 'present',
    state: {...observed.state, members: undefined, ...(isOthers ? {} : {primaryOf: undefined})},
  };
}

/** A user or group that comes may have the number of what is there without a name. */
function mayGetName(ref: Ref, observed: Observed<object>, doubted: Ref): boolean {
  if (ref.kind !== 'path' || observed.status !== 'present') return false;
  const {owner, group} = observed.state as Partial<PathState>;
  return ['user', 'group'].includes(doubted.kind) && hasNoName([owner, group]);
}

function isTouched(ref: Ref, doubted: Ref): boolean {
  if (ref.kind === doubted.kind && ref.id === doubted.id) return true;
  switch (doubted.kind) {
    case 'path':
      return isTouchedByPath(ref, doubted.id);
    case 'user':
    case 'group':
      // A user may bring a group of its name.
      return ((ref.kind === 'user' || ref.kind === 'group') && ref.id === doubted.id) || isKeeper(ref);
    case 'mount':
      return isWithinPath(ref, doubted.id);
    default:
      return false;
  }
}

function isTouchedByPath(ref: Ref, path: string): boolean {
  switch (ref.kind) {
    case 'folder':
      return isWithin(ref.id, path) || ref.id === parentPath(path);
    case 'tree':
      return isWithin(ref.id, path) || isWithin(path, ref.id);
    case 'unit':
      return isOfUnit(path, ref.id) || enables(path, ref.id);
    default:
      return isWithinPath(ref, path) || (ref.kind !== 'path' && isKeptAt(ref, path));
  }
}

/** Of what a top directory holds, a doubt about itself says nothing. */
function isKeptAt({kind}: Ref, path: string): boolean {
  return parentPath(path) !== '/' && kindsKeptAt(path).includes(kind);
}

/** Whether a path is a file that accounts are kept in. */
function isKeeper({kind, id}: Ref): boolean {
  return kind === 'path' && kindsKeptAt(id).includes('user') && id.startsWith('/etc/');
}

function isWithinPath(ref: Ref, path: string): boolean {
  return ['path', 'folder', 'tree'].includes(ref.kind) && isWithin(ref.id, path);
}
