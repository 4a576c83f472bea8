import {type Related, type Source, VprovError, withoutAddressSecrets} from '../errors/index.ts';
import type {Node} from '../source/index.ts';
import {display} from './display.ts';
import {compileExpression} from './expression/compile.ts';
import type {Scope} from './scope.ts';
import {programOf} from './template/programs.ts';
import {mayBeTemplate} from './template/syntax.ts';

const mostPlaces = 6;
const longestValue = 40;

/**
 * Where the values of variables came from, what they overrode, and, for those that are made of others, where these came
 * from: what a person must see to mend a wrong value.
 */
export function originsOf(names: readonly string[], scope: Scope): readonly Related[] {
  const told = new Set<string>();
  const places: Related[] = [];
  const tell = (name: string): void => {
    // It says nothing of itself.
    if (name === 'omit' || told.has(name) || places.length >= mostPlaces) return;
    told.add(name);
    places.push(...placesOf(name, scope));
    const variable = scope.variable(name);
    if (variable && 'node' in variable) namesIn(variable.node).forEach(tell);
  };
  names.forEach(tell);
  return places.slice(0, mostPlaces);
}

/** Where the values came from that a written value is made of. */
export function originsOfNode(node: Node, scope: Scope): readonly Related[] {
  return originsOf(namesIn(node), scope);
}

/** Where the values came from that an expression reads. */
export function originsOfExpression(expression: {readonly text: string}, scope: Scope): readonly Related[] {
  return originsOf(namesInExpression(expression), scope);
}

/** The variables that an expression reads. */
export function namesInExpression({text}: {readonly text: string}): readonly string[] {
  return compileExpression(text).reads.map(({name}) => name);
}

/**
 * Where the first of the variables was given its value that stands in a file that is meant, by way of those that it is
 * made of. What a task has found out was given by nobody.
 */
export function placeOfGiven(
  names: readonly string[],
  scope: Scope,
  isMeant: (file: string) => boolean,
): Source | undefined {
  const seen = new Set<string>();
  const open = [...names];
  for (let name = open.shift(); name !== undefined; name = open.shift()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const variable = scope.variable(name);
    const node = variable && ('node' in variable ? variable.node : variable.givenAs);
    if (!variable || !node) continue;
    // Of a map or list the name is shown, and not its first entry.
    const place = node.type === 'scalar' ? node.source : (variable.origin.source ?? node.source);
    if (isMeant(place.file)) return place;
    if ('node' in variable) open.unshift(...namesIn(node));
  }
  return undefined;
}

function placesOf(name: string, scope: Scope): readonly Related[] {
  return scope.origins(name).map(({layer, source}, index) => {
    const message = index === 0 ? `${subjectOf(name, scope)} from ${layer}` : `it overrides ${layer}`;
    return {message, ...(source ? {source} : {})};
  });
}

function subjectOf(name: string, scope: Scope): string {
  const shown = shownValue(name, scope);
  return shown === undefined ? `'${name}' comes` : `'${name}' is ${shown},`;
}

/** A short value as it is, but for what an address gives away; nothing for the rest, and for what a name like this may keep. */
function shownValue(name: string, scope: Scope): string | undefined {
  if (/pass(?:word|wd|phrase)|secret|token|key/i.test(name)) return undefined;
  try {
    const value = scope.get(name);
    if (typeof value === 'string') {
      return value.length <= longestValue ? JSON.stringify(withoutAddressSecrets(value)) : undefined;
    }
    return typeof value === 'number' || typeof value === 'boolean' || value === null
      ? display(value)
      : undefined;
  } catch (error) {
    if (error instanceof VprovError) return undefined;
    throw error;
  }
}

/** The variables that a written value is made of. */
export function namesIn(node: Node): readonly string[] {
  switch (node.type) {
    case 'scalar': {
      const {value, raw} = node;
      return typeof value === 'string' && !raw && mayBeTemplate(value)
        ? programOf(value).reads.map(({name}) => name)
        : [];
    }
    case 'list':
      return node.items.flatMap(namesIn);
    case 'map':
      return node.entries.flatMap((entry) => namesIn(entry.value));
  }
}
