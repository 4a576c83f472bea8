import type {Change, Observed, Ref, Want} from '../contract.ts';

/** A unit as systemd has it. A field that is there and `undefined` (in a prediction) is not known. */
export interface UnitState {
  /** LoadState is `loaded`. Units that are not found are absent, unless they still run or links to them are left. */
  readonly loaded: boolean;
  readonly loadState: string | undefined;
  /** ActiveState is active, reloading, refreshing or maintenance. */
  readonly active: boolean;
  readonly activeState: string | undefined;
  readonly subState: string | undefined;
  /** Undefined where that makes no sense: static, generated, transient and indirect units. */
  readonly enabled: boolean | undefined;
  readonly unitFileState: string | undefined;
  /** Links in /etc say that it is enabled, and will be where its file comes (back) to be. */
  readonly linked: boolean | undefined;
  readonly masked: boolean;
  readonly needDaemonReload: boolean;
  /** Empty for what never ran since boot. */
  readonly invocationId: string | undefined;
  readonly nRestarts: number | undefined;
  /** Service type (simple, exec, notify, oneshot…); undefined for other units. */
  readonly type: string | undefined;
  readonly remainAfterExit: boolean | undefined;
  readonly canReload: boolean | undefined;
  readonly conditionResult: boolean | undefined;
  readonly fragmentPath: string | undefined;
  /** Microseconds of the monotonic clock. */
  readonly activeEnterMonotonicUs: number | undefined;
  /** When it was last begun to start, in microseconds of the monotonic clock. */
  readonly startedUs: number | undefined;
  /** When systemd last read the files of units, by the same clock. */
  readonly filesReadUs: number | undefined;
  /** Where its files and drop-ins are, as far as links lead there: no folder of systemd's shows that. */
  readonly leadsTo: readonly string[];
  /** In a prediction: nothing is to start it, so that it cannot be enabled (again). */
  readonly isStatic?: boolean | undefined;
  /** Of drop-ins, which say more than its file does. */
  readonly dropIns?: readonly string[] | undefined;
  /** Without a file of its own in /etc it would have one of these: of a package, or of its template. */
  readonly otherFiles?: readonly string[] | undefined;
  /** systemd keeps it in memory (it runs, failed, or others refer to it), so that a changed file needs a reload. */
  readonly pinned: boolean | undefined;
}

/** A file there stands before all others. @see systemd.unit(5) "Unit File Load Path" */
export const ownDirectory = '/etc/systemd/system/';

export interface UnitDesired {
  readonly active?: boolean;
  readonly enabled?: boolean;
  readonly masked?: boolean;
  /** Happens each time. */
  readonly transition?: 'restart' | 'reload';
  /** The transition is for a unit that runs, and nothing to one that does not. */
  readonly onlyRunning?: boolean;
  /** A command for /bin/sh: unless it succeeds, in the moment before, the unit is not stopped, restarted or reloaded. */
  readonly onlyIf?: string;
}

export type UnitWant = Want<'unit', UnitDesired>;
export type UnitChange = Change<'unit', UnitState, UnitDesired>;

export function unitRef(name: string): Ref<'unit'> {
  return {kind: 'unit', id: name, facets: ['state']};
}

export function unitWant(name: string, after: UnitDesired, options: Pick<UnitWant, 'impact'> = {}): UnitWant {
  return {ref: unitRef(name), after, ...options};
}

/** Whether systemd takes it for the name of one unit. @see systemd.unit(5) */
export function isUnitName(name: string): boolean {
  return /^[A-Za-z0-9:_.\\-]+(?:@[A-Za-z0-9:_.\\-]+)?\.(?:service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/.test(
    name,
  );
}

export function desiredOf(want: UnitWant): UnitDesired {
  if (want.after === 'absent') throw new Error('a unit is removed by removing its file');
  return want.after;
}

/** What is wanted of a unit as it is: without a transition that is not for one that does not run. */
export function desiredNow(want: UnitWant, unit: Observed<UnitState>): UnitDesired {
  const desired = desiredOf(want);
  if (!desired.onlyRunning || unit.status === 'unknown' || runs(unit)) return desired;
  const {transition: _, ...rest} = desired;
  return rest;
}

/** Also while it starts: it has read its files already. */
function runs(unit: Observed<UnitState>): boolean {
  return unit.status === 'present' && (unit.state.active === true || unit.state.activeState === 'activating');
}
