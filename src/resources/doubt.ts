import {hasNoName} from './accounts.ts';
import type {Observed, Ref} from './contract.ts';
import {isOfUnit} from './path/effects.ts';
import {isWithin, type PathState, parentPath} from './path/state.ts';

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
  return mayCome || mayGetName(ref, observed, doubted) || isTouched(ref, doubted)
    ? {status: 'unknown', reason}
    : observed;
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
      return (ref.kind === 'user' || ref.kind === 'group') && ref.id === doubted.id;
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
      return isOfUnit(path, ref.id);
    default:
      return isWithinPath(ref, path);
  }
}

function isWithinPath(ref: Ref, path: string): boolean {
  return ['path', 'folder', 'tree'].includes(ref.kind) && isWithin(ref.id, path);
}
