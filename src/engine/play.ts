import type {Flush, Handler, Task} from '../playbook/index.ts';
import type {Observed} from '../resources/index.ts';
import {Unknown, UnknownRead} from '../text/index.ts';
import {test, type Value} from '../values/index.ts';
import type {Context} from './context.ts';
import {restartedUnits, startedSince} from './discharge.ts';
import {ask, type Interpretation} from './effect.ts';
import {type Failure, failureOf, learnFailure, unknownFailure} from './failure.ts';
import {type JournalState, journalDirectory, type OwedHandler} from './journal.ts';
import {definerOf, labelOf} from './label.ts';
import {followMeta} from './meta.ts';
import {metaOf} from './meta-task.ts';
import {placeOfTask} from './once.ts';
import type {TaskResult} from './result.ts';
import {Stopped} from './stop.ts';
import {stopRule} from './stop-rule.ts';
import {interpretTask} from './task.ts';
import {userOf} from './users.ts';
import {advance, current, fail, include, innermost, isRescuing, placeOf, walkOf} from './walk.ts';

/**
 * One play on one host, from facts to handlers. False when the host failed and went no further.
 * @throws VprovError when it cannot be told as which user the play runs
 */
export function* interpretPlay(context: Context): Interpretation<boolean> {
  yield* lookAtHost(context);
  if (!context.forcesHandlers) return yield* interpretTasks(context);
  let ended = false;
  try {
    ended = yield* interpretTasks(context);
  } catch (error) {
    if (error instanceof Stopped) yield* runHandlers(context);
    throw error;
  }
  if (!ended) yield* runHandlers(context);
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
  const failure = result ? failureOf(result) : yield* runHandlers(context);
  if (failure === undefined || context.continues) {
    advance(walk);
    include(walk, here.included);
    // Validation sees what comes after, too: it does not know who ends here.
    if (entry.type === 'task' && result?.status === 'ok' && !context.everyHandler) followMeta(entry, walk);
    return;
  }
  fail(walk);
  if (isRescuing(walk)) learnFailure(failure, learned);
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

/** Where hosts keep step, waits for the others after a task. @throws Stopped when too many of them have failed */
function* keepStep(
  order: readonly number[],
  stopsWhen: NonNullable<Context['stopsWhen']>,
): Interpretation<void> {
  const place = {name: `after task ${order.join('.')}`, order};
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
    return test(task.when, context.scopes.forTask(task)) === true;
  } catch {
    // The task itself will say what is wrong with its condition.
    return false;
  }
}

const factsRef = {kind: 'facts', id: 'host', facets: ['state']} as const;

/** Facts and what is owed from before, in one question. */
function* lookAtHost(context: Context): Interpretation<void> {
  const {play, learned} = context;
  const user = userOf(undefined, context, context.scopes.forTask(undefined));
  const journal = journalRef(user);
  const refs = play.gatherFacts ? [factsRef, journal] : [journal];
  const view = yield* ask({type: 'need', user, refs});
  context.journal.user = user;
  try {
    const facts = play.gatherFacts ? view.get(factsRef) : undefined;
    if (facts?.status === 'present') learned.facts = facts.state as Value;
    if (facts?.status === 'unreadable') learned.facts = new Unknown(`facts cannot be read: ${facts.reason}`);
    const seen = view.get<JournalState>(journal);
    const writable = seen.status !== 'present' || seen.state.writable !== false;
    yield* takeUp(seen, context);
    if (!writable && user !== context.loginUser && user !== 'root') yield* useJournalOfRoot(context);
  } catch (error) {
    if (!(error instanceof UnknownRead)) throw error;
  }
}

/** A user without a home keeps no journal: what they owe stands in root's. */
function* useJournalOfRoot(context: Context): Interpretation<void> {
  const ref = journalRef('root');
  const view = yield* ask({type: 'need', user: 'root', refs: [ref]});
  const seen = view.get<JournalState>(ref);
  context.journal.user = 'root';
  yield* takeUp(seen, context);
}

function journalRef(user: string) {
  return {kind: 'journal', id: journalDirectory(user), facets: ['state']} as const;
}

/** Handlers that an earlier run left owed, and that this play defines, are this play's to run. */
function* takeUp(journal: Observed<JournalState>, context: Context): Interpretation<void> {
  if (journal.status === 'unreadable') {
    const message = `what is owed here cannot be read: ${journal.reason}`;
    yield* ask({type: 'emit', event: {type: 'note', host: context.host, message}});
  }
  const marks = journal.status === 'present' ? (journal.state.owed ?? []) : [];
  const unread = journal.status === 'present' ? (journal.state.unread ?? 0) : 0;
  if (unread > 0) {
    const message = `handlers may be owed here that this vprov cannot read (${unread}): run the one that wrote it, or look into ${journalDirectory(context.journal.user)}`;
    yield* ask({type: 'emit', event: {type: 'note', host: context.host, message}});
  }
  context.onOwed?.(context.journal.user, marks);
  for (const mark of marks) {
    if (!context.handlers.some((handler) => isOf(handler, mark, context))) continue;
    context.owed.set(mark.handler, mark);
    // Nothing in this play says why it would run.
    const message = `'${mark.handler}' is owed from run ${mark.run} of ${mark.playbook}`;
    if (context.checkMode) yield* ask({type: 'emit', event: {type: 'note', host: context.host, message}});
  }
}

function isOf(handler: Handler, mark: OwedHandler, context: Context): boolean {
  return handler.handlerName === mark.handler && definerOf(handler, context.playbookName) === mark.of;
}

/**
 * The owed handlers, once each, in the order of their definition, also those that handlers notify; one that fails
 * leaves itself and those after it owed. In validation every handler is gone through, owed or not.
 */
function* runHandlers(context: Context): Interpretation<Failure | undefined> {
  const {owed, everyHandler} = context;
  const left = new Set(context.handlers);
  const next = (): Handler | undefined =>
    [...left].find((handler) => everyHandler || owed.has(handler.handlerName));
  for (let handler = next(); handler; handler = next()) {
    left.delete(handler);
    const mark = owed.get(handler.handlerName);
    if (mark && (yield* isDischarged(handler, mark, context))) {
      yield* settleOwed(mark, context);
      continue;
    }
    const result = yield* interpretHandler(handler, context);
    const {status} = result;
    if (status === 'failed' && !context.continues) {
      // It stays owed on the host; here it is tried again only when something else notifies it.
      owed.delete(handler.handlerName);
      return failureOf(result);
    }
    // Check mode cannot say more of it later: it is told once, and stays owed on the host.
    if (status === 'unknown') owed.delete(handler.handlerName);
    else if (mark && status !== 'failed') yield* settleOwed(mark, context);
  }
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

/** A restart is no longer owed when every unit that it restarts was started after the notification. */
function* isDischarged(handler: Handler, mark: OwedHandler, context: Context): Interpretation<boolean> {
  const refs = restartedUnits(handler, context);
  if (refs.length === 0) return false;
  const view = yield* ask({type: 'need', user: context.journal.user, refs});
  if (!startedSince(mark, refs, view)) return false;
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
