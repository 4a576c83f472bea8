import {dirname, join, resolve} from 'node:path';
import type {Source} from '../errors/index.ts';
import {findLocalFile, type ScalarNode} from '../source/index.ts';
import type {Place} from './model.ts';
import {asMeant, missingFileHint, nearFile} from './near-file.ts';
import {type Kept, type Reading, readFile, readOnce, report} from './reading.ts';
import {readTasks} from './task-list.ts';
import type {Written} from './written.ts';

/** Files of tasks that were read already, by their absolute paths. */
export type TaskFiles = Map<string, Kept<readonly Written[]>>;

/**
 * Where a file of tasks is, that is named at this place: beside the file that names it, in the role's `tasks`, beside
 * the playbook. Where there is none, which is reported, the one that was most likely meant.
 */
export function findTaskFile(
  reading: Reading,
  name: Pick<ScalarNode, 'text' | 'source'>,
  place: Place,
  playbookDirectory: string,
): string | undefined {
  const roots = [dirname(place.file), ...(place.role ? [join(place.role, 'tasks')] : []), playbookDirectory];
  const candidates = [...new Set(roots.map((root) => resolve(root, name.text)))];
  const found = findLocalFile(candidates);
  if (found !== undefined) return found;
  const near = nearFile(candidates, 'tasks');
  // A file does not mean itself.
  const meant =
    near !== undefined && !comesFrom(near, place)
      ? asMeant(reading, (trial) => readTaskFile(trial, near, new Map(), undefined) && near)
      : undefined;
  const hint = missingFileHint(near, candidates);
  // Nobody knows which variables it would have set.
  if (meant === undefined) reading.unread.facts = true;
  report(reading, 'PLY023', `there is no file of tasks '${name.text}'`, name.source, hint, chainOf(place));
  return meant;
}

/** What a file holds, read once. */
export function readTaskFile(
  reading: Reading,
  file: string,
  files: TaskFiles,
  namedAt: Source | undefined,
): readonly Written[] {
  return readOnce(reading, files, file, () => {
    const {node} = readFile(reading, file, 'tasks', namedAt);
    return readTasks(reading, node, 'a file of tasks');
  });
}

/** The places that led to a file, for errors in it; the nearest first. */
export function chainOf({chain}: Place) {
  return chain.map((source) => ({message: 'included here', source})).toReversed();
}

/** Whether a file is one of those in which something stands. */
export function comesFrom(file: string, {file: own, chain}: Place): boolean {
  return file === own || chain.some((source) => source.file === file);
}
