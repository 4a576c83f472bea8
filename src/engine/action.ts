import type {Action, LocalRef} from '../modules/index.ts';
import {isRefusal} from '../resources/index.ts';
import {Unknown} from '../text/index.ts';
import {type Scope, test, type Value, type ValueMap} from '../values/index.ts';
import {type ActionOutcome, ask, type Effect, type Interpretation} from './effect.ts';
import {gather, inOrder, orderOf} from './group.ts';
import {inputsOf} from './inputs.ts';
import {looking} from './looking.ts';
import {
  confirm,
  type Notified,
  notificationsOf,
  notNotified,
  resultLayer,
  takeBack,
  unowed,
} from './notify.ts';
import {factsOf, type Pass} from './pass.ts';
import {failed, fine, type ItemResult, itemFields, refused, skipped, unknown, wouldLook} from './result.ts';
import {Interrupted} from './stop.ts';

type ActEffect = Extract<Effect, {type: 'act'}>;
/** What is carried out. */
type What = Pick<ActEffect, 'action' | 'args' | 'inputs' | 'group'>;

/**
 * An opaque action: its guard decides whether it runs; `until`, `failed_when` and `changed_when` judge what it gave.
 * What it may notify is owed from before it runs, and taken back when it turns out not to be.
 */
export function* runAction(
  action: Action,
  args: ValueMap,
  local: readonly LocalRef[],
  pass: Pass,
): Interpretation<ItemResult> {
  const {user} = pass;
  const inputs = yield* inputsOf(local, pass);
  const refs = action.reads?.(args, factsOf(pass)) ?? [];
  const group =
    action.scope === 'group' ? yield* gather(refs, args, pass, !isReadOnly(action, args, pass)) : undefined;
  const guard = yield* looking(user, refs, (seen) => action.guard(args, seen, group));
  const work = () => actBy({action, args, inputs, ...(group ? {group} : {})}, guard, pass);
  return yield* group ? inOrder(orderOf(action, args, group), pass, work) : work();
}

function* actBy(what: What, guard: ReturnType<Action['guard']>, pass: Pass): Interpretation<ItemResult> {
  const {task} = pass;
  const {action, args} = what;
  if (guard instanceof Unknown) return unknown(guard);
  if (isRefusal(guard)) return refused(guard.refused, guard.hint);
  if (!guard.run) return fine({}, guard.reason);
  const readOnly = isReadOnly(action, args, pass);
  if (task.manner.checkMode && !readOnly && !pass.context.onDiagnostic)
    return skipped('check_mode: it is not run');
  const early =
    readOnly || neverChanges(pass)
      ? notNotified
      : yield* notificationsOf(pass, new Unknown(`it depends on what ${pass.label.name} gives`));
  const judged = yield* untilDone(
    {...what, readOnly, ...(task.manner.checkMode === false ? {always: true} : {})},
    early,
    pass,
  );
  return yield* notifyBy(withReason(judged, guard.reason), early, pass);
}

function isReadOnly(action: Action, args: ValueMap, {task}: Pass): boolean {
  return task.readsOnly || action.readOnly(args);
}

/** Why it was to run, where it says so. */
function withReason(result: ItemResult, reason: string | undefined): ItemResult {
  if (reason === undefined) return result;
  if (result.status === 'would-change') return {...result, message: `would run: ${reason}`};
  return result.status === 'changed' ? {...result, message: reason} : result;
}

function* untilDone(
  what: What & Pick<ActEffect, 'readOnly' | 'always'>,
  early: Notified,
  pass: Pass,
): Interpretation<ItemResult> {
  const {task, user, context, label, setting} = pass;
  const tries = task.until ? task.retries + 1 : 1;
  for (let attempt = 1; ; attempt++) {
    const outcome = yield* ask({
      type: 'act',
      user,
      ...what,
      journal: context.journal.user,
      handlers: attempt === 1 ? early.marks : [],
      task: label,
      setting,
    });
    confirm(early, pass);
    const result = judge(outcome, what.readOnly, pass, attempt);
    if (!task.until || result.result instanceof Unknown) return result;
    const reached = test(task.until, scopeWith(pass, result.result));
    if (reached instanceof Unknown) return unknown(reached);
    if (reached) return result;
    if (attempt >= tries) return gaveUp('not so', attempt, result, pass);
    try {
      yield* ask({type: 'pause', milliseconds: task.delaySeconds * 1000});
    } catch (error) {
      // What was done so far is told; a question that was not answered yet is not.
      if (what.readOnly || !(error instanceof Interrupted)) throw error;
      return gaveUp('interrupted, not so', attempt, result, pass);
    }
  }
}

