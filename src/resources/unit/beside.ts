import type {AttributeValue, Observed, Ref} from '../contract.ts';
import {unsaid} from './links.ts';
import {predictUnit, restless} from './predict.ts';
import type {UnitChange, UnitState} from './state.ts';

type State = Readonly<Partial<UnitState>>;

/** Another unit: as it is before its planned change, and what of it changes. */
interface Other {
  readonly id: string;
  readonly before: State;
  readonly changed: ReadonlyMap<string, AttributeValue | undefined>;
}

/**
 * A planned change of another unit: it may be this one by another name, and is enabled, started and stopped with those
 * that its files name. Of whom these name in turn nobody has asked.
 */
export function besideUnit(
  {id}: Ref<'unit'>,
  observed: Observed<UnitState>,
  planned: UnitChange,
): Observed<UnitState> {
  if (observed.status === 'unknown' || observed.status === 'unreadable') return observed;
  const other: Other = {
    id: planned.ref.id,
    before: planned.before.status === 'present' ? planned.before.state : {},
    changed: new Map(planned.attributes.map(({name, after}) => [name, after])),
  };
  if (isSame(id, observed, other)) return byOtherName(observed, planned, other);
  if (observed.status === 'absent')
    return mayBring(other) ? {...observed, mayCome: `${other.id} may bring it when it is enabled`} : observed;
  return startedWith(id, enabledWith(id, observed.state, other), other);
}

function isSame(id: string, observed: Observed<UnitState>, {id: other, before, changed}: Other): boolean {
  const isNamed = before.install?.aliases.includes(id) === true && changed.has('enabled');
  return isNamed || hasName(observed, other) || before.names?.includes(id) === true;
}

function hasName(observed: Observed<UnitState>, name: string): boolean {
  return observed.status === 'present' && observed.state.names?.includes(name) === true;
}

/** What is done by one name is done by all; but names may come and go with it. */
function byOtherName(
  observed: Observed<UnitState>,
  planned: UnitChange,
  {id, changed}: Other,
): Observed<UnitState> {
  if (observed.status === 'present' && changed.get('enabled') !== false && !changed.has('masked'))
    return predictUnit({...planned, before: observed});
  return {status: 'unknown', reason: `it is another name of ${id}, which is changed before`};
}

/** Whether it comes with names that nobody has read, or that are made of others. */
function mayBring({before: {install}, changed}: Other): boolean {
  return changed.get('enabled') === true && install?.aliases.every((one) => !one.includes('%')) !== true;
}

function enabledWith(id: string, state: State, {id: other, before, changed}: Other): State {
  const enabled = changed.get('enabled');
  const isAlso = before.install?.also.includes(id) === true;
  if (enabled === undefined || !isAlso || state.enabled === enabled) return state;
  return unsaid(state, 'enabled', `it is ${enabled ? 'enabled' : 'disabled'} with ${other}`);
}

function startedWith(id: string, state: State, {id: other, before, changed}: Other): Observed<UnitState> {
  const restarts = changed.has('invocation');
  const starts = restarts || changed.get('active') === true;
  const stops = restarts || changed.get('active') === false;
  const isPulled =
    before.pulls?.includes(id) ||
    // What it waits for may be there already.
    (other.endsWith('.path') && before.triggers?.includes(id)) ||
    state.pulledBy?.includes(other) ||
    (state.enabled !== false && state.install?.wantedBy.includes(other));
  const isConflict = before.conflicts?.includes(id) || state.conflicts?.includes(other);
  if (starts && isPulled && !state.active)
    return {status: 'present', state: unsaid(state, 'active', `it may start with ${other}`)};
  if (starts && isConflict && state.active)
    return {status: 'present', state: unsaid(state, 'active', `it stops when ${other} starts`)};
  if (!stops || !state.active || !state.leansOn?.includes(other)) return {status: 'present', state};
  const then = {...state, ...restless, pinned: true};
  return {status: 'present', state: restarts ? then : unsaid(then, 'active', `it may stop with ${other}`)};
}

/** Another unit, of which nobody knows whether it is started or stopped. */
export function unitInDoubt(
  observed: Observed<UnitState>,
  {id: other}: Pick<Ref, 'id'>,
  reason: string,
): Observed<UnitState> {
  if (observed.status !== 'present') return observed;
  const {state} = observed;
  if (state.names?.includes(other)) return {status: 'unknown', reason};
  const {pulledBy, leansOn, conflicts, active} = state;
  const maySwitch = active ? [...(leansOn ?? []), ...(conflicts ?? [])] : pulledBy;
  return maySwitch?.includes(other) ? {status: 'present', state: unsaid(state, 'active', reason)} : observed;
}
