import {Unknown, UnknownRead} from '../../text/index.ts';
import type {Attribute, Observed, Refusal, StateView} from '../contract.ts';
import {mayCome} from '../path/index.ts';
import {
  desiredNow,
  desiredOf,
  isUnitName,
  mustBeKnown,
  ownDirectory,
  type UnitChange,
  type UnitDesired,
  type UnitState,
  type UnitWant,
  unitRef,
} from './state.ts';

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
  if (attributes.length > 0 || !state?.needDaemonReload) return attributes;
  return [{name: 'daemon_reload', before: 'needed', after: 'done'}];
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
function isEnabled(state: Readonly<Partial<UnitState>> | undefined, wanted: boolean): boolean {
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

/** Why the want cannot be reached. */
export function refuseUnit(want: UnitWant, view: StateView): Refusal | undefined {
  const {id} = want.ref;
  if (!isUnitName(id)) return {refused: `'${id}' is not the name of a unit`};
  const observed = view.get<UnitState>(unitRef(id));
  if (observed.status === 'unreadable') return {refused: `unit ${id} cannot be read: ${observed.reason}`};
  const {active, enabled, transition} = desiredNow(want, observed);
  const needsUnit = active === true || enabled === true || transition !== undefined;
  if (observed.status === 'absent' && needsUnit) {
    mayCome(observed);
    return notLoaded(id);
  }
  if (observed.status !== 'present') return undefined;
  const {state} = observed;
  // What systemd says of a unit whose file has changed is not what it will say after the reload.
  // Of a planned file is known what can be: it was not systemd that said it.
  const isStale = state.loadState === undefined ? state.loaded !== true : state.needDaemonReload === true;
  return (
    refuseAlias(want, state) ??
    refuseMasks(want, state, transition) ??
    (isStale || state.masked ? refuseGone(want, state, needsUnit) : refuseFile(want, state, needsUnit)) ??
    (transition === 'reload' ? refuseReload(id, state, isStale) : undefined)
  );
}

/** systemd enables, disables and masks what goes by that name itself: under another name it refuses, or takes the name away. */
function refuseAlias(want: UnitWant, state: Readonly<Partial<UnitState>>): Refusal | undefined {
  const {enabled, masked} = desiredOf(want);
  const {realName} = state;
  if (realName === undefined) return undefined;
  if (enabled !== undefined) mustBeKnown(state, 'enabled');
  const isEnabling = enabled !== undefined && enabled !== isEnabled(state, enabled);
  if (!isEnabling && (masked === undefined || masked === state.masked)) return undefined;
  const verb = !isEnabling ? (masked ? 'masked' : 'unmasked') : enabled ? 'enabled' : 'disabled';
  return {
    refused: `${want.ref.id} is another name of ${realName}, and a unit is ${verb} by its own name only`,
    hint: `name: ${realName}`,
  };
}

function refuseMasks(
  want: UnitWant,
  state: Readonly<Partial<UnitState>>,
  transition: UnitDesired['transition'],
): Refusal | undefined {
  const {active, enabled, masked} = desiredOf(want);
  const {id} = want.ref;
  if (state.masked && masked !== false && (active || enabled || transition))
    return {refused: `unit ${id} is masked`, hint: 'masked: false makes it startable again'};
  // What stands in the way of a mask is a file of the unit's own name, which that of an instance's template is not.
  const template = id.replace(/@.+(?=\.\w+$)/, '@');
  const isOfTemplate = template !== id && state.fragmentPath === `${ownDirectory}${template}`;
  if (!masked || state.masked || isOfTemplate || !state.fragmentPath?.startsWith(ownDirectory))
    return undefined;
  return {
    refused: `unit ${id} cannot be masked: its own file is in ${ownDirectory}`,
    hint: 'remove the file, or leave the unit stopped and disabled',
  };
}

/** After a reload there would be no file at all. */
function refuseGone(
  want: UnitWant,
  state: Readonly<Partial<UnitState>>,
  needsUnit: boolean,
): Refusal | undefined {
  return needsUnit && !state.masked && state.loadState === 'not-found' ? notLoaded(want.ref.id) : undefined;
}

/** What the unit's file, as systemd has read it, does not allow. */
function refuseFile(
  want: UnitWant,
  state: Readonly<Partial<UnitState>>,
  needsUnit: boolean,
): Refusal | undefined {
  const {active, enabled} = desiredOf(want);
  const {id} = want.ref;
  if (!state.loaded && needsUnit)
    return state.loadState === 'not-found'
      ? notLoaded(id)
      : {
          refused: `the file of unit ${id} has an error (${state.loadState})`,
          hint: `systemd-analyze verify ${id}`,
        };
  if (enabled) mustBeKnown(state, 'enabled');
  if (enabled && neverEnabled.test(state.unitFileState ?? ''))
    return {
      refused: `unit ${id} cannot be enabled: it is ${state.unitFileState}`,
      hint: 'an [Install] section says what starts it',
    };
  if (active && !state.active && state.type === 'oneshot' && state.remainAfterExit === false)
    return {
      refused: `unit ${id} runs once and does not stay active: it has no state 'started'`,
      hint: 'state: restarted runs it each time; RemainAfterExit=yes lets it stay active',
    };
  return undefined;
}

const neverEnabled = /^(?:static|generated|transient)$/;

function notLoaded(id: string): Refusal {
  return {
    refused: `unit ${id} is not known to systemd, and no task before this one makes its file`,
    hint: `put it at /etc/systemd/system/${id}`,
  };
}

function refuseReload(
  id: string,
  state: Readonly<Partial<UnitState>>,
  isStale: boolean,
): Refusal | undefined {
  mustBeKnown(state, 'active');
  if (state.active === false)
    return {refused: `unit ${id} does not run: there is nothing to reload`, hint: 'state: started starts it'};
  if (!isStale && state.canReload === false)
    return {refused: `unit ${id} cannot be reloaded: it has no ExecReload`, hint: 'state: restarted'};
  return undefined;
}
