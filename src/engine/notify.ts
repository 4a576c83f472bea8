import type {Handler, Task} from '../playbook/index.ts';
import {type Layer, layerOfData, test, type Value} from '../values/index.ts';
import {open} from './circle.ts';
import {filesReadOf, invocationsOf, restartedUnits} from './discharge.ts';
import {ask, type Interpretation} from './effect.ts';
import {handlersOf} from './handlers.ts';
import type {OwedHandler} from './journal.ts';
import {definerOf, digestOf} from './label.ts';
import type {Pass} from './pass.ts';

/** What a change leaves owed. */
export interface Notified {
  /** Names of the handlers that are owed by it, also of those that were owed before. */
  readonly names: readonly string[];
  /** Marks that are new on the host, or newer than those there. */
  readonly marks: readonly OwedHandler[];
  /** The older marks of the same handlers, which stand again should the change turn out to be none. */
  readonly replaced: readonly OwedHandler[];
}

export const notNotified: Notified = {names: [], marks: [], replaced: []};

/**
 * The handlers that become owed when a task changes something with this result. A condition that cannot be judged
 * yet counts as true: a superfluous restart is better than a lost one. A handler that is owed already needs no new
 * mark, unless its unit was started since: that start does not answer for this change.
 */
export function* notificationsOf(pass: Pass, result: Value): Interpretation<Notified> {
  const {context} = pass;
  const handlers = notifiedHandlers(pass, result);
  const marks: OwedHandler[] = [];
  const replaced: OwedHandler[] = [];
  for (const handler of handlers) {
    const noted = yield* unitsOf(handler, pass);
    const known = context.owed.get(handler.handlerName);
    const isMarked = known && !context.unsure.has(known.handler);
    if (isMarked && JSON.stringify(known.units) === JSON.stringify(noted.units)) continue;
    const mark: OwedHandler = {
      v: 1,
      handler: handler.handlerName,
      of: definerOf(handler, context.playbookName),
      digest: digestOf(handler),
      playbook: context.playbookName,
      run: context.run,
      since: new Date(context.now()).toISOString(),
      ...noted,
    };
    context.owed.set(mark.handler, mark);
    context.unsure.add(mark.handler);
    marks.push(mark);
    if (isMarked) replaced.push(known);
  }
  return {names: handlers.map((handler) => handler.handlerName), marks, replaced};
}

/** The marks stand on the host now. */
export function confirm({marks}: Notified, {context}: Pass): void {
  for (const {handler} of marks) context.unsure.delete(handler);
}

/** Takes back marks that were written before it was known whether they would be owed. */
export function* takeBack({marks, replaced}: Notified, pass: Pass): Interpretation<void> {
  const {context, user, label, setting} = pass;
  if (marks.length === 0) return;
  for (const mark of marks) context.owed.delete(mark.handler);
  for (const mark of replaced) context.owed.set(mark.handler, mark);
  const kept = new Set(replaced.map((mark) => mark.handler));
  const journal = context.journal.user;
  const gone = marks.filter((mark) => !kept.has(mark.handler));
  if (replaced.length > 0)
    yield* ask({type: 'change', user, changes: [], journal, handlers: replaced, task: label, setting});
  if (gone.length > 0) yield* ask({type: 'settle', journal, handlers: gone});
}

/** The part of what was notified that this result does not owe. */
export function unowed(notified: Notified, pass: Pass, result: Value): Notified {
  const owed = new Set(notifiedHandlers(pass, result).map((handler) => handler.handlerName));
  const not = (mark: OwedHandler): boolean => !owed.has(mark.handler);
  return {
    names: notified.names.filter((name) => !owed.has(name)),
    marks: notified.marks.filter(not),
    replaced: notified.replaced.filter(not),
  };
}

function notifiedHandlers({task, context, above}: Pass, result: Value): readonly Handler[] {
  if (task.notify.length === 0) return [];
  const scope = context.scopes.forTask(task, [...above, resultLayer(task, result)]);
  const owing = task.notify.filter((notify) => test(notify.when, scope) !== false);
  const found = new Set(owing.flatMap((notify) => handlersOf(notify, scope, context)));
  return open(
    context.handlers.filter((handler) => found.has(handler)),
    context,
  );
}

/** What conditions over a task's result see: `result`, and the name under `register`. */
export function resultLayer(task: Task, result: Value): Layer {
  return layerOfData({result, ...(task.register ? {[task.register]: result} : {})}, 'result of the task');
}

function* unitsOf(
  handler: Handler,
  {task, context, user: tasks}: Pass,
): Interpretation<Pick<OwedHandler, 'units' | 'filesReadUs'>> {
  const refs = restartedUnits(handler, context);
  if (refs.length === 0) return {units: {}};
  // The handler is of this host, also where the task is done on another.
  const user = task.among.delegateTo ? context.journal.user : tasks;
  const view = yield* ask({type: 'need', user, refs, own: true});
  const filesReadUs = filesReadOf(refs, view);
  return {units: invocationsOf(refs, view), ...(filesReadUs === undefined ? {} : {filesReadUs})};
}
