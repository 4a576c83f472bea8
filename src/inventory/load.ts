import {dirname, join, resolve} from 'node:path';
import type {Diagnostic} from '../errors/index.ts';
import {type Opener, standingAt, withoutEchoes} from '../source/index.ts';
import {type Draft, readInventory} from './draft.ts';
import {inventoryFilesIn} from './find.ts';
import {readInventoryFile} from './formats.ts';
import {type Hierarchy, hierarchyOf} from './hierarchy.ts';
import {inventoryOfHostList, isHostList} from './inline.ts';
import type {Group, Host, Inventory, VariableSet} from './model.ts';
import {nameMistakes} from './names.ts';
import {openVariableFolder, type VariableFolder} from './variable-files.ts';

/**
 * Reads an inventory from its files, in order, with the `group_vars/` and `host_vars/` beside them and, higher, beside
 * the playbook. A folder stands for the inventories in it, and text with a comma for the hosts that it lists. Never throws for what people write: mistakes are diagnostics.
 */
export function loadInventory(
  files: readonly string[],
  options: {
    readonly playbookDirectory?: string | undefined;
    /** Opens what is encrypted; without it, nothing may be. */
    readonly opener?: Opener | undefined;
  } = {},
): {inventory: Inventory; diagnostics: readonly Diagnostic[]} {
  const {playbookDirectory, opener} = options;
  const expanded = files.flatMap((file) => (isDirectory(file) ? inventoryFilesIn(file) : [file]));
  const draft: Draft = {hosts: new Map(), groups: new Map(), diagnostics: []};
  for (const file of expanded) {
    if (isHostList(file)) {
      readInventory(draft, inventoryOfHostList(file));
      continue;
    }
    const {node, diagnostics} = readInventoryFile(file, opener);
    draft.diagnostics.push(...diagnostics);
    if (node !== undefined && !(node.type === 'scalar' && node.value === null)) readInventory(draft, node);
  }
  const hierarchy = hierarchyOf(draft);
  // As in Ansible, hosts that were typed have no folder of variables beside them.
  const written = expanded.filter((file) => !isHostList(file));
  const folders = foldersFor(written, playbookDirectory, opener);
  const groupFolders = folders('group_vars', hierarchy.ordered);
  const hostFolders = folders('host_vars', [...draft.hosts.keys()]);
  const inventory = assemble(expanded, draft, hierarchy, groupFolders, hostFolders);
  const diagnostics = [
    ...draft.diagnostics,
    ...nameMistakes(draft),
    ...[...groupFolders, ...hostFolders].flatMap((folder) => folder.diagnostics),
  ];
  return {inventory, diagnostics: withoutEchoes(diagnostics)};
}

function assemble(
  files: readonly string[],
  draft: Draft,
  hierarchy: Hierarchy,
  groupFolders: readonly VariableFolder[],
  hostFolders: readonly VariableFolder[],
): Inventory {
  const members = membersOf(draft, hierarchy);
  const groupVariables = new Map<string, readonly VariableSet[]>(
    hierarchy.ordered.map((name) => [
      name,
      [...(draft.groups.get(name)?.variables ?? []), ...groupFolders.flatMap((folder) => folder.of(name))],
    ]),
  );
  const groupsOf = new Map<string, string[]>([...draft.hosts.keys()].map((name) => [name, []]));
  for (const name of hierarchy.ordered)
    for (const host of members.get(name) ?? []) groupsOf.get(host)?.push(name);
  const hosts = new Map<string, Host>();
  for (const [name, {source, variables}] of draft.hosts) {
    const groups = groupsOf.get(name) ?? [];
    const own = [...variables, ...hostFolders.flatMap((folder) => folder.of(name))];
    const inherited = groups.flatMap((group) => groupVariables.get(group) ?? []);
    hosts.set(name, {name, source, groups, variables: [...inherited, ...own]});
  }
  const groups = new Map<string, Group>(
    hierarchy.names.map((name) => [
      name,
      {name, hosts: members.get(name) ?? [], children: hierarchy.children.get(name) ?? []},
    ]),
  );
  return {files, hosts, groups};
}

/** Every group's hosts, its children's included, in the order of the inventory. */
function membersOf(
  draft: Draft,
  {ordered, children, ownHosts}: Hierarchy,
): ReadonlyMap<string, readonly string[]> {
  const sets = new Map<string, Set<string>>();
  for (const name of [...ordered].reverse()) {
    const below = (children.get(name) ?? []).flatMap((child) => [...(sets.get(child) ?? [])]);
    sets.set(name, new Set([...(ownHosts.get(name) ?? []), ...below]));
  }
  sets.set('all', new Set(draft.hosts.keys()));
  const order = [...draft.hosts.keys()];
  return new Map([...sets].map(([name, set]) => [name, order.filter((host) => set.has(host))]));
}

/** Folders of variables from low to high: beside each inventory file, then beside the playbook. */
function foldersFor(
  files: readonly string[],
  playbookDirectory: string | undefined,
  opener: Opener | undefined,
): (kind: string, names: readonly string[]) => readonly VariableFolder[] {
  const directories = new Map<string, {directory: string; prefix: string}>();
  for (const file of files) {
    const directory = dirname(file);
    directories.set(resolve(directory), {directory, prefix: ''});
  }
  if (playbookDirectory !== undefined) {
    directories.delete(resolve(playbookDirectory)); // beside both: read once, as the playbook's
    directories.set(resolve(playbookDirectory), {directory: playbookDirectory, prefix: 'playbook '});
  }
  return (kind, names) =>
    [...directories.values()].map(({directory, prefix}) =>
      openVariableFolder(join(directory, kind), `${prefix}${kind}`, names, opener),
    );
}

function isDirectory(path: string): boolean {
  return standingAt(path)?.isDirectory() ?? false;
}
