import {VprovError} from '../errors/index.ts';
import type {Handler, Notify, Task} from '../playbook/index.ts';
import {Unknown, UnknownRead} from '../text/index.ts';
import {type Scope, test} from '../values/index.ts';
import type {Context} from './context.ts';
import {leaveDoubt} from './doubt.ts';
import {ask, type Interpretation} from './effect.ts';
import {handlersOf} from './handlers.ts';
import {labelOf} from './label.ts';
import {resultLayer} from './notify.ts';

/**
 * After a task of which check mode cannot say what it does: what it is about is in doubt, and whom it would notify may
 * run.
 * @param name of the task, as people read it
 */
export function* leaveOpen(task: Task, context: Context, scope: Scope, name: string): Interpretation<void> {
  mayNotify(task, context, name);
  yield* leaveDoubt(task, context, scope, name);
}

function mayNotify(task: Task, context: Context, name: string): void {
  if (!context.checkMode || context.entersUnknown || task.manner.checkMode === true) return;
  if (context.house.catalogue.modules.get(task.module)?.module.type === 'control') return;
  const result = new Unknown(`it depends on what ${name} gives`);
  const scope = context.scopes.forTask(task, [resultLayer(task, result)]);
  for (const {handlerName} of task.notify.flatMap((notify) => meantBy(notify, scope, context)))
    if (!context.mayRun.has(handlerName)) context.mayRun.set(handlerName, name);
}

function meantBy(notify: Notify, scope: Scope, context: Context): readonly Handler[] {
  try {
    return test(notify.when, scope) === false ? [] : handlersOf(notify, scope, context);
  } catch (error) {
    if (error instanceof UnknownRead) return context.handlers;
    // The task that notifies it says what is wrong.
    if (error instanceof VprovError) return [];
    throw error;
  }
}

/** Whether it may be notified, for all that check mode knows. @param told of in this flush: once is enough */
export function mayRun(handler: Handler, told: ReadonlySet<Handler>, context: Context): boolean {
  return context.mayRun.has(handler.handlerName) && !told.has(handler);
}

/** A handler that is notified only by tasks of which check mode does not know what they do: it is told, and leaves doubt itself. */
export function* tellMayRun(
  handler: Handler,
  told: Set<Handler>,
  context: Context,
): Interpretation<undefined> {
  const {host, mayRun, scopes} = context;
  told.add(handler);
  const notifier = mayRun.get(handler.handlerName);
  mayRun.delete(handler.handlerName);
  const scope = scopes.forTask(handler);
  const task = labelOf(handler, scope, true);
  const message = `may run: whether ${notifier} notifies it is known after the run`;
  yield* ask({
    type: 'emit',
    event: {type: 'task', host, task, status: 'unknown', changes: [], message, durationMs: 0},
  });
  yield* leaveOpen(handler, context, scope, task.name);
}
