import {join, relative} from 'node:path';
import {ReleaseStore} from '../releases/index.ts';
import type {RunOptions} from './options.ts';
import {cacheDirectory, type Project} from './project.ts';

/** The releases of a run. `VPROV_LOCK` names another lock file than the one in the current folder. */
export function releaseStore(
  options: Pick<RunOptions, 'environment' | 'cwd' | 'now' | 'releases'>,
  project: Pick<Project, 'inventory'>,
  playDirectory: string,
): ReleaseStore {
  const {environment, cwd, now} = options;
  return new ReleaseStore({
    cache: join(cacheDirectory(environment), 'releases'),
    lockFile: environment.VPROV_LOCK || join(cwd, 'vprov.lock'),
    inventory: project.inventory.files.map((file) => relative(cwd, file)),
    directory: playDirectory,
    now,
    movesAuto: options.releases === 'update',
  });
}
