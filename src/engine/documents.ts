import {basename, join} from 'node:path';
import {cacheDirectory} from '../cache/index.ts';
import {type KeptDocuments, openDocuments} from '../source/index.ts';
import type {RunOptions} from './options.ts';

/** Longer names are none to most file systems. */
const longestName = 200;

/**
 * What the files of a playbook came to before. Only where the program is a built one, whose file has its digest in the name;
 * undefined where vprov runs from its sources, which may change.
 * @param playbook absolute path
 */
export function documentsOf(
  playbook: string,
  environment: RunOptions['environment'],
): KeptDocuments | undefined {
  const program = typeof __filename === 'string' ? basename(__filename) : '';
  const name = playbook.replaceAll('/', '%');
  if (!/^program-[0-9a-f]{16}\.js$/.test(program) || name.length > longestName) return undefined;
  return openDocuments(join(cacheDirectory(environment), 'documents', name), program);
}
