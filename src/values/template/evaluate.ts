import {didYouMean} from '../../errors/index.ts';
import {Unknown, UnknownRead} from '../../text/index.ts';
import {ArgumentError, callFunction} from '../functions/define.ts';
import {isTruthy} from '../functions/logic.ts';
import {memberOf, missingMember} from '../member.ts';
import {ProblemError, type Span} from '../problem.ts';
import type {Scope} from '../scope.ts';
import {writtenBelow, writtenMember, writtenPath} from '../source-text.ts';
import {undefinedName} from '../undefined.ts';
import {asText, describe, isMap, type Value} from '../value.ts';
import type {Operand, Path} from './program.ts';

/** Where evaluation stands: the scope, and what the open blocks have put on top of it. */
export interface Frame {
  readonly scope: Scope;
  /** Reads a variable at a place; adds the place to the errors of the variable itself. */
  readonly read: (name: string, path: Path) => Value;
  /** Takes a mistake or an unknown, so that the rest is still looked at; throws what is neither. */
  readonly report: (error: unknown) => void;
  /** Values of the open #each and #with, innermost last. */
  readonly items: readonly Item[];
  readonly parameters: ReadonlyMap<string, Item>;
  /** Of the open #each, innermost last. */
  readonly loops: readonly LoopData[];
  /** Told of every variable that is looked for, and of what it is. */
  readonly onRead?: (name: string, value: Value | undefined) => void;
}

/** A value that a block puts on top of the scope. */
export interface Item {
  readonly value: Value;
  /** Of a number: how its author wrote it. */
  readonly written?: string | undefined;
}

export interface LoopData {
  readonly index: number;
  readonly key: string | number;
  readonly first: boolean;
  readonly last: boolean;
}

/**
 * The value of an operand; an unknown at its end is returned as it is.
 * @throws ProblemError for what is not defined and for wrong arguments
 * @throws UnknownRead when something on the way is not known yet
 */
export function evaluateOperand(operand: Operand, frame: Frame): Value {
  switch (operand.type) {
    case 'literal':
      return operand.value;
    case 'path':
    case 'lookup': {
      const value = find(operand, frame);
      if (value === undefined) throw missing(operand, frame);
      return value;
    }
    case 'default':
      return find(operand.value, frame) ?? evaluateOperand(operand.fallback, frame);
    case 'defined':
      return find(operand.value, frame) !== undefined;
    case 'logic':
      return evaluateLogic(operand, frame);
    case 'call':
      return evaluateCall(operand, frame);
  }
}

/** The value of an operand, or undefined when a path does not lead to one. `null` is one. */
function find(operand: Operand, frame: Frame): Value | undefined {
  if (operand.type === 'lookup') {
    const object = find(operand.object, frame);
    const key = keyOf(operand, frame);
    return object === undefined ? undefined : memberOf(object, key);
  }
  if (operand.type !== 'path') return evaluateOperand(operand, frame);
  let value = startOf(operand, frame);
  for (const member of operand.members) {
    if (value === undefined) return undefined;
    value = memberOf(value, member);
  }
  return value;
}

/** The key of a look-up. @throws ProblemError for one that is a map, a list or null; UnknownRead */
function keyOf({key}: Extract<Operand, {readonly type: 'lookup'}>, frame: Frame): string {
  const value = evaluateOperand(key, frame);
  if (value instanceof Unknown) throw new UnknownRead(value);
  // A secret is shown by its name, also by who says that there is no such member.
  if (typeof value !== 'object' || asText(value)) return String(value);
  const message = `lookup: key must be a string, a number or a boolean, but is ${describe(value)}`;
  throw new ProblemError({code: 'VAL005', message, span: key.span});
}

function startOf(path: Path, frame: Frame): Value | undefined {
  const {start} = path;
  switch (start.type) {
    case 'variable': {
      const value = frame.scope.has(start.name) ? frame.read(start.name, path) : undefined;
      frame.onRead?.(start.name, value);
      return value;
    }
    case 'item':
      return frame.items.at(-1 - start.depth)?.value;
    case 'parameter':
      return frame.parameters.get(start.name)?.value;
    case 'data':
      return frame.loops.at(-1 - start.depth)?.[start.name];
  }
}

/** How a number that an operand names was written, where that is known. */
export function writtenAt(operand: Operand, frame: Frame): string | undefined {
  if (operand.type === 'lookup') {
    return writtenMember(evaluateOperand(operand.object, frame), keyOf(operand, frame), frame.scope);
  }
  if (operand.type === 'default')
    return writtenAt((find(operand.value, frame) ?? null) === null ? operand.fallback : operand.value, frame);
  if (operand.type !== 'path') return undefined;
  const {start, members} = operand;
  if (start.type === 'variable') return writtenPath(operand, frame.scope);
  if (start.type === 'data') return undefined;
  const item = start.type === 'item' ? frame.items.at(-1 - start.depth) : frame.parameters.get(start.name);
  if (members.length === 0) return item?.written;
  return item && writtenBelow(item.value, members, frame.scope);
}

