import {sep} from 'node:path';
import {
  type Diagnostic,
  errorDiagnostic,
  hushed,
  nearest,
  type Related,
  type Source,
  VprovError,
} from '../errors/index.ts';
import {plainArguments} from '../modules/index.ts';
import {
  type ArgumentMistake,
  argumentCheck,
  fits,
  type Play,
  playbookCodes,
  type Role,
  type Task,
  tasksIn,
  type UnknownParameter,
  unknownParameters,
  variablesOf,
} from '../playbook/index.ts';
import {entryOf, type MapNode, type Node} from '../source/index.ts';
import {Mistaken, Unknown} from '../text/index.ts';
import {
  magicNames,
  originsOfNode,
  references,
  type Scope,
  type Value,
  type ValueMap,
} from '../values/index.ts';
import {isAsserting} from './given.ts';
import {withoutValue} from './origins.ts';
import type {HostScopes} from './scopes.ts';
import {settableOf} from './settable.ts';
import {isAboutSingleVariables, type SoundArguments} from './sound-arguments.ts';

/** What a host's variables lack for the roles of a play, and what else would only be an echo of that. */
export interface RoleArgumentMistakes {
  readonly diagnostics: readonly Diagnostic[];
  readonly isEcho: (diagnostic: Diagnostic) => boolean;
}

/**
 * Checks a host's merged variables against the `meta/arguments.yml` of each role of a play.
 * @param sound what the hosts before have shown
 */
export async function roleArgumentMistakes(
  play: Play,
  scopes: HostScopes,
  sound: SoundArguments,
): Promise<RoleArgumentMistakes> {
  const diagnostics: Diagnostic[] = [];
  const missing = new Set<string>();
  const directories = new Set<string>();
  const wrong = new Set<string>();
  for (const role of rolesOf(play)) {
    if (role.argumentSpec === undefined) continue;
    const scope = scopes.forTask({role, vars: []});
    const mistakes = await mistakesIn(role, role.argumentSpec, play, scopes, sound);
    for (const {code, keys} of mistakes) {
      directories.add(role.directory + sep);
      if (code === 'PLY019') missing.add(keys[0] ?? '');
      if (keys[0] !== undefined && code !== 'PLY020') wrong.add(keys[0]);
    }
    diagnostics.push(...diagnosticsOf(mistakes, role, scope, wrong));
  }
  for (const name of wrong) scopes.spoil(name);
  return {diagnostics, isEcho: (diagnostic) => isEcho(diagnostic, missing, directories)};
}

/** What is told of the mistakes: not what follows from another of them. */
function diagnosticsOf(
  mistakes: readonly ArgumentMistake[],
  role: Role,
  scope: Scope,
  wrong: ReadonlySet<string>,
): readonly Diagnostic[] {
  if (mistakes.length === 0) return [];
  const unknown = unknownParameters(role.parameters, role.argumentSpec, role.defaults);
  return mistakes
    .filter((mistake) => !isMadeOf(mistake.keys[0], wrong, scope) && !isGivenAs(mistake, unknown))
    .map((mistake) => diagnosticOf(mistake, role, scope, unknown));
}

/** Whether a role is given what it needs under a misspelt name, which is told where it is given. */
function isGivenAs({code, keys}: ArgumentMistake, unknown: readonly UnknownParameter[]): boolean {
  return code === 'PLY019' && unknown.some(({meant}) => meant === keys[0]);
}

/** The roles of a play, and those that its tasks include whatever happens, each with what it is given. */
function rolesOf(play: Play): readonly Role[] {
  const included = [...tasksIn(play.tasks)].flatMap((task) =>
    task.type === 'include' && task.module === 'include_role' && task.when.length === 0 && !task.loop
      ? (task.known ?? [])
      : [],
  );
  const used = included.flatMap((entry) => (entry.type === 'block' && entry.use ? [entry.use] : []));
  return [...play.roles, ...used];
}

/** Whether a variable is made of one that is wrong itself, directly or by way of others: that one is the mistake. */
function isMadeOf(name: string | undefined, wrong: ReadonlySet<string>, scope: Scope): boolean {
  const seen = new Set<string>();
  const open = name === undefined ? [] : [name];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next !== name && wrong.has(next)) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    const variable = scope.variable(next);
    if (variable && 'node' in variable) open.push(...references(variable.node).map((one) => one.name));
  }
  return false;
}

