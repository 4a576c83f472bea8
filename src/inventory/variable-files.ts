import {type Dirent, readdirSync} from 'node:fs';
import {basename, extname, join} from 'node:path';
import {type Diagnostic, didYouMean, errorDiagnostic, warningDiagnostic} from '../errors/index.ts';
import {describeNode, type Opener, readYamlFile} from '../source/index.ts';
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
 */
export function openVariableFolder(
  directory: string,
  label: string,
  names: readonly string[] | undefined,
  opener?: Opener | undefined,
): VariableFolder {
  const diagnostics: Diagnostic[] = [];
  const places = new Map<string, string>();
  for (const entry of entriesOf(directory, diagnostics)) {
    const name = entry.isDirectory() ? entry.name : basename(entry.name, extname(entry.name));
    const path = join(directory, entry.name);
    if (
      entry.name.startsWith('.') ||
      (!entry.isDirectory() && !isYaml(entry, names ?? [], path, diagnostics))
    )
      continue;
    const other = places.get(name);
    if (other === undefined) places.set(name, path);
    else
      diagnostics.push(
        errorDiagnostic(
          inventoryCodes,
          'INV008',
          `variables of '${name}' in two places: ${other} and ${path}`,
          {
            hint: `put both into the folder ${join(directory, name)}`,
          },
        ),
      );
  }
  for (const [name, path] of places) {
    const hint = !names || names.includes(name) ? undefined : didYouMean(name, names);
    if (hint === undefined) continue;
    const message = `${path} holds variables of '${name}', which the inventory does not know`;
    diagnostics.push(warningDiagnostic(inventoryCodes, 'INV009', message, {hint}));
  }
  const read = new Map<string, VariableFiles>();
  return {
    label,
    diagnostics,
    names: [...places.keys()],
    of: (name) => {
      const path = places.get(name);
      if (path === undefined) return noFiles;
      const known = read.get(name) ?? readFiles(path, `${label}/${name}`, opener);
      read.set(name, known);
      return known;
    },
  };
}

const noFiles: VariableFiles = {variables: [], diagnostics: []};

function readFiles(path: string, label: string, opener: Opener | undefined): VariableFiles {
  const diagnostics: Diagnostic[] = [];
  const variables = filesOf(path, diagnostics).flatMap((file) =>
    readVariables(file, label, diagnostics, opener),
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
        `${path} is not read: its name does not end with .yml or .yaml`,
        {
          hint: `rename it to ${basename(entry.name, extname(entry.name))}.yml`,
        },
      ),
    );
  return false;
}

function filesOf(path: string, diagnostics: Diagnostic[]): readonly string[] {
  if (/\.ya?ml$/.test(path)) return [path];
  return entriesOf(path, diagnostics)
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(path, entry.name));
}

function readVariables(
  file: string,
  label: string,
  diagnostics: Diagnostic[],
  opener: Opener | undefined,
): readonly VariableSet[] {
  const {node, diagnostics: found} = readYamlFile(file, opener && {opener, whole: true});
  diagnostics.push(...found);
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
  try {
    return listed(directory);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const why = error.code === 'EACCES' ? 'permission denied' : error.message;
    const message = `the variables in ${directory} cannot be read: ${why}`;
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
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
