import {posix} from 'node:path';
import {Unknown, UnknownRead} from '../../text/index.ts';
import type {Observed, Ref} from '../contract.ts';
import {type PathState, parentPath, pathRef} from './state.ts';

/** What stands at a name that no link leads to. `hint`: what is known of it by another name. */
export type At = (ref: Ref<'path'>, hint?: Observed<PathState>) => Observed<PathState>;

/** As many links as Linux goes through for one name. @see path_resolution(7) */
const mostLinks = 40;

/** A name on its way: where it has come to, and what of it is left. */
interface Walk {
  readonly folder: string;
  readonly left: readonly string[];
  /** Links gone through so far. */
  readonly links: number;
}

/**
 * The one name of what a path stands for; undefined where something above it is no folder.
 * @param throughEnd whether a link at its end is gone through, too
 * @throws UnknownRead when that depends on what cannot be known yet
 */
export function resolve(id: string, throughEnd: boolean, at: At): string | undefined {
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
