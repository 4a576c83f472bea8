import {Unknown, UnknownRead} from '../../text/index.ts';
import type {Attribute, Observed} from '../contract.ts';
import {desiredNow, desiredOf, mustBeKnown, type UnitChange, type UnitState, type UnitWant} from './state.ts';

/** Every difference between the unit and what is promised. A transition is one each time. */
export function diffUnit(before: Observed<UnitState>, want: UnitWant): readonly Attribute[] {
  const {transition} = desiredNow(want, before);
  const state = stateOf(before);
  const transitions: readonly Attribute[] =
    transition === 'restart'
      ? [{name: 'invocation', ...(state?.invocationId ? {before: state.invocationId} : {}), after: 'new'}]
      : transition === 'reload'
        ? [{name: 'reload', after: true}]
        : [];
  const attributes = [...lasting(state, want), ...transitions];
  if (attributes.length > 0 || !state?.needDaemonReload || isLeftOver(state)) return attributes;
  return [{name: 'daemon_reload', before: 'needed', after: 'done'}];
}

/** Its file is gone, and all that systemd still has of it is that it failed. */
function isLeftOver({loadState, active}: Readonly<Partial<UnitState>>): boolean {
  return loadState === 'not-found' && active === false;
}

/** Differences of what lasts. */
function lasting(state: Readonly<Partial<UnitState>> | undefined, want: UnitWant): readonly Attribute[] {
  const {active, enabled, masked} = desiredOf(want);
  const attributes: Attribute[] = [];
  if (masked !== undefined && masked !== (state?.masked ?? false))
    attributes.push({name: 'masked', ...beforeOf(state?.masked), after: masked});
  if (enabled !== undefined) mustBeKnown(state, 'enabled');
  if (active !== undefined) mustBeKnown(state, 'active');
  if (enabled !== undefined && enabled !== isEnabled(state, enabled))
    attributes.push({name: 'enabled', ...beforeOf(state?.enabled), after: enabled});
  if (active !== undefined && active !== (state?.active ?? false))
    attributes.push({name: 'active', ...beforeOf(state?.active), after: active});
  return attributes;
}

function beforeOf(value: boolean | undefined): {readonly before?: boolean} {
  return value === undefined ? {} : {before: value};
}

/** Units that are `indirect` are as enabled as they can be made; those without an [Install] section never are. */
export function isEnabled(state: Readonly<Partial<UnitState>> | undefined, wanted: boolean): boolean {
  if (state?.unitFileState === 'indirect') return wanted;
  return state?.enabled ?? false;
}

function stateOf(observed: Observed<UnitState>): Readonly<Partial<UnitState>> | undefined {
  switch (observed.status) {
    case 'present':
      return observed.state;
    case 'absent':
      return undefined;
    case 'unknown':
      throw new UnknownRead(new Unknown(observed.reason));
    case 'unreadable':
      throw new Error(`the unit is unreadable: ${observed.reason}`);
  }
}

/** What is left after the change: a restart has happened when the unit runs under another InvocationID. */
export function unreachedUnit(change: UnitChange, after: Observed<UnitState>): readonly Attribute[] {
  const {transition} = desiredNow(change.want, change.before);
  const state = stateOf(after);
  const left = lasting(state, change.want);
  const isOneshot = state?.type === 'oneshot' && state.remainAfterExit !== true;
  if (transition === 'restart') {
    const id = state?.invocationId;
    const before = change.before.status === 'present' ? change.before.state.invocationId : undefined;
    // A oneshot that has ended may be forgotten already, and its id with it.
    const isNew = isOneshot ? id !== before || !id : id !== before && id && state?.active;
    if (!isNew) return [...left, {name: 'invocation', ...(id ? {before: id} : {}), after: 'new'}];
  }
  if (transition === 'reload' && !state?.active)
    return [...left, {name: 'active', before: false, after: true}];
  if (state?.loadState === 'bad-setting' || state?.loadState === 'error')
    return [...left, {name: 'loaded', before: state.loadState, after: 'loaded'}];
  if (left.length > 0 || !state?.needDaemonReload) return left;
  return [{name: 'daemon_reload', before: 'needed', after: 'done'}];
}