/** What is wrong with a host's variables for one role; those that are right are noted. */
async function mistakesIn(
  role: Role,
  spec: MapNode,
  play: Play,
  scopes: HostScopes,
  sound: SoundArguments,
): Promise<readonly ArgumentMistake[]> {
  const scope = scopes.forTask({role, vars: []});
  const check = await argumentCheck(spec);
  const names = namesIn(spec, scope);
  const known = isAboutSingleVariables(spec) ? sound.known(role, names, scopes) : new Set<string>();
  const unknown = names.filter((name) => !known.has(name));
  const {values, found} = valuesOf(role, unknown, play, scopes, sound);
  const written = (keys: readonly string[]): string | undefined => textAt(keys, scope);
  const isKnown = ({keys}: ArgumentMistake): boolean => known.has(keys[0] ?? '');
  const mistakes = check({...plainArguments(values), written}).filter((mistake) => !isKnown(mistake));
  const wrong = new Set(mistakes.map(({keys}) => keys[0]));
  for (const {name, isSound} of found) if (!wrong.has(name)) isSound();
  return mistakes;
}

/** A role's own assertion, and a name that is not defined, say again what the schema has said. */
function isEcho(
  {code, message, source, related}: Diagnostic,
  missing: ReadonlySet<string>,
  directories: ReadonlySet<string>,
): boolean {
  if (code === 'VAL001') return missing.has(/^'(\w+)' is not defined$/.exec(message)?.[1] ?? '');
  if (code !== 'ENG004') return false;
  const places = [source, ...(related ?? []).filter(isAsserting).map((one) => one.source)];
  return places.some((place) => [...directories].some((directory) => place?.file.startsWith(directory)));
}

/** These variables of a role. What a task will set, and what fails to render, is unknown here. */
function valuesOf(
  role: Role,
  names: readonly string[],
  play: Play,
  scopes: HostScopes,
  sound: SoundArguments,
): {
  readonly values: ValueMap;
  readonly found: readonly {name: string; isSound: () => void}[];
} {
  const values: Record<string, Value> = {};
  const found = [];
  for (const name of names) {
    const {scope, isSound} = sound.noting(role, name, scopes);
    if (scope.has(name)) values[name] = valueOrUnknown(name, scope);
    else if (isSetByTask(name, play)) values[name] = new Unknown('a task sets it');
    else continue;
    found.push({name, isSound});
  }
  return {values, found};
}

/** Of a pattern, what a person may have written: none of vprov's own names. */
function namesIn(spec: MapNode, scope: Scope): readonly string[] {
  const {names, patterns} = variablesOf(spec);
  if (patterns.length === 0) return names;
  const written = scope.names().filter((name) => !(magicNames as readonly string[]).includes(name));
  const matched = written.filter((name) => patterns.some((pattern) => fits(pattern, name)));
  return [...new Set([...names, ...matched])];
}

function valueOrUnknown(name: string, scope: Scope): Value {
  try {
    return scope.get(name);
  } catch (error) {
    // The task that reads it tells.
    if (error instanceof VprovError) return new Mistaken('it has a mistake');
    throw error;
  }
}

/** Names that tasks of a play give values to: the same for all its hosts. */
const setByTasks = new WeakMap<Play, ReadonlySet<string>>();

function isSetByTask(name: string, play: Play): boolean {
  const known = setByTasks.get(play) ?? new Set([...tasksIn(play.tasks)].flatMap(namesSetBy));
  setByTasks.set(play, known);
  return known.has(name);
}

function namesSetBy({register, module, args}: Task): readonly string[] {
  const set = module === 'set_fact' ? args.entries.map(({key}) => key) : [];
  return register === undefined ? set : [register, ...set];
}

function diagnosticOf(
  mistake: ArgumentMistake,
  role: Role,
  scope: Scope,
  unknown: readonly UnknownParameter[],
): Diagnostic {
  const told = toldOf(mistake, role, scope, unknown);
  return mistake.isHidden ? hushed(told, ({file}) => file !== mistake.schemaSource.file) : told;
}

