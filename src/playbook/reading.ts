import {type Diagnostic, didYouMean, errorDiagnostic, type Source} from '../errors/index.ts';
import {
  describeNode,
  type KeptDocuments,
  type ListNode,
  type MapEntry,
  type MapNode,
  type Node,
  type Opener,
  readYamlFile,
} from '../source/index.ts';
import {playbookCodes} from './codes.ts';
import type {Neighbours} from './neighbours.ts';

/** What the loader must know of modules; the engine's catalogue is richer. */
export interface KnownModule {
  /** The argument that a task in one line gives: `command: uptime`. */
  readonly shorthand?: string;
  readonly arguments: readonly string[];
}

/** What mistakes keep from being read. */
export interface Loss {
  /** Definitions of variables that a play has for itself. */
  variables: boolean;
  /** Tasks that may set what holds in later plays, too. */
  facts: boolean;
}

/** One loading of a playbook: the modules there are, and the mistakes found so far. */
export interface Reading {
  readonly modules: ReadonlyMap<string, KnownModule>;
  readonly diagnostics: Diagnostic[];
  /** Opens what is encrypted; without it, nothing may be. */
  readonly opener?: Opener | undefined;
  /** What the files came to before. */
  readonly documents?: KeptDocuments | undefined;
  /** Whether definitions of variables could not be read, and names of which that is known. */
  readonly unread: Loss & {readonly names: Set<string>};
  /** What is reached under `no_log`: files of tasks, folders of roles. */
  readonly hushed: Set<string>;
  readonly neighbours: Neighbours;
}

export function report(
  reading: Reading,
  code: keyof typeof playbookCodes,
  message: string,
  source: Source,
  hint?: string,
  related?: Diagnostic['related'],
): void {
  reading.diagnostics.push(errorDiagnostic(playbookCodes, code, message, {source, hint, related}));
}

/** Whether a key that is missing is there under a misspelt name, which is said already. */
export function isMisspelt(key: string, {entries}: MapNode): boolean {
  return entries.some((entry) => didYouMean(entry.key, [key]) !== undefined);
}

/** The entries of a map by key. */
export function fieldsOf(map: MapNode): ReadonlyMap<string, MapEntry> {
  return new Map(map.entries.map((entry) => [entry.key, entry]));
}

/**
 * A file of a playbook or role, its mistakes reported.
 * @param holds variables may be encrypted as a whole; those of a site, which may hold what nobody else should read, are not kept
 * @param namedAt where the file is named: what cannot be read is a mistake there
 */
export function readFile(
  reading: Reading,
  file: string,
  holds: 'tasks' | 'role variables' | 'variables',
  namedAt?: Source,
): {node: Node | undefined; broken: boolean} {
  const {opener, documents} = reading;
  const encrypted = opener && {opener, whole: holds !== 'tasks'};
  const {
    node,
    diagnostics,
    lost = [],
  } = readYamlFile(file, encrypted, holds === 'variables' ? undefined : documents, namedAt);
  reading.diagnostics.push(...diagnostics);
  if (node === undefined && diagnostics.length > 0)
    reading.unread[holds === 'tasks' ? 'facts' : 'variables'] = true;
  if (holds !== 'tasks') for (const name of lost) reading.unread.names.add(name);
  return {node, broken: diagnostics.length > 0};
}

/** Whether nothing is written: `vars:` with an empty right side. */
export function isNothing(node: Node | undefined): boolean {
  return node === undefined || (node.type === 'scalar' && node.value === null);
}

/** A map, or undefined: for nothing, and with a diagnostic for everything else. */
export function readMap(reading: Reading, node: Node | undefined, what: string): MapNode | undefined {
  if (node?.mistaken) reading.unread.variables = true;
  if (node === undefined || isNothing(node)) return undefined;
  if (node.type === 'map') return node;
  reading.unread.variables = true;
  report(
    reading,
    'PLY001',
    `${what} must be a map, not ${describeNode(node)}`,
    node.source,
    "write 'name: value', one a line",
  );
  return undefined;
}

/** A list, or an empty one: for nothing, and with a diagnostic for everything else. */
export function readList(reading: Reading, node: Node | undefined, what: string): ListNode['items'] {
  if (node === undefined || isNothing(node)) return [];
  if (node.type === 'list') return node.items;
  report(
    reading,
    'PLY001',
    `${what} must be a list, not ${describeNode(node)}`,
    node.source,
    "begin each item with '- '",
  );
  return [];
}

/** What is read once for all that use it, and what was lost in reading it. */
export interface Kept<T> {
  readonly value: T;
  readonly loses: Readonly<Loss>;
}

/** What is read at the first use. Every use loses what is lost in it. */
export function readOnce<T>(reading: Reading, kept: Map<string, Kept<T>>, key: string, read: () => T): T {
  const found = kept.get(key) ?? measured(reading, read);
  kept.set(key, found);
  lose(reading, found.loses);
  return found.value;
}

/** What is read, and what reading it loses. */
export function measured<T>({unread}: Reading, read: () => T): Kept<T> {
  const {variables, facts} = unread;
  Object.assign(unread, nothingLost);
  const value = read();
  const loses = {variables: unread.variables, facts: unread.facts};
  Object.assign(unread, {variables, facts});
  return {value, loses};
}

export const nothingLost: Readonly<Loss> = {variables: false, facts: false};

function lose({unread}: Reading, {variables, facts}: Readonly<Loss>): void {
  unread.variables ||= variables;
  unread.facts ||= facts;
}
