import {dirname, join, sep} from 'node:path';
import {nearest} from '../errors/index.ts';
import type {Node, ScalarNode} from '../source/index.ts';
import {type Kept, type Reading, readOnce, report} from './reading.ts';
import type {RoleEntry} from './role-entry.ts';
import {findRole, type RoleFiles, type RoleFrom, readRoleFiles, roleNames} from './role-files.ts';
import type {TaskFiles} from './task-files.ts';
import {unknownParameters} from './unknown-parameters.ts';

/** Where roles are looked for, and what was read already. */
export interface RoleShelf {
  /** The playbook's folder. */
  readonly playbookDirectory: string;
  readonly directories: readonly string[];
  readonly read: Map<string, Kept<RoleFiles | undefined>>;
  readonly taskFiles: TaskFiles;
}

/** What is looked for beside a playbook in this folder; what was read already is read for all. */
export function shelfAt(directory: string, shelf: Pick<RoleShelf, 'read' | 'taskFiles'>): RoleShelf {
  return {
    ...shelf,
    playbookDirectory: directory,
    directories: [join(directory, 'roles'), join(dirname(directory), 'roles')],
  };
}

/** The files of a role that is named here, read once. Undefined when there are none, which is reported. Of a misspelt one, what was meant. */
export function roleFilesOf(
  reading: Reading,
  shelf: RoleShelf,
  name: ScalarNode,
  from: RoleFrom = {},
): RoleFiles | undefined {
  const directory = roleDirectoryOf(reading, shelf, name);
  if (directory === undefined) return undefined;
  const key = [directory, ...Object.entries(from).map(([part, node]) => `${part}=${node.text}`)].join('\0');
  const files = readOnce(reading, shelf.read, key, () =>
    readRoleFiles(reading, directory, from, name.source),
  );
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

/** Where a role is that is named here; nothing of it is read. Of a misspelt one, which is reported, what was meant. */
export function roleDirectoryOf(reading: Reading, shelf: RoleShelf, name: ScalarNode): string | undefined {
  const there = /[/\\{}]|^\.+$/.test(name.text) ? undefined : findRole(name.text, shelf.directories);
  return there ?? reportMissing(reading, shelf, name);
}

/** Says that there is no such role. The one that was most likely meant, so that its variables are known. */
function reportMissing(
  reading: Reading,
  {directories}: RoleShelf,
  {text, source}: ScalarNode,
): string | undefined {
  const near = nearest(text, roleNames(directories));
  const hint = near === undefined ? `looked in ${directories.join(' and ')}` : `did you mean '${near}'?`;
  report(reading, 'PLY011', `no role '${text}'`, source, hint);
  const directory = near === undefined ? undefined : findRole(near, directories);
  // A role does not mean itself.
  return directory === undefined || source.file.startsWith(directory + sep) ? undefined : directory;
}

/** A parameter that the role's schema does not list is read by nothing, most likely. */
export function checkParameters(
  reading: Reading,
  {name, parameters}: RoleEntry,
  {argumentSpec, defaults}: Pick<RoleFiles, 'argumentSpec' | 'defaults'>,
): void {
  for (const {key, source, meant} of unknownParameters(parameters, argumentSpec, defaults)) {
    const hint =
      meant === undefined ? 'its variables are listed in meta/arguments.yml' : `did you mean '${meant}'?`;
    report(reading, 'PLY020', `role '${name.text}' has no parameter '${key}'`, source, hint);
  }
}

/** Two nodes with the same shape say the same. */
export function shapeOf(node: Node | undefined): string {
  if (node === undefined) return '';
  if (node.type === 'scalar') return JSON.stringify([node.text, node.style === 'plain']);
  if (node.type === 'list') return `[${node.items.map(shapeOf).join()}]`;
  return `{${node.entries
    .map(({key, value}) => `${JSON.stringify(key)}:${shapeOf(value)}`)
    .sort()
    .join()}}`;
}
