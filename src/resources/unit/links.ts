import {posix} from 'node:path';
import type {Change, Observed} from '../contract.ts';
import {parentPath, unitFolders, wantsFolder} from '../path/index.ts';
import type {UnitState} from './state.ts';

/**
 * A planned change of links by which units are enabled: in `X.wants`, and under other names (`Alias=`). What comes can
 * only enable, what goes only disable; nobody tells whether it does.
 */
export function besideLinks(id: string, observed: Observed<UnitState>, planned: Change): Observed<UnitState> {
  if (observed.status !== 'present') return observed;
  const {enabled, realName = id, open, pulledBy = []} = observed.state;
  const path = planned.ref.id;
  const isGone = planned.want.after === 'absent';
  if (!mayEnable(path, new Set([id, realName]), planned)) return observed;
  const state = isGone ? observed.state : {...observed.state, pulledBy: [...pulledBy, ...wantingOf(path)]};
  const stays = open?.enabled === undefined && enabled === !isGone;
  return {
    status: 'present',
    state: stays ? state : unsaid(state, 'enabled', `it shows when ${path} is changed`),
  };
}

function mayEnable(path: string, names: ReadonlySet<string>, planned: Change): boolean {
  const above = parentPath(path);
  if (wantsFolder.test(above) && unitFolders.includes(parentPath(above)))
    return names.has(posix.basename(path));
  // A new directory has no links in it.
  if (wantsFolder.test(path) && unitFolders.includes(above)) return planned.before.status === 'present';
  return (
    unitFolders.includes(above) &&
    [targetOf(planned.before), targetOf(planned.want.after)].some((one) => names.has(one))
  );
}

/** Whom a link in a folder makes want its unit: `X.wants/UNIT` makes X. */
function wantingOf(path: string): readonly string[] {
  const above = posix.basename(parentPath(path));
  return wantsFolder.test(above) ? [above.replace(wantsFolder, '')] : [];
}

/** The last name of what a link leads to; '' for what is none. */
function targetOf(one: Change['before'] | Change['want']['after']): string {
  const state: object = one === 'absent' ? {} : 'status' in one ? ('state' in one ? one.state : {}) : one;
  return 'target' in state && typeof state.target === 'string' ? posix.basename(state.target) : '';
}

/** Whether a path is a link, or holds links, that say whether the unit is enabled. */
export function enables(path: string, id: string): boolean {
  const above = parentPath(path);
  return wantsFolder.test(above)
    ? posix.basename(path) === id
    : wantsFolder.test(path) && unitFolders.includes(above);
}

/** The unit that a link in a folder of units is another name of; undefined for one to a file elsewhere. */
export function aliasedBy(planned: Change): string | undefined {
  const {after} = planned.want as {after: 'absent' | {type?: string; target?: string}};
  if (after === 'absent' || after.type !== 'link' || after.target === undefined) return undefined;
  const end = posix.resolve(parentPath(planned.ref.id), after.target);
  const name = posix.basename(end);
  return unitFolders.includes(parentPath(end)) && name !== posix.basename(planned.ref.id) ? name : undefined;
}

/** Of which something cannot be told. */
export function unsaid(
  state: Readonly<Partial<UnitState>>,
  name: 'active' | 'enabled',
  reason: string,
): Readonly<Partial<UnitState>> {
  return {...state, open: {...state.open, [name]: state.open?.[name] ?? reason}};
}
