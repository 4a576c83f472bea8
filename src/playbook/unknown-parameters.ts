import {nearest, type Source} from '../errors/index.ts';
import {entryOf, type MapNode} from '../source/index.ts';
import {variablesOf} from './schema/variables.ts';
import {fits} from './schema/write-only.ts';

/** A parameter that a role is given, and does not have. */
export interface UnknownParameter {
  readonly key: string;
  readonly source: Source;
  /** The variable that was most likely meant. */
  readonly meant: string | undefined;
}

/**
 * The parameters that a role's schema refuses, and those that it neither lists nor allows and that are almost one of
 * those that it lists.
 */
export function unknownParameters(
  parameters: MapNode | undefined,
  spec: MapNode | undefined,
  defaults: MapNode | undefined,
): readonly UnknownParameter[] {
  if (spec === undefined || parameters === undefined) return [];
  const others = entryOf(spec, 'additionalProperties')?.value;
  const isClosed = others?.type === 'scalar' && others.value === false;
  if (others !== undefined && !isClosed) return [];
  const {names, patterns} = variablesOf(spec);
  const known = new Set([...names, ...(isClosed ? [] : (defaults?.entries ?? []).map(({key}) => key))]);
  return parameters.entries.flatMap(({key, keySource}) => {
    if (known.has(key) || patterns.some((pattern) => fits(pattern, key))) return [];
    const meant = nearest(key, names);
    return isClosed || meant !== undefined ? [{key, source: keySource, meant}] : [];
  });
}
