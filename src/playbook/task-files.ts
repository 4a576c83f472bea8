import {existsSync, readdirSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {didYouMean} from '../errors/index.ts';
import {type ScalarNode, standingAt} from '../source/index.ts';
import type {Place} from './model.ts';
import {type Reading, readFile, report} from './reading.ts';
import {readTasks} from './task-list.ts';
import type {Written} from './written.ts';

/** Files of tasks that were read already, by their absolute paths. */
export type TaskFiles = Map<string, readonly Written[]>;

/**
 * Where a file of tasks is, that is named at this place: beside the file that names it, in the role's `tasks`, beside
 * the playbook. Undefined where there is none, which is reported.
 */
export function findTaskFile(
  reading: Reading,
  name: Pick<ScalarNode, 'text' | 'source'>,
  place: Place,
  playbookDirectory: string,
): string | undefined {
  const roots = [dirname(place.file), ...(place.role ? [join(place.role, 'tasks')] : []), playbookDirectory];
  const candidates = [...new Set(roots.map((root) => resolve(root, name.text)))];
  const found = candidates.find((file) => standingAt(file)?.isFile());
  if (found === undefined) {
    const hint =
      candidates.flatMap((file) => nearName(file) ?? [])[0] ?? `looked for ${candidates.join(', ')}`;
    // Nobody knows which variables it would have set.
    reading.unread.variables = true;
    report(reading, 'PLY023', `there is no file of tasks '${name.text}'`, name.source, hint, chainOf(place));
  }
  return found;
}

/** What a file holds, read once. */
export function readTaskFile(reading: Reading, file: string, files: TaskFiles): readonly Written[] {
  const known = files.get(file);
  if (known !== undefined) return known;
  const {node} = readFile(reading, file, 'tasks');
  const written = readTasks(reading, node, 'a file of tasks');
  files.set(file, written);
  return written;
}

/** The places that led to a file, for errors in it; the nearest first. */
export function chainOf({chain}: Place) {
  return chain.map((source) => ({message: 'included here', source})).toReversed();
}

function nearName(file: string): string | undefined {
  const directory = dirname(file);
  return existsSync(directory) ? didYouMean(basename(file), readdirSync(directory)) : undefined;
}
