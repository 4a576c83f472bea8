import {basename, dirname, join, relative} from 'node:path';
import {cacheDirectory} from '../cache/index.ts';
import {ReleaseStore} from '../releases/index.ts';
import type {RunOptions} from './options.ts';
import type {Project} from './project.ts';

/**
 * The releases of a run. What they come to depends on the inventory, so the lock file lies beside it, or above a folder
 * that is called `inventory`; `VPROV_LOCK` names another one.
 */
export function releaseStore(
  options: Pick<RunOptions, 'environment' | 'cwd' | 'now' | 'releases'>,
  {inventory: {files}}: Pick<Project, 'inventory'>,
  playDirectory: string,
): ReleaseStore {
  const {environment, cwd, now} = options;
  const [first] = files;
  const folder = first === undefined ? cwd : projectFolder(dirname(first));
  return new ReleaseStore({
    cache: join(cacheDirectory(environment), 'releases'),
    lockFile: environment.VPROV_LOCK || join(folder, 'vprov.lock'),
    inventory: files.map((file) => relative(folder, file)),
    directory: playDirectory,
    now,
    movesAuto: options.releases === 'update',
  });
}

function projectFolder(folder: string): string {
  return /^inventor(y|ies)$/.test(basename(folder)) ? dirname(folder) : folder;
}
