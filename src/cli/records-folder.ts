import {join, resolve} from 'node:path';
import type {Terminal} from './terminal.ts';

/** Where runs leave their records: `.vprov/runs` of the current folder, or what the environment names. */
export function recordsFolder({cwd, environment}: Terminal): string {
  const {VPROV_RUNS} = environment;
  return VPROV_RUNS ? resolve(cwd, VPROV_RUNS) : join(cwd, '.vprov', 'runs');
}
