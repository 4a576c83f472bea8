import {errorDiagnostic} from '../errors/index.ts';
import type {ControlModule} from '../modules/index.ts';
import type {Expression, Task} from '../playbook/index.ts';
import {entryOf} from '../source/index.ts';
import {Unknown} from '../text/index.ts';
import {
  display,
  evaluate,
  expressionsOf,
  namesInExpression,
  originsOfExpression,
  type Scope,
  test,
  type Value,
  type ValueMap,
  variableAt,
  writtenVariable,
} from '../values/index.ts';
import {engineCodes} from './codes.ts';
import type {Interpretation} from './effect.ts';
import {asserting, whereGiven} from './given.ts';
import {addHost, groupBy} from './growth.ts';
import {includeTasks} from './include.ts';
import {includeVars} from './include-vars.ts';
import type {BarePass} from './pass.ts';
import {secretTexts} from './register.ts';
import {fine, type ItemResult, noticed, refused, unknown, wouldLook} from './result.ts';

/** The modules that touch no host. `meta` is carried out by the play, which sees the task before it comes here. */
export function* runControl(
  name: ControlModule['name'],
  args: ValueMap,
  pass: BarePass,
): Interpretation<ItemResult> {
  const {task, scope} = pass;
  switch (name) {
    case 'debug':
      return shown(args, task, scope);
    case 'set_fact':
      return setFacts(args, pass);
    case 'assert':
      return assertThat(args, pass);
    case 'fail':
      return refused(displayArgument(args.msg, 'the play asked to fail here'));
    case 'include_tasks':
    case 'include_role':
      return includeTasks(args, pass);
    case 'include_vars':
      return includeVars(args, pass);
    case 'add_host':
      return yield* addHost(args, pass);
    case 'group_by':
      return yield* groupBy(args, pass);
    case 'meta':
      return fine();
  }
}

function shown(args: ValueMap, task: Task, scope: Scope): ItemResult {
  const [expression] = expressionsAt('var', task);
  const value = expression ? evaluate(expression, scope) : (args.msg ?? '');
  if (value instanceof Unknown) return unknown(value);
  const written = expression
    ? writtenVariable(expression.text.trim(), scope)
    : variableAt(args, 'msg', {layer: 'debug'}, scope).written;
  const text = written ?? display(value);
  const words = expression ? `${expression.text} = ${text}` : text;
  return args.remind === true ? {...fine({msg: value}), reminder: words} : fine({msg: value}, words);
}

function displayArgument(value: Value | undefined, otherwise: string): string {
  return value === undefined ? otherwise : display(value);
}

function setFacts(args: ValueMap, {task, context, scope}: BarePass): ItemResult {
  const origin = {layer: 'set_fact', source: task.source};
  for (const [name, value] of Object.entries(args)) {
    const variable = task.noLog
      ? {data: secretTexts(name, value), origin}
      : variableAt(args, name, origin, scope);
    context.learned.registered.set(name, variable);
  }
  return fine();
}

/** Each condition is judged for itself, so that the message names the one that does not hold. */
function assertThat(args: ValueMap, {task, context, scope}: BarePass): ItemResult {
  // Then it neither fails nor changes anything, whatever it finds.
  const noticesOnly = args.attention === true;
  for (const condition of expressionsAt('that', task)) {
    const holds = test([condition], scope);
    if (holds instanceof Unknown) return context.checkMode && noticesOnly ? wouldLook(holds) : unknown(holds);
    if (!holds) {
      const words = args.fail_msg === undefined ? undefined : display(args.fail_msg).trim();
      return noticesOnly ? noticed(words ?? saying(condition)) : notSo(condition, words, scope, task);
    }
  }
  return fine({}, args.success_msg === undefined ? undefined : display(args.success_msg));
}

function notSo(
  condition: Expression,
  words: string | undefined,
  scope: Scope,
  {role, noLog}: Task,
): ItemResult {
  const hint = words === undefined ? undefined : `the condition was: ${condition.text}`;
  const message = words ?? saying(condition);
  const mistake = errorDiagnostic(engineCodes, 'ENG004', message, {
    source: condition.source,
    hint,
    related: originsOfExpression(condition, scope),
  });
  // The line of the value would show it.
  const told =
    role && !noLog
      ? whereGiven(mistake, role, namesInExpression(condition), scope, asserting(role))
      : mistake;
  return {...refused(message, hint), diagnostics: [told]};
}

function saying(condition: Expression): string {
  return `not so: ${condition.text}`;
}

/** Expressions are taken as they are written: what a template made of them could come from data. */
function expressionsAt(argument: string, {args}: Task): readonly Expression[] {
  const node = entryOf(args, argument)?.value;
  return node ? expressionsOf(node) : [];
}
