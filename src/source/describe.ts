import type {Node} from './node.ts';

/** What a node is, in words for a message: "a list", "a map", "the number 3", "nothing". */
export function describeNode(node: Node): string {
  if (node.type !== 'scalar') return node.type === 'list' ? 'a list' : 'a map';
  if (node.value === null) return 'nothing';
  if (node.value === '') return 'an empty text';
  return typeof node.value === 'string' ? 'a text' : `the ${typeof node.value} ${node.text}`;
}
