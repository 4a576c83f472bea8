import type {Node} from './node.ts';

/** What JSON can hold. */
export type PlainNode =
  | string
  | number
  | boolean
  | null
  | readonly PlainNode[]
  | {readonly [key: string]: PlainNode};

/** A node as plain data: templates in it stay the texts that they are, secrets stay hidden. Maps have no prototype. */
export function plainNode(node: Node): PlainNode {
  switch (node.type) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainNode);
    case 'map': {
      const map: {[key: string]: PlainNode} = Object.create(null);
      for (const {key, value} of node.entries) map[key] = plainNode(value);
      return map;
    }
  }
}
