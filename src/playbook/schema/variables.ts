import type {MapNode, Node} from '../../source/index.ts';
import {keywordOf, nodesIn, schemasTogether} from './subschemas.ts';

/** Which variables a schema speaks of: by name, and by a pattern of names. */
export interface SpokenOf {
  readonly names: readonly string[];
  readonly patterns: readonly string[];
}

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
  const schemas = schemasTogether(spec, spec);
  return {
    names: [...new Set([...schemas].flatMap(namesIn))],
    patterns: [...schemas].flatMap((schema) => keysOf(keywordOf(schema, 'patternProperties'))),
  };
}

function namesIn(schema: MapNode): readonly string[] {
  const dependent = keywordOf(schema, 'dependentRequired');
  return [
    ...keysOf(keywordOf(schema, 'properties')),
    ...textsOf(keywordOf(schema, 'required')),
    ...keysOf(dependent),
    ...nodesIn(dependent).flatMap(textsOf),
    ...keysOf(keywordOf(schema, 'dependentSchemas')),
  ];
}

function keysOf(node: Node | undefined): readonly string[] {
  return node?.type === 'map' ? node.entries.map(({key}) => key) : [];
}

function textsOf(node: Node | undefined): readonly string[] {
  return nodesIn(node).flatMap((item) => (item.type === 'scalar' ? [item.text] : []));
}
