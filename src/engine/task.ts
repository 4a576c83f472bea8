import {type Diagnostic, errorDiagnostic, VprovError} from '../errors/index.ts';
import type {Task} from '../playbook/index.ts';
import {Unknown, UnknownRead} from '../text/index.ts';
import {
  isMap,
  type Layer,
  render,
  type Scope,
  ShapedUnknown,
  test,
  typeNameOf,
  type Value,
} from '../values/index.ts';
import {besideCondition, runThrough} from './beside.ts';
import {engineCodes} from './codes.ts';
import {mistakesOfConditions, mistakesOfLabel} from './conditions.ts';
import type {Context} from './context.ts';
import {ask, type Interpretation} from './effect.ts';
import type {TaskLabel} from './events.ts';
import {growUnforeseen, interpretTogether} from './growth.ts';
import {labelOf} from './label.ts';
import {itemText, loopLayer} from './loop.ts';
import {leaveOpen} from './may-run.ts';
import {underNoLog} from './no-log.ts';
import {resultLayer} from './notify.ts';
import {interpretOnce} from './once.ts';
import {learnLost, registered} from './register.ts';
import {
  failed,
  fromError,
  type ItemResult,
  skipped,
  statusIgnoringFailures,
  statusOf,
  type TaskResult,
  unknown,
  unreachable,
} from './result.ts';
import {endingOf} from './stop.ts';
import {told} from './told.ts';
import {isRescued} from './walk.ts';
import {rendered, withCommands} from './with-commands.ts';

/**
 * One task on one host: its condition, its loop, its module; tells what came of it, and keeps it under `register`.
 * A mistake in an expression or template is a failure of the task, with its place. What ends the host in the middle
 * of a loop ends the task after telling what was done until then.
 */
export function* interpretTask(task: Task, context: Context, handler = false): Interpretation<TaskResult> {
  const {recall} = context;
  const work = () =>
    recall ? recall(task, context, (own) => carryOut(task, own, handler)) : carryOut(task, context, handler);
  // An include is each host's own: what it includes is done once.
  if ((task.among.runOnce && task.type === 'task') || task.module === 'add_host')
    return yield* interpretOnce(task, context, work);
  return yield* task.module === 'group_by' ? interpretTogether(task, context, work) : work();
}

function* carryOut(task: Task, context: Context, handler: boolean): Interpretation<TaskResult> {
  const started = context.now();
  const label = labelOf(task, context.scopes.forTask(task), handler);
  yield* ask({type: 'emit', event: {type: 'task-start', host: context.host, task: label}});
  const items: ItemResult[] = [];
  const tell = (ending?: ReturnType<typeof endingOf>) => {
    const durationMs = context.now() - started;
    return ask({
      type: 'emit',
      event: told({
        task,
        label,
        items,
        host: context.host,
        durationMs,
        ending,
        isRescued: isRescued(context.walk),
      }),
    });
  };
  try {
    yield* interpretItems(task, context, label, items);
  } catch (error) {
    const ending = endingOf(error);
    if (task.among.ignoreUnreachable && ending?.status === 'unreachable') {
      items.push(unreachable(ending));
      yield* ask({type: 'reconnect'});
      if (task.register) context.learned.registered.set(task.register, registered(task, items, context));
      yield* tell();
      return {status: 'ok', label, result: null};
    }
    if (ending && (ending.status || items.some(hasDone))) yield* tell(ending);
    throw error;
  }
  const variable = registered(task, items, context);
  if (task.register) context.learned.registered.set(task.register, variable);
  yield* tell();
  const status = statusOf(items);
  if (status === 'unknown') yield* growUnforeseen(task, context);
  if (context.onDiagnostic) mistakesOf(task, items).forEach(context.onDiagnostic);
  // Only now: what it may have kept from being known excuses what reads it, not itself.
  if (context.continues) learnLost(task, items, context);
  // What is read only once there is a result: nothing else in validation would come to it.
  if (context.onDiagnostic && status !== 'skipped') {
    const find = context.resultMistakes ?? mistakesOfConditions;
    find(task, context, unknownItem(task, listAhead(task, context))).forEach(context.onDiagnostic);
  }
  const ended = task.ignoreErrors ? statusIgnoringFailures(items) : status;
  return {status: ended, label, result: variable.data};
}

