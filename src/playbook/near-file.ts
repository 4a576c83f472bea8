import {existsSync, readdirSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {nearest} from '../errors/index.ts';
import {standingAt} from '../source/index.ts';
import type {Reading} from './reading.ts';

/**
 * The file that was most likely meant where none of these is there. It is read in place of the missing one, which is
 * reported: so what it defines is not told to be missing, and all else is.
 */
export function nearFile(candidates: readonly string[]): string | undefined {
  for (const candidate of candidates) {
    const directory = dirname(candidate);
    const near = existsSync(directory) ? nearest(basename(candidate), readdirSync(directory)) : undefined;
    if (near !== undefined && standingAt(join(directory, near))?.isFile()) return join(directory, near);
  }
  return undefined;
}

/** What is read of such a file; undefined where that finds a mistake: then something else was meant. */
export function asMeant<T>(reading: Reading, read: (trial: Reading) => T): T | undefined {
  const trial: Reading = {...reading, diagnostics: [], unread: {variables: false, names: new Set()}};
  const value = read(trial);
  return trial.diagnostics.length > 0 ? undefined : value;
}
