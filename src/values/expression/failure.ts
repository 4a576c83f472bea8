import {type ASTNode, TypeError as CelTypeError, EvaluationError} from '@marcbachmann/cel-js';
import {didYouMean} from '../../errors/index.ts';
import {ArgumentError, zeroHint} from '../functions/define.ts';
import {asExpression} from '../functions/examples.ts';
import {functions} from '../functions/table.ts';
import {memberOf, missingMember} from '../member.ts';
import {ProblemError, type Span} from '../problem.ts';
import type {Scope} from '../scope.ts';
import {undefinedName} from '../undefined.ts';
import {isMap, type Value} from '../value.ts';
import {lettersCode, lettersProblem, neverCode} from './comparisons.ts';
import type {Compiled} from './compile.ts';
import {isKnown, noSuchFunction} from './unknown-function.ts';

/** What `in` is not for. */
export const partOfText = 'a part of a text is looked for by text.contains(part)';

/** What CEL threw, in our words and with its place; undefined for what is no mistake of the expression. */
export function failureOf(error: unknown, compiled: Compiled, scope: Scope): ProblemError | undefined {
  if (!(error instanceof EvaluationError) && !(error instanceof CelTypeError)) return undefined;
  const {start, end} = error.range ?? compiled.run.ast.range;
  const span = compiled.spanOf(start, end);
  const variables = compiled.reads
    .filter((read) => read.start >= start && read.end <= end)
    .map(({name}) => name);
  const node = error.node as ASTNode | undefined;
  if (error.cause instanceof ArgumentError) {
    const {code, message, hint} = error.cause;
    const example = code === 'VAL005' ? exampleOf(node) : undefined;
    // What the whole condition reads leads to its fail().
    const read = code === 'VAL015' ? compiled.reads.map(({name}) => name) : variables;
    return new ProblemError({code, message, span, hint: hint ?? example, variables: read});
  }
  switch (error.code) {
    case 'unknown_variable':
      return undefinedName(error.summary.replace('Unknown variable: ', ''), scope, span, 'expression');
    case 'no_such_key':
    case 'index_out_of_bounds':
      return missingKey(error.summary, node, {scope, span, lists: compiled.lists});
    case 'no_matching_overload':
      return unknownFunction(error.summary, node, compiled, span);
    case neverCode:
      return new ProblemError({
        code: 'VAL005',
        message: error.summary,
        span,
        hint: 'write all of them in quotes, or none; int(x) and string(x) make one of the other',
        variables,
      });
    case lettersCode:
      return new ProblemError({...lettersProblem(node, span), variables});
    case 'invalid_logical_operand':
      return new ProblemError({
        code: 'VAL009',
        message: `and, or, && and || join conditions, but here is ${typeName(/'(.+)'$/.exec(error.summary)?.[1] ?? '')}`,
        span,
        hint: 'compare it: x != "", x.size() > 0, x is defined',
        variables,
      });
    case 'invalid_regular_expression':
      return new ProblemError({
        code: 'VAL009',
        message: plainWords(error.summary),
        span,
        hint: 'brackets are closed, and signs meant as themselves stand behind \\\\: \\\\( \\\\. \\\\*',
      });
    case 'division_by_zero':
    case 'modulo_by_zero':
      return new ProblemError({code: 'VAL009', message: error.summary, span, hint: zeroHint, variables});
    case 'int_conversion_error':
    case 'double_conversion_error':
    case 'bool_conversion_error': {
      const [, name = ''] = /^(\w+)\(\)/.exec(error.summary) ?? [];
      const message = `${name}() cannot read this value as ${name === 'bool' ? 'true or false' : 'a number'}`;
      const hint =
        name === 'bool'
          ? 'compare it: x == "yes"'
          : 'digits only, such as "42"; ask before: x.matches("^[0-9]+$")';
      return new ProblemError({code: 'VAL009', message, span, hint, variables});
    }
    default:
      return new ProblemError({
        code: 'VAL009',
        message: plainWords(error.summary),
        span,
        hint: operandHint(error.summary),
        variables,
      });
  }
}

/** How the function of a call is called. */
function exampleOf(node: ASTNode | undefined): string | undefined {
  const definition = node?.op === 'call' ? functions.get(node.args[0]) : undefined;
  return definition && !definition.templateOnly
    ? `for example ${asExpression(definition.example.call)}`
    : undefined;
}

