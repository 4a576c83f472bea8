import {didYouMean} from '../errors/index.ts';
import {entryOf, type MapNode, type Node, type ScalarNode} from '../source/index.ts';
import {type Reading, report} from './reading.ts';
import type {RoleEntry} from './role-entry.ts';
import {findRole, type RoleFiles, type RoleFrom, readRoleFiles, roleNames} from './role-files.ts';
import type {TaskFiles} from './task-files.ts';

/** Where roles are looked for, and what was read already. */
export interface RoleShelf {
  /** The playbook's folder. */
  readonly playbookDirectory: string;
  readonly directories: readonly string[];
  readonly read: Map<string, RoleFiles | undefined>;
  readonly taskFiles: TaskFiles;
}

/** The files of a role that is named here, read once. Undefined when there are none, which is reported. */
export function roleFilesOf(
  reading: Reading,
  shelf: RoleShelf,
  name: ScalarNode,
  from: RoleFrom = {},
): RoleFiles | undefined {
  const directory = /[/\\{}]|^\.+$/.test(name.text) ? undefined : findRole(name.text, shelf.directories);
  if (directory === undefined) {
    const hint =
      didYouMean(name.text, roleNames(shelf.directories)) ?? `looked in ${shelf.directories.join(' and ')}`;
    report(reading, 'PLY011', `no role '${name.text}'`, name.source, hint);
    return undefined;
  }
  const key = [directory, ...Object.entries(from).map(([part, node]) => `${part}=${node.text}`)].join('\0');
  if (!shelf.read.has(key)) shelf.read.set(key, readRoleFiles(reading, directory, from));
  const files = shelf.read.get(key);
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

/** A parameter that the role's schema does not list is read by nothing, most likely. */
export function checkParameters(
  reading: Reading,
  {name, parameters}: RoleEntry,
  spec: MapNode | undefined,
): void {
  if (spec === undefined) return;
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