function hasDone({status, reports}: ItemResult): boolean {
  return status === 'changed' || status === 'would-change' || reports.length > 0;
}

/** An assert that does not hold, and is ignored, is no mistake of the playbook's. */
function mistakesOf(task: Task, items: readonly ItemResult[]): readonly Diagnostic[] {
  const counted = items.filter((item) => !(task.ignoreErrors && item.refused));
  const diagnostics = counted.flatMap((item) => item.diagnostics ?? []);
  return task.noLog ? diagnostics.map((one) => underNoLog(one, task)) : diagnostics;
}

/** Every pass of a task goes into `items` as it ends. */
function* interpretItems(
  task: Task,
  context: Context,
  label: TaskLabel,
  items: ItemResult[],
): Interpretation<void> {
  const add = (item: ItemResult): void => void items.push(settled(item, context));
  if (!task.loop) return add(yield* guarded(task, context, [], label));
  const scope = context.scopes.forTask(task);
  let list: Value;
  try {
    const {loop} = task;
    list = yield* rendered(context, () => render(loop, scope));
  } catch (error) {
    return add(yield* besideLoop(error, task, context, label));
  }
  if (list instanceof Unknown) {
    // What a helper gives may be of another type than what it reads.
    const type = nameIn(task.loop) === undefined ? undefined : typeNameOf(list);
    if (type !== undefined && type !== 'a list') return add(fromError(new VprovError(noList(type, task))));
    const above = unknownItem(task, list);
    if (context.entersUnknown) return add(yield* guarded(task, context, above, label));
    yield* leaveOpen(task, context, context.scopes.forTask(task, above), label.name);
    return add(unknown(list));
  }
  if (!Array.isArray(list))
    return add(fromError(new VprovError(noList(typeNameOf(list) ?? 'not known', task))));
  const values = list as readonly Value[];
  for (const [index, item] of values.entries()) {
    if (index > 0 && task.pauseSeconds > 0)
      yield* ask({type: 'pause', milliseconds: task.pauseSeconds * 1000});
    const above = [loopLayer(task, {index, items: values}, scope)];
    const result = yield* guarded(task, context, above, label);
    if (context.onDiagnostic) mistakesOfLabel(task, context, above).forEach(context.onDiagnostic);
    add({
      ...result,
      item: itemText(task, item, context.scopes.forTask(task, above)),
      result: withItem(result.result, task, item),
    });
    if (breaks(task, context, above, result)) return;
  }
}

/** What a loop that is a mistake comes to; validation looks through the task for an item of which nothing is known. */
function* besideLoop(
  error: unknown,
  task: Task,
  context: Context,
  label: TaskLabel,
): Interpretation<ItemResult> {
  if (!context.onDiagnostic || !(error instanceof VprovError)) return fromError(error);
  const inside = yield* guarded(task, context, unknownItem(task), label);
  const mistakes = inside.refused ? [] : (inside.diagnostics ?? []);
  return fromError(new VprovError([...error.diagnostics, ...mistakes]));
}

/** `results` tell which item they are of, under the name that the item had. */
function withItem(result: Value, {loopVariable}: Task, item: Value): Value {
  return result instanceof Unknown || !isMap(result) ? result : {...result, [loopVariable]: item};
}

/** A condition with a mistake ends no loop: validation says what is wrong with it. */
function breaks(task: Task, context: Context, above: readonly Layer[], {result}: ItemResult): boolean {
  if (task.breakWhen.length === 0) return false;
  return test(task.breakWhen, context.scopes.forTask(task, [...above, resultLayer(task, result)])) === true;
}

/** The variable, or the path below one, that is all that a template reads. */
function nameIn(loop: Task['loop']): string | undefined {
  return loop?.type === 'scalar' ? /^\{\{\s*(\S+)\s*\}\}$/.exec(loop.text)?.[1] : undefined;
}

