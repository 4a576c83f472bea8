import {type Diagnostic, type Source, VprovError} from '../../errors/index.ts';
import {joinTexts, type Text, Unknown, UnknownRead} from '../../text/index.ts';
import {toDiagnostic} from '../diagnose.ts';
import {losesDigits, lossHint, lossMessage} from '../exact.ts';
import {longestText} from '../functions/define.ts';
import {isTruthy} from '../functions/logic.ts';
import {missingBelow, misspeltBelow} from '../member.ts';
import {type Locate, type Problem, ProblemError, readBy, type Span, withoutRepeats} from '../problem.ts';
import type {Scope} from '../scope.ts';
import {ShapedUnknown, schemaAt, schemaTypeName} from '../shaped.ts';
import {writtenMember} from '../source-text.ts';
import {undefinedName} from '../undefined.ts';
import {asText, describe, fromText, isMap, omit, type Value} from '../value.ts';
import {evaluateOperand, type Frame, type Item, variablesOf, writtenAt} from './evaluate.ts';
import {remembered} from './memory.ts';
import {nameOf, writtenAs} from './operand-words.ts';
import type {Body, EachStatement, Operand, Path, Program, Read, Statement} from './program.ts';
import {programOf} from './programs.ts';

/**
 * A template that is one expression gives its value; every other one gives text. An unknown that it reads is
 * its result.
 * @throws VprovError with every mistake that can be told
 */
export function renderTyped(text: string, scope: Scope, locate: Locate): Value {
  return rendering(text, scope, locate, (program, frame) => {
    const [only] = program.body;
    if (program.body.length === 1 && only?.type === 'output') return evaluateOperand(only.value, frame);
    return fromText(renderBody(program.body, frame));
  });
}

/**
 * A template as text, secrets marked.
 * @throws VprovError with every mistake that can be told
 */
export function renderText(text: string, scope: Scope, locate: Locate): Text | Unknown {
  return rendering(text, scope, locate, (program, frame) => renderBody(program.body, frame));
}

/** A member that there cannot be, in whatever branch it is read. */
function missingMemberOf(
  {name, members, memberSpans, span, optional}: Read,
  {reads}: Program,
  scope: Scope,
): ProblemError | undefined {
  if (members.length === 0) return undefined;
  const spanAt = (index: number): Span => memberSpans[index] ?? span;
  return (
    missingBelow(name, members, scope, spanAt) ??
    misspeltBelow({name, members, optional}, reads, scope, spanAt)
  );
}

function rendering<T>(
  text: string,
  scope: Scope,
  locate: Locate,
  run: (program: Program, frame: Frame) => T,
): T | Unknown {
  const program = programOf(text);
  const problems = [...program.problems];
  const missing = new Set<string>();
  for (const read of program.reads) {
    const {name, span, optional} = read;
    if (optional) continue;
    const mistake = scope.has(name)
      ? missingMemberOf(read, program, scope)
      : undefinedName(name, scope, span, 'template');
    if (!mistake || missing.has(name)) continue;
    if (mistake.problem.code === 'VAL001') missing.add(name);
    problems.push(mistake.problem);
  }
  const found: Found = {
    unknown: undefined,
    diagnostics: problems.map((one) => toDiagnostic(one, locate, scope)),
  };
  const report = (error: unknown): void =>
    collect(error, found, (problem) => toDiagnostic(problem, locate, scope));
  const read = (name: string, path: Path): Value => readVariable(name, scope, () => locate(path.span));
  const frame: Frame = {scope, read, report, items: [], parameters: new Map(), loops: []};
  let result: T | undefined;
  if (program.problems.length === 0) {
    try {
      result = run(program, frame);
    } catch (error) {
      report(error);
    }
  }
  if (found.diagnostics.length > 0) throw new VprovError(withoutRepeats(found.diagnostics));
  return found.unknown ?? (result as T);
}

/** What came up while a template was rendered: rendering goes on after it, to find the rest. */
interface Found {
  unknown: Unknown | undefined;
  readonly diagnostics: Diagnostic[];
}

function collect(error: unknown, found: Found, toDiagnostic: (problem: Problem) => Diagnostic): void {
  if (error instanceof UnknownRead) found.unknown ??= error.unknown;
  else if (error instanceof ProblemError) addOnce(found.diagnostics, toDiagnostic(error.problem));
  else if (error instanceof VprovError) found.diagnostics.push(...error.diagnostics);
  else throw error;
}

/** A name that is not defined is told once in a text, where it stands first. */
function addOnce(diagnostics: Diagnostic[], diagnostic: Diagnostic): void {
  const {code, message} = diagnostic;
  if (code === 'VAL001' && diagnostics.some((known) => known.message === message)) return;
  diagnostics.push(diagnostic);
}

/** @throws VprovError of the variable, with the place that reads it */
export function readVariable(name: string, scope: Scope, sourceOf: () => Source): Value {
  try {
    return scope.get(name);
  } catch (error) {
    if (error instanceof VprovError) throw readBy(error, sourceOf(), name);
    throw error;
  }
}

function renderBody(body: Body, frame: Frame): Text {
  const texts: Text[] = [];
  for (const statement of body) {
    try {
      texts.push(renderStatement(statement, frame));
    } catch (error) {
      if (error instanceof TooLong) throw error;
      frame.report(error);
    }
  }
  return joined(texts);
}

/** Ends the template: what else is wrong with it would be found for ever. */
class TooLong extends ProblemError {
  constructor() {
    const message = 'the text becomes longer than 16 Mi characters';
    const hint = 'do its variables or loops multiply one another? Large files are for copy';
    super({code: 'VAL016', message, span: {line: 1, column: 0, length: 1}, hint});
  }
}

