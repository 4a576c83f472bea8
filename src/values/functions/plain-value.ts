import type {Node} from '../../source/index.ts';
import type {Value} from '../value.ts';
import {exact, mapOf} from './define.ts';

/** What a YAML text says, as data: templates in it are texts like all others. */
export function plainValue(node: Node): Value {
  switch (node.type) {
    case 'scalar':
      return exact(node.value);
    case 'list':
      return node.items.map(plainValue);
    case 'map':
      return mapOf(node.entries.map(({key, value}) => [key, plainValue(value)]));
  }
}
