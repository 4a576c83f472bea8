import {type ASTNode, Environment, EvaluationError} from '@marcbachmann/cel-js';
import {joinTexts, type Secret} from '../../text/index.ts';
import {ArgumentError, callFunction, countsOf, type FunctionDefinition} from '../functions/define.ts';
import {neverEqual} from '../functions/same.ts';
import {functions} from '../functions/table.ts';
import {compareVersions, parseVersion, Version} from '../functions/version.ts';
import {asText, fromText, Omit} from '../value.ts';
import {arithmetic} from './arithmetic.ts';
import {registerCall, registerForms} from './forms.ts';
import {fromView, Hidden, toView} from './view.ts';

let environment: Environment | undefined;

/** CEL with our functions, made when the first expression is read. */
export function celEnvironment(): Environment {
  environment ??= makeEnvironment();
  return environment;
}

function makeEnvironment(): Environment {
  const cel = new Environment({unlistedVariablesAreDyn: true, homogeneousAggregateLiterals: false});
  registerNumbers(cel);
  registerMismatches(cel);
  registerSecrets(cel);
  registerVersions(cel);
  registerForms(cel);
  for (const definition of functions.values()) registerFunction(cel, definition);
  return cel;
}

/**
 * YAML's numbers are doubles, those written in an expression ints: every operator takes both. That each pair has an
 * overload is for CEL's check: the operators themselves are in arithmetic.ts.
 */
function registerNumbers(cel: Environment): void {
  for (const [operator, compute] of Object.entries(arithmetic)) {
    const handler = (a: number | bigint, b: number | bigint): number => compute(Number(a), Number(b));
    cel.registerOperator(`double ${operator} int: double`, handler);
    cel.registerOperator(`int ${operator} double: double`, handler);
  }
  cel.registerOperator('double % double: double', arithmetic['%'] as (a: number, b: number) => number);
  cel.registerOperator('int == double', (a: number | bigint, b: number | bigint) => Number(a) === Number(b));
  for (const [name, count] of [
    ['substring', 1],
    ['substring', 2],
  ] as const) {
    const types = Array.from({length: count}, () => 'double').join(', ');
    cel.registerFunction(`string.${name}(${types}): string`, (text: string, ...at: number[]) =>
      text.substring(at[0] ?? 0, at[1]),
    );
  }
}

/** Texts never equal numbers or booleans, nor lists what is in them: asking is a mistake, not false. */
function registerMismatches(cel: Environment): void {
  const never =
    (left: string, right: string, hint: string) =>
    (_a: unknown, _b: unknown, node?: ASTNode): boolean =>
      placed(node, () => {
        throw new ArgumentError(`${left} is never equal to ${right}`, hint);
      });
  for (const type of ['int', 'double']) {
    cel.registerOperator(
      `${type} == string`,
      never('a number', 'a string', 'compare it with a number: without quotes, or int(x)'),
    );
  }
  cel.registerOperator(
    'bool == string',
    never('a boolean', 'a string', 'write true or false without quotes'),
  );
  const scalars = {string: 'a string', int: 'a number', double: 'a number', bool: 'a boolean'} as const;
  const pairs = [
    ['list', 'a list', {...scalars, map: 'a map'}],
    ['map', 'a map', scalars],
  ] as const;
  for (const [type, name, others] of pairs)
    for (const [other, otherName] of Object.entries(others)) {
      const problem = neverEqual(name, otherName);
      if (problem) cel.registerOperator(`${type} == ${other}`, never(name, otherName, problem.hint));
    }
}

/** Secrets that are joined; secrets.ts opens them to the operators and functions of which the results tell none. */
function registerSecrets(cel: Environment): void {
  cel.registerType('secret', {ctor: Hidden, fields: {}});
  cel.registerType('omit', {ctor: Omit, fields: {}});
  const join = (a: Hidden | string, b: Hidden | string): unknown =>
    toView(fromText(joinTexts([textOf(a), textOf(b)])));
  for (const pair of ['secret + string', 'string + secret', 'secret + secret']) {
    cel.registerOperator(`${pair}: secret`, join);
  }
}

function textOf(value: Hidden | string): readonly (string | Secret)[] {
  return asText(value instanceof Hidden ? value.value : value) ?? [];
}

function registerVersions(cel: Environment): void {
  cel.registerType('version', {ctor: Version, fields: {}});
  cel.registerFunction('version(string): version', (text: string) =>
    placed(undefined, () => parseVersion(text)),
  );
  for (const type of ['double', 'int']) {
    cel.registerFunction(`version(${type}): version`, () =>
      placed(undefined, (): Version => {
        throw new ArgumentError(
          'version() takes a string, not a number: 1.20 as a number is 1.2',
          'quote the version where it is defined',
        );
      }),
    );
  }
  cel.registerOperator('version == version', (a: Version, b: Version) => compareVersions(a, b) === 0);
  cel.registerOperator('version < version: bool', (a: Version, b: Version) => compareVersions(a, b) < 0);
  cel.registerOperator('version <= version: bool', (a: Version, b: Version) => compareVersions(a, b) <= 0);
  cel.registerOperator('version > version: bool', (a: Version, b: Version) => compareVersions(a, b) > 0);
  cel.registerOperator('version >= version: bool', (a: Version, b: Version) => compareVersions(a, b) >= 0);
}

function registerFunction(cel: Environment, definition: FunctionDefinition): void {
  if (definition.templateOnly) return;
  const {least, most} = countsOf(definition);
  for (let count = least; count <= most; count++) {
    registerCall(cel, definition.name, count, (args, ports, node) =>
      placed(node, () => toView(callFunction(definition, args.map(fromView), ports))),
    );
  }
}

/**
 * An argument's mistake as an error of CEL, which knows the place: of the operator it is handed, of a function
 * by itself.
 */
function placed<T>(node: ASTNode | undefined, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new EvaluationError({
      code: 'argument',
      message: error.message,
      cause: error,
      ...(node ? {node} : {}),
    });
  }
}
