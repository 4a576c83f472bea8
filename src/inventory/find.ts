import {join} from 'node:path';
import {type Diagnostic, errorDiagnostic} from '../errors/index.ts';
import {inventoryCodes} from './codes.ts';
import {listed} from './variable-files.ts';

/**
 * The inventory of a project that names none: the only YAML file in its folder `inventory/`.
 * @param directory the project's folder
 */
export function findInventory(directory: string): {files: readonly string[]} | {diagnostic: Diagnostic} {
  const files = yamlFilesIn(join(directory, 'inventory'));
  const [first, second] = files;
  if (first !== undefined && second === undefined) return {files};
  if (first === undefined) {
    const message = `no inventory: ${join(directory, 'inventory')} holds no YAML file`;
    const hint = 'name one with -i FILE';
    return {diagnostic: errorDiagnostic(inventoryCodes, 'INV001', message, {hint})};
  }
  const message = `several inventories: ${files.join(', ')}`;
  return {diagnostic: errorDiagnostic(inventoryCodes, 'INV002', message, {hint: `name one: -i ${first}`})};
}

/** The YAML files of a folder by name, without those of folders below it. */
export function yamlFilesIn(directory: string): readonly string[] {
  return listed(directory)
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(directory, entry.name));
}