/** How operands that do not fit are made to. */
function operandHint(summary: string): string | undefined {
  if (/range of a comprehension/.test(summary) && /string/.test(summary))
    return 'a part of a text is looked for by text.contains(part), a pattern by text.matches(pattern)';
  if (!summary.startsWith('no such overload: ')) return undefined;
  if (/ in (dyn<)?(double|int|bool)>?$/.test(summary))
    return 'what stands behind in is a list or a map: x in [1, 2]';
  if (/ in (dyn<)?string>?$/.test(summary)) return partOfText;
  if (summary.startsWith('no such overload: !')) return 'compare it: x != "", x.size() > 0, x is defined';
  return /string/.test(summary) && /double|int/.test(summary)
    ? 'int(x) makes a number of a text, string(x) a text of a number'
    : 'both sides must be of one type: int(x), string(x), x.size() …';
}

function missingKey(
  summary: string,
  node: ASTNode | undefined,
  {scope, span, lists}: {readonly scope: Scope; readonly span: Span; readonly lists: readonly ASTNode[]},
): ProblemError {
  if (node?.op === '.' || node?.op === '[]') {
    const [owner, right] = node.args;
    const member = typeof right === 'string' ? right : right.op === 'value' ? String(right.args) : undefined;
    const value = member === undefined ? undefined : valueAt(owner, scope);
    if (member !== undefined && value !== undefined) {
      const path = pathOf(owner);
      return missingMember(value, member, `'${path?.join('.')}'`, span, {variable: path?.[0]});
    }
  }
  const key = /^No such key: (.+)$/.exec(summary)?.[1];
  const message = key === undefined ? plainWords(summary) : `there is no '${key}'`;
  const hint = key === undefined ? undefined : didYouMean(key, keysOfItems(lists, scope));
  return new ProblemError({code: 'VAL002', message, span, hint});
}

/** The keys of the maps in lists that `exists`, `map` and their like look through. */
function keysOfItems(lists: readonly ASTNode[], scope: Scope): readonly string[] {
  const items = lists.flatMap((list) => {
    const value = valueAt(list, scope);
    return Array.isArray(value) ? (value as readonly Value[]) : [];
  });
  return items.filter(isMap).flatMap((item) => Object.keys(item));
}

/** The names of a path without indexes that are computed. */
function pathOf(node: ASTNode): readonly string[] | undefined {
  if (node.op === 'id') return [node.args];
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [of, right] = node.args;
  const member = typeof right === 'string' ? right : right.op === 'value' ? String(right.args) : undefined;
  const owner = pathOf(of);
  return owner && member !== undefined ? [...owner, member] : undefined;
}

function valueAt(node: ASTNode, scope: Scope): Value | undefined {
  const [name, ...members] = pathOf(node) ?? [];
  if (name === undefined || !scope.has(name)) return undefined;
  let value: Value | undefined = scope.get(name);
  for (const member of members) value = value === undefined ? undefined : memberOf(value, member);
  return value;
}

function unknownFunction(
  summary: string,
  node: ASTNode | undefined,
  compiled: Compiled,
  span: Span,
): ProblemError {
  if (node?.op === 'call' || node?.op === 'rcall') {
    if (!isKnown(node.op === 'rcall' ? 'method' : 'function', node.args[0]))
      return new ProblemError(noSuchFunction(node, compiled.spanOf));
  }
  const call = /'(.+)'$/.exec(summary)?.[1] ?? summary;
  const message = `these arguments do not fit: ${plainTypes(call)}`;
  return new ProblemError({code: 'VAL005', message, span, hint: exampleOf(node)});
}

function plainWords(summary: string): string {
  const operator = /^no such overload: (\S+) (\S+) (\S+)$/.exec(summary);
  if (operator) {
    const [, left = '', sign, right = ''] = operator;
    return `'${sign}' cannot take ${typeName(left)} and ${typeName(right)}`;
  }
  const range = /^expression of type '(.+)' cannot be range of a comprehension/i.exec(summary)?.[1];
  if (range !== undefined) return `only a list or a map can be looked through, not ${typeName(range)}`;
  if (/ternary branches/i.test(summary)) return "what stands on both sides of ':' must be of one type";
  const unary = /^no such overload: ([!-])(.+)$/.exec(summary);
  if (unary) return `'${unary[1]}' cannot take ${typeName(unary[2] ?? '')}`;
  return plainTypes(summary.charAt(0).toLowerCase() + summary.slice(1));
}

function plainTypes(text: string): string {
  return text
    .replace(/dyn<([^<>]+)>/g, '$1')
    .replace(/\b(?:double|int)\b/g, 'number')
    .replace(/\bdyn\b/g, 'any');
}

function typeName(type: string): string {
  const plain = plainTypes(type).replace(/<.*$/, '');
  if (plain === 'any') return 'a value of that type';
  return plain === 'null' ? 'null' : `a ${plain === 'bool' ? 'boolean' : plain}`;
}
