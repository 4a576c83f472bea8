import {type Dirent, readdirSync} from 'node:fs';
import {basename, extname, join} from 'node:path';
import {
  type Diagnostic,
  didYouMean,
  errorDiagnostic,
  type Source,
  warningDiagnostic,
} from '../errors/index.ts';
import {
  describeNode,
  isAbsence,
  isRefusal,
  isRefused,
  lookAt,
  type Opener,
  readYamlFile,
  refusalOf,
  standingAt,
} from '../source/index.ts';
import {inventoryCodes} from './codes.ts';
import type {VariableSet} from './model.ts';

/** A folder `group_vars` or `host_vars`. */
export interface VariableFolder {
  /** Such as "group_vars" or "playbook group_vars". */
  readonly label: string;
  /** What is wrong with the folder. */
  readonly diagnostics: readonly Diagnostic[];
  /** The groups or hosts of which it has variables. */
  readonly names: readonly string[];
  /** The variables of a group or host, read once, and what is wrong with them. */
  of(name: string): VariableFiles;
}

export interface VariableFiles {
  readonly variables: readonly VariableSet[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Opens a folder of variable files: `NAME.yml`, `NAME.yaml`, or YAML files in a folder `NAME`, in order of name.
 * A folder that is not there is empty.
 * @param names the groups or hosts that there are, to tell a misspelt file; undefined: there may be others, too
 * @param opener opens files and values that are encrypted
 * @param lost names of variables that files with broken syntax seem to have are added
 */
export function openVariableFolder(
  directory: string,
  label: string,
  names: readonly string[] | undefined,
  opener?: Opener | undefined,
  lost?: Set<string>,
): VariableFolder {
  const diagnostics: Diagnostic[] = [];
  const places = new Map<string, string>();
  for (const entry of entriesOf(directory, diagnostics)) {
    if (entry.name.startsWith('.')) continue;
    const path = join(directory, entry.name);
    const isFolder = isDirectory(entry, path);
    const name = isFolder ? entry.name : basename(entry.name, extname(entry.name));
    if (
      isFolder ? isMisnamed(name, names, path, diagnostics) : !isYaml(entry, names ?? [], path, diagnostics)
    )
      continue;
    const other = places.get(name);
    if (other === undefined) places.set(name, path);
    else
      diagnostics.push(
        errorDiagnostic(
          inventoryCodes,
          'INV008',
          `variables of '${name}' in two places: ${shown(other)} and ${shown(path)}`,
          {source: startOf(path), hint: `put both into the folder ${shown(join(directory, name))}`},
        ),
      );
  }
  for (const [name, path] of places) {
    const hint = !names || names.includes(name) ? undefined : didYouMean(name, names);
    if (hint === undefined) continue;
    const message = `${shown(path)} holds variables of '${name}', which the inventory does not know`;
    diagnostics.push(warningDiagnostic(inventoryCodes, 'INV009', message, {source: startOf(path), hint}));
  }
  const read = new Map<string, VariableFiles>();
  return {
    label,
    diagnostics,
    names: [...places.keys()],
    of: (name) => {
      const path = places.get(name);
      if (path === undefined) return noFiles;
      const known = read.get(name) ?? readFiles(path, `${label}/${name}`, opener, lost);
      read.set(name, known);
      return known;
    },
  };
}

const noFiles: VariableFiles = {variables: [], diagnostics: []};

function readFiles(
  path: string,
  label: string,
  opener: Opener | undefined,
  lost: Set<string> | undefined,
): VariableFiles {
  const diagnostics: Diagnostic[] = [];
  const variables = filesOf(path, diagnostics).flatMap((file) =>
    readVariables(file, label, {diagnostics, lost}, opener),
  );
  return {variables, diagnostics};
}

function isYaml(entry: Dirent, names: readonly string[], path: string, diagnostics: Diagnostic[]): boolean {
  if (/\.ya?ml$/.test(entry.name)) return true;
  if (names.includes(basename(entry.name, extname(entry.name))) && !/~$|\.(bak|orig|swp)$/.test(entry.name))
    diagnostics.push(
      errorDiagnostic(
        inventoryCodes,
        'INV008',
        `${shown(path)} is not read: its name does not end with .yml or .yaml`,
        {source: startOf(path), hint: `rename it to ${basename(entry.name, extname(entry.name))}.yml`},
      ),
    );
  return false;
}

function filesOf(path: string, diagnostics: Diagnostic[]): readonly string[] {
  if (/\.ya?ml$/.test(path)) return [path];
  const entries = entriesOf(path, diagnostics).filter(({name}) => !name.startsWith('.'));
  return entries.flatMap((entry) => {
    const file = join(path, entry.name);
    if (!isDirectory(entry, file)) return /\.ya?ml$/.test(entry.name) ? [file] : [];
    const message = `${shown(file)} is not read: it is a folder in a folder of variables`;
    const hint = `put its files into ${shown(path)}`;
    diagnostics.push(errorDiagnostic(inventoryCodes, 'INV008', message, {source: startOf(file), hint}));
    return [];
  });
}

/** Links are what they lead to. */
function isDirectory(entry: Dirent, path: string): boolean {
  return entry.isSymbolicLink() ? standingAt(path)?.isDirectory() === true : entry.isDirectory();
}

/** Whether a folder is called as a file is, which is a mistake where that file would be read. */
function isMisnamed(
  name: string,
  names: readonly string[] | undefined,
  path: string,
  diagnostics: Diagnostic[],
): boolean {
  const stem = name.replace(/\.ya?ml$/, '');
  if (stem === name || names?.includes(name) || (names && !names.includes(stem))) return false;
  const message = `${shown(path)} is not read: it is a folder, under the name of a file`;
  const hint = `call it ${stem}`;
  diagnostics.push(errorDiagnostic(inventoryCodes, 'INV008', message, {source: startOf(path), hint}));
  return true;
}

/** From the folder of variables on: where that is, the place of the mistake says. */
function shown(path: string): string {
  return /(?:group|host)_vars\/.*$/s.exec(path)?.[0] ?? path;
}

/** A mistake in a file's name is nowhere in it. */
function startOf(file: string): Source {
  return {file, line: 1, column: 1, length: 1};
}

function readVariables(
  file: string,
  label: string,
  {diagnostics, lost}: {readonly diagnostics: Diagnostic[]; readonly lost: Set<string> | undefined},
  opener: Opener | undefined,
): readonly VariableSet[] {
  const parsed = readYamlFile(file, opener && {opener, whole: true});
  const {node} = parsed;
  diagnostics.push(...parsed.diagnostics);
  for (const name of parsed.lost ?? []) lost?.add(name);
  if (node === undefined || (node.type === 'scalar' && node.value === null)) return [];
  if (node.type === 'map') return [{label, vars: node}];
  const message = `a file of variables must be a map, not ${describeNode(node)}`;
  diagnostics.push(
    errorDiagnostic(inventoryCodes, 'INV003', message, {source: node.source, hint: "write 'name: value'"}),
  );
  return [];
}

/** The entries of a folder of variables; none when it is not there. One that cannot be read is a mistake. */
function entriesOf(directory: string, diagnostics: Diagnostic[]): readonly Dirent[] {
  const standing = lookAt(directory);
  if (!isRefused(standing) && !standing.isDirectory()) {
    const message = `${directory} is not read: it is no folder`;
    const hint = `variables stand in files ${join(directory, 'NAME.yml')}, NAME being a host or group`;
    diagnostics.push(errorDiagnostic(inventoryCodes, 'INV017', message, {source: startOf(directory), hint}));
    return [];
  }
  try {
    return listed(directory);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const message = `the variables in ${directory} cannot be read: ${refusalOf(error)}`;
    const hint = `see who may read it: ls -ld ${directory}`;
    diagnostics.push(errorDiagnostic(inventoryCodes, 'INV017', message, {hint}));
    return [];
  }
}

/**
 * The entries of a folder by name; none when it is not there.
 * @throws Error of the file system when it cannot be read
 */
export function listed(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, {withFileTypes: true}).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}
