import type {Source} from '../errors/index.ts';
import {entryOf, type ListNode, type MapNode, type Node} from '../source/index.ts';
import {memberOf} from './member.ts';
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

/** What a map or list was written as; undefined where that is not known. */
export function nodeOfValue(value: Value): MapNode | ListNode | undefined {
  return typeof value === 'object' && value !== null ? nodes.get(value) : undefined;
}

/** What a member of a map or list was written as; undefined where that is not known. */
export function nodeOfMember(owner: Value, member: string | number): Node | undefined {
  const node = nodeOfValue(owner);
  if (!node) return undefined;
  return node.type === 'map' ? entryOf(node, String(member))?.value : node.items[Number(member)];
}

/** Where a member was written; of one that is a map or list itself also where what it stands in was put together. */
export function placeOfMember(owner: Value, member: string | number): Source | undefined {
  const value = memberOf(owner, String(member));
  const own = typeof value === 'object' && value !== null ? nodes.get(value) : undefined;
  return (own ?? nodeOfMember(owner, member))?.source;
}

/** The text of a scalar that was written as a plain number or boolean; undefined for everything else. */
export function writtenScalar(node: Node | undefined): string | undefined {
  if (node?.type !== 'scalar') return undefined;
  return typeof node.value === 'number' || typeof node.value === 'boolean' ? node.text : undefined;
}
