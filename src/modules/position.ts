import type {Source} from '../errors/index.ts';
import {entryOf, type MapNode, type Node} from '../source/index.ts';

/** Where the arguments of a task were written. */
export interface ArgumentPlaces {
  /** @param atKey the name of the value that these keys lead to, not the value */
  of(keys: readonly string[], atKey?: boolean): Source;
}

/** As they stand in the task: what a template passes on stands where the template does. */
export function placesIn(node: MapNode): ArgumentPlaces {
  return {of: (keys, atKey = false) => (atKey ? keySourceAt(node, keys) : sourceOf(node, keys))};
}

function keySourceAt(node: MapNode, keys: readonly string[]): Source {
  const owner = nodeAt(node, keys.slice(0, -1));
  const entry = owner.type === 'map' ? entryOf(owner, keys.at(-1) ?? '') : undefined;
  return entry?.keySource ?? owner.source;
}

/**
 * Where a value was written: the deepest node that the keys lead to. A value inside one that comes from
 * a template stands where the template does.
 */
function sourceOf(node: MapNode, keys: readonly string[]): Source {
  return nodeAt(node, keys).source;
}

/** The deepest node that the keys lead to. */
export function nodeAt(node: MapNode, keys: readonly string[]): Node {
  return deepestAt(node, keys).node;
}

/** The same, and the keys that lead further: below what a template makes, for one. */
export function deepestAt(
  from: MapNode,
  keys: readonly string[],
): {readonly node: Node; readonly left: readonly string[]} {
  let node: Node = from;
  for (const [index, key] of keys.entries()) {
    const next = childOf(node, key);
    if (!next) return {node, left: keys.slice(index)};
    node = next;
  }
  return {node, left: []};
}

/** Where an argument's name was written. */
export function keySourceOf(node: MapNode, key: string): Source {
  return entryOf(node, key)?.keySource ?? node.source;
}

function childOf(node: Node, key: string): Node | undefined {
  if (node.type === 'map') return entryOf(node, key)?.value;
  return node.type === 'list' ? node.items[Number(key)] : undefined;
}
