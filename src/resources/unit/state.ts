import {Unknown, UnknownRead} from '../../text/index.ts';
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
  /** False also where its file says that nobody may do so by hand (RefuseManualStart, RefuseManualStop). */
  readonly canStart: boolean | undefined;
  readonly canStop: boolean | undefined;
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
  /** The unit's own name, where it was asked for by another (an alias). */
  readonly realName?: string | undefined;
  /** Its own file in /etc is a link, which goes when it is disabled. */
  readonly isLink?: boolean | undefined;
  /** What a socket, timer or path starts: without it, it cannot be started itself, and a socket not beside it. */
  readonly triggers?: readonly string[] | undefined;
  /** All its names, where it has several. */
  readonly names?: readonly string[] | undefined;
  /** What its files ask for when it is enabled; undefined: nobody has looked into them. */
  readonly install?: Install | undefined;
  /** Started with it: Requires, Wants, BindsTo, Upholds. */
  readonly pulls?: readonly string[] | undefined;
  /** Not started without these: Requires, Requisite, BindsTo; undefined: not known. */
  readonly requires?: readonly string[] | undefined;
  /** What a service runs first and was not seen to be ready; undefined where nobody can tell. */
  readonly program?: string | undefined;
  /** It is started with these. */
  readonly pulledBy?: readonly string[] | undefined;
  /** Stopped and restarted with these: Requires, Requisite, BindsTo, PartOf. */
  readonly leansOn?: readonly string[] | undefined;
  /** Stopped when it is started, and the other way round. */
  readonly conflicts?: readonly string[] | undefined;
  /** Where it mounts something. */
  readonly covers?: string | undefined;
  /** Directories and files that its manager makes when it starts. */
  readonly makes?: readonly string[] | undefined;
  /** Those of them that are removed when it stops. */
  readonly takesAway?: readonly string[] | undefined;
  /** In a prediction: why it cannot be told. */
  readonly open?: Readonly<Partial<Record<'active' | 'enabled', string>>> | undefined;
}

/** @see systemd.unit(5) "[Install]" */
export interface Install {
  readonly aliases: readonly string[];
  /** Enabled and disabled with it. */
  readonly also: readonly string[];
  /** What starts it, once it is enabled: WantedBy, RequiredBy, UpheldBy. */
  readonly wantedBy: readonly string[];
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
  /** A command for /bin/sh that must succeed after the transition; `since` in its environment is the moment before, as `journalctl --since` takes it. */
  readonly verify?: string;
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

/**
 * What is wanted of a unit as it is: without a transition that is not for one that does not run.
 * @throws UnknownRead when that depends on changes not yet made
 */
export function desiredNow(want: UnitWant, unit: Observed<UnitState>): UnitDesired {
  const desired = desiredOf(want);
  if (!desired.onlyRunning || unit.status === 'unknown') return desired;
  if (unit.status === 'present') mustBeKnown(unit.state, 'active');
  if (runs(unit)) return desired;
  const {transition: _, ...rest} = desired;
  return rest;
}

/** Also while it starts: it has read its files already. */
function runs(unit: Observed<UnitState>): boolean {
  return unit.status === 'present' && (unit.state.active === true || unit.state.activeState === 'activating');
}

/** @throws UnknownRead when it depends on changes not yet made */
export function mustBeKnown(
  state: Readonly<Partial<UnitState>> | undefined,
  name: 'active' | 'enabled',
): void {
  const reason = state?.open?.[name];
  if (reason !== undefined) throw new UnknownRead(new Unknown(reason));
}
