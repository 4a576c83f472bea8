import type {Diagnostic} from '../errors/index.ts';
import {type Play, type Task, tasksIn} from '../playbook/index.ts';
import type {MapNode} from '../source/index.ts';
import {type DefinedName, nameMistakes} from '../values/index.ts';
import {givenBy} from './growth.ts';
import type {Project} from './project.ts';

/** Variables whose names mean something else, wherever a project defines them: each place once. */
export function mistakesOfNames(project: Project): readonly Diagnostic[] {
  const {playbook, extraVars} = project;
  const names: DefinedName[] = [...extraVars].map(([name, {origin}]) => ({name, source: origin.source}));
  for (const play of playbook.plays) {
    names.push(...play.prompts.map(({name, source}) => ({name, source})));
    for (const task of tasksIn([...play.tasks, ...play.handlers])) names.push(...namesOf(task));
  }
  return nameMistakes([...namesIn(variableMaps(project)), ...names]);
}

/** Where a project's files define variables, each map once. */
export function variableMaps({
  playbook,
  inventory,
}: Pick<Project, 'playbook' | 'inventory'>): ReadonlySet<MapNode> {
  const ofHosts = [...inventory.hosts.values()].flatMap((host) => host.variables.map(({vars}) => vars));
  return new Set([...ofHosts, ...playbook.plays.flatMap(mapsOf)]);
}

function mapsOf({vars, varsFiles, roles, tasks, handlers}: Play): readonly MapNode[] {
  return [
    vars,
    ...varsFiles.map((file) => file.vars),
    ...roles.flatMap((role) => [role.defaults, role.vars, role.parameters]),
    ...[...tasksIn([...tasks, ...handlers])].flatMap((task) => [
      ...task.vars,
      {...task.args, entries: givenBy(task)},
    ]),
  ].filter((map) => map !== undefined);
}

function namesIn(maps: Iterable<MapNode>): readonly DefinedName[] {
  return [...maps].flatMap(({entries}) =>
    entries.map(({key, keySource}) => ({name: key, source: keySource})),
  );
}

function namesOf({
  register,
  registerSource,
  loop,
  loopVariable,
  loopVariableSource,
  indexVariable,
  indexVariableSource,
  source,
}: Task): readonly DefinedName[] {
  return [
    ...(register === undefined ? [] : [{name: register, source: registerSource ?? source}]),
    ...(loop ? [{name: loopVariable, source: loopVariableSource ?? source}] : []),
    ...(indexVariable === undefined ? [] : [{name: indexVariable, source: indexVariableSource ?? source}]),
  ];
}
