import {addressProblem} from '../releases/index.ts';
import type {ArgumentProblem} from './contract.ts';

/** What is wrong with a mirror. */
export function checkSite({site}: {readonly site?: string | undefined}): readonly ArgumentProblem[] {
  const problem = site === undefined ? undefined : addressProblem(site);
  return problem ? [{argument: 'site', ...problem}] : [];
}
