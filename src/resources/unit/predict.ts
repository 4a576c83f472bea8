import type {Effects, Observed} from '../contract.ts';
import {asInFile} from './file.ts';
import {desiredNow, desiredOf, type UnitChange, type UnitState} from './state.ts';

/** What will be there as far as it is promised. */
export function predictUnit(change: UnitChange): Observed<UnitState> {
  const {before} = change;
  if (before.status === 'unknown' || before.status === 'unreadable') return before;
  const {active, enabled, masked, transition} = desiredNow(change.want, change.before);
  const changed = new Set(change.attributes.map(({name}) => name));
  const state = before.status === 'present' ? before.state : {};
  const starts = transition === 'restart' || (changed.has('active') && active === true);
  const reason = unforeseen(change, state, changed);
  if (reason !== undefined) return {status: 'unknown', reason};
  const isOneshot = state.type === 'oneshot' && state.remainAfterExit !== true;
  const runs = active ?? !isOneshot;
  return {
    status: 'present',
    state: {
      ...state,
      // Of a file that is planned is known already what can be.
      ...(state.needDaemonReload && state.loadState !== undefined ? asInFile(state, undefined) : {}),
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
            canStart: undefined,
            canStop: undefined,
            fragmentPath: undefined,
          }
        : {}),
      ...(changed.has('enabled') ? enabledThen(state, enabled) : {}),
      // What runs is kept in memory, so that a change of its file needs a reload.
      ...(changed.has('active') || starts
        ? {...restless, active: runs, ...(runs ? {pinned: true} : {})}
        : {}),
      needDaemonReload: false,
      filesReadUs: undefined,
      open: stillOpen(state, changed.has('enabled'), changed.has('active') || starts),
    },
  };
}

/** Why it shows only when the change is made. */
function unforeseen(
  {ref, want}: UnitChange,
  {isLink}: Readonly<Partial<UnitState>>,
  changed: ReadonlySet<string>,
): string | undefined {
  const {active, enabled, masked} = desiredOf(want);
  // systemd does not say what stands behind the mask, if anything does.
  if (changed.has('masked') && masked === false && !active && !enabled)
    return `what ${ref.id} is shows when it is unmasked`;
  // systemctl disables a unit whose file is a link by taking that away, too.
  return isLink && changed.has('enabled') && enabled === false
    ? `the link that is the file of ${ref.id} goes when it is disabled`
    : undefined;
}

/** What cannot be told still: what is changed is what it is then. */
function stillOpen(
  {open}: Readonly<Partial<UnitState>>,
  isEnabled: boolean,
  isStarted: boolean,
): UnitState['open'] {
  if (!open) return undefined;
  const {active, enabled} = open;
  return {
    ...(active === undefined || isStarted ? {} : {active}),
    ...(enabled === undefined || isEnabled ? {} : {enabled}),
  };
}

function enabledThen(
  {isStatic}: Readonly<Partial<UnitState>>,
  enabled: boolean | undefined,
): Partial<UnitState> {
  return {
    enabled,
    linked: enabled,
    unitFileState: isStatic && enabled === false ? 'static' : undefined,
    pinned: undefined,
  };
}

/** What changes whenever a unit is started or stopped; what is stopped and not enabled, systemd forgets. */
export const restless = {
  invocationId: undefined,
  nRestarts: undefined,
  conditionResult: undefined,
  activeState: undefined,
  subState: undefined,
  activeEnterMonotonicUs: undefined,
  startedUs: undefined,
  pinned: undefined,
};

/** A start may write anywhere; what is enabled or masked is links below /etc/systemd. */
export function effectsOfUnit(change: UnitChange): Effects {
  const {active, transition} = desiredNow(change.want, change.before);
  if (active !== undefined || transition !== undefined)
    return {type: 'kinds', kinds: ['unit', 'path', 'user', 'mount']};
  return {
    type: 'several',
    effects: [
      {type: 'kinds', kinds: ['unit']},
      {type: 'subtree', path: '/etc/systemd/system'},
    ],
  };
}
