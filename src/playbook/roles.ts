import {didYouMean, type Source} from '../errors/index.ts';
import {
  describeNode,
  entryOf,
  type MapEntry,
  type MapNode,
  type Node,
  type ScalarNode,
} from '../source/index.ts';
import {readConditions} from './condition.ts';
import {readBecome, readScalar, readTags} from './fields.ts';
import {inherit, nothing} from './inherit.ts';
import {amongKeywords, laterTaskKeywords, roleKeywords} from './keywords.ts';
import {link, linkHandlers} from './link.ts';
import type {Become, Entry, Expression, Handler, Role} from './model.ts';
import {fieldsOf, isNothing, type Reading, readList, readMap, report} from './reading.ts';
import {findRole, type RoleFiles, readRoleFiles, roleNames} from './role-files.ts';
import type {TaskFiles} from './task-files.ts';

/** Where roles are looked for, and those read already. */
export interface RoleShelf {
  /** The playbook's folder. */
  readonly playbookDirectory: string;
  readonly directories: readonly string[];
  readonly read: Map<string, RoleFiles | undefined>;
  readonly taskFiles: TaskFiles;
}

/** One use of a role by a play: the role, and its tasks and handlers with what the use adds to them. */
export interface RoleUse {
  readonly role: Role;
  readonly tasks: readonly Entry[];
  readonly handlers: readonly Handler[];
  readonly handlerNames: readonly string[];
}

/**
 * The roles of a play in their order. Handlers come with the first use of a role.
 * `complete` is false when handlers may be missing, as those of a role that there is not.
 */
export function readRoles(
  reading: Reading,
  shelf: RoleShelf,
  node: Node | undefined,
): {uses: readonly RoleUse[]; complete: boolean} {
  const uses: RoleUse[] = [];
  let complete = node === undefined || isNothing(node) || node.type === 'list';
  for (const item of readList(reading, node, "'roles'")) {
    const entry = readEntry(reading, item);
    const files = entry && filesOf(reading, shelf, entry.name);
    complete &&= files?.handlers.complete === true;
    if (files === undefined) reading.unread.variables = true;
    if (entry === undefined || files === undefined) continue;
    if (files.argumentSpec) checkParameters(reading, entry, files.argumentSpec);
    const earlier = uses.filter(({role}) => role.directory === files.directory);
    const same = earlier.find(({role}) => shapeOf(role.parameters) === shapeOf(entry.parameters));
    if (same === undefined) uses.push(useOf(reading, shelf, entry, files, earlier.length === 0));
    else reportTwice(reading, entry, same.role);
  }
  return {uses, complete};
}

/** A parameter that the role's schema does not list is read by nothing, most likely. */
function checkParameters(reading: Reading, {name, parameters}: RoleEntry, spec: MapNode): void {
  const properties = entryOf(spec, 'properties')?.value;
  const known = properties?.type === 'map' ? properties.entries.map(({key}) => key) : [];
  const others = entryOf(spec, 'additionalProperties')?.value;
  const closed = others?.type === 'scalar' && others.value === false;
  for (const {key, keySource} of parameters?.entries ?? []) {
    const near = didYouMean(key, known);
    if (known.includes(key) || (!closed && near === undefined)) continue;
    const hint = near ?? `its variables are listed in meta/arguments.yml`;
    report(reading, 'PLY020', `role '${name.text}' has no parameter '${key}'`, keySource, hint);
  }
}

function reportTwice(reading: Reading, {name}: RoleEntry, first: Role): void {
  const related = [{message: 'first used here', source: first.source}];
  report(
    reading,
    'PLY012',
    `role '${name.text}' is used twice in one play`,
    name.source,
    'remove one of the two',
    related,
  );
}

interface RoleEntry {
  readonly name: ScalarNode;
  readonly source: Source;
  readonly parameters: MapNode | undefined;
  readonly tags: readonly string[];
  readonly when: readonly Expression[];
  readonly become: Become;
}

