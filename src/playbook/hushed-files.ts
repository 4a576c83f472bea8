import {sep} from 'node:path';
import {type Diagnostic, hushed} from '../errors/index.ts';

/** Files of tasks, and folders of roles, that something under `no_log` reaches. It grows while includes are read. */
export type HushedFiles = ReadonlySet<string>;

/** A diagnostic that shows no value of a file that is reached under `no_log`, wherever else that is used, too. */
export function hushedIn(diagnostic: Diagnostic, files: HushedFiles): Diagnostic {
  if (files.size === 0) return diagnostic;
  const reached = [...files];
  return hushed(diagnostic, ({file}) => reached.some((one) => file === one || file.startsWith(one + sep)));
}
