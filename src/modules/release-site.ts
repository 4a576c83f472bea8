import {holdsPassword} from '../releases/index.ts';
import type {ArgumentProblem} from './contract.ts';

/** What is wrong with a mirror. */
export function checkSite({site}: {readonly site?: string | undefined}): readonly ArgumentProblem[] {
  if (site === undefined || !holdsPassword(site)) return [];
  return [{argument: 'site', message: 'holds a password, which is not sent'}];
}
