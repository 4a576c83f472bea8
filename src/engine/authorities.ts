import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {isMissing} from './local-files.ts';

/** The folder of the certificates of authorities, in that in which vprov runs. */
const authoritiesFolder = '.vprov/ca';

/**
 * The certificates of the authorities that whoever runs vprov trusts beside the usual ones: what `.vprov/ca/*.crt` hold. Read
 * each time, since a run may make one.
 * @param cwd the folder that vprov runs in
 * @returns PEM each
 */
export function authoritiesIn(cwd: string): readonly string[] {
  const folder = join(cwd, authoritiesFolder);
  return namesIn(folder)
    .filter((name) => name.endsWith('.crt'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
