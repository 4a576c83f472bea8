import {type Diagnostic, VprovError} from '../errors/index.ts';
import {type Unknown, UnknownRead} from '../text/index.ts';
import {isMap, type Value, type ValueMap} from '../values/index.ts';
import type {ChangeReport, TaskLabel, TaskStatus} from './events.ts';
import {failsTask} from './stop.ts';

/** How one pass of a task ended. `result` is what `register` keeps. */
export interface ItemResult {
  readonly status: TaskStatus;
  readonly reports: readonly ChangeReport[];
  /** The host that it was done on, where that is not the task's own: `delegate_to`. */
  readonly on?: string;
  /** Names of the handlers that are owed by it. */
  readonly notified: readonly string[];
  readonly result: Value;
  /** The loop's item, as people read it. */
  readonly item?: string;
  readonly message?: string;
  /** What is not known, for the status `unknown`. */
  readonly unknownReason?: string;
  /** It failed in planning: what it would have to do must not be done. */
  readonly refused?: true;
  /** Check mode: it changes nothing, and is looked at when the changes before it are made. */
  readonly wouldRun?: true;
  /** The host was lost, and `ignore_unreachable` lets that pass. */
  readonly lost?: true;
  readonly hint?: string;
  /** What is not as it should be, and stops nothing: for people to see to. */
  readonly attention?: string;
  /** What is as it was chosen to be, and is said again at the end. */
  readonly reminder?: string;
  readonly diagnostics?: readonly Diagnostic[];
}

/** How one task ended on one host. */
export interface TaskResult {
  readonly status: TaskStatus;
  readonly label: TaskLabel;
  /** As `register` keeps it. */
  readonly result: Value;
}

export function failed(
  message: string,
  details: {
    readonly hint?: string | undefined;
    readonly reports?: readonly ChangeReport[];
    readonly result?: ValueMap;
  } = {},
): ItemResult {
  return {
    status: 'failed',
    reports: details.reports ?? [],
    notified: [],
    result: {...details.result, ...itemFields('failed'), msg: message},
    message,
    ...(details.hint ? {hint: details.hint} : {}),
  };
}

/** What must not be done from here, found before anything of it was. */
export function refused(message: string, hint?: string): ItemResult {
  return {...failed(message, {hint}), refused: true};
}

/** The host was lost, which the task lets pass. */
export function unreachable({message, hint}: {readonly message: string; readonly hint?: string}): ItemResult {
  const lost = failed(message, {hint, result: {unreachable: true}});
  return {...lost, result: {...(isMap(lost.result) ? lost.result : {}), failed: false}, lost: true};
}

/** Nothing different, nothing done. */
export function fine(result: ValueMap = {}, message?: string): ItemResult {
  return {
    status: 'ok',
    reports: [],
    notified: [],
    result: {...result, ...itemFields('ok')},
    ...(message === undefined ? {} : {message}),
  };
}

/** Nothing done, and something is not as it should be. */
export function noticed(attention: string): ItemResult {
  return {...fine({msg: attention}), attention};
}

export function skipped(reason: string): ItemResult {
  return {status: 'skipped', reports: [], notified: [], result: itemFields('skipped'), message: reason};
}

/** What cannot be said before the run: reading any field of its result reads the unknown. */
export function unknown(reason: Unknown): ItemResult {
  return {
    status: 'unknown',
    reports: [],
    notified: [],
    result: reason,
    message: `known after the run: ${reason.reason}`,
    unknownReason: reason.reason,
  };
}

/** Check mode: what changes nothing, and will look at what the changes before it leave. */
export function wouldLook(reason: Unknown): ItemResult {
  const message = `what it finds is known after the run: ${reason.reason}`;
  return {status: 'ok', reports: [], notified: [], result: reason, message, wouldRun: true};
}

/** An error that is a result of the task. @throws every other */
export function fromError(error: unknown): ItemResult {
  if (error instanceof UnknownRead) return unknown(error.unknown);
  if (failsTask(error)) return failed(error.message, {hint: error.hint});
  if (!(error instanceof VprovError)) throw error;
  const [first] = error.diagnostics;
  return {...failed(first?.message ?? 'failed', {hint: first?.hint}), diagnostics: error.diagnostics};
}

/** The fields that every registered result has. */
export function itemFields(status: TaskStatus): {changed: boolean; failed: boolean; skipped: boolean} {
  return {
    changed: status === 'changed' || status === 'would-change',
    failed: status === 'failed',
    skipped: status === 'skipped',
  };
}

const gravity: readonly TaskStatus[] = [
  'unreachable',
  'failed',
  'unknown',
  'changed',
  'would-change',
  'ok',
  'skipped',
];

/** The gravest of a task's passes is how the task ended; a loop over nothing was skipped. */
export function statusOf(items: readonly Pick<ItemResult, 'status'>[]): TaskStatus {
  return gravity.find((status) => items.some((item) => item.status === status)) ?? 'skipped';
}

/** The status under `ignore_errors`: what failed counts as ok, what changed beside it is still a change. */
export function statusIgnoringFailures(items: readonly ItemResult[]): TaskStatus {
  return statusOf(items.map(({status}) => ({status: status === 'failed' ? 'ok' : status})));
}