/** The variables that an operand is made of. */
export function variablesOf(operand: Operand): readonly string[] {
  switch (operand.type) {
    case 'literal':
      return [];
    case 'path':
      return operand.start.type === 'variable' ? [operand.start.name] : [];
    case 'lookup':
      return [...variablesOf(operand.object), ...variablesOf(operand.key)];
    case 'default':
      return [...variablesOf(operand.value), ...variablesOf(operand.fallback)];
    case 'defined':
      return variablesOf(operand.value);
    case 'logic':
      return operand.operands.flatMap(variablesOf);
    case 'call':
      return operand.args.flatMap(variablesOf);
  }
}

/** Of a key in quotes, what stands between them. */
function keySpan(operand: Operand): Span {
  const {span} = operand;
  const isQuoted = operand.type === 'literal' && typeof operand.value === 'string' && span.length > 2;
  return isQuoted ? {...span, column: span.column + 1, length: span.length - 2} : span;
}

/** What is wrong with a path that leads nowhere. */
function missing(operand: Operand, frame: Frame): ProblemError {
  if (operand.type === 'lookup') {
    const object = evaluateOperand(operand.object, frame);
    const key = keyOf(operand, frame);
    return (
      wrongKey(operand, object, key, frame) ?? missingMember(object, key, 'the value', keySpan(operand.key))
    );
  }
  if (operand.type !== 'path') throw new Error('only paths and look-ups can lead nowhere');
  return missingPath(operand, frame);
}

/** Of a map of choices, the choice that a variable made and that there is not: it is that variable's mistake. */
function wrongKey(
  {object: from, key: by, span}: Extract<Operand, {readonly type: 'lookup'}>,
  object: Value,
  key: string,
  {scope}: Frame,
): ProblemError | undefined {
  const isVariable = by.type === 'path' && by.start.type === 'variable' && by.members.length === 0;
  if (!isVariable || !isMap(object) || typeof scope.get(by.written) !== 'string') return undefined;
  const choices = from.type === 'path' ? `'${from.written}'` : 'the map';
  const names = Object.keys(object);
  return new ProblemError({
    code: 'VAL005',
    message: `'${by.written}' is '${key}', which ${choices} does not have`,
    span,
    hint: didYouMean(key, names) ?? (names.length > 0 ? `it has ${names.slice(0, 8).join(', ')}` : undefined),
    blamed: by.written,
  });
}

/** What else the member of a path may have been meant as. */
function whatElse(
  {start, members}: Path,
  index: number,
  {scope, parameters}: Frame,
): Parameters<typeof missingMember>[4] {
  if (start.type === 'variable') return {variable: start.name};
  if (start.type !== 'item') return {};
  const [member = ''] = members.slice(index);
  return {
    outside: scope.has(member) ? `../${member}` : undefined,
    parameters: index === 0 ? [...parameters.keys()] : [],
  };
}

function missingPath(path: Path, frame: Frame): ProblemError {
  const {start, members, memberSpans, written, span} = path;
  const isVariable = start.type === 'variable';
  if (isVariable && !frame.scope.has(start.name))
    return undefinedName(start.name, frame.scope, span, 'template');
  let value = startOf(path, frame);
  const walked: string[] = start.type === 'item' ? [] : [start.name];
  for (const [index, member] of members.entries()) {
    const next = value === undefined ? undefined : memberOf(value, member);
    if (value !== undefined && next === undefined) {
      const owner = walked.length === 0 ? 'the item' : `'${walked.join('.')}'`;
      return missingMember(value, member, owner, memberSpans[index] ?? span, whatElse(path, index, frame));
    }
    value = next;
    walked.push(member);
  }
  return new ProblemError({code: 'VAL001', message: `'${written}' is not defined`, span});
}

/** Like `&&` and `||` of expressions: what decides absorbs an unknown beside it, in any order. */
function evaluateLogic(operand: Operand & {type: 'logic'}, frame: Frame): Value {
  const decisive = operand.operator === 'or';
  let unknown: Unknown | undefined;
  for (const part of operand.operands) {
    const value = unknownOr(() => evaluateOperand(part, frame));
    if (value instanceof Unknown) unknown ??= value;
    else if (isTruthy(value) === decisive) return decisive;
  }
  return unknown ?? !decisive;
}

function evaluateCall(operand: Operand & {type: 'call'}, frame: Frame): Value {
  const {parameters} = operand.definition;
  const args = operand.args.map((arg, index) => {
    const value = evaluateOperand(arg, frame);
    return parameters[index]?.asWritten ? (writtenIn(arg, value, frame) ?? value) : value;
  });
  try {
    return callFunction(operand.definition, args, frame.scope.ports);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    const {code, message} = error;
    const example = code === 'VAL005' ? `for example {{ ${operand.definition.example.call} }}` : undefined;
    const hint = error.hint ?? example;
    const {span} = literalAbout(message, operand.args) ?? operand;
    throw new ProblemError({code, message, span, hint, variables: variablesOf(operand)});
  }
}

/** The text among the arguments with which a message begins. */
function literalAbout(message: string, args: readonly Operand[]): (Operand & {type: 'literal'}) | undefined {
  const literals = args.filter((arg) => arg.type === 'literal');
  return literals.find(({value}) => typeof value === 'string' && message.startsWith(`'${value}' `));
}

/** How a number that becomes a text was written. */
function writtenIn(operand: Operand, value: Value, frame: Frame): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? writtenAt(operand, frame) : undefined;
}

/** The value, or the unknown that it could not be made without. */
function unknownOr<T>(evaluate: () => T): T | Unknown {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof UnknownRead) return error.unknown;
    throw error;
  }
}
