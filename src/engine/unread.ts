import {type Diagnostic, didYouMean, nearest, warningDiagnostic} from '../errors/index.ts';
import {connectionAliases, connectionNames} from '../inventory/index.ts';
import {type Play, type Task, tasksIn} from '../playbook/index.ts';
import type {MapEntry, MapNode, Node} from '../source/index.ts';
import {codes, magicNames, type Reference, references} from '../values/index.ts';
import {argumentsOfAddHost, givenBy} from './growth.ts';
import type {Project} from './project.ts';
import {wordCounts} from './project-words.ts';
import {describedBy, settableOf} from './settable.ts';
import {circlesAmong} from './unread-circles.ts';

/** A name that something in the project reads. */
interface NameRead extends Reference {
  /** Only this playbook reads it: nothing else can define it. */
  readonly isOwn: boolean;
}

/** A variable that reads a name. */
interface VariableRead extends NameRead {
  readonly variable: MapEntry;
}

/** What is wrong with variables by what they read, also where no host comes to read them: each a warning. */
export function mistakesOfVariables(project: Project): readonly Diagnostic[] {
  const reads = [...variableReads(project)];
  return [...undefinedIn(reads, project), ...circlesAmong(reads, project)];
}

/**
 * Names that are read, and that nothing in the project defines, also where no host comes to read them. A warning, since
 * `-e` may define them. What may be meant for another playbook is told only where it is near to a name that there is.
 */
export function undefinedIn(reads: readonly NameRead[], project: Project): readonly Diagnostic[] {
  if (reads.length === 0) return [];
  const defined = definedNames(project);
  const unknown = withoutRepeats(reads.filter(({name, optional}) => !optional && !defined.has(name)));
  if (unknown.length === 0) return [];
  const counts = wordCounts(new Set(unknown.map(({name}) => name)), project);
  if (!counts) return [];
  return unknown.flatMap(({name, source, isOwn}) => {
    const readings = unknown.filter((other) => other.name === name).length;
    const hint = didYouMean(name, defined);
    // It stands somewhere else, too: whoever wrote that may define it.
    if ((counts.get(name) ?? 0) > readings || (hint === undefined && !isOwn)) return [];
    return [warningDiagnostic(codes, 'VAL001', `'${name}' is not defined`, {source, hint})];
  });
}

/** A file that several hosts, plays or roles have is told once. */
function withoutRepeats(reads: readonly NameRead[]): readonly NameRead[] {
  return [...new Map(reads.map((read) => [JSON.stringify([read.name, read.source]), read])).values()];
}

function* variableReads({playbook, inventory}: Project): Iterable<VariableRead> {
  for (const map of inventoryMaps(inventory)) yield* readsIn(map, false);
  for (const {vars, varsFiles, roles, tasks, handlers} of playbook.plays) {
    yield* readsIn(vars, true);
    for (const file of varsFiles) yield* readsIn(file.vars, false);
    for (const role of roles) {
      for (const map of [role.defaults, role.vars]) yield* readsIn(map, false);
      yield* readsIn(role.parameters, true);
    }
    for (const task of tasksIn([...tasks, ...handlers])) {
      for (const map of task.vars) yield* readsIn(map, true);
      if (task.type === 'include') yield* readsIn(task.parameters, true);
    }
  }
}

function* readsIn(map: MapNode | undefined, isOwn: boolean): Iterable<VariableRead> {
  for (const variable of map?.entries ?? [])
    for (const reference of references(variable.value)) yield {...reference, variable, isOwn};
}

/**
 * Variables of `-e`, of the inventory and of plays that nothing reads, and that are spelt almost like one that is there to be set:
 * most likely that one was meant, and keeps its other value.
 * @param modules whose names stand in tasks without being read
 */