/** @throws TooLong before more is put together than can be kept */
function joined(texts: readonly Text[]): Text {
  if (lengthOf(texts) > longestText) throw new TooLong();
  return joinTexts(texts);
}

function lengthOf(texts: readonly Text[]): number {
  let length = 0;
  for (const text of texts) for (const part of text) length += typeof part === 'string' ? part.length : 1;
  return length;
}

function renderStatement(statement: Statement, frame: Frame): Text {
  switch (statement.type) {
    case 'text':
      return [statement.text];
    case 'output':
      return outputText(statement.value, frame);
    case 'if': {
      const isMet = isTruthy(known(evaluateOperand(statement.condition, frame)));
      return renderBody(isMet === statement.negated ? statement.otherwise : statement.then, frame);
    }
    case 'with': {
      const value = known(evaluateOperand(statement.value, frame));
      if (value !== 0 && !isTruthy(value)) return renderBody(statement.otherwise, frame);
      return renderBody(statement.then, inside(frame, statement.parameters, [{value}]));
    }
    case 'each':
      return frame.items.length === 0
        ? remembered(statement, frame, renderEach)
        : renderEach(statement, frame);
  }
}

function renderEach(statement: EachStatement, frame: Frame): Text {
  const {list, parameters, then} = statement;
  const value = known(evaluateOperand(list, frame));
  const entries = entriesOf(value, list);
  if (entries.length === 0) return renderBody(statement.otherwise, frame);
  const texts: Text[] = [];
  let length = 0;
  for (const [index, [key, item]] of entries.entries()) {
    const data = {index, key, first: index === 0, last: index === entries.length - 1};
    const written = typeof item === 'number' ? writtenMember(value, key, frame.scope) : undefined;
    const within = inside(frame, parameters, [{value: item, written}, {value: key}]);
    const text = renderBody(then, {...within, loops: [...frame.loops, data]});
    length += lengthOf([text]);
    if (length > longestText) throw new TooLong();
    texts.push(text);
  }
  return joinTexts(texts);
}

function entriesOf(value: Value, operand: Operand): readonly (readonly [string | number, Value])[] {
  if (Array.isArray(value)) return value.map((item: Value, index) => [index, item]);
  if (isMap(value)) return Object.entries(value);
  if (value === null) return [];
  throw new ProblemError({
    code: 'VAL006',
    message: `#each needs a list or a map, but '${nameOf(operand)}' is ${describe(value)}`,
    span: operand.span,
    hint:
      typeof value === 'string'
        ? `split ${writtenAs(operand)} ","`
        : 'a condition is {{#if x}}; what is repeated is a list: [a, b]',
    variables: variablesOf(operand),
  });
}

/** @param values the block's value, and the key or index where there is one: what the block's names stand for */
function inside(frame: Frame, names: readonly string[], values: readonly [Item, ...Item[]]): Frame {
  const parameters = new Map(frame.parameters);
  names.forEach((name, index) => {
    const value = values[index];
    if (value !== undefined) parameters.set(name, value);
  });
  return {...frame, items: [...frame.items, values[0]], parameters};
}

/** A value in the middle of a text. */
function outputText(operand: Operand, frame: Frame): Text {
  const found = operand.type === 'path' ? atPath(operand, frame) : evaluateOperand(operand, frame);
  const shape = found instanceof ShapedUnknown ? found.schema : undefined;
  if (shape?.type === 'object' || shape?.type === 'array')
    throw noText(operand, schemaTypeName(shape) ?? '', shape.type === 'array');
  const value = known(found);
  if (typeof value === 'number') {
    const written = writtenAt(operand, frame);
    if (written === undefined && losesDigits(value))
      throw new ProblemError({
        code: 'VAL011',
        message: lossMessage(value),
        span: operand.span,
        hint: lossHint,
      });
    return [written ?? String(value)];
  }
  if (typeof value === 'boolean') return [String(value)];
  const text = asText(value);
  if (text) return text;
  if (value === omit)
    throw noText(operand, 'what leaves out a whole argument or item', false, 'it stands alone: {{ omit }}');

  if (value === null) throw noText(operand, describe(value), false, `default ${writtenAs(operand)} ""`);
  throw noText(operand, describe(value), Array.isArray(value));
}

/** What will stand there, if anything does. @throws UnknownRead where not even its type is known */
function atPath(path: Path, frame: Frame): Value {
  try {
    return evaluateOperand(path, frame);
  } catch (error) {
    if (!(error instanceof UnknownRead)) throw error;
    const start = evaluateOperand({...path, members: [], memberSpans: []}, frame);
    const schema = start instanceof ShapedUnknown ? schemaAt(start.schema, path.members) : undefined;
    if (!schema) throw error;
    return new ShapedUnknown(error.unknown.reason, schema);
  }
}

/** @param type of the value, in words */
function noText(operand: Operand, type: string, isList: boolean, hint?: string): ProblemError {
  const written = writtenAs(operand);
  return new ProblemError({
    code: 'VAL006',
    message: `'${nameOf(operand)}' is ${type}, which cannot stand in a text`,
    span: operand.span,
    hint: hint ?? `json ${written}${isList ? `, or join ${written} ","` : ''}`,
    variables: variablesOf(operand),
  });
}

function known(value: Value): Exclude<Value, Unknown> {
  if (value instanceof Unknown) throw new UnknownRead(value);
  return value;
}
