import {entryOf, type MapNode, type Node} from '../../source/index.ts';
import {nodeAt, pointerKeys} from './pointer.ts';

/** Which variables a schema speaks of: by name, and by a pattern of names. */
export interface SpokenOf {
  readonly names: readonly string[];
  readonly patterns: readonly string[];
}

/** Keywords whose schemas are held against the same map as the schema that they stand in. */
const besideOne = ['if', 'then', 'else', 'not'];
const besideSeveral = ['allOf', 'anyOf', 'oneOf', 'dependentSchemas'];

/**
 * The variables that a role's schema says anything of, also in its conditions and alternatives: what it does not speak of
 * is nothing to it.
 * @param spec a schema without mistakes
 */
export function variablesOf(spec: MapNode): SpokenOf {
  const known = spokenOf.get(spec);
  if (known) return known;
  const made = lookedUp(spec);
  spokenOf.set(spec, made);
  return made;
}

/** It is asked for every host. */
const spokenOf = new WeakMap<MapNode, SpokenOf>();

function lookedUp(spec: MapNode): SpokenOf {
  const schemas = new Set<MapNode>([spec]);
  // What is added while the set is gone through is gone through, too.
  for (const schema of schemas)
    for (const other of besides(schema, spec)) if (other.type === 'map') schemas.add(other);
  return {
    names: [...new Set([...schemas].flatMap(namesIn))],
    patterns: [...schemas].flatMap((schema) => keysOf(valueAt(schema, 'patternProperties'))),
  };
}

function namesIn(schema: MapNode): readonly string[] {
  const dependent = valueAt(schema, 'dependentRequired');
  return [
    ...keysOf(valueAt(schema, 'properties')),
    ...textsOf(valueAt(schema, 'required')),
    ...keysOf(dependent),
    ...valuesOf(dependent).flatMap(textsOf),
    ...keysOf(valueAt(schema, 'dependentSchemas')),
  ];
}

/** The schemas that are held against the same map as this one. */
function besides(schema: MapNode, spec: MapNode): readonly Node[] {
  const reference = valueAt(schema, '$ref');
  const meant = reference?.type === 'scalar' ? nodeAt(spec, pointerKeys(reference.text)) : undefined;
  return [
    ...besideOne.flatMap((keyword) => valueAt(schema, keyword) ?? []),
    ...besideSeveral.flatMap((keyword) => valuesOf(valueAt(schema, keyword))),
    ...(meant ? [meant] : []),
  ];
}

function valueAt(schema: MapNode, keyword: string): Node | undefined {
  return entryOf(schema, keyword)?.value;
}

function keysOf(node: Node | undefined): readonly string[] {
  return node?.type === 'map' ? node.entries.map(({key}) => key) : [];
}

function valuesOf(node: Node | undefined): readonly Node[] {
  if (node?.type === 'map') return node.entries.map(({value}) => value);
  return node?.type === 'list' ? node.items : [];
}

function textsOf(node: Node | undefined): readonly string[] {
  return valuesOf(node).flatMap((item) => (item.type === 'scalar' ? [item.text] : []));
}
