import type {Handler} from '../playbook/index.ts';
import type {Change, Ref, StateView, Want} from '../resources/index.ts';
import {UnknownRead} from '../text/index.ts';
import type {Context} from './context.ts';
import type {OwedHandler} from './journal.ts';
import {wantsBlindly} from './wants.ts';

/**
 * The units that a handler restarts, as references; none when that cannot be said before it runs. A start of all of
 * them after the notification does what the handler would do.
 */
export function restartedUnits(handler: Handler, context: Context): readonly Ref[] {
  return wantsBlindly(handler, context)
    .filter((want) => want.ref.kind === 'unit' && unitFields(want).transition === 'restart')
    .map((want) => ({...want.ref, facets: ['state']}));
}

/** Whether a change stops a running unit, if only for a moment: what serves will not serve meanwhile. */
export function interruptsUnit({ref, want, attributes}: Change): boolean {
  if (ref.kind !== 'unit') return false;
  const {transition, active} = unitFields(want);
  return transition === 'restart' || (active === false && attributes.some(({name}) => name === 'active'));
}

function unitFields({after}: Want): {readonly transition?: unknown; readonly active?: unknown} {
  return typeof after === 'object' ? after : {};
}

/** InvocationIDs of units as they are now; empty for what is not running or not known. */
export function invocationsOf(refs: readonly Ref[], view: StateView): Readonly<Record<string, string>> {
  return Object.fromEntries(refs.map((ref) => [ref.id, invocationOf(view, ref)]));
}

/**
 * Whether every one of these units, and there is one, was started after the handler was notified. A start
 * with files that systemd had not read again does not count: then the unit runs as it did.
 */
export function startedSince(mark: OwedHandler, refs: readonly Ref[], view: StateView): boolean {
  return refs.length > 0 && refs.every((ref) => wasStarted(mark, ref, view));
}

function wasStarted(mark: OwedHandler, ref: Ref, view: StateView): boolean {
  const noted = mark.units[ref.id];
  const unit = runningUnit(view, ref);
  if (noted === undefined || unit === undefined || idOf(unit) === noted) return false;
  if (unit.needDaemonReload !== false) return false;
  // What did not run when it was notified is read when it starts, unless others held it in memory.
  if (noted === '' || unit.startedUs === undefined) return true;
  // Where the files were read since, and after that start, it cannot be told what was read before it.
  const isReadSince = mark.filesReadUs !== unit.filesReadUs;
  return !isReadSince || (unit.filesReadUs !== undefined && unit.startedUs >= unit.filesReadUs);
}

/** When systemd had last read its files, as far as these units tell. */
export function filesReadOf(refs: readonly Ref[], view: StateView): number | undefined {
  for (const ref of refs) {
    const read = runningUnit(view, ref)?.filesReadUs;
    if (read !== undefined) return read;
  }
  return undefined;
}

interface RunningUnit {
  readonly active?: boolean;
  readonly invocationId?: string;
  readonly needDaemonReload?: boolean;
  readonly startedUs?: number;
  readonly filesReadUs?: number;
}

function invocationOf(view: StateView, ref: Ref): string {
  const unit = runningUnit(view, ref);
  return unit ? idOf(unit) : '';
}

/** `planned` for a unit that check mode sees as started. */
function idOf(unit: RunningUnit): string {
  return unit.invocationId || 'planned';
}

/** Undefined for what does not run or is not known. */
function runningUnit(view: StateView, ref: Ref): RunningUnit | undefined {
  try {
    const unit = view.get<RunningUnit>(ref);
    return unit.status === 'present' && unit.state.active === true ? unit.state : undefined;
  } catch (error) {
    if (error instanceof UnknownRead) return undefined;
    throw error;
  }
}
