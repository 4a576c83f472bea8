import {posix} from 'node:path';
import {normalPath} from '../resources/index.ts';

/** Every directory above a path but the root, the nearest first. */
export function parentsOf(path: string): readonly string[] {
  const parents: string[] = [];
  for (let parent = posix.dirname(normalPath(path)); parent !== '/'; parent = posix.dirname(parent))
    parents.push(parent);
  return parents;
}
