import {posix} from 'node:path';
import {Unknown, UnknownRead} from '../../text/index.ts';
import type {Observed, Ref} from '../contract.ts';
import type {PathChange} from './predict.ts';
import {type PathState, parentPath, pathRef} from './state.ts';

/** What stands at a name that no link leads to. `hint`: what is known of it by another name. */
type At = (ref: Ref<'path'>, hint?: Observed<PathState>) => Observed<PathState>;

/** As many links as Linux goes through for one name. @see path_resolution(7) */
const mostLinks = 40;

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
  if (here === undefined) return {status: 'absent'};
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

/** A change as one of what its name stands for: the folder's own name, and with `follow` what a link leads to. */
export function aimPath(change: PathChange, at: At): PathChange {
  const {after} = change.want;
  const isNew = change.attributes.some(({name}) => name === 'type');
  const follows = after !== 'absent' && after.type !== 'link' && after.follow === true && !isNew;
  const ref = {...change.ref, id: resolve(change.ref.id, follows, at) ?? change.ref.id};
  if (after === 'absent' || after.type === 'link') return {...change, ref};
  const {follow: _, ...own} = after;
  return {...change, ref, want: {...change.want, ref, after: own}};
}

/** A name on its way: where it has come to, and what of it is left. */
interface Walk {
  readonly folder: string;
  readonly left: readonly string[];
  /** Links gone through so far. */
  readonly links: number;
}

/** The one name of what a path stands for; undefined where something above it is no folder. */
function resolve(id: string, throughEnd: boolean, at: At): string | undefined {
  let walk: Walk = {folder: '/', left: namesIn(id), links: 0};
  for (;;) {
    const [name, ...left] = walk.left;
    if (name === undefined) return walk.folder;
    if (left.length === 0 && !throughEnd && name !== '..') return posix.join(walk.folder, name);
    const next = into(name, {...walk, left}, at);
    if (typeof next !== 'object') return next;
    walk = next;
  }
}

function into(name: string, {folder, left, links}: Walk, at: At): Walk | string | undefined {
  if (name === '..') return {folder: parentPath(folder), left, links};
  const here = posix.join(folder, name);
  const seen = at(pathRef(here, ['meta', 'link']));
  if (seen.status === 'unknown') throw new UnknownRead(new Unknown(seen.reason));
  // What may not be entered is asked for by the name that it has.
  if (seen.status === 'unreadable') return posix.join(here, ...left);
  const {type, target} = seen.status === 'present' ? seen.state : {};
  if (type === 'link') return links < mostLinks ? through(here, target, {folder, left, links}) : undefined;
  if (left.length === 0) return here;
  return type === 'directory' ? {folder: here, left, links} : undefined;
}

function through(here: string, target: string | undefined, {folder, left, links}: Walk): Walk {
  if (target === undefined) throw new UnknownRead(new Unknown(`${here} depends on changes not yet made`));
  return {
    folder: target.startsWith('/') ? '/' : folder,
    left: [...namesIn(target), ...left],
    links: links + 1,
  };
}

function namesIn(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}
