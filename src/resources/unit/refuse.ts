import type {Observed, Ref, Refusal, StateView} from '../contract.ts';
import {mayCome, templateOf} from '../path/index.ts';
import {isEnabled} from './diff.ts';
import {refuseStart} from './start.ts';
import {
  desiredNow,
  desiredOf,
  isUnitName,
  mustBeKnown,
  ownDirectory,
  type UnitDesired,
  type UnitState,
  type UnitWant,
  unitRef,
} from './state.ts';

/** The unit; of what starts a service, that one, too. */
export function readsOfUnit(want: UnitWant): readonly Ref[] {
  const {id} = want.ref;
  const service = serviceOf(id);
  return service !== undefined && isUnitName(service) && desiredOf(want).active
    ? [unitRef(id), unitRef(service)]
    : [unitRef(id)];
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
    (isStale || state.masked ? undefined : refuseByHand(want, observed)) ??
    (transition === 'reload' ? refuseReload(id, state, isStale) : undefined) ??
    (active && !state.active ? refuseTrigger(want, state, view) : undefined) ??
    (!isStale && ((active && !state.active) || transition === 'restart')
      ? refuseStart(id, state, view)
      : undefined)
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
  const template = templateOf(id);
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

/** What other units start and stop, and nobody by hand. @see systemd.unit(5) "RefuseManualStart" */
function refuseByHand(
  want: UnitWant,
  observed: Observed<UnitState> & {status: 'present'},
): Refusal | undefined {
  const {id} = want.ref;
  const {state} = observed;
  const {active, transition} = desiredNow(want, observed);
  const restarts = transition === 'restart';
  if (active !== undefined) mustBeKnown(state, 'active');
  const verb =
    (restarts || (active === true && !state.active)) && state.canStart === false
      ? 'started'
      : (active === false || restarts) && state.active && state.canStop === false
        ? 'stopped'
        : undefined;
  return verb === undefined
    ? undefined
    : {refused: `unit ${id} cannot be ${verb} by hand`, hint: `systemctl cat ${id} says what is refused`};
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

/** What starts a service is not started itself without it, nor is a socket beside it. @see systemd.socket(5), systemd.timer(5) */
function refuseTrigger(
  {ref: {id}}: UnitWant,
  state: Readonly<Partial<UnitState>>,
  view: StateView,
): Refusal | undefined {
  const {triggers} = state;
  const service = serviceOf(id);
  if (service === undefined || !triggers?.some((one) => one === service || one === templateOf(service)))
    return undefined;
  mustBeKnown(state, 'active');
  const seen: Observed<UnitState> = view.get<UnitState>(unitRef(service));
  if (seen.status === 'absent') {
    mayCome(seen);
    return {
      refused: `unit ${id} cannot be started: ${service}, which it starts, is not known to systemd`,
      hint: `put it at ${ownDirectory}${service} by a task before`,
    };
  }
  if (seen.status !== 'present' || !id.endsWith('.socket')) return undefined;
  mustBeKnown(seen.state, 'active');
  if (!seen.state.active) return undefined;
  return {
    refused: `unit ${id} cannot be started while ${service} runs`,
    hint: `stop ${service} by a task before; the socket starts it`,
  };
}

/** The service of the same name, which a socket, timer or path starts where it names no other. */
function serviceOf(id: string): string | undefined {
  const stem = /^(.*)\.(?:socket|timer|path)$/.exec(id)?.[1];
  return stem === undefined ? undefined : `${stem}.service`;
}
