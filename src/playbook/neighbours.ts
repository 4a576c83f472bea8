import {basename, sep} from 'node:path';
import type {Diagnostic} from '../errors/index.ts';

/** Files of tasks and folders of roles, by what led to them. They grow while includes are read. */
export interface Neighbours {
  /** Read in place of one that there is not, to know what it defines. */
  readonly instead: Set<string>;
  readonly named: Set<string>;
}

export function noNeighbours(): Neighbours {
  return {instead: new Set(), named: new Set()};
}

/** Whether a file or folder is not the one that is named, but one that was read instead. */
export function isAnother(path: string, name: string): boolean {
  return basename(path) !== basename(name);
}

export function noteRead({instead, named}: Neighbours, path: string, isInstead: boolean | undefined): void {
  (isInstead ? instead : named).add(path);
}

/** A mistake in what nothing names, or met on the way through it: only a slip in a name led there. */
export function isNeighbours(
  {source, related}: Pick<Diagnostic, 'source' | 'related'>,
  neighbours: Neighbours,
): boolean {
  if (neighbours.instead.size === 0) return false;
  return [source, ...(related ?? []).map((one) => one.source)].some(
    (place) => place !== undefined && isReadInstead(place.file, neighbours),
  );
}

function isReadInstead(file: string, {instead, named}: Neighbours): boolean {
  const isWithin = (paths: ReadonlySet<string>): boolean =>
    [...paths].some((path) => file.startsWith(path + sep));
  if (named.has(file)) return false;
  return instead.has(file) || (isWithin(instead) && !isWithin(named));
}
