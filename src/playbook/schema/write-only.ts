import {entryOf, type MapNode, type Node} from '../../source/index.ts';
import {MatchingTakesTooLong, matching} from '../../text/index.ts';
import {keywordOf, nodesIn, schemasTogether} from './subschemas.ts';

/** What schemas say of a value, or of something within it, as far as that is a secret. */
export interface Secrecy {
  /** All of it is one. */
  readonly isSecret: boolean;
  /** Of a member by its name, or of an item by its number; undefined where nothing in it is a secret. */
  below(key: string | number): Secrecy | undefined;
}

/** A schema, and the document that its references are of. */
interface Placed {
  readonly schema: MapNode;
  readonly spec: MapNode;
}

/**
 * What these schemas of roles call `writeOnly` of a variable; undefined where that is nothing.
 * @see https://json-schema.org/draft/2020-12/json-schema-validation#section-9.4
 */
export function secrecyOf(specs: readonly MapNode[], name: string): Secrecy | undefined {
  const roots = specs.filter((spec) => speaksOfSecrets(spec)).map((spec) => ({schema: spec, spec}));
  return secrecy(roots.flatMap(together).flatMap((root) => named(root, name)));
}

/** The names of variables, and of members within them, that these schemas call `writeOnly`, or that hold something of it without a name. */
export function secretNamesIn(specs: readonly MapNode[]): readonly string[] {
  const names = new Set<string>();
  for (const spec of specs) if (speaksOfSecrets(spec)) collect({schema: spec, spec}, names, new Set());
  return [...names];
}

/** @returns whether it is a secret itself, or something in it that has no name */
function collect({schema, spec}: Placed, names: Set<string>, seen: ReadonlySet<MapNode>): boolean {
  if (seen.has(schema)) return false;
  const within = new Set(seen).add(schema);
  const isHeld = (one: Placed): boolean => collect(one, names, within);
  return together({schema, spec})
    .map((one) => {
      const properties = keywordOf(one.schema, 'properties');
      for (const {key, value} of properties?.type === 'map' ? properties.entries : [])
        if (placedIn([value], spec).map(isHeld).includes(true)) names.add(key);
      const unnamed = [
        ...nodesIn(keywordOf(one.schema, 'patternProperties')),
        ...nodesIn(keywordOf(one.schema, 'prefixItems')),
        ...['items', 'contains', 'additionalProperties'].map((word) => keywordOf(one.schema, word)),
      ];
      return placedIn(unnamed, spec).map(isHeld).includes(true) || isWriteOnly(one.schema);
    })
    .includes(true);
}

function secrecy(of: readonly Placed[]): Secrecy | undefined {
  const placed = of.flatMap(together);
  if (!placed.some(holdsSecret)) return undefined;
  return {
    isSecret: placed.some(({schema}) => isWriteOnly(schema)),
    below: (key) =>
      secrecy(placed.flatMap((one) => (typeof key === 'number' ? item(one, key) : member(one, key)))),
  };
}

function together({schema, spec}: Placed): readonly Placed[] {
  return placedIn([...schemasTogether(schema, spec)], spec);
}

/** By its name, or by a pattern that it fits. */
function named({schema, spec}: Placed, name: string): readonly Placed[] {
  const properties = keywordOf(schema, 'properties');
  const property = properties?.type === 'map' ? entryOf(properties, name)?.value : undefined;
  const patterns = keywordOf(schema, 'patternProperties');
  const fitting = patterns?.type === 'map' ? patterns.entries.filter(({key}) => fits(key, name)) : [];
  return placedIn([property, ...fitting.map(({value}) => value)], spec);
}

function member(placed: Placed, name: string): readonly Placed[] {
  const own = named(placed, name);
  return own.length > 0 ? own : placedIn([keywordOf(placed.schema, 'additionalProperties')], placed.spec);
}

function item({schema, spec}: Placed, index: number): readonly Placed[] {
  const own = nodesIn(keywordOf(schema, 'prefixItems'))[index] ?? keywordOf(schema, 'items');
  return placedIn([own, keywordOf(schema, 'contains')], spec);
}

function placedIn(schemas: readonly (Node | undefined)[], spec: MapNode): readonly Placed[] {
  return schemas.flatMap((schema) => (schema?.type === 'map' ? [{schema, spec}] : []));
}

function isWriteOnly(schema: MapNode): boolean {
  const said = keywordOf(schema, 'writeOnly');
  return said?.type === 'scalar' && said.value === true;
}

const holding = new WeakMap<MapNode, boolean>();

/** Whether something of what it describes is a secret. */
function holdsSecret(placed: Placed): boolean {
  const known = holding.get(placed.schema);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const holds = collect(placed, names, new Set()) || names.size > 0;
  holding.set(placed.schema, holds);
  return holds;
}

const speaking = new WeakMap<MapNode, boolean>();

/** Whether a document calls anything `writeOnly`. */
function speaksOfSecrets(spec: MapNode): boolean {
  const speaks = speaking.get(spec) ?? hasWriteOnly(spec);
  speaking.set(spec, speaks);
  return speaks;
}

function hasWriteOnly(node: Node): boolean {
  return (node.type === 'map' && isWriteOnly(node)) || nodesIn(node).some(hasWriteOnly);
}

/** Whether a name fits a pattern of a schema. Where that would take too long it does: the check of the schema says so. */
export function fits(pattern: string, name: string): boolean {
  try {
    return matching(pattern, name.length, () => new RegExp(pattern, 'u').test(name));
  } catch (error) {
    if (error instanceof MatchingTakesTooLong) return true;
    throw error;
  }
}
