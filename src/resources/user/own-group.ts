import type {Change, Observed, StandingAt} from '../contract.ts';
import type {GroupState} from '../group/state.ts';
import {type PathState, pathRef} from '../path/state.ts';

/**
 * Whether the group of its own name goes along with a user who is removed; undefined: nobody can say.
 * @param group of that name, as it is before
 * @param before what else there is by then
 * @see userdel(8), login.defs(5), "USERGROUPS_ENAB"
 */
export function ownGroupGoes(
  {ref: {id}, want}: Change,
  group: Observed<GroupState>,
  before: StandingAt,
): boolean | undefined {
  if ('sparedGroup' in want) return false;
  const {members, primaryOf} = group.status === 'present' ? group.state : {};
  // Other programs than this one go by rules of their own.
  if (!members || !primaryOf || before(pathRef('/usr/sbin/userdel')).status !== 'present') return undefined;
  const settings = before<PathState>(pathRef('/etc/login.defs', ['text']));
  const text = settings.status === 'present' ? settings.state.text : undefined;
  if (text === undefined) return undefined;
  const isOthers = [...members, ...primaryOf].some((name) => name !== id);
  return !isOthers && /^[ \t]*USERGROUPS_ENAB[ \t]+"?yes/im.test(text);
}
