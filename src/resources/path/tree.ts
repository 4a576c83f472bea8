import type {Observed, Ref} from '../contract.ts';
import type {PathChange} from './predict.ts';
import {type At, resolve} from './resolve.ts';
import {type PathState, parentPath, pathRef} from './state.ts';

/** Every folder above a path but the root, the topmost first, with what tells whether it is a link. */
export function ancestorsOf(id: string): readonly Ref<'path'>[] {
  const above: Ref<'path'>[] = [];
  for (let parent = parentPath(id); parent !== '/' && parent !== '.'; parent = parentPath(parent))
    above.unshift(pathRef(parent, ['meta', 'link']));
  return above;
}

/**
 * What will be seen by a name while changes are planned: links above it, and at its end, are gone through as they
 * will be then.
 * @throws UnknownRead when that depends on what cannot be known yet
 */
export function seePath(ref: Ref<'path'>, at: At): Observed<PathState> {
  const here = resolve(ref.id, false, at);
  if (here === undefined) return missingAbove(ref.id, at);
  const observed = at({...ref, id: here});
  if (observed.status !== 'present' || observed.state.type !== 'link') return observed;
  const {followed, ...link} = observed.state;
  const nowhere: Observed<PathState> = {
    status: 'present',
    state: {...link, resolves: undefined, followed: undefined},
  };
  const path = resolve(ref.id, true, at);
  if (path === undefined) return nowhere;
  const end = at(
    {...ref, id: path},
    followed?.path === path ? {status: 'present', state: followed} : undefined,
  );
  if (end.status === 'unknown') return end;
  if (end.status !== 'present' || end.state.type === undefined || end.state.type === 'link') return nowhere;
  return {status: 'present', state: {...link, resolves: end.state.type, followed: {...end.state, path}}};
}

/** Where something above is missing: whether that, and what is below it, may come. */
function missingAbove(id: string, at: At): Observed<PathState> {
  for (const {id: above} of ancestorsOf(id)) {
    const name = resolve(above, true, at);
    const seen = name === undefined ? undefined : at(pathRef(name));
    if (seen?.status === 'absent') return seen;
  }
  return {status: 'absent'};
}

/**
 * A change as one of what its name stands for: the folder's own name, and with `follow` what a link leads to. What was
 * there before is that object too, since its other names are told by it.
 */
export function aimPath(change: PathChange, at: At): PathChange {
  const {after} = change.want;
  const isNew = change.attributes.some(({name}) => name === 'type');
  const follows = after !== 'absent' && after.type !== 'link' && after.follow === true && !isNew;
  const ref = {...change.ref, id: resolve(change.ref.id, follows, at) ?? change.ref.id};
  if (after === 'absent' || after.type === 'link') return {...change, ref};
  const {follow: _, ...own} = after;
  const before = follows ? stateBehind(change.before) : change.before;
  return {...change, ref, before, want: {...change.want, ref, after: own}};
}

function stateBehind(before: PathChange['before']): PathChange['before'] {
  const followed = before.status === 'present' ? before.state.followed : undefined;
  if (!followed) return before;
  const {path: _, ...state} = followed;
  return {status: 'present', state};
}
