import type {OutputUnit} from '@cfworker/json-schema';
import type {Source} from '../../errors/index.ts';
import {entryOf, type MapNode, type Node, plainNode} from '../../source/index.ts';
import type {playbookCodes} from '../codes.ts';
import type {GivenArguments} from './given.ts';
import {type Impatience, Patience} from './patience.ts';
import {nodeAt, pointerKeys} from './pointer.ts';
import {explain, pathOf} from './words.ts';

/** What is wrong with one variable of a role. */
export interface ArgumentMistake {
  readonly code: keyof typeof playbookCodes;
  /** The variable, and the way down into it. */
  readonly keys: readonly string[];
  readonly message: string;
  readonly hint?: string;
  /** Its value is a secret: the line that it stands in is not shown. */
  readonly isHidden?: true;
  /** It is the last key that is wrong, not what stands behind it. */
  readonly atKey?: true;
  /** The last key is not there. */
  readonly lacks?: true;
  /** Where the schema says so. */
  readonly schemaSource: Source;
}

export type ArgumentCheck = (given: GivenArguments) => readonly ArgumentMistake[];

const checks = new WeakMap<MapNode, Promise<ArgumentCheck>>();

/**
 * The check that a role's `meta/arguments.yml` asks for. The library is loaded when the first role has a schema.
 * @param spec a schema without mistakes
 */
export function argumentCheck(spec: MapNode): Promise<ArgumentCheck> {
  const known = checks.get(spec);
  if (known !== undefined) return known;
  const made = makeCheck(spec);
  checks.set(spec, made);
  return made;
}

async function makeCheck(spec: MapNode): Promise<ArgumentCheck> {
  const {Validator} = await import('@cfworker/json-schema');
  const validator = new Validator(plainNode(spec) as object, '2020-12', false);
  const patience = new Patience(spec);
  return (given) => {
    const held = patience.hold(given.data, () => validator.validate(given.data).errors);
    if ('error' in held) return [impatient(held, spec)];
    const errors = held.value.map(refused);
    const told = new Set<string>();
    const found = withoutMisspelt(causes(errors)).flatMap((error) => {
      const pointer = error.instanceLocation.slice(1);
      if (given.unknown.some((root) => pointer === root || pointer.startsWith(`${root}/`))) return [];
      const mistake = mistakeOf(error, spec, given);
      const cause = JSON.stringify(mistake.keys);
      return told.has(cause) ? [] : told.add(cause) && [mistake];
    });
    return lacksTogether(found);
  };
}

/** Of what is refused by `false`, the library says no place in the schema: what stands before it does. */
function refused(error: OutputUnit, index: number, all: readonly OutputUnit[]): OutputUnit {
  const before = all[index - 1];
  return error.keyword === 'false' && before ? {...error, keywordLocation: before.keywordLocation} : error;
}

/** What is missing in a map beside an unknown name may be what that name was meant to be. */
function withoutMisspelt(errors: readonly OutputUnit[]): readonly OutputUnit[] {
  const withUnknownName = new Set(
    errors
      .filter(({keyword}) => keyword === 'false')
      .map(({instanceLocation}) => instanceLocation.slice(0, instanceLocation.lastIndexOf('/'))),
  );
  return errors.filter(
    (error) => missingIn(error) === undefined || !withUnknownName.has(error.instanceLocation),
  );
}

/** All that one map lacks is one mistake. */
function lacksTogether(mistakes: readonly ArgumentMistake[]): readonly ArgumentMistake[] {
  const lacking = new Map<string, ArgumentMistake[]>();
  const parentOf = ({keys}: ArgumentMistake): string => JSON.stringify(keys.slice(0, -1));
  for (const one of mistakes.filter(({lacks}) => lacks))
    lacking.set(parentOf(one), [...(lacking.get(parentOf(one)) ?? []), one]);
  return mistakes.flatMap((one) => {
    const alike = one.lacks ? (lacking.get(parentOf(one)) ?? []) : [];
    if (alike.length < 2) return [one];
    const names = alike.map(({keys}) => `'${keys.at(-1)}'`).join(', ');
    const {hint: _, ...first} = one;
    return alike[0] === one ? [{...first, message: `'${pathOf(one.keys.slice(0, -1))}' lacks ${names}`}] : [];
  });
}

/** Which of several alternatives wants the pattern cannot be said: the schema of the variable is shown. */
function impatient({keys, error}: Impatience, spec: MapNode): ArgumentMistake {
  const schema = schemaAt(spec, ['properties', ...keys.slice(0, 1)]) ?? spec;
  return {code: 'PLY018', keys, message: error.message, hint: error.hint, schemaSource: schema.source};
}

/** Keywords that only pass on what is wrong below them. */
const containers = new Set([
  '$ref',
  'additionalProperties',
  'allOf',
  'dependentSchemas',
  'if',
  'items',
  'patternProperties',
  'prefixItems',
  'properties',
]);

/** The errors that are causes: alternatives are told as a whole, their parts are not. */
function causes(errors: readonly OutputUnit[]): readonly OutputUnit[] {
  const whole = errors
    .filter(({keyword}) => ['anyOf', 'oneOf', 'propertyNames', 'contains'].includes(keyword))
    .map(({keywordLocation}) => `${keywordLocation}/`);
  return errors.filter(
    ({keyword, keywordLocation}) =>
      !containers.has(keyword) && !whole.some((location) => keywordLocation.startsWith(location)),
  );
}

/** What is not there and must be: always, or because something else is. */
function missingIn({keyword, error}: OutputUnit): string | undefined {
  if (keyword === 'required') return /"(.*)"/.exec(error)?.[1];
  return keyword === 'dependentRequired' ? /does not have "(.*)"/.exec(error)?.[1] : undefined;
}

function mistakeOf(error: OutputUnit, spec: MapNode, given: GivenArguments): ArgumentMistake {
  const below = pointerKeys(error.instanceLocation);
  const name = missingIn(error);
  const named = name ?? (error.keyword === 'propertyNames' ? /"(.*)"/.exec(error.error)?.[1] : undefined);
  const keys = named === undefined ? below : [...below, named];
  const isFalse = error.keyword === 'false';
  const location = pointerKeys(error.keywordLocation);
  const schema = schemaAt(spec, location.slice(0, -1)) ?? spec;
  const keyword = schema.type === 'map' ? entryOf(schema, location.at(-1) ?? '') : undefined;
  const own = schemaAt(spec, ['properties', name ?? below.at(0) ?? '']);
  const isDescribed = schema.type === 'map' && entryOf(schema, 'description') !== undefined;
  // What stands beside a reference speaks of the variable, what it leads to of many.
  const described = name !== undefined || (below.length === 1 && !isDescribed) ? (own ?? schema) : schema;
  return {
    code: name !== undefined && below.length === 0 ? 'PLY019' : 'PLY018',
    keys,
    ...explain({error, keys, schema, described, given, spec}),
    ...(isFalse || error.keyword === 'propertyNames' ? {atKey: true} : {}),
    ...(error.keyword === 'required' && below.length > 0 ? {lacks: true} : {}),
    schemaSource: keyword?.keySource ?? schema.source,
  };
}

/** The part of a schema that a location leads to; `$ref` leads on to where it points. */
function schemaAt(spec: MapNode, keys: readonly string[]): Node | undefined {
  let node: Node | undefined = spec;
  for (const key of keys) {
    node = node && nodeAt(node, [key]);
    if (key === '$ref' && node?.type === 'scalar') node = nodeAt(spec, pointerKeys(node.text));
  }
  return node;
}