function toldOf(
  mistake: ArgumentMistake,
  role: Role,
  scope: Scope,
  unknown: readonly UnknownParameter[],
): Diagnostic {
  const {code, keys, message, hint, schemaSource} = mistake;
  const [name = ''] = keys;
  const schema: Related = {message: `the schema of role '${role.name}'`, source: schemaSource};
  if (code === 'PLY019') {
    const needs = `role '${role.name}' needs '${name}'`;
    const misspelt = givenInstead(name, role, scope, unknown);
    if (misspelt === undefined)
      return errorDiagnostic(playbookCodes, code, needs, {source: role.source, hint, related: [schema]});
    const asked = {message: `role '${role.name}' is asked for here`, source: role.source};
    const other = misspelt.source ? `'${misspelt.name}'` : `'${misspelt.name}', which -e gives,`;
    return errorDiagnostic(playbookCodes, code, `${needs}, and ${other} is none of its variables`, {
      source: misspelt.source ?? role.source,
      hint: `did you mean '${name}'?`,
      related: misspelt.source ? [asked, schema] : [schema],
    });
  }
  if (keys.length === 0)
    return errorDiagnostic(playbookCodes, code, message, {source: role.source, hint, related: [schema]});
  const [origin, ...overridden] = scope.origins(name);
  const isTyped = origin?.source === undefined;
  const from = isTyped ? ` (from ${origin?.layer})` : '';
  const lower = overridden.flatMap(({layer, source}) =>
    source ? [{message: `it overrides ${layer}`, source}] : [],
  );
  return errorDiagnostic(playbookCodes, code, message + from, {
    source: placeOf(mistake, scope),
    hint: isTyped && hint?.startsWith('write a list') ? `-e '{"${name}": ["a", "b"]}'` : hint,
    related: [schema, ...madeOf(mistake, scope), ...lower],
  });
}

/** Where the values came from that a wrong value is made of. */
function madeOf({keys, isHidden}: ArgumentMistake, scope: Scope): readonly Related[] {
  const {node} = nodeOf(keys, scope);
  const origins = node?.type === 'scalar' ? originsOfNode(node, scope) : [];
  return isHidden ? origins.map(withoutValue) : origins;
}

/** What a person gave under a name that is almost the one that a role needs. */
function givenInstead(
  name: string,
  role: Role,
  scope: Scope,
  unknown: readonly UnknownParameter[],
): {readonly name: string; readonly source: Source | undefined} | undefined {
  const known = new Set([...settableOf([role]), ...unknown.map(({key}) => key)]);
  const others = scope.names().filter((other) => !known.has(other));
  const near = nearest(name, others, name.length < 10 ? 1 : 2);
  const [origin] = near === undefined ? [] : scope.origins(near);
  return near !== undefined && (origin?.source || origin?.layer === '-e')
    ? {name: near, source: origin.source}
    : undefined;
}

function placeOf({keys, atKey}: ArgumentMistake, scope: Scope): Source | undefined {
  if (atKey === undefined) return nodeOf(keys, scope).node?.source;
  const {node, left} = nodeOf(keys.slice(0, -1), scope);
  const entry = node?.type === 'map' && left === 0 ? entryOf(node, keys.at(-1) ?? '') : undefined;
  return entry?.keySource ?? node?.source;
}

function textAt(keys: readonly string[], scope: Scope): string | undefined {
  const {node, left} = nodeOf(keys, scope);
  return node?.type === 'scalar' && left === 0 && typeof node.value !== 'string' ? node.text : undefined;
}

/** The deepest written node on the way down into a variable, and how many keys are left there. */
function nodeOf(keys: readonly string[], scope: Scope): {node: Node | undefined; left: number} {
  const [name = '', ...below] = keys;
  const variable = scope.variable(name);
  const written = variable && ('node' in variable ? variable.node : variable.givenAs);
  if (written === undefined) return {node: undefined, left: keys.length};
  let node: Node = written;
  for (const [index, key] of below.entries()) {
    const entry = node.type === 'map' ? entryOf(node, key) : undefined;
    const next = entry?.value ?? (node.type === 'list' ? node.items[Number(key)] : undefined);
    if (next === undefined) return {node, left: below.length - index};
    node = next;
  }
  return {node, left: 0};
}
