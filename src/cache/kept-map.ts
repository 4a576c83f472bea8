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
  keep(file, program, {note: String(map.size), content: serialize(map)});
  forgetOldest(dirname(file), mostFiles);
}
