import {type Diagnostic, type Source, Stackless, VprovError} from '../../errors/index.ts';
import type {Expression} from '../../playbook/index.ts';
import {Unknown, UnknownRead} from '../../text/index.ts';
import {toDiagnostic} from '../diagnose.ts';
import {lossHint} from '../exact.ts';
import {locateInExpression} from '../position.ts';
import {type Problem, ProblemError, type Span} from '../problem.ts';
import {celTypes} from '../reserved.ts';
import type {Scope} from '../scope.ts';
import {writtenVariable} from '../source-text.ts';
import {readVariable} from '../template/template.ts';
import {undefinedName} from '../undefined.ts';
import {describe, type Value} from '../value.ts';
import {type Compiled, compileExpression} from './compile.ts';
import {dashedName} from './dashed-name.ts';
import {failureOf} from './failure.ts';
import {portsKey} from './forms.ts';
import {withLoopsInTime} from './loops.ts';
import {shapeProblems} from './shapes.ts';
import {noSuchFunction} from './unknown-function.ts';
import {fromView, TooLarge, toView} from './view.ts';

/**
 * The value of an expression.
 * @throws VprovError for what is no expression, undefined names (also where `||` would absorb them) and failures
 */
export function evaluate(expression: Expression, scope: Scope): Value {
  checkNames([expression], scope);
  return run(expression, scope);
}

/**
 * Whether all conditions hold. One that is false decides, also beside unknown ones.
 * @throws VprovError for every mistake that can be told, and for a condition that is not a boolean
 */
export function test(expressions: readonly Expression[], scope: Scope): boolean | Unknown {
  checkNames(expressions, scope, notBooleanLater);
  let unknown: Unknown | undefined;
  for (const expression of expressions) {
    const result = unknown ? attempt(expression, scope, unknown) : run(expression, scope);
    if (result === false) return false;
    if (result instanceof Unknown) unknown ??= result;
    else if (result !== true) throw notBoolean(expression, result, scope);
  }
  return unknown ?? true;
}

/** After an unknown condition a failure is not certain: the unknown one may turn out to be the guard. */
function attempt(expression: Expression, scope: Scope, unknown: Unknown): Value {
  try {
    return run(expression, scope);
  } catch (error) {
    if (error instanceof VprovError) return unknown;
    throw error;
  }
}

/**
 * Finds what is wrong with expressions before any of them is evaluated.
 * @param typed what is wrong with an expression whose value will be of that type
 */
function checkNames(
  expressions: readonly Expression[],
  scope: Scope,
  typed: (expression: Expression, type: string) => Problem | undefined = () => undefined,
): void {
  const diagnostics: Diagnostic[] = [];
  const parsed = expressions.flatMap((expression) => {
    try {
      return [{expression, compiled: compileExpression(expression.text)}];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      diagnostics.push(toDiagnostic(error.problem, locateInExpression(expression), scope));
      return [];
    }
  });
  const guarded = new Set(parsed.flatMap(({compiled}) => [...compiled.guarded]));
  const told = new Set<string>();
  for (const {expression, compiled} of parsed) {
    for (const call of compiled.unknownCalls)
      diagnostics.push(
        toDiagnostic(noSuchFunction(call, compiled.spanOf), locateInExpression(expression), scope),
      );
    for (const {name, problem} of nameProblems(expression, compiled, scope, guarded)) {
      if (told.has(name)) continue;
      told.add(name);
      diagnostics.push(toDiagnostic(problem, locateInExpression(expression), scope));
    }
    for (const problem of shapeProblems(compiled, scope, (type) => typed(expression, type))) {
      diagnostics.push(toDiagnostic(problem, locateInExpression(expression), scope));
    }
  }
  if (diagnostics.length > 0) throw new VprovError(diagnostics);
}

/** What is wrong with the names that an expression reads. @param guarded names that `defined` asks about */
function nameProblems(
  {text}: Expression,
  compiled: Compiled,
  scope: Scope,
  guarded: ReadonlySet<string>,
): readonly {readonly name: string; readonly problem: Problem}[] {
  return compiled.reads.flatMap(({name, start, end, optional}) => {
    const isType = celTypes.has(name);
    const isFine = isType ? !scope.has(name) : optional || guarded.has(name) || scope.has(name);
    if (isFine) return [];
    const span = compiled.spanOf(start, end);
    if (isType) return [{name, problem: hiddenByType(name, span)}];
    return [
      dashedName(text, span, scope) ?? {
        name,
        problem: undefinedName(name, scope, span, 'expression').problem,
      },
    ];
  });
}

/** A variable with the name of a type: CEL would silently take the type. */
function hiddenByType(name: string, span: Span): Problem {
  const message = `'${name}' is a type in expressions, so the variable of that name cannot be read`;
  return {code: 'VAL014', message, span, hint: 'rename the variable', variables: [name]};
}