export function misspeltVariables(
  project: Project,
  modules: ReadonlyMap<string, unknown>,
): readonly Diagnostic[] {
  const {inventory, extraVars, playbook} = project;
  const read = readNames(project);
  const defined = definedNames(project);
  const roles = playbook.plays.flatMap((play) => play.roles);
  const settable = settableOf(roles);
  const isSuspect = (name: string): boolean => !read.has(name) && !isConnection(name);
  const suspectsIn = (maps: Iterable<MapNode>, nearOf: (name: string) => string | undefined) => {
    const entries = [...maps].flatMap((map) => map.entries).filter(({key}) => isSuspect(key));
    const near = new Map([...new Set(entries.map(({key}) => key))].map((name) => [name, nearOf(name)]));
    return entries.map(({key, keySource}) => ({name: key, source: keySource, near: near.get(key)}));
  };
  const ofPlays = (name: string) =>
    meant(name, isAnsible(name) ? connectionSettable : settable) ??
    (modules.has(name) && !settable.has(name) ? describedBy(name, roles) : undefined);
  const suspects = [
    ...[...extraVars]
      .filter(([name]) => isSuspect(name))
      .map(([name, {origin}]) => ({
        name,
        source: origin.source,
        near:
          meant(name, isAnsible(name) ? connectionSettable : new Set([...defined, ...settable]), extraVars) ??
          connectionMeant(name),
      })),
    ...suspectsIn(inventoryMaps(inventory), (name) => ofPlays(name) ?? connectionMeant(name)),
    ...suspectsIn(givenIn(playbook.plays), ofPlays),
    ...suspectsIn(addedHosts(playbook.plays), (name) => meant(name, argumentsOfAddHost)),
  ].filter(({near}) => near !== undefined);
  if (suspects.length === 0) return [];
  const words = new Set(suspects.map(({name}) => name));
  const counts = wordCounts(words, project, (word) => modules.has(word));
  if (!counts) return [];
  const places = (name: string) => suspects.filter((one) => one.name === name && one.source).length;
  return suspects
    .filter(({name}) => (counts.get(name) ?? 0) <= (modules.has(name) ? 0 : places(name)))
    .map(({name, source, near}) =>
      warningDiagnostic(codes, 'VAL017', `nothing reads '${name}'${source ? '' : ', which -e gives'}`, {
        source,
        hint: `did you mean '${near}'?`,
      }),
    );
}

/**
 * Of these, what no mistake is about: where one names a variable, or what that is near to, both are one. What vprov itself
 * defines is there however anything is spelt.
 */
