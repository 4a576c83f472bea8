import {entryOf, type MapNode, type Node} from '../../source/index.ts';
import {nodeAt, pointerKeys} from './pointer.ts';

/** Keywords whose schemas are held against the same value as the schema that they stand in. */
const besideOne = ['if', 'then', 'else', 'not'];
const besideSeveral = ['allOf', 'anyOf', 'oneOf', 'dependentSchemas'];

/** A schema, and all that are held against the same value as it, if only perhaps. */
export function schemasTogether(schema: MapNode, spec: MapNode): ReadonlySet<MapNode> {
  const schemas = new Set<MapNode>([schema]);
  // What is added while the set is gone through is gone through, too.
  for (const one of schemas)
    for (const other of besides(one, spec)) if (other.type === 'map') schemas.add(other);
  return schemas;
}

function besides(schema: MapNode, spec: MapNode): readonly Node[] {
  const reference = keywordOf(schema, '$ref');
  const meant = reference?.type === 'scalar' ? nodeAt(spec, pointerKeys(reference.text)) : undefined;
  return [
    ...besideOne.flatMap((keyword) => keywordOf(schema, keyword) ?? []),
    ...besideSeveral.flatMap((keyword) => nodesIn(keywordOf(schema, keyword))),
    ...(meant ? [meant] : []),
  ];
}

/** What a schema says by a keyword. */
export function keywordOf(schema: MapNode, keyword: string): Node | undefined {
  return entryOf(schema, keyword)?.value;
}

/** What a map or list holds. */
export function nodesIn(node: Node | undefined): readonly Node[] {
  if (node?.type === 'map') return node.entries.map(({value}) => value);
  return node?.type === 'list' ? node.items : [];
}
