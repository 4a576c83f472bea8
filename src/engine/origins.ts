import type {Diagnostic, Source} from '../errors/index.ts';
import type {Node} from '../source/index.ts';
import {originsOfNode, type Scope} from '../values/index.ts';

/** Mistakes in a task's arguments, each with where the values came from that the wrong argument is made of. */
export function withOrigins(
  mistakes: readonly Diagnostic[],
  args: Node,
  scope: Scope,
): readonly Diagnostic[] {
  return mistakes.map((mistake) => {
    const node = mistake.source && nodeAt(args, mistake.source);
    const origins = node ? originsOfNode(node, scope) : [];
    return origins.length === 0 ? mistake : {...mistake, related: [...(mistake.related ?? []), ...origins]};
  });
}

/** The scalar that stands at a place. */
function nodeAt(node: Node, place: Source): Node | undefined {
  switch (node.type) {
    case 'scalar': {
      const {file, line, column} = node.source;
      return file === place.file && line === place.line && column === place.column ? node : undefined;
    }
    case 'list':
      return firstAt(node.items, place);
    case 'map':
      return firstAt(
        node.entries.map((entry) => entry.value),
        place,
      );
  }
}

function firstAt(nodes: readonly Node[], place: Source): Node | undefined {
  for (const node of nodes) {
    const found = nodeAt(node, place);
    if (found) return found;
  }
  return undefined;
}
