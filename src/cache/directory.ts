import {homedir} from 'node:os';
import {join} from 'node:path';

/** The folder for what can be made again: `$XDG_CACHE_HOME/vprov`, by default `~/.cache/vprov`. */
export function cacheDirectory(environment: Readonly<Record<string, string | undefined>>): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'vprov');
}
