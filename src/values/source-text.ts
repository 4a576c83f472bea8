import type {ListNode, MapNode, Node} from '../source/index.ts';
import {entryOf} from '../source/index.ts';
import {memberOf} from './member.ts';
import type {Origin, Scope, Variable} from './scope.ts';
import type {Path} from './template/program.ts';
import {onlyPath} from './template/programs.ts';
import {mayBeTemplate} from './template/syntax.ts';
import type {Value} from './value.ts';

/*
 * A number in a text reads as its author wrote it: `1.20`, not 1.2. The number itself cannot carry that, so maps and
 * lists remember the nodes that they were made of. What a function or a host made has no such text.
 */

const nodes = new WeakMap<object, MapNode | ListNode>();

/** Remembers what a map or list was written as. */
export function rememberNode<T extends object & Value>(value: T, node: MapNode | ListNode): T {
  nodes.set(value, node);
  return value;
}

/** The text of a member that was written as a plain number or boolean; undefined for everything else. */
export function writtenMember(owner: Value, member: string | number, scope?: Scope): string | undefined {
  const node = typeof owner === 'object' && owner !== null ? nodes.get(owner) : undefined;
  if (!node) return undefined;
  const own = node.type === 'map' ? entryOf(node, String(member))?.value : node.items[Number(member)];
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

/** The same of a path that starts from a value. */
export function writtenBelow(value: Value, members: readonly string[], scope: Scope): string | undefined {
  let owner: Value | undefined = value;
  for (const member of members.slice(0, -1))
    owner = owner === undefined ? undefined : memberOf(owner, member);
  const last = members.at(-1);
  return owner === undefined || last === undefined ? undefined : writtenMember(owner, last, scope);
}

function writtenNode(node: Node, scope: Scope | undefined): string | undefined {
  if (node.type !== 'scalar') return undefined;
  if (typeof node.value === 'number' || typeof node.value === 'boolean') return node.text;
  if (typeof node.value !== 'string' || node.raw || !mayBeTemplate(node.value) || !scope) return undefined;
  const path = onlyPath(node.value);
  return path && writtenPath(path, scope);
}

/** A member of a map or list as a variable of its own: an item of a loop, a fact that a task sets. */
export function variableAt(owner: Value, member: string | number, origin: Origin): Variable {
  const data = memberOf(owner, String(member)) ?? null;
  const written = writtenMember(owner, member);
  return {data, origin, ...(written === undefined ? {} : {written})};
}
