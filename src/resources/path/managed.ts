import {Unknown, UnknownRead} from '../../text/index.ts';
import type {Observed} from '../contract.ts';
import type {PathDesired, PathState} from './state.ts';

/** The object that a want is about: the path itself, or what a link there leads to. */
export interface Managed {
  readonly path: string;
  /** Undefined: it is not there. */
  readonly state: Readonly<Partial<PathState>> | undefined;
}

/**
 * @throws UnknownRead when the state depends on changes not yet made
 * @throws Error for an unreadable path, which `refuse` has to stop before
 */
export function managed(id: string, observed: Observed<PathState>, after: PathDesired | 'absent'): Managed {
  const state = presentState(id, observed);
  const follows = after !== 'absent' && after.type !== 'link' && after.follow === true;
  if (!follows || state?.type !== 'link') return {path: id, state};
  const {followed} = state;
  return followed ? {path: followed.path, state: followed} : {path: id, state};
}

export function presentState(
  id: string,
  observed: Observed<PathState>,
): Readonly<Partial<PathState>> | undefined {
  switch (observed.status) {
    case 'present':
      return observed.state;
    case 'absent':
      return undefined;
    case 'unknown':
      throw new UnknownRead(new Unknown(observed.reason));
    case 'unreadable':
      throw new Error(`${id} is unreadable: ${observed.reason}`);
  }
}

/** What is missing and may be made by something that is planned is no failure. @throws UnknownRead */
export function mayCome(observed: Observed<object>): void {
  if (observed.status === 'absent' && observed.mayCome !== undefined)
    throw new UnknownRead(new Unknown(observed.mayCome));
}
