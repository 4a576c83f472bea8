import type {Diagnostic, Related, Source} from '../errors/index.ts';
import {holdsSecrets} from '../modules/index.ts';
import type {MapNode, Node} from '../source/index.ts';
import {type JsonSchema, originsOfNode, type Scope} from '../values/index.ts';

/** Mistakes in a task's arguments, each with where the values came from that the wrong argument is made of. */
export function withOrigins(
  mistakes: readonly Diagnostic[],
  args: MapNode,
  scope: Scope,
  schema: JsonSchema | undefined,
): readonly Diagnostic[] {
  return mistakes.map((mistake) => {
    const node = mistake.source && nodeAt(args, mistake.source);
    const entry = args.entries.find(({value}) => mistake.source && nodeAt(value, mistake.source));
    const isHidden = holdsSecrets(schema?.properties?.[entry?.key ?? ''] ?? {});
    const origins = node ? originsOfNode(node, scope).map((one) => (isHidden ? withoutValue(one) : one)) : [];
    return origins.length === 0 ? mistake : {...mistake, related: [...(mistake.related ?? []), ...origins]};
  });
}

function withoutValue(origin: Related): Related {
  return {...origin, message: origin.message.replace(/^('\w+') is .*, from (.*)$/s, '$1 comes from $2')};
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
