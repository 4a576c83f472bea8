import {type Diagnostic, VprovError} from '../errors/index.ts';
import type {Task} from '../playbook/index.ts';
import {UnknownRead} from '../text/index.ts';
import {type Layer, layerOfData, render, test} from '../values/index.ts';
import type {Context} from './context.ts';
import {handlersOf} from './handlers.ts';
import {unknownResult} from './register.ts';

/**
 * The mistakes in what is read only once a task has a result (`until`, `failed_when`, `changed_when`, the conditions of
 * `notify`), and in its name. For validation, in which nothing has a result.
 */
export function mistakesOfConditions(
  task: Task,
  context: Context,
  above: readonly Layer[],
): readonly Diagnostic[] {
  const {name, until, failedWhen, changedWhen, notify, breakWhen} = task;
  const groups = [until, failedWhen, changedWhen, breakWhen, ...notify.map((one) => one.when)].filter(
    (conditions) => conditions !== undefined && conditions.length > 0,
  );
  const named = [
    ...mistakesOf(() => name && render(name, context.scopes.forTask(task, above))),
    ...mistakesOfLabel(task, context, above),
  ];
  const notified = notifiedByTemplate(task, context).flatMap((one) =>
    mistakesOf(() => handlersOf(one, context.scopes.forTask(task, above), context)),
  );
  if (groups.length === 0) return [...named, ...notified];
  const result = unknownResult(task, context, 'the task has not run');
  const own = layerOfData(
    {result, ...(task.register ? {[task.register]: result} : {})},
    'result of the task',
  );
  const scope = context.scopes.forTask(task, [...above, own]);
  return [
    ...named,
    ...notified,
    ...groups.flatMap((conditions) => mistakesOf(() => conditions && test(conditions, scope))),
  ];
}

/**
 * Of what a task notifies, that of which it must be looked up which handlers that is: where every name stands there as it
 * is, the loader has compared them.
 */
export function notifiedByTemplate({notify}: Task, {handlers}: Context): Task['notify'] {
  if (notify.length === 0) return notify;
  const isOpen = handlers.some(({handlerName}) => handlerName.includes('{{'));
  return notify.filter(({template}) => isOpen || template !== undefined);
}

function mistakesOf(read: () => unknown): readonly Diagnostic[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof VprovError) return error.diagnostics;
    if (error instanceof UnknownRead) return [];
    throw error;
  }
}

/** The mistakes in what a loop shows of its item. */
export function mistakesOfLabel(
  task: Task,
  context: Context,
  above: readonly Layer[],
): readonly Diagnostic[] {
  const {label} = task;
  return mistakesOf(() => label && render(label, context.scopes.forTask(task, above)));
}