/** What happens while variables are read; `||` may absorb it, we must not. */
interface Reading {
  unknown: Unknown | undefined;
  readonly failures: Diagnostic[];
}

function run(expression: Expression, scope: Scope): Value {
  const compiled = compileExpression(expression.text);
  const reading: Reading = {unknown: undefined, failures: []};
  const locate = locateInExpression(expression);
  const fail = (problem: Problem): VprovError => new VprovError(toDiagnostic(problem, locate, scope));
  try {
    const result: unknown = inTime(compiled, () =>
      compiled.run(new Variables(compiled, scope, reading, locate)),
    );
    if (reading.failures.length > 0) throw new VprovError(reading.failures);
    return fromView(result);
  } catch (error) {
    if (reading.failures.length > 0) throw new VprovError(reading.failures);
    if (error instanceof UnknownRead) return error.unknown;
    // A failure beside an unknown is not certain either.
    if (reading.unknown) return reading.unknown;
    if (error instanceof TooLarge) {
      throw fail({code: 'VAL011', message: error.message, span: wholeOf(expression)});
    }
    if (error instanceof LoopsTakeTooLong)
      throw fail({code: 'VAL016', message: error.message, span: wholeOf(expression), hint: error.hint});
    const failure = failureOf(error, compiled, scope);
    throw failure ? fail(failure.problem) : error;
  }
}

const longestLoopsSeconds = 3;

class LoopsTakeTooLong extends Stackless {
  readonly hint = 'lists in lists multiply: look through fewer, or through one after the other';
}

/** One loop ends, as its list does; loops in one another may take longer than anybody waits. */
function inTime(compiled: Compiled, work: () => unknown): unknown {
  if (compiled.lists.length < 2) return work();
  const result = withLoopsInTime(longestLoopsSeconds * 1000, work);
  if (result === 'too long')
    throw new LoopsTakeTooLong(`the loops of this condition take more than ${longestLoopsSeconds} seconds`);
  return result.value;
}

/** The variables of a scope, as a map of which CEL asks one when it comes to it. */
class Variables extends Map<string, unknown> {
  readonly #compiled: Compiled;
  readonly #scope: Scope;
  readonly #reading: Reading;
  readonly #locate: (span: Span) => Source;

  constructor(compiled: Compiled, scope: Scope, reading: Reading, locate: (span: Span) => Source) {
    super();
    this.#compiled = compiled;
    this.#scope = scope;
    this.#reading = reading;
    this.#locate = locate;
  }

  override get(name: string): unknown {
    if (name === portsKey) return this.#scope.ports;
    if (!this.#scope.has(name)) return undefined;
    try {
      return toView(readVariable(name, this.#scope, () => this.#placeOf(name)));
    } catch (error) {
      if (error instanceof VprovError) this.#reading.failures.push(...error.diagnostics);
      if (error instanceof UnknownRead) this.#reading.unknown ??= error.unknown;
      if (error instanceof TooLarge) this.#reading.failures.push(this.#tooLarge(name, error));
      throw error;
    }
  }

  /** Of a number, as it was written: what it has become, nobody wrote. */
  #tooLarge(name: string, {message}: TooLarge): Diagnostic {
    const written = writtenVariable(name, this.#scope);
    const problem: Problem = {
      code: 'VAL011',
      message: written === undefined ? message : message.replace(/^\S+/, written),
      span: {line: 1, column: 0, length: 1},
      hint: lossHint,
      blamed: name,
    };
    return toDiagnostic(problem, () => this.#placeOf(name), this.#scope);
  }

  #placeOf(name: string): Source {
    const {reads, spanOf} = this.#compiled;
    const {start, end} = reads.find((read) => read.name === name) ?? {start: 0, end: 1};
    return this.#locate(spanOf(start, end));
  }
}

function notBoolean(expression: Expression, result: Value, scope: Scope): VprovError {
  const variables = compileExpression(expression.text).reads.map(({name}) => name);
  const problem = {...ofType(expression, describe(result)), variables};
  return new VprovError(toDiagnostic(problem, locateInExpression(expression), scope));
}

/** A condition that will be no boolean, whatever its value. */
function notBooleanLater(expression: Expression, type: string): Problem | undefined {
  return type === 'a boolean' || type === 'null' ? undefined : ofType(expression, type);
}

function ofType(expression: Expression, type: string): Problem {
  const {text} = expression;
  const hints: Readonly<Record<string, string>> = {
    'a number': `${text} != 0`,
    'a string': `${text} != "", or ${text} == "true"`,
    'a list': `${text}.size() > 0`,
    'a map': `ask for a field of it, such as ${text}.rc == 0 of what a command registers, or ${text} != {}`,
    null: `${text} != null`,
  };
  return {
    code: 'VAL010',
    message: `the condition is ${type}, not true or false`,
    span: wholeOf(expression),
    hint: hints[type],
  };
}

function wholeOf({text}: Expression): Span {
  return {line: 1, column: 0, length: Math.max(1, text.length)};
}
