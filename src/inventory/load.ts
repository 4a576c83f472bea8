import {basename, dirname, join, resolve} from 'node:path';
import {type Diagnostic, errorDiagnostic, hasError} from '../errors/index.ts';
import {isRefused, lookAt, type Opener, readLocalText, standingAt, withoutEchoes} from '../source/index.ts';
import {assemble} from './assemble.ts';
import {inventoryCodes} from './codes.ts';
import {type Draft, readInventory} from './draft.ts';
import {inventoryFilesIn} from './find.ts';
import {type ProgramAnswers, readInventoryFile} from './formats.ts';
import {hierarchyOf} from './hierarchy.ts';
import {inventoryOfHostList, isHostList} from './inline.ts';
import type {Inventory} from './model.ts';
import {nameMistakes} from './names.ts';
import {unreadNames} from './unread-names.ts';
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
    /** Of the programs among the files: see `askPrograms`. Without it, they are read as text. */
    readonly answers?: ProgramAnswers | undefined;
    /** Hosts and groups will be added: variables of who is not in it yet are read, too. */
    readonly mayGrow?: boolean | undefined;
  } = {},
): {inventory: Inventory; diagnostics: readonly Diagnostic[]} {
  const {playbookDirectory, opener, answers = new Map(), mayGrow = false} = options;
  const lost = {variables: new Set<string>(), names: new Set<string>()};
  const draft: Draft = {hosts: new Map(), groups: new Map(), diagnostics: [], lost};
  const expanded = files.flatMap((file) => {
    if (file.trim() !== '') return isDirectory(file) ? filesOfFolder(file, draft) : [file];
    const hint = '-i takes a file, a folder of inventories, or hosts with a comma: -i wallpi,';
    draft.diagnostics.push(errorDiagnostic(inventoryCodes, 'INV001', 'no inventory: -i is empty', {hint}));
    return [];
  });
  for (const file of expanded) {
    if (isHostList(file)) {
      readInventory(draft, inventoryOfHostList(file));
      continue;
    }
    const {node, diagnostics} = readInventoryFile(file, opener, answers, new Set(draft.groups.keys()));
    draft.diagnostics.push(...diagnostics.map((one) => withWayOut(one, file)));
    if (node !== undefined && !(node.type === 'scalar' && node.value === null)) readInventory(draft, node);
  }
  const {ordered} = hierarchyOf({...draft, diagnostics: []});
  // As in Ansible, hosts that were typed have no folder of variables beside them. What is in a folder that may not be
  // entered is not read: that was said of the inventory in it.
  const written = expanded.filter((file) => !isHostList(file) && !isLocked(dirname(file)));
  const folders = foldersFor(written, playbookDirectory, opener, lost.variables);
  for (const file of filesWithMistakes(draft, expanded)) addWords(file, lost.names);
  const hostNames = [...draft.hosts.keys()];
  const groupFolders = folders('group_vars', mayGrow ? undefined : ordered);
  const hostFolders = folders('host_vars', mayGrow ? undefined : hostNames);
  const inventory = assemble({files: expanded, draft, groupFolders, hostFolders, mayGrow});
  const diagnostics = [
    ...draft.diagnostics,
    ...nameMistakes(draft),
    ...unreadNames(inventory),
    ...groupFolders.flatMap((folder) => mistakesOf(folder, ordered, mayGrow)),
    ...hostFolders.flatMap((folder) => mistakesOf(folder, hostNames, mayGrow)),
  ];
  return {inventory, diagnostics: withoutEchoes(diagnostics)};
}

function filesWithMistakes({diagnostics}: Draft, files: readonly string[]): readonly string[] {
  const wrong = new Set(diagnostics.filter((one) => hasError([one])).map(({source}) => source?.file));
  return files.filter((file) => wrong.has(file));
}

/** Any word may be the name of a host or group that the mistake hides. */
function addWords(file: string, words: Set<string>): void {
  const text = readLocalText(file);
  if (isRefused(text)) return;
  for (const [word] of text.matchAll(/\w[\w.-]*/g)) words.add(word);
}

/** With the files of those that there are not yet, which are read all the same: what is wrong with them may never matter. */
function mistakesOf(
  folder: VariableFolder,
  names: readonly string[],
  mayGrow: boolean,
): readonly Diagnostic[] {
  const others = mayGrow ? folder.names.filter((name) => !names.includes(name)) : [];
  return [
    ...folder.diagnostics,
    ...names.flatMap((name) => folder.of(name).diagnostics),
    ...others.flatMap((name) =>
      folder.of(name).diagnostics.map((one) => ({...one, severity: 'warning' as const})),
    ),
  ];
}

/** Folders of variables from low to high: beside each inventory file, then beside the playbook. */
function foldersFor(
  files: readonly string[],
  playbookDirectory: string | undefined,
  opener: Opener | undefined,
  lost: Set<string>,
): (kind: string, names: readonly string[] | undefined) => readonly VariableFolder[] {
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
      openVariableFolder(join(directory, kind), `${prefix}${kind}`, names, opener, lost),
    );
}

/** A folder without any inventory is a mistake: nothing would be done, and nobody would say why. */
function filesOfFolder(directory: string, draft: Draft): readonly string[] {
  const found = inventoryFilesIn(directory);
  if ('problem' in found) {
    const message = `cannot read the folder ${directory}: ${found.problem}`;
    draft.diagnostics.push(
      errorDiagnostic(inventoryCodes, 'INV001', message, {hint: readableHint(directory)}),
    );
    return [];
  }
  if (found.length > 0) return found;
  const message = `no inventory: the folder ${directory} holds none`;
  const hint =
    'put one into it, such as hosts.yml; hidden files, *.md, *.cfg and folders in it are passed over';
  draft.diagnostics.push(errorDiagnostic(inventoryCodes, 'INV001', message, {hint}));
  return [];
}

/** What cannot be read at all has no line to look at: the hint says what `-i` takes. */
function withWayOut(diagnostic: Diagnostic, file: string): Diagnostic {
  if (diagnostic.code !== 'SRC001' || diagnostic.hint !== undefined) return diagnostic;
  const isUnreadable = standingAt(file)?.isFile() || isLocked(dirname(file));
  const hint = isUnreadable
    ? readableHint(file)
    : `-i takes a file, a folder of inventories, or hosts with a comma: -i ${basename(file)},`;
  return {...diagnostic, hint};
}

function readableHint(path: string): string {
  return `see who may read it: ls -ld ${path}`;
}

function isLocked(folder: string): boolean {
  const found = lookAt(`${folder}/.`);
  return isRefused(found) && found.refused === 'unreadable';
}

function isDirectory(path: string): boolean {
  return standingAt(path)?.isDirectory() ?? false;
}
