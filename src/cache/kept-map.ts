import {dirname} from 'node:path';
import {deserialize, serialize} from 'node:v8';
import {forgetOldest, keep, kept} from './kept.ts';

/** More than people work with; what is forgotten is made again. */
const mostFiles = 50;

/** What `keepMap` kept in a file for the same program; empty where that is nothing. */
export function keptMap<T>(file: string, program: string): ReadonlyMap<string, T> {
  const found = kept(file, program);
  if (!found) return new Map();
  try {
    const map: unknown = deserialize(found.content);
    return map instanceof Map ? (map as ReadonlyMap<string, T>) : new Map();
  } catch {
    // What cannot be read is as if it were not there.
    return new Map();
  }
}

/**
 * Keeps plain data by names for the next run, and forgets what was kept longest ago in the same folder.
 * @param file `vprov/FOLDER/NAME` below the base of a cache
 * @param program the program's digest: another one may make something else
 */
export function keepMap<T>(file: string, program: string, map: ReadonlyMap<string, T>): void {
  const content = serialized(map);
  if (!content) return;
  keep(file, program, {note: String(map.size), content});
  forgetOldest(dirname(file), mostFiles);
}

/** Undefined for what is nested too deep for V8, which goes down by calling itself: it is made again each time. */
function serialized(map: ReadonlyMap<string, unknown>): Buffer | undefined {
  try {
    return serialize(map);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}