/** @param type of what stands in the place of a list, as messages say it */
function noList(type: string, {loop, source}: Task): Diagnostic {
  const name = nameIn(loop) ?? 'x';
  const what: Readonly<Record<string, string>> = {'a map': 'a map', null: 'nothing'};
  const message = `loop needs a list, but this is ${what[type] ?? 'a single value'}`;
  const cut = /\.std(out|err)$/.test(name)
    ? `its lines are a list: '{{ ${name}_lines }}'`
    : `a text is cut into a list by '{{ split ${name} "," }}'`;
  const hints: Readonly<Record<string, string>> = {
    'a map': `loop over its keys: '{{ keys ${name} }}', or over its values: '{{ values ${name} }}'`,
    'a string': cut,
  };
  const hint = hints[type] ?? "write a list: '[a, b]', or a template of one";
  return errorDiagnostic(engineCodes, 'ENG006', message, {source: loop?.source ?? source, hint});
}

/** What a task loops over, where that can be told; a mistake in it is told by itself. */
function listAhead(task: Task, context: Context): Value | undefined {
  try {
    return task.loop && render(task.loop, context.scopes.forTask(task));
  } catch (error) {
    if (error instanceof VprovError || error instanceof UnknownRead) return undefined;
    throw error;
  }
}

/** @param list what the task loops over, of which the type may be known */
function unknownItem(task: Task, list?: Value): readonly Layer[] {
  const reason = 'an item of the loop';
  const schema = list instanceof ShapedUnknown ? list.schema.items : undefined;
  const item = schema ? new ShapedUnknown(reason, schema) : new Unknown(reason);
  return task.loop ? [loopLayer(task, {index: 0, items: [item, item]})] : [];
}

/** One pass of a task; what it may have done where that is not known, no task after it relies on. */
function* guarded(
  task: Task,
  context: Context,
  above: readonly Layer[],
  label: TaskLabel,
): Interpretation<ItemResult> {
  const result = yield* withCommands(context, () => onePass(task, context, above, label));
  if (result.status === 'unknown')
    yield* leaveOpen(task, context, context.scopes.forTask(task, above), label.name);
  return result;
}

/** Whatever a template or expression throws is a failure or an unknown, with its place. */
function* onePass(
  task: Task,
  context: Context,
  above: readonly Layer[],
  label: TaskLabel,
): Interpretation<ItemResult> {
  try {
    const scope = context.scopes.forTask(task, above);
    context.onReached?.(task, 'asked');
    const enters = entersHere(task, context, above, scope);
    if (enters instanceof VprovError) {
      context.onReached?.(task, 'entered');
      return fromError(yield* besideCondition(enters, {task, context, scope, above, label}));
    }
    if (enters instanceof Unknown && !context.entersUnknown) return unknown(enters);
    if (enters === false) return skipped(`when: ${task.when.map((one) => one.text).join(' and ')}`);
    context.onReached?.(task, 'entered');
    const result = yield* runThrough({task, context, scope, above, label});
    // Validation went in without knowing whether the task is meant: only mistakes in its text count.
    return enters instanceof Unknown && result.status === 'failed' ? unknown(enters) : result;
  } catch (error) {
    return fromError(error);
  }
}

/** Whether the task's condition holds; in validation, what is wrong with it. */
function entersHere(
  task: Task,
  context: Context,
  above: readonly Layer[],
  scope: Scope,
): boolean | Unknown | VprovError {
  const {holds, onDiagnostic} = context;
  try {
    return holds && above.length === 0 ? holds(task, context.scopes) : test(task.when, scope);
  } catch (error) {
    if (onDiagnostic && error instanceof VprovError) return error;
    throw error;
  }
}

/** A run has nothing after it that could make an unknown known: what cannot be said there has failed. */
function settled(item: ItemResult, context: Context): ItemResult {
  if (item.status !== 'unknown' || context.checkMode) return item;
  return {
    ...failed(`cannot be known: ${item.unknownReason ?? 'it depends on what is not known'}`),
    ...itemOf(item),
  };
}

function itemOf({item}: ItemResult): Pick<ItemResult, 'item'> {
  return item === undefined ? {} : {item};
}
