import type {Change} from '../contract.ts';
import type {UserChange, UserDesired} from './state.ts';

/** Where a new user's home is: as the task says, else where useradd(8) has it unless its host says otherwise. */
export function homeOfNew(name: string, home: string | undefined): string {
  return home ?? `/home/${name}`;
}

/** The home of a user who gets another primary group, and the names of both; undefined where it is nobody's. */
export function regroupedHome(
  planned: Change,
): {readonly home: string; readonly before: string; readonly after: string} | undefined {
  if (planned.ref.kind !== 'user' || planned.before.status !== 'present') return undefined;
  const group = planned.attributes.find(({name}) => name === 'group');
  const {home} = planned.before.state as {readonly home?: string};
  if (home === undefined || group?.before === undefined || group.after === undefined) return undefined;
  return {home: placeOf(planned, home), before: String(group.before), after: String(group.after)};
}

/** The home that a planned change makes where it is missing, with whose it will be; undefined when it makes none. */
export function homeMadeBy(
  planned: Change,
): {readonly path: string; readonly user: string; readonly group: string} | undefined {
  if (planned.ref.kind !== 'user') return undefined;
  const isNew = planned.attributes.some(({name, after}) => name === 'exists' && after === true);
  const after = planned.want.after as UserDesired | 'absent';
  if (!isNew || after === 'absent' || !after.createHome) return undefined;
  const user = planned.ref.id;
  return {path: placeOf(planned, homeOfNew(user, after.home)), user, group: after.group ?? user};
}

function placeOf(planned: Change, home: string): string {
  return (planned as UserChange).homeAt ?? home;
}
