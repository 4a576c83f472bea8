import type {Diagnostic} from '../errors/index.ts';
import {type Draft, grownDraft} from './draft.ts';
import {type Hierarchy, hierarchyOf} from './hierarchy.ts';
import type {Group, Growth, Host, Inventory, VariableSet} from './model.ts';
import {ambiguousNames} from './names.ts';
import type {VariableFolder} from './variable-files.ts';

/** What an inventory is made of. */
interface Parts {
  readonly files: readonly string[];
  readonly draft: Draft;
  readonly groupFolders: readonly VariableFolder[];
  readonly hostFolders: readonly VariableFolder[];
  /** Hosts and groups will be added to it. */
  readonly mayGrow: boolean;
}

/**
 * The inventory of a draft, with the variables of its files; circles of groups are added to the draft's diagnostics.
 * @param before the inventory that it grew out of: its hosts are kept where they are the same
 */
export function assemble(parts: Parts, before?: Inventory): Inventory {
  const {files, draft, groupFolders, hostFolders} = parts;
  const hierarchy = hierarchyOf(draft);
  const members = membersOf(draft, hierarchy);
  const groupVariables = groupVariablesOf(parts, hierarchy);
  const groupsOf = new Map<string, string[]>([...draft.hosts.keys()].map((name) => [name, []]));
  for (const name of hierarchy.ordered)
    for (const host of members.get(name) ?? []) groupsOf.get(host)?.push(name);
  const hosts = new Map<string, Host>();
  for (const [name, {source, variables}] of draft.hosts) {
    const groups = groupsOf.get(name) ?? [];
    const own = [...variables, ...variablesIn(hostFolders, name)];
    const inherited = groups.flatMap((group) => groupVariables.get(group) ?? []);
    const host: Host = {name, source, groups, variables: [...inherited, ...own]};
    const known = before?.hosts.get(name);
    hosts.set(name, known && isSame(known, host) ? known : host);
  }
  const groups = new Map<string, Group>(
    hierarchy.names.map((name) => [
      name,
      {name, hosts: members.get(name) ?? [], children: hierarchy.children.get(name) ?? []},
    ]),
  );
  const inventory: Inventory = {
    files,
    hosts,
    groups,
    groupVariables,
    lost: draft.lost,
    grown: (growth) => grown(parts, inventory, growth, [...groupFolders, ...hostFolders]),
  };
  return inventory;
}

function grown(
  parts: Parts,
  before: Inventory,
  growth: Growth,
  folders: readonly VariableFolder[],
): ReturnType<Inventory['grown']> {
  const draft = grownDraft(parts.draft, growth);
  const inventory = assemble({...parts, draft}, before);
  const {host, source} = growth;
  const names = new Set([host, ...growth.groups.flatMap(({name, parents}) => [name, ...parents])]);
  const isNew = (name: string): boolean => !before.hosts.has(name) && !before.groups.has(name);
  const added = new Map([...draft.hosts].filter(([name]) => names.has(name)));
  const diagnostics: readonly Diagnostic[] = [
    ...draft.diagnostics,
    ...[...ambiguousNames({...draft, hosts: added})].map((one) => ({...one, source})),
    ...[...names].filter(isNew).flatMap((name) => folders.flatMap((folder) => folder.of(name).diagnostics)),
  ];
  return {inventory, diagnostics};
}

function isSame(a: Host, b: Host): boolean {
  return a.source === b.source && isSameList(a.groups, b.groups) && isSameList(a.variables, b.variables);
}

function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}

function groupVariablesOf(
  {draft, groupFolders, mayGrow}: Parts,
  {ordered}: Hierarchy,
): Inventory['groupVariables'] {
  const others = mayGrow ? groupFolders.flatMap((folder) => folder.names) : [];
  return new Map(
    [...new Set([...ordered, ...others])].map((name) => [
      name,
      [...(draft.groups.get(name)?.variables ?? []), ...variablesIn(groupFolders, name)],
    ]),
  );
}

function variablesIn(folders: readonly VariableFolder[], name: string): readonly VariableSet[] {
  return folders.flatMap((folder) => folder.of(name).variables);
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
