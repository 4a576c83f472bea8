import {existsSync, readdirSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {describeNode, entryOf, type MapNode, type Node} from '../source/index.ts';
import type {Handler} from './model.ts';
import {type Reading, readFile, readMap, report} from './reading.ts';
import {checkSchema} from './schema/lint.ts';
import {type HandlerList, readHandlers, readTasks} from './task-list.ts';
import type {Import, Written} from './written.ts';

/** What a role's files say, the same for all its uses. */
export interface RoleFiles {
  readonly directory: string;
  readonly tasks: readonly Written[];
  readonly tasksFile: string;
  readonly handlers: HandlerList<Handler | Import>;
  readonly handlersFile: string;
  readonly defaults: MapNode | undefined;
  readonly vars: MapNode | undefined;
  readonly argumentSpec: MapNode | undefined;
}

/** Reads the files of a role. A role has one of them at least; undefined when it has none. */
export function readRoleFiles(reading: Reading, directory: string): RoleFiles | undefined {
  const paths = [
    'tasks/main',
    'handlers/main',
    'defaults/main',
    'vars/main',
    'meta/main',
    'meta/arguments',
  ].map((path) =>
    ['yml', 'yaml'].map((ending) => join(directory, `${path}.${ending}`)).find((file) => existsSync(file)),
  );
  if (paths.every((path) => path === undefined)) return undefined;
  const [tasks, handlers, defaults, vars, meta, spec] = paths.map((path) =>
    path === undefined
      ? undefined
      : readFile(reading, path, /\/(?:defaults|vars)\/main\.ya?ml$/.test(path) ? 'variables' : 'tasks'),
  );
  refuseDependencies(reading, meta?.node);
  const handlerList = readHandlers(reading, handlers?.node, 'a file of handlers');
  return {
    directory,
    tasksFile: paths[0] ?? directory,
    handlersFile: paths[1] ?? directory,
    tasks: readTasks(reading, tasks?.node, 'a file of tasks'),
    handlers: {...handlerList, complete: handlerList.complete && !handlers?.broken},
    defaults: readMap(reading, defaults?.node, "a role's defaults"),
    vars: readMap(reading, vars?.node, "a role's variables"),
    argumentSpec: readSpec(reading, spec?.node),
  };
}

/** A schema with a mistake checks nothing: it is as if there were none. */
function readSpec(reading: Reading, node: Node | undefined): MapNode | undefined {
  const spec = readMap(reading, node, "a role's arguments");
  return spec && checkSchema(reading, spec) ? spec : undefined;
}

/** A dependency that is not run would be a role half applied. */
function refuseDependencies(reading: Reading, meta: Node | undefined): void {
  const entry = meta?.type === 'map' ? entryOf(meta, 'dependencies') : undefined;
  if (entry === undefined || describeNode(entry.value) === 'nothing') return;
  if (entry.value.type === 'list' && entry.value.items.length === 0) return;
  const hint = "name these roles under 'roles' of the play, before this one";
  report(reading, 'PLY003', "'dependencies' of a role are not supported yet", entry.keySource, hint);
}

/** The folder of a role, looked for in each of the folders of roles. */
export function findRole(name: string, rolesDirectories: readonly string[]): string | undefined {
  return rolesDirectories
    .map((directory) => join(directory, name))
    .find((directory) => statSync(directory, {throwIfNoEntry: false})?.isDirectory());
}

/** The names of all roles that there are, for hints. */
export function roleNames(rolesDirectories: readonly string[]): readonly string[] {
  return rolesDirectories
    .filter((directory) => existsSync(directory))
    .flatMap((directory) => readdirSync(directory, {withFileTypes: true}))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}
