import {basename, join} from 'node:path';
import {cacheDirectory} from '../cache/index.ts';
import {type KeptDocuments, openDocuments} from '../source/index.ts';
import type {RunOptions} from './options.ts';

/** Longer names are none to most file systems. */
const longestName = 200;

/** A file of the user's cache, and the program whose it is. */
export interface CacheFile {
  readonly file: string;
  readonly program: string;
}

/**
 * Where what was made of a playbook is kept from one run to the next. Only where the program is a built one, whose file has
 * its digest in the name; undefined where vprov runs from its sources, which may change.
 * @param playbook absolute path
 */
export function cacheFileOf(
  folder: 'documents' | 'syntax',
  playbook: string,
  environment: RunOptions['environment'],
): CacheFile | undefined {
  const program = typeof __filename === 'string' ? basename(__filename) : '';
  const name = playbook.replaceAll('/', '%');
  if (!/^program-[0-9a-f]{16}\.js$/.test(program) || name.length > longestName) return undefined;
  return {file: join(cacheDirectory(environment), folder, name), program};
}

/** What the files of a playbook came to before. @param playbook absolute path */
export function documentsOf(
  playbook: string,
  environment: RunOptions['environment'],
): KeptDocuments | undefined {
  const kept = cacheFileOf('documents', playbook, environment);
  return kept && openDocuments(kept.file, kept.program);
}
