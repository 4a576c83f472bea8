import {join} from 'node:path';
import {didYouMean, type Source, warningDiagnostic} from '../errors/index.ts';
import {
  entryOf,
  findLocalFile,
  type MapNode,
  type Node,
  namesIn,
  type ScalarNode,
  standingAt,
} from '../source/index.ts';
import {playbookCodes} from './codes.ts';
import {readBoolean} from './fields.ts';
import {type HandlerList, readHandlers} from './handlers.ts';
import type {Handler} from './model.ts';
import {fieldsOf, isNothing, type Reading, readFile, readList, readMap, report} from './reading.ts';
import {type RoleEntry, readRoleEntry} from './role-entry.ts';
import {checkSchema} from './schema/lint.ts';
import {readTasks} from './task-list.ts';
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
  /** The same, also with mistakes: what it calls a secret is one. */
  readonly writtenSpec: MapNode | undefined;
  /** As `meta/main.yml` names them. */
  readonly dependencies: readonly RoleEntry[];
  readonly allowDuplicates: boolean;
}

/** Which files of a role are meant instead of `main`. */
export type RoleFrom = Partial<Record<'tasks' | 'handlers' | 'defaults' | 'vars', ScalarNode>>;

const parts = ['tasks', 'handlers', 'defaults', 'vars'] as const;

/** Reads the files of a role. A role has one of them at least; undefined when it has none, and none is named. @param namedAt where the role is named */
export function readRoleFiles(
  reading: Reading,
  directory: string,
  from: RoleFrom,
  namedAt: Source,
): RoleFiles | undefined {
  const paths = [
    ...parts.map((part) => fileOf(reading, directory, part, from[part])),
    ...['meta/main', 'meta/arguments'].map((path) => fileNamed(join(directory, path))),
  ];
  // That a file is missing that is named was said; others that the role has are no files of this use.
  const isNamed = Object.values(from).some((name) => name !== undefined);
  if (!isNamed && paths.every((path) => path === undefined)) return undefined;
  const named = parts.map((part) => from[part]?.source);
  const [tasks, handlers, defaults, vars, meta, spec] = paths.map((path, index) => {
    const holds = ['defaults', 'vars'].includes(parts[index] ?? '') ? 'role variables' : 'tasks';
    return path === undefined ? undefined : readFile(reading, path, holds, named[index] ?? namedAt);
  });
  const ansibleSpecs = spec === undefined ? fileNamed(join(directory, 'meta/argument_specs')) : undefined;
  if (ansibleSpecs !== undefined) reportSpecs(reading, {file: ansibleSpecs, line: 1, column: 1, length: 1});
  const written = readMap(reading, spec?.node, "a role's arguments");
  const handlerList = readHandlers(reading, handlers?.node, 'a file of handlers');
  const isUnread = handlers?.broken === true || (from.handlers !== undefined && handlers === undefined);
  return {
    directory,
    tasksFile: paths[0] ?? directory,
    handlersFile: paths[1] ?? directory,
    tasks: readTasks(reading, tasks?.node, 'a file of tasks'),
    handlers: {
      ...handlerList,
      complete: handlerList.complete && !isUnread,
      lost: handlerList.lost || isUnread,
    },
    defaults: readMap(reading, defaults?.node, "a role's defaults"),
    vars: readMap(reading, vars?.node, "a role's variables"),
    // A schema with a mistake checks nothing: it is as if there were none.
    argumentSpec: written && checkSchema(reading, written) ? written : undefined,
    writtenSpec: written,
    ...readMeta(reading, meta?.node),
  };
}

/** Of `meta/main.yml`, what says how the role is used; the rest is for Galaxy. */
function readMeta(
  reading: Reading,
  node: Node | undefined,
): Pick<RoleFiles, 'dependencies' | 'allowDuplicates'> {
  const map = readMap(reading, node, "a role's meta") ?? empty;
  // The tasks of the roles that it may depend on are not read.
  if (map === empty && !isNothing(node)) reading.unread.facts = true;
  const fields = fieldsOf(map);
  for (const {key, keySource} of map.entries) {
    if (metaKeys.includes(key)) continue;
    const hint = didYouMean(key, metaKeys) ?? `it has ${metaKeys.join(', ')}`;
    report(reading, 'PLY002', `unknown key '${key}' in a role's meta/main.yml`, keySource, hint);
  }
  const specs = entryOf(map, 'argument_specs');
  if (specs) reportSpecs(reading, specs.keySource);
  const dependencies = readList(reading, fields.get('dependencies')?.value, "'dependencies'");
  return {
    dependencies: dependencies.flatMap((item) => readRoleEntry(reading, item) ?? []),
    allowDuplicates: readBoolean(reading, fields, 'allow_duplicates') ?? false,
  };
}

const metaKeys = ['dependencies', 'allow_duplicates', 'galaxy_info', 'collections', 'argument_specs'];

/** What Ansible checks a role's variables by, which is no JSON Schema. */
function reportSpecs(reading: Reading, source: Source): void {
  const hint = 'meta/arguments.yml, a JSON Schema, says what the variables of a role may be';
  reading.diagnostics.push(
    warningDiagnostic(playbookCodes, 'PLY003', "Ansible's argument_specs are not read", {source, hint}),
  );
}

const empty: MapNode = {type: 'map', entries: [], source: {file: '', line: 1, column: 1}};

/** `main`, or the file that is named instead, which must be there. */
function fileOf(
  reading: Reading,
  directory: string,
  part: string,
  name: ScalarNode | undefined,
): string | undefined {
  const file = fileNamed(join(directory, part, name?.text ?? 'main'));
  if (file !== undefined || name === undefined) return file;
  const folder = join(directory, part);
  const names = namesIn(folder).map((one) => one.replace(/\.ya?ml$/, ''));
  const others = names.length > 0 ? `there are: ${names.join(', ')}` : `write ${folder}/${name.text}.yml`;
  const hint = didYouMean(name.text, names) ?? others;
  // Nobody knows which variables it would have set.
  reading.unread[part === 'tasks' || part === 'handlers' ? 'facts' : 'variables'] = true;
  report(reading, 'PLY023', `the role has no file '${part}/${name.text}.yml'`, name.source, hint);
  return undefined;
}

function fileNamed(path: string): string | undefined {
  return findLocalFile([path, `${path}.yml`, `${path}.yaml`]);
}

/** The folder of a role, looked for in each of the folders of roles. */
export function findRole(name: string, rolesDirectories: readonly string[]): string | undefined {
  return rolesDirectories
    .map((directory) => join(directory, name))
    .find((directory) => standingAt(directory)?.isDirectory());
}

/** The names of all roles that there are, for hints. */
export function roleNames(rolesDirectories: readonly string[]): readonly string[] {
  return rolesDirectories.flatMap((directory) =>
    namesIn(directory).filter((name) => standingAt(join(directory, name))?.isDirectory()),
  );
}
