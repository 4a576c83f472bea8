import {type Diagnostic, VprovError} from '../errors/index.ts';
import type {LocalFileRef} from '../modules/index.ts';
import type {Task} from '../playbook/index.ts';
import {UnknownRead} from '../text/index.ts';
import {isMap, render, test, type ValueMap} from '../values/index.ts';
import {argumentMistakes} from './argument-mistakes.ts';
import {argumentsOf} from './as-written.ts';
import {delegateOf} from './delegation.ts';
import type {Interpretation} from './effect.ts';
import {firstUnknown} from './first-unknown.ts';
import {localInputs} from './inputs.ts';
import {runItem} from './item.ts';
import type {BarePass} from './pass.ts';
import type {ItemResult} from './result.ts';
import {settingOf} from './setting.ts';
import {userOf} from './users.ts';

/**
 * A task's module, once. In validation a mistake of one kind hides none of another: beside the one that ended the task,
 * what else it would have come to is looked through.
 * @throws what `runItem` throws
 */
export function* runThrough(item: BarePass): Interpretation<ItemResult> {
  try {
    return yield* runItem(item);
  } catch (error) {
    if (!item.context.onDiagnostic || !endsWithMistake(error, item.task)) throw error;
    const beside = yield* mistakesBeside(item);
    if (beside.length === 0) throw error;
    throw new VprovError([...(error instanceof VprovError ? error.diagnostics : []), ...beside]);
  }
}

/**
 * A task's module where its condition is a mistake: nobody knows whether it is meant, so validation looks through it as
 * where a condition is not known yet. What is said of a name that the condition reads may follow from it, and is left out.
 * @returns the mistakes of both
 */
export function* besideCondition(wrong: VprovError, item: BarePass): Interpretation<VprovError> {
  const read = new Set(item.task.when.flatMap(({text}) => text.match(/[A-Za-z_]\w*/g) ?? []));
  const inside = yield* mistakesInside(item);
  const own = inside.filter((one) => !namesIn(one).some((name) => read.has(name)));
  return new VprovError([...wrong.diagnostics, ...own]);
}

function* mistakesInside(item: BarePass): Interpretation<readonly Diagnostic[]> {
  try {
    yield* runThrough(item);
    return [];
  } catch (error) {
    if (error instanceof VprovError) return error.diagnostics;
    if (error instanceof UnknownRead) return [];
    throw error;
  }
}

/** The variables that a mistake is about. */
function namesIn({code, message, related = []}: Diagnostic): readonly string[] {
  const texts = [...(code.startsWith('VAL') ? [message] : []), ...related.map((one) => one.message)];
  return texts.flatMap((text) => [...text.matchAll(/'([A-Za-z_]\w*)/g)].map(([, name = '']) => name));
}

/** What is unknown for a mistake in the task's keys, which the loader has told, ends it as well. */
function endsWithMistake(error: unknown, {flawed}: Task): boolean {
  return error instanceof VprovError || (flawed !== undefined && error instanceof UnknownRead);
}

/**
 * What is wrong with the conditions of an assert, with where, as whom and in which environment a task is done, and with
 * its local files.
 */
function* mistakesBeside(item: BarePass): Interpretation<readonly Diagnostic[]> {
  const {task, context, scope} = item;
  const found: Diagnostic[] = [];
  const note = (error: unknown): void => {
    if (error instanceof VprovError) found.push(...error.diagnostics);
    else if (!(error instanceof UnknownRead)) throw error;
  };
  const schema = context.house.catalogue.modules.get(task.module)?.args.schema;
  const conditions = task.module === 'assert' ? argumentsOf(task.args, schema).expressions : [];
  // The variables of another host say as whom it is reached.
  const there = task.among.delegateTo ? {...context, becomes: {}} : context;
  const looks: readonly (() => unknown)[] = [
    ...conditions.map((condition) => () => test([condition], scope)),
    () => settingOf(task, context, scope),
    () => delegateOf(task, context, scope),
    () => userOf(task, there, scope),
  ];
  for (const look of looks) {
    try {
      look();
    } catch (error) {
      note(error);
    }
  }
  try {
    yield* localInputs(localFilesOf(item), item);
  } catch (error) {
    note(error);
  }
  return found;
}

/** Arguments that name a local file: which one is meant is known by these alone. */
const fileArguments = ['src', 'cmd'];

/** The local files that a module would ask for by those of its arguments that are right. */
function localFilesOf({task, context, scope}: BarePass): readonly LocalFileRef[] {
  const module = context.house.catalogue.modules.get(task.module)?.module;
  if (!module || module.type === 'control' || !module.inputs) return [];
  // A file of the host, as Ansible has it: what is wrong is that there is no such argument.
  if (task.args.entries.some(({key}) => key === 'remote_src')) return [];
  const sound: ValueMap = Object.assign(
    {},
    ...task.args.entries.map((entry) => soundArgument(entry, {task, context, scope})),
  );
  if (!fileArguments.some((name) => name in sound)) return [];
  // Which of two that exclude each other is meant is not known: the file may be the one too many.
  const together = argumentMistakes(task, sound, context.house.catalogue);
  if (together.some(({code}) => code === 'MOD006')) return [];
  return module.inputs(sound).filter((ref): ref is LocalFileRef => ref.type !== 'release');
}

/** One argument, where nothing is wrong with it and it is known; else none. */
function soundArgument(
  entry: Task['args']['entries'][number],
  {task, context, scope}: Pick<BarePass, 'task' | 'context' | 'scope'>,
): ValueMap {
  const {catalogue} = context.house;
  const args = {...task.args, entries: [entry]};
  try {
    const value = render(args, scope, catalogue.modules.get(task.module)?.args.schema);
    if (!isMap(value) || firstUnknown(value)) return {};
    return argumentMistakes({...task, args, flawed: 'keys'}, value, catalogue).length > 0 ? {} : value;
  } catch (error) {
    if (error instanceof VprovError || error instanceof UnknownRead) return {};
    throw error;
  }
}
