import {type Diagnostic, didYouMean, errorDiagnostic, type Source} from '../errors/index.ts';
import {describeNode, type MapEntry, type MapNode, type Node} from '../source/index.ts';
import {hostWord, isAddressOfIPv6} from './address.ts';
import {inventoryCodes} from './codes.ts';
import type {Growth, VariableSet} from './model.ts';
import {expandRanges} from './range.ts';

/** An inventory while its files are read: what each place adds to a group or a host. */
export interface Draft {
  readonly hosts: Map<string, DraftHost>;
  readonly groups: Map<string, DraftGroup>;
  readonly diagnostics: Diagnostic[];
  readonly lost: Lost;
}

/** What mistakes hide: names of variables, and words that may name hosts or groups. */
export interface Lost {
  readonly variables: Set<string>;
  readonly names: Set<string>;
}

export interface DraftHost {
  readonly source: Source;
  readonly variables: VariableSet[];
}

export interface DraftGroup {
  readonly source: Source;
  readonly hosts: Set<string>;
  readonly children: Map<string, Source>;
  readonly variables: VariableSet[];
}

const groupKeys = ['hosts', 'children', 'vars'];

/** Adds an inventory file's groups to the draft. */
export function readInventory(draft: Draft, root: Node): void {
  for (const entry of entriesOf(draft, root, 'an inventory', "begin with 'all:'")) {
    if (groupKeys.includes(entry.key)) {
      const hint = "put it below a group, such as 'all:'";
      report(draft, 'INV003', `'${entry.key}' stands outside of any group`, entry.keySource, hint);
      continue;
    }
    readGroup(draft, entry);
  }
}

/** The draft with a host, and the groups that it is in. Its diagnostics are those of what was added. */
export function grownDraft(draft: Draft, growth: Growth): Draft {
  const {host: name, source, nameSource = source, groups, variables} = growth;
  const {hosts, lost} = draft;
  const grown: Draft = {hosts: new Map(hosts), groups: new Map(draft.groups), diagnostics: [], lost};
  if (!checkName(grown, {key: name, keySource: nameSource}, 'host')) return grown;
  const known = grown.hosts.get(name) ?? {source, variables: []};
  grown.hosts.set(name, {...known, variables: [...known.variables, ...variables]});
  for (const {name: groupName, source: groupSource = source, parents, parentsSource = source} of groups) {
    if (groupName === 'all') continue;
    const group = groupOf(grown, groupName, groupSource);
    if (!group) continue;
    grown.groups.set(groupName, {...group, hosts: new Set([...group.hosts, name])});
    for (const parentName of parents) addChild(grown, parentName, groupName, parentsSource);
  }
  return grown;
}

function addChild(draft: Draft, parentName: string, childName: string, source: Source): void {
  if (parentName === 'all') return;
  const parent = groupOf(draft, parentName, source);
  if (!parent || parent.children.has(childName)) return;
  draft.groups.set(parentName, {...parent, children: new Map([...parent.children, [childName, source]])});
}

function readGroup(draft: Draft, {key: name, keySource, value}: MapEntry): void {
  const group = groupOf(draft, name, keySource);
  if (group === undefined || isNothing(value)) return;
  const hint = "a group has 'hosts:', 'children:' and 'vars:'";
  for (const entry of entriesOf(draft, value, `group '${name}'`, hint)) {
    switch (entry.key) {
      case 'hosts':
        readHosts(draft, group, entry, name);
        break;
      case 'children':
        readChildren(draft, group, entry, name);
        break;
      case 'vars':
        readVariables(draft, group.variables, entry.value, `inventory group ${name}`);
        break;
      default:
        unknownKey(draft, entry, name);
    }
  }
}

function readHosts(draft: Draft, group: DraftGroup, {value}: MapEntry, groupName: string): void {
  if (isNothing(value)) return;
  const hint = "write each host as a key: 'wallpi:', its variables below it";
  for (const entry of entriesOf(draft, value, `'hosts' of group '${groupName}'`, hint)) {
    const {name: written, port} = hostWord(entry.key);
    const expanded = expandRanges(written);
    if ('problem' in expanded) {
      const hint = 'a range is written as web[01:10] or db-[a:f]';
      report(draft, 'INV015', `'${entry.key}': ${expanded.problem}`, entry.keySource, hint);
      continue;
    }
    for (const name of expanded.names) readHost(draft, group, {...entry, key: name}, port);
  }
}

