import type {Refusal, StateView} from './contract.ts';
import {type PathState, pathRef} from './path/state.ts';

/** What a user who is not root is told. */
export const asRootHint = 'become: true does it as root';

/** Of all paths the one that is always there: who looks at it is told. */
export const rootFolder = pathRef('/');

/** That only root may do something, told to who is not. Reads `rootFolder`. @param what as in `only root may …` */
export function refuseUnlessRoot(what: string, view: StateView): Refusal | undefined {
  const seen = view.get<PathState>(rootFolder);
  return seen.status === 'present' && seen.state.isUnprivileged
    ? {refused: `only root may ${what}`, hint: asRootHint}
    : undefined;
}
