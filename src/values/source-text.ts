import type {Node} from '../source/index.ts';
import {memberOf} from './member.ts';
import type {Origin, Scope, Variable} from './scope.ts';
import type {Operand, Path} from './template/program.ts';
import {onlyOperand} from './template/programs.ts';
import {mayBeTemplate} from './template/syntax.ts';
import type {Value} from './value.ts';
import {nodeOfMember, writtenScalar} from './written-nodes.ts';

/** The text of a member that was written as a plain number or boolean; undefined for everything else. */
export function writtenMember(owner: Value, member: string | number, scope?: Scope): string | undefined {
  const own = nodeOfMember(owner, member);
  return own && writtenNode(own, scope);
}

/** The text of a plain number or boolean that a variable is, directly or by name; undefined for everything else. */
export function writtenVariable(name: string, scope: Scope): string | undefined {
  const variable = scope.variable(name);
  if (!variable) return undefined;
  return 'data' in variable ? variable.written : writtenNode(variable.node, scope);
}

/** The text of a plain number or boolean at the end of a path that starts from a variable. */
export function writtenPath({start, members}: Path, scope: Scope): string | undefined {
  if (start.type !== 'variable') return undefined;
  return members.length === 0
    ? writtenVariable(start.name, scope)
    : writtenBelow(scope.get(start.name), members, scope);
}

/** The same of a template that only names a variable, or one of several by `default`. */
export function writtenTemplate(text: string, scope: Scope): string | undefined {
  const operand = onlyOperand(text);
  return operand && writtenOperand(operand, scope);
}

function writtenOperand(operand: Operand, scope: Scope): string | undefined {
  if (operand.type === 'path') return writtenPath(operand, scope);
  if (operand.type !== 'default' || operand.value.type !== 'path') return undefined;
  const isThere = (valueAt(operand.value, scope) ?? null) !== null;
  return writtenOperand(isThere ? operand.value : operand.fallback, scope);
}

function valueAt({start, members}: Path, scope: Scope): Value | undefined {
  if (start.type !== 'variable' || !scope.has(start.name)) return undefined;
  let value: Value | undefined = scope.get(start.name);
  for (const member of members) value = value === undefined ? undefined : memberOf(value, member);
  return value;
}

/** The same of a path that starts from a value. */
export function writtenBelow(value: Value, members: readonly string[], scope: Scope): string | undefined {
  let owner: Value | undefined = value;
  for (const member of members.slice(0, -1))
    owner = owner === undefined ? undefined : memberOf(owner, member);
  const last = members.at(-1);
  return owner === undefined || last === undefined ? undefined : writtenMember(owner, last, scope);
}

function writtenNode(node: Node, scope: Scope | undefined): string | undefined {
  const written = writtenScalar(node);
  if (written !== undefined || node.type !== 'scalar') return written;
  if (typeof node.value !== 'string' || node.raw || !mayBeTemplate(node.value) || !scope) return undefined;
  return writtenTemplate(node.value, scope);
}

/**
 * A member of a map or list as a variable of its own: an item of a loop, a fact that a task sets.
 * @param scope in which a template that only names a variable is followed to how that was written
 */
export function variableAt(
  owner: Value,
  member: string | number,
  origin: Origin,
  scope?: Scope,
): Extract<Variable, {readonly data: Value}> {
  const data = memberOf(owner, String(member)) ?? null;
  const written = writtenMember(owner, member, scope);
  return {data, origin, ...(written === undefined ? {} : {written})};
}