export function notNamedIn(
  mistakes: readonly Diagnostic[],
  found: readonly Diagnostic[],
): readonly Diagnostic[] {
  const quoted = (text: string): readonly string[] =>
    [...text.matchAll(/'([A-Za-z_]\w*)/g)].map(([, name = '']) => name);
  const named = new Set(mistakes.flatMap(({message, hint}) => quoted(`${message} ${hint ?? ''}`)));
  for (const name of magicNames) named.delete(name);
  return found.filter(
    ({message, hint}) => !quoted(`${message} ${hint ?? ''}`).some((name) => named.has(name)),
  );
}

/** The name that differs by a slip of the finger, not by a number: `web1` is not meant as `web2`. */
function meant(
  name: string,
  names: ReadonlySet<string>,
  own: ReadonlyMap<string, unknown> = new Map(),
): string | undefined {
  if (names.has(name) && !own.has(name)) return undefined;
  const withoutDigits = (text: string): string => text.replace(/\d/g, '');
  const others = [...names].filter(
    (other) => other !== name && !own.has(other) && withoutDigits(other) !== withoutDigits(name),
  );
  return nearest(name, others, name.length < 5 ? 0 : name.length < 10 ? 1 : 2);
}

function isConnection(name: string): boolean {
  return connectionNames.includes(name) || connectionAliases.has(name);
}

/** How a host is reached, in Ansible's words: what begins like these is hardly meant for anything else. */
const connectionSettable: ReadonlySet<string> = new Set(connectionAliases.keys());

/** How a host is reached, by any name of it. Several ports are not meant as one. */
function connectionMeant(name: string): string | undefined {
  if (name.length < 4 || connectionNames.some((known) => name === `${known}s`)) return undefined;
  const near = nearest(name, [...connectionNames, ...connectionSettable], name.length < 10 ? 1 : 2);
  return near !== undefined && /\d/.test(name) ? undefined : near;
}

function isAnsible(name: string): boolean {
  return name.startsWith('ansible_');
}

/** What plays define, and what roles are given where they are named. */
function givenIn(plays: readonly Play[]): readonly MapNode[] {
  return plays.flatMap(({vars, varsFiles, roles}) =>
    [vars, ...varsFiles.map((file) => file.vars), ...roles.map(({parameters}) => parameters)].filter(
      (map) => map !== undefined,
    ),
  );
}

/** The variables that tasks give to hosts that they add. */
function addedHosts(plays: readonly Play[]): readonly MapNode[] {
  return plays
    .flatMap(({tasks, handlers}) => [...tasksIn([...tasks, ...handlers])])
    .filter(({module}) => module === 'add_host')
    .map((task) => ({...task.args, entries: givenBy(task)}));
}

function inventoryMaps({hosts}: Project['inventory']): ReadonlySet<MapNode> {
  return new Set([...hosts.values()].flatMap(({variables}) => variables.map(({vars}) => vars)));
}

/** Every name that something in the project defines, wherever it is seen. */
function definedNames({playbook, inventory, extraVars}: Project): ReadonlySet<string> {
  const names = new Set<string>([
    ...magicNames,
    ...connectionNames,
    ...playbook.unread.names,
    ...inventory.lost.variables,
    ...extraVars.keys(),
  ]);
  for (const map of inventoryMaps(inventory)) for (const key of keysOf(map)) names.add(key);
  for (const play of playbook.plays) for (const name of namesOfPlay(play)) names.add(name);
  return names;
}

function namesOfPlay({vars, varsFiles, prompts, roles, tasks, handlers}: Play): readonly string[] {
  return [
    ...keysOf(vars),
    ...varsFiles.flatMap((file) => keysOf(file.vars)),
    ...prompts.map(({name}) => name),
    ...roles.flatMap((role) => [role.defaults, role.vars, role.parameters].flatMap(keysOf)),
    ...[...tasksIn([...tasks, ...handlers])].flatMap(namesOfTask),
  ];
}

function namesOfTask(task: Task): readonly string[] {
  return [
    ...task.vars.flatMap(keysOf),
    ...givenBy(task).map(({key}) => key),
    ...(task.type === 'include' ? keysOf(task.parameters) : []),
    ...[task.register, task.loop && task.loopVariable, task.indexVariable].filter(
      (name) => name !== undefined,
    ),
  ];
}

/** Every name that something reads, apart from templates in files of their own: those are looked through as words. */
function readNames({playbook, inventory}: Project): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (node: Parameters<typeof references>[0] | undefined): void => {
    for (const {name} of node ? references(node) : []) names.add(name);
  };
  inventoryMaps(inventory).forEach(add);
  for (const {vars, varsFiles, roles, tasks, handlers} of playbook.plays) {
    for (const map of [vars, ...varsFiles.map((file) => file.vars)]) add(map);
    for (const {defaults, vars: own, parameters} of roles)
      for (const map of [defaults, own, parameters]) add(map);
    for (const task of tasksIn([...tasks, ...handlers])) {
      const nodes: readonly (Node | undefined)[] = [task.args, task.loop, ...task.vars];
      nodes.forEach(add);
      for (const condition of [task.when, task.until ?? [], task.changedWhen ?? [], task.failedWhen ?? []])
        condition.forEach(add);
    }
  }
  return names;
}

function keysOf(map: MapNode | undefined): readonly string[] {
  return map?.entries.map(({key}) => key) ?? [];
}
