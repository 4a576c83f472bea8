import type {Stats} from 'node:fs';
import {isRefused, lookAt} from './local-file.ts';

/**
 * What stands at a path, links followed. Undefined for nothing, and for what cannot be looked at: links in a circle, a
 * name that is too long, a folder that may not be entered. Whoever reads the file then says why it cannot be read.
 */
export function standingAt(path: string): Stats | undefined {
  const found = lookAt(path);
  return isRefused(found) ? undefined : found;
}
