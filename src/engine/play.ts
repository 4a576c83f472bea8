import type {Flush, Handler, Task} from '../playbook/index.ts';
import type {Ref} from '../resources/index.ts';
import {UnknownRead} from '../text/index.ts';
import {test} from '../values/index.ts';
import {circleOf, newCircle, tellCircle} from './circle.ts';
import type {Context} from './context.ts';
import {restartedUnits, startedSince} from './discharge.ts';
import {ask, type Interpretation} from './effect.ts';
import {type Failure, failureOf, learnFailure, unknownFailure} from './failure.ts';
import type {OwedHandler} from './journal.ts';
import {labelOf} from './label.ts';
import {lookAtHost} from './look-at-host.ts';
import {mayRun, tellMayRun} from './may-run.ts';
import {followMeta} from './meta.ts';
import {metaOf} from './meta-task.ts';
import {placeOfTask} from './once.ts';
import {isRefusedAhead} from './refused-ahead.ts';
import type {TaskResult} from './result.ts';
import {Stopped} from './stop.ts';
import {stopRule} from './stop-rule.ts';
import {interpretTask} from './task.ts';
import {advance, current, fail, include, innermost, isRescued, isRescuing, placeOf, walkOf} from './walk.ts';

/**
 * One play on one host, from facts to handlers. False when the host failed and went no further.
 * @throws VprovError when it cannot be told as which user the play runs
 */
export function* interpretPlay(context: Context): Interpretation<boolean> {
  yield* lookAtHost(context);
  if (yield* isRefusedAhead(context)) return false;
  if (!context.forcesHandlers) return yield* interpretTasks(context);
  let ended = false;
  try {
    ended = yield* interpretTasks(context);
  } catch (error) {
    if (error instanceof Stopped) yield* runHandlers(context, true);
    throw error;
  }
  // After a handler that failed no other is tried, as in Ansible: they stay owed.
  if (!ended && !context.walk.handlerFailed) yield* runHandlers(context, true);
  return ended;
}

/**
 * The tasks of the play from where the walk stands, and the handlers where they are due. A failure leads to a `rescue`,
 * or ends the host.
 */
export function* interpretTasks(context: Context): Interpretation<boolean> {
  const {walk} = context;
  for (let entry = current(walk); entry; entry = current(walk)) {
    if (entry.type !== 'flush' && !(context.selects(entry) && (yield* isConfirmed(entry, context)))) {
      advance(walk);
      continue;
    }
    const isFatal = entry.type === 'task' && entry.among.anyErrorsFatal;
    const stopsWhen = isFatal ? stopRule(0, 1) : context.stopsWhen;
    const order = stopsWhen && !context.isHandler ? placeOf(walk) : undefined;
    yield* interpretEntry(entry, context);
    if (stopsWhen && order && !walk.failed) yield* keepStep(order, stopsWhen);
  }
  return !walk.failed;
}

function* isConfirmed(task: Task, context: Context): Interpretation<boolean> {
  if (!context.isStepped || context.isHandler) return true;
  const {name} = labelOf(task, context.scopes.forTask(task), false);
  return yield* ask({type: 'confirm', place: placeOfTask(task, context), task: name});
}

function* interpretEntry(entry: Task | Flush, context: Context): Interpretation<void> {
  const {walk, learned} = context;
  const here = within(context);
  if (context.everyHandler && isRescuing(walk)) learnFailure(unknownFailure, learned);
  const isFlush = entry.type === 'flush' || flushes(entry, here);
  const result = isFlush ? undefined : yield* interpretTask(entry, here, context.isHandler);
  const isLast = entry.type === 'flush' && entry.isLast;
  const failure = result ? failureOf(result) : yield* runHandlers(context, isLast);
  if (failure === undefined || context.continues) {
    advance(walk);
    include(walk, here.included);
    // Validation sees what comes after, too: it does not know who ends here.
    if (entry.type === 'task' && result?.status === 'ok' && !context.everyHandler) followMeta(entry, walk);
    return;
  }
  // Also where an `always` comes first: whatever rescue is next in the end is told of what led there.
  const rescued = isRescued(walk);
  if (rescued) learnFailure(failure, learned);
  if (isFlush && !rescued) walk.handlerFailed = true;
  fail(walk);
}

/** What the tasks of the list stand on that runs now: with what its includes give to it. */
function within(context: Context): Context {
  const {parameters, chain} = innermost(context.walk);
  if (chain.length === 0) return {...context, included: []};
  const {onDiagnostic, scopes} = context;
  const related = chain.map((source) => ({message: 'included here', source})).toReversed();
  return {
    ...context,
    included: [],
    scopes: scopes.within(parameters),
    ...(onDiagnostic
      ? {onDiagnostic: (one) => onDiagnostic({...one, related: [...(one.related ?? []), ...related]})}
      : {}),
  };
}

/**
 * Where hosts keep step, waits for the others after a task; where they may have to stop, also for one whose first change it
 * is: whoever stops when that fails must not go on before it.
 * @throws Stopped when too many of them have failed
 */
