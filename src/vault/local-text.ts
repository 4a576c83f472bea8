import {readFileSync} from 'node:fs';
import {errorCode} from '../errors/index.ts';

/** The text of a file of this machine; undefined: there is none. @throws Error of the file system for all else */
export function localText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