function readEntry(reading: Reading, node: Node): RoleEntry | undefined {
  if (node.type === 'scalar' && node.value !== null)
    return {
      name: node,
      source: node.source,
      parameters: undefined,
      tags: [],
      when: [],
      become: {become: undefined, user: undefined},
    };
  if (node.type !== 'map') {
    const message = `an entry of 'roles' must be a name or a map, not ${describeNode(node)}`;
    report(reading, 'PLY001', message, node.source, "write '- NAME' or '- role: NAME'");
    return undefined;
  }
  const fields = fieldsOf(node);
  const parameters = readParameters(reading, node, fields);
  const rest = {
    source: node.source,
    parameters,
    tags: readTags(reading, fields),
    when: readConditions(reading, fields, 'when') ?? [],
    become: readBecome(reading, fields),
  };
  const key = fields.has('role') ? 'role' : 'name';
  if (!fields.has(key)) {
    report(reading, 'PLY013', "an entry of 'roles' needs 'role'", node.source, "write '- role: NAME'");
    return undefined;
  }
  const name = readScalar(reading, fields, key);
  return name && {name, ...rest};
}

/** Keys that are no keywords are parameters, as in Ansible; those that look like a misspelt keyword are not. */
function readParameters(
  reading: Reading,
  map: MapNode,
  fields: ReadonlyMap<string, MapEntry>,
): MapNode | undefined {
  const vars = readMap(reading, fields.get('vars')?.value, "'vars'");
  const direct = map.entries.filter(({key, keySource}) => {
    if (roleKeywords.includes(key)) return false;
    if (laterTaskKeywords.has(key) || amongKeywords.includes(key)) {
      const hint = "a parameter of this name goes below 'vars:'";
      report(reading, 'PLY003', `'${key}' of a role is not supported yet`, keySource, hint);
      return false;
    }
    const near = didYouMean(key, roleKeywords);
    if (near === undefined) return true;
    const hint = `${near} (a parameter of this name goes below 'vars:')`;
    report(reading, 'PLY002', `unknown keyword '${key}' in an entry of 'roles'`, keySource, hint);
    return false;
  });
  if (direct.length === 0) return vars;
  const own = (vars?.entries ?? []).filter(({key}) => !direct.some((entry) => entry.key === key));
  return {type: 'map', entries: [...own, ...direct], source: vars?.source ?? map.source};
}

function filesOf(reading: Reading, shelf: RoleShelf, name: ScalarNode): RoleFiles | undefined {
  const directory = /[/\\{}]|^\.+$/.test(name.text) ? undefined : findRole(name.text, shelf.directories);
  if (directory === undefined) {
    const hint =
      didYouMean(name.text, roleNames(shelf.directories)) ?? `looked in ${shelf.directories.join(' and ')}`;
    report(reading, 'PLY011', `no role '${name.text}'`, name.source, hint);
    return undefined;
  }
  if (!shelf.read.has(directory)) shelf.read.set(directory, readRoleFiles(reading, directory));
  const files = shelf.read.get(directory);
  if (files === undefined)
    report(
      reading,
      'PLY011',
      `role '${name.text}' has no files`,
      name.source,
      `write ${directory}/tasks/main.yml`,
    );
  return files;
}

function useOf(
  reading: Reading,
  shelf: RoleShelf,
  entry: RoleEntry,
  files: RoleFiles,
  first: boolean,
): RoleUse {
  const {directory, defaults, vars, argumentSpec} = files;
  const role: Role = {
    name: entry.name.text,
    directory,
    source: entry.name.source,
    defaults,
    vars,
    parameters: entry.parameters,
    ...(argumentSpec ? {argumentSpec} : {}),
  };
  const place = (file: string) => ({...shelf, place: {file, role: directory, chain: []}});
  const {when, tags, become} = entry;
  const tasks = link(reading, files.tasks, place(files.tasksFile)).map((task) =>
    inherit(task, {...nothing, when, tags, become}, role),
  );
  const handlers = linkHandlers(reading, files.handlers, place(files.handlersFile));
  return {
    role,
    tasks: [
      {
        type: 'block',
        name: undefined,
        source: entry.source,
        block: tasks,
        rescue: [],
        always: [],
        use: role,
      },
    ],
    handlers: first
      ? handlers.handlers.map((handler) => inherit(handler, {...nothing, tags, become}, role))
      : [],
    handlerNames: handlers.names,
  };
}

/** Two nodes with the same shape say the same. */
function shapeOf(node: Node | undefined): string {
  if (node === undefined) return '';
  if (node.type === 'scalar') return JSON.stringify([node.text, node.style === 'plain']);
  if (node.type === 'list') return `[${node.items.map(shapeOf).join()}]`;
  return `{${node.entries
    .map(({key, value}) => `${JSON.stringify(key)}:${shapeOf(value)}`)
    .sort()
    .join()}}`;
}