/** @param port stands behind the host's name; its variable of that name comes before it */
function readHost(draft: Draft, group: DraftGroup, entry: MapEntry, port: string | undefined): void {
  if (!isAddressOfIPv6(entry.key) && !checkName(draft, entry, 'host')) return;
  const host = draft.hosts.get(entry.key) ?? {source: entry.keySource, variables: []};
  draft.hosts.set(entry.key, host);
  group.hosts.add(entry.key);
  const label = `inventory host ${entry.key}`;
  if (port !== undefined) host.variables.push({label, vars: portOf(port, entry.keySource)});
  readVariables(draft, host.variables, entry.value, label);
}

function portOf(port: string, source: Source): MapNode {
  const value = {type: 'scalar', value: Number(port), text: port, style: 'plain', raw: true, source} as const;
  return {type: 'map', entries: [{key: 'port', keySource: source, value}], source};
}

function readChildren(draft: Draft, group: DraftGroup, {value}: MapEntry, groupName: string): void {
  if (isNothing(value)) return;
  const hint = "write each group as a key: 'pi_zero:', its hosts below it";
  for (const entry of entriesOf(draft, value, `'children' of group '${groupName}'`, hint)) {
    if (entry.key === 'all') {
      report(
        draft,
        'INV007',
        "'all' cannot be a child of a group",
        entry.keySource,
        'every host is in it anyway',
      );
      continue;
    }
    if (!group.children.has(entry.key)) group.children.set(entry.key, entry.keySource);
    readGroup(draft, entry);
  }
}

function readVariables(draft: Draft, sets: VariableSet[], value: Node, label: string): void {
  if (isNothing(value)) return;
  if (value.type === 'map') sets.push({label, vars: value});
  else
    report(
      draft,
      'INV003',
      `the variables of ${label} must be a map, not ${describeNode(value)}`,
      value.source,
      "write 'name: value'",
    );
}

function groupOf(draft: Draft, name: string, source: Source): DraftGroup | undefined {
  const known = draft.groups.get(name);
  if (known !== undefined) return known;
  if (!checkName(draft, {key: name, keySource: source}, 'group')) return undefined;
  const group = {source, hosts: new Set<string>(), children: new Map<string, Source>(), variables: []};
  draft.groups.set(name, group);
  return group;
}

function unknownKey(draft: Draft, {key, keySource, value}: MapEntry, groupName: string): void {
  const place = value.type === 'map' || isNothing(value) ? "'hosts:' or 'children:'" : "'vars:'";
  const hint = didYouMean(key, groupKeys) ?? `put it below ${place}`;
  report(draft, 'INV004', `unknown key '${key}' in group '${groupName}'`, keySource, hint);
}

function checkName(
  draft: Draft,
  {key, keySource}: Pick<MapEntry, 'key' | 'keySource'>,
  what: string,
): boolean {
  const isWord = /^[^\s:,!&~*?[\]{}@/\\-][^\s:,!&~*?[\]{}/\\]*$/.test(key);
  if (isWord && !/^\.+$/.test(key)) return true;
  const hint = "letters, digits, '_', '-' and '.' make a name; an address belongs into the variable 'host'";
  report(draft, 'INV005', `'${key}' cannot be the name of a ${what}`, keySource, hint);
  return false;
}

function entriesOf(draft: Draft, node: Node, what: string, hint: string): MapNode['entries'] {
  if (node.type === 'map') return node.entries;
  report(draft, 'INV003', `${what} must be a map, not ${describeNode(node)}`, node.source, hint);
  return [];
}

function isNothing(node: Node): boolean {
  return node.type === 'scalar' && node.value === null;
}

function report(
  draft: Draft,
  code: keyof typeof inventoryCodes,
  message: string,
  source: Source,
  hint: string,
): void {
  draft.diagnostics.push(errorDiagnostic(inventoryCodes, code, message, {source, hint}));
}
