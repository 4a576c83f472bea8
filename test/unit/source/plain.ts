import type {Node} from '../../../src/source/index.ts';

export type Plain = string | number | boolean | null | readonly Plain[] | {readonly [key: string]: Plain};

/** A node's values alone, for comparisons. */
export function plain(node: Node | undefined): Plain | undefined {
  if (node === undefined) return undefined;
  if (node.type === 'scalar') return node.value;
  if (node.type === 'list') return node.items.map((item) => plain(item) ?? null);
  return Object.fromEntries(node.entries.map((entry) => [entry.key, plain(entry.value) ?? null]));
}