function* keepStep(
  order: readonly number[],
  stopsWhen: NonNullable<Context['stopsWhen']>,
): Interpretation<void> {
  const gate = stopsWhen.mayStop ? {opensGate: true as const} : {};
  const place = {name: `after task ${order.join('.')}`, order, ...gate};
  const {failed} = yield* ask({type: 'meet', place});
  const reason = stopsWhen(failed);
  if (reason !== undefined) throw new Stopped(reason);
}

/** One whose condition is false or unknown is a task like others, and does nothing. */
function flushes(task: Task, context: Context): boolean {
  if (context.isHandler) return false;
  if (metaOf(task) !== 'flush_handlers') return false;
  return task.when.length === 0 || holds(task, context);
}

function holds(task: Task, context: Context): boolean {
  try {
    const {scopes} = context;
    return (context.holds?.(task, scopes) ?? test(task.when, scopes.forTask(task))) === true;
  } catch {
    // The task itself will say what is wrong with its condition.
    return false;
  }
}

/**
 * The owed handlers in the order of their definition, each once; one that fails leaves itself and those after it owed.
 * Who is notified by a later one waits for the next flush, as in Ansible, but for the last: nothing comes after it, so
 * it goes on until nobody is owed any more. In validation every handler is gone through, owed or not.
 */
function* runHandlers(context: Context, isLast: boolean): Interpretation<Failure | undefined> {
  const {handlers, owed, everyHandler} = context;
  const circle = isLast && !everyHandler ? newCircle() : undefined;
  const toldOf = new Set<Handler>();
  const isDue = (handler: Handler): boolean =>
    everyHandler || owed.has(handler.handlerName) || mayRun(handler, toldOf, context);
  do {
    // An include may add to them.
    for (let index = 0; index < handlers.length; index++) {
      const handler = handlers[index];
      if (!handler || !isDue(handler)) continue;
      const failure = yield* runDue(
        handler,
        circle ? {...context, circle: circleOf(handler, circle)} : context,
        toldOf,
      );
      if (failure) return failure;
    }
  } while (circle && handlers.some(isDue));
  return undefined;
}

function* runDue(
  handler: Handler,
  context: Context,
  toldOf: Set<Handler>,
): Interpretation<Failure | undefined> {
  const {owed, everyHandler} = context;
  if (!everyHandler && !owed.has(handler.handlerName)) return yield* tellMayRun(handler, toldOf, context);
  context.mayRun.delete(handler.handlerName);
  const mark = owed.get(handler.handlerName);
  if (mark && (yield* isDischarged(handler, mark, context))) {
    yield* settleOwed(mark, context);
    return undefined;
  }
  const result = yield* interpretHandler(handler, context);
  const {status} = result;
  // It stays owed on the host; here it is tried again only when something else notifies it. Nor can check mode say more
  // later of one that is unknown: it is told once.
  if (status === 'failed' || status === 'unknown') owed.delete(handler.handlerName);
  else if (mark) yield* settleOwed(mark, context);
  if (status === 'failed') return context.continues ? undefined : failureOf(result);
  yield* tellCircle(handler, context);
  return undefined;
}

/** A handler may be an include: then what it includes is the handler. */
function* interpretHandler(handler: Handler, context: Context): Interpretation<TaskResult> {
  const own: Context = {...context, included: []};
  const result = yield* interpretTask(handler, own, true);
  if (own.included.length === 0) return result;
  const walk = walkOf([], context.everyHandler);
  include(walk, own.included);
  const isDone = yield* interpretTasks({...own, walk, isHandler: true, selects: () => true});
  return isDone ? result : {...result, status: 'failed'};
}

function* settleOwed(mark: OwedHandler, context: Context): Interpretation<void> {
  context.owed.delete(mark.handler);
  yield* ask({type: 'settle', journal: context.journal.user, handlers: [mark]});
}

function* wereStartedSince(
  mark: OwedHandler,
  refs: readonly Ref[],
  context: Context,
): Interpretation<boolean> {
  try {
    const view = yield* ask({type: 'need', user: context.journal.user, refs});
    return startedSince(mark, refs, view);
  } catch (error) {
    if (error instanceof UnknownRead) return false;
    throw error;
  }
}

/** A restart is no longer owed when every unit that it restarts was started after the notification. */
function* isDischarged(handler: Handler, mark: OwedHandler, context: Context): Interpretation<boolean> {
  const refs = restartedUnits(handler, context);
  if (refs.length === 0) return false;
  if (!(yield* wereStartedSince(mark, refs, context))) return false;
  const task = labelOf(handler, context.scopes.forTask(handler), true);
  yield* ask({
    type: 'emit',
    event: {
      type: 'task',
      host: context.host,
      task,
      status: 'skipped',
      changes: [],
      message: 'not needed any more: the unit was started since',
      durationMs: 0,
    },
  });
  return true;
}
