import type {ASTNode} from '@marcbachmann/cel-js';
import {comparesLetters} from '../functions/logic.ts';
import {neverEqual} from '../functions/same.ts';
import {missingBelow, misspeltBelow, shapeOf} from '../member.ts';
import type {Problem, Span} from '../problem.ts';
import type {Scope} from '../scope.ts';
import {schemaAt, schemaTypeName} from '../shaped.ts';
import {describe} from '../value.ts';
import {lettersProblem} from './comparisons.ts';
import type {Compiled} from './compile.ts';
import {partOfText} from './failure.ts';
import type {NameRead} from './names.ts';

/**
 * What can be said against an expression while the values of some of its variables are not known, but their types
 * are: members that there are not, on every side of `||`, and operands that never fit together.
 * @param typed what is wrong with its being of the type that it is certainly of
 */
export function shapeProblems(
  compiled: Compiled,
  scope: Scope,
  typed: (type: string) => Problem | undefined,
): readonly Problem[] {
  const shaped = compiled.reads.filter(({name}) => shapeOf(name, scope));
  const missing = compiled.reads.flatMap((read) => missingMemberOf(read, compiled, scope) ?? []);
  if (missing.length > 0 || shaped.length === 0) return missing;
  return mismatches(compiled, shaped, scope, typed);
}

function missingMemberOf(read: NameRead, {spanOf, run, reads}: Compiled, scope: Scope): Problem | undefined {
  if (read.optional || read.members.length === 0) return undefined;
  const spanAt = (index: number): Span => {
    const {start, end} = read.members[index] ?? read;
    return spanOf(start, end);
  };
  const members = read.members.map((member) => member.name);
  if (shapeOf(read.name, scope)) return missingBelow(read.name, members, scope, spanAt)?.problem;
  // `'port' in settings and settings.port == 1` asks before.
  const isAskedFor = members.some((member) => new RegExp(`['"]${member}['"]`).test(run.ast.input));
  const all = reads.map((one) => ({...one, members: one.members.map((member) => member.name)}));
  return isAskedFor ? undefined : misspeltBelow({...read, members}, all, scope, spanAt)?.problem;
}

interface Typing {
  /** The types of paths below variables of known types, by their nodes. */
  readonly types: ReadonlyMap<ASTNode, string>;
  readonly spanOf: Compiled['spanOf'];
  readonly problems: Problem[];
}

function mismatches(
  {run, spanOf}: Compiled,
  shaped: readonly NameRead[],
  scope: Scope,
  typed: (type: string) => Problem | undefined,
): readonly Problem[] {
  const types = new Map<ASTNode, string>();
  for (const {name, members, node} of shaped) {
    const shape = shapeOf(name, scope);
    const names = members.map((member) => member.name);
    const schema = shape && schemaAt(shape.schema, names);
    const type = schema && schemaTypeName(schema);
    if (type !== undefined) types.set(node, type);
  }
  const problems: Problem[] = [];
  const type = typeOf(run.ast, {types, spanOf, problems});
  const problem = problems.length === 0 && type !== undefined ? typed(type) : undefined;
  return problem ? [problem] : problems;
}

const scalars = new Set(['a string', 'a number', 'a boolean']);

/** The type of a node where it is certain; mistakes below it are collected. */
function typeOf(node: ASTNode, typing: Typing): string | undefined {
  const known = typing.types.get(node);
  if (known !== undefined) return known;
  switch (node.op) {
    case 'value':
      return typeof node.args === 'bigint'
        ? 'a number'
        : describe(node.args as string | number | boolean | null);
    case '==':
    case '!=':
      checkEqual(node, typing);
      return 'a boolean';
    case '<':
    case '<=':
    case '>':
    case '>=':
      checkSame(node, typing);
      checkLetters(node, typing);
      return 'a boolean';
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return checkSame(node, typing);
    case '&&':
    case '||':
      for (const operand of node.args) checkCondition(operand, typing);
      return 'a boolean';
    case '!_':
      checkCondition(node.args, typing);
      return 'a boolean';
    case '?:':
      checkCondition(node.args[0], typing);
      typeOf(node.args[1], typing);
      typeOf(node.args[2], typing);
      return undefined;
    case 'in':
      checkMember(node, typing);
      return 'a boolean';
    default:
      return undefined;
  }
}

type Binary = ASTNode & {readonly args: readonly [ASTNode, ASTNode]};

function scalarsOf(node: Binary, typing: Typing): readonly [string, string] | undefined {
  const left = typeOf(node.args[0], typing);
  const right = typeOf(node.args[1], typing);
  if (left === undefined || right === undefined) return undefined;
  return scalars.has(left) && scalars.has(right) ? [left, right] : undefined;
}

function checkEqual(node: Binary, typing: Typing): void {
  const left = typeOf(node.args[0], typing);
  const right = typeOf(node.args[1], typing);
  const problem = left !== undefined && right !== undefined ? neverEqual(left, right) : undefined;
  if (!problem) return;
  typing.problems.push({code: 'VAL005', ...problem, span: typing.spanOf(node.start, node.end)});
}

function checkSame(node: Binary, typing: Typing): string | undefined {
  const [left, right] = scalarsOf(node, typing) ?? [];
  if (left === right) return left;
  const message = `'${node.op}' cannot take ${left} and ${right}`;
  typing.problems.push({code: 'VAL009', message, span: typing.spanOf(node.start, node.end)});
  return undefined;
}

/** In Ansible a text has parts; here it is asked for them. */
function checkMember(node: Binary, typing: Typing): void {
  const left = typeOf(node.args[0], typing);
  if (typeOf(node.args[1], typing) !== 'a string') return;
  typing.problems.push({
    code: 'VAL009',
    message: `'in' cannot take ${left ?? 'a value'} and a string`,
    span: typing.spanOf(node.start, node.end),
    hint: partOfText,
  });
}

/** A text that is not known yet, beside one that looks like a version or a number. */
function checkLetters(node: Binary, typing: Typing): void {
  const [left, right] = scalarsOf(node, typing) ?? [];
  if (left !== 'a string' || right !== 'a string') return;
  const looksLike = node.args.some(
    (one) => one.op === 'value' && typeof one.args === 'string' && comparesLetters(one.args),
  );
  if (looksLike) typing.problems.push(lettersProblem(node, typing.spanOf(node.start, node.end)));
}

function checkCondition(node: ASTNode, typing: Typing): void {
  const type = typeOf(node, typing);
  if (type === undefined || type === 'a boolean' || !scalars.has(type)) return;
  typing.problems.push({
    code: 'VAL009',
    message: `and, or, && and || join conditions, but here is ${type}`,
    span: typing.spanOf(node.start, node.end),
    hint: 'compare it: x != "", x.size() > 0, x is defined',
  });
}
