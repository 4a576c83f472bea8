import type {Change, Effects, Observed, Ref} from '../contract.ts';
import {mayComeWith} from '../package/bring.ts';
import {isOfUnit} from '../path/index.ts';
import {desiredNow, type UnitChange, type UnitState} from './state.ts';

/** What will be there as far as it is promised. */
export function predictUnit(change: UnitChange): Observed<UnitState> {
  const {before} = change;
  if (before.status === 'unknown' || before.status === 'unreadable') return before;
  const {active, enabled, masked, transition} = desiredNow(change.want, change.before);
  const changed = new Set(change.attributes.map(({name}) => name));
  const state = before.status === 'present' ? before.state : {};
  const starts = transition === 'restart' || (changed.has('active') && active === true);
  // systemd does not say what stands behind the mask, if anything does.
  if (changed.has('masked') && masked === false && !active && !enabled)
    return {status: 'unknown', reason: `what ${change.ref.id} is shows when it is unmasked`};
  const isOneshot = state.type === 'oneshot' && state.remainAfterExit !== true;
  const runs = active ?? !isOneshot;
  return {
    status: 'present',
    state: {
      ...state,
      ...(state.needDaemonReload ? fromFile(state) : {}),
      ...(changed.has('masked') && masked !== undefined
        ? {
            masked,
            loaded: !masked,
            loadState: undefined,
            unitFileState: undefined,
            enabled: undefined,
            // The mask is its file then, and was it before.
            type: undefined,
            remainAfterExit: undefined,
            canReload: undefined,
            fragmentPath: undefined,
          }
        : {}),
      ...(changed.has('enabled')
        ? {enabled, linked: enabled, unitFileState: undefined, pinned: undefined}
        : {}),
      // What runs is kept in memory, so that a change of its file needs a reload.
      ...(changed.has('active') || starts
        ? {...restless, active: runs, ...(runs ? {pinned: true} : {})}
        : {}),
      needDaemonReload: false,
    },
  };
}

/** What changes whenever a unit is started or stopped; what is stopped and not enabled, systemd forgets. */
const restless = {
  invocationId: undefined,
  nRestarts: undefined,
  conditionResult: undefined,
  activeState: undefined,
  subState: undefined,
  activeEnterMonotonicUs: undefined,
  pinned: undefined,
};

/** What a file that is not read yet may change. */
function fromFile(state: Readonly<Partial<UnitState>>): Partial<UnitState> {
  return {
    type: undefined,
    remainAfterExit: undefined,
    canReload: undefined,
    ...(state.enabled === undefined ? {unitFileState: undefined, enabled: undefined} : {}),
    ...(state.masked ? {} : {loaded: true, loadState: undefined}),
  };
}

/** A start may write anywhere; what is enabled or masked is links below /etc/systemd. */
export function effectsOfUnit(change: UnitChange): Effects {
  const {active, transition} = desiredNow(change.want, change.before);
  if (active !== undefined || transition !== undefined) return {type: 'kinds', kinds: ['unit', 'path']};
  return {
    type: 'several',
    effects: [
      {type: 'kinds', kinds: ['unit']},
      {type: 'subtree', path: '/etc/systemd/system'},
    ],
  };
}

/** A planned unit file: the unit will be there, not running; of a unit in memory, systemd will have an old version. */
export function reactUnit(
  ref: Ref<'unit'>,
  observed: Observed<UnitState>,
  planned: Change,
): Observed<UnitState> {
  if (planned.ref.kind === 'package') return mayComeWith(observed, planned);
  if (planned.ref.kind !== 'path' || !isOfUnit(planned.ref.id, ref.id)) return observed;
  // Mode and owner of its file are nothing to systemd.
  if (!planned.attributes.some(({name}) => name === 'type' || name === 'content' || name === 'target'))
    return observed;
  const isDropIn = planned.ref.id.endsWith('.conf');
  const isRemoved = planned.want.after === 'absent';
  if (observed.status === 'absent') return isRemoved || isDropIn ? observed : newUnit(planned.ref.id);
  if (observed.status !== 'present') return observed;
  return isRemoved && !isDropIn ? withoutFile(observed.state) : withNewFile(observed.state);
}

function withoutFile(state: Readonly<Partial<UnitState>>): Observed<UnitState> {
  if (state.active !== true && state.linked === true) return {status: 'present', state: onlyLinks};
  if (state.active !== true) return {status: 'absent'};
  return {
    status: 'present',
    state: {...state, loaded: false, loadState: 'not-found', needDaemonReload: true},
  };
}

/** Of a unit that was enabled, when its file is gone: whatever they start remembers it. */
const onlyLinks: Partial<UnitState> = {
  loaded: false,
  loadState: 'not-found',
  active: false,
  enabled: false,
  unitFileState: '',
  linked: true,
  masked: false,
  needDaemonReload: false,
  invocationId: '',
  pinned: true,
};

function withNewFile(state: Readonly<Partial<UnitState>>): Observed<UnitState> {
  return {
    status: 'present',
    state: {
      ...state,
      needDaemonReload: state.pinned === true || state.needDaemonReload === true,
      ...fromFile(state),
      ...(state.loadState === 'not-found' && state.linked ? {enabled: true, unitFileState: undefined} : {}),
    },
  };
}

function newUnit(fragmentPath: string): Observed<UnitState> {
  return {
    status: 'present',
    state: {
      loaded: true,
      loadState: undefined,
      active: false,
      enabled: false,
      linked: false,
      masked: false,
      needDaemonReload: false,
      invocationId: '',
      fragmentPath,
      pinned: false,
    },
  };
}