function gaveUp(how: string, tries: number, {message, hint, result}: ItemResult, {task}: Pass): ItemResult {
  const words = (task.until ?? []).map((one) => one.text).join(' and ');
  const last = message ? ` (${message})` : '';
  const count = tries === 1 ? '1 try' : `${tries} tries`;
  return failed(`${how} after ${count}: ${words}${last}`, {hint, result: mapOf(result)});
}

/** The outcome as a result, seen through `failed_when` and `changed_when`. */
function judge(outcome: ActionOutcome, readOnly: boolean, pass: Pass, attempts: number): ItemResult {
  if (outcome.status === 'unknown')
    return readOnly ? lookedAtLater(outcome.unknown, pass) : unknown(outcome.unknown);
  if (outcome.status === 'would-run') return wouldRun(outcome.unknown, pass);
  const {task} = pass;
  const raw: ValueMap = {
    ...outcome.result,
    ...itemFields(outcome.failed ? 'failed' : outcome.changed ? 'changed' : 'ok'),
    ...(task.until ? {attempts} : {}),
  };
  const scope = scopeWith(pass, raw);
  const fails = task.failedWhen ? test(task.failedWhen, scope) : outcome.failed !== undefined;
  if (fails instanceof Unknown) return unknown(fails);
  if (fails) {
    const message =
      outcome.failed ?? `failed_when holds: ${(task.failedWhen ?? []).map((one) => one.text).join(' and ')}`;
    return failed(message, {hint: outcome.hint, result: raw});
  }
  const changed = task.changedWhen ? test(task.changedWhen, scope) : outcome.changed && !task.readsOnly;
  if (changed instanceof Unknown) return unknown(changed);
  const status = changed ? 'changed' : 'ok';
  return {status, reports: [], notified: [], result: {...raw, ...itemFields(status)}};
}

/**
 * What only looks, and has not: in check mode, because it would look at changes that are not made. It is foretold to run
 * unless `changed_when` needs what it finds.
 */
function lookedAtLater(reason: Unknown, pass: Pass): ItemResult {
  if (!pass.context.checkMode || pass.context.onDiagnostic) return unknown(reason);
  const changed = pass.task.changedWhen ? test(pass.task.changedWhen, scopeWith(pass, reason)) : false;
  return changed === false ? wouldLook(reason) : unknown(reason);
}

/** Check mode: the action would run. Whether it changes something is known only where `changed_when` reads no result. */
function wouldRun(reason: Unknown, pass: Pass): ItemResult {
  const changed = pass.task.changedWhen ? test(pass.task.changedWhen, scopeWith(pass, reason)) : true;
  if (changed !== true) return unknown(reason);
  const words = pass.label.handler ? {} : {message: 'would run'};
  return {status: 'would-change', reports: [], notified: [], result: reason, ...words};
}

/** Now that the result is there: what it owes, and what it turned out not to owe. */
function* notifyBy(result: ItemResult, early: Notified, pass: Pass): Interpretation<ItemResult> {
  const {context, user, label, setting} = pass;
  if (result.status === 'ok') {
    yield* takeBack(early, pass);
    return result;
  }
  if (result.status !== 'changed' && result.status !== 'would-change') return result;
  yield* takeBack(unowed(early, pass, result.result), pass);
  const late = yield* notificationsOf(pass, result.result);
  if (late.marks.length > 0) {
    const journal = context.journal.user;
    yield* ask({type: 'change', user, changes: [], journal, handlers: late.marks, task: label, setting});
    confirm(late, pass);
  }
  return {...result, notified: late.names};
}

function scopeWith({task, context, above}: Pass, result: Value): Scope {
  return context.scopes.forTask(task, [...above, resultLayer(task, result)]);
}

function neverChanges({task}: Pass): boolean {
  return task.notify.length === 0 || (task.changedWhen?.every((one) => one.text.trim() === 'false') ?? false);
}

function mapOf(value: Value): ValueMap {
  return typeof value === 'object' && value !== null ? (value as ValueMap) : {};
}
