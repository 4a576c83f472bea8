import {join} from 'node:path';
import {type Diagnostic, errorDiagnostic} from '../errors/index.ts';
import {isRefusal, refusalOf} from '../source/index.ts';
import {inventoryCodes} from './codes.ts';
import {listed} from './variable-files.ts';

/**
 * The inventory of a project that names none: the only file in its folder `inventory/`.
 * @param directory the project's folder
 */
export function findInventory(directory: string): {files: readonly string[]} | {diagnostic: Diagnostic} {
  const files = inventoryFilesIn(join(directory, 'inventory'));
  if ('problem' in files) {
    const message = `no inventory: ${join(directory, 'inventory')} cannot be read: ${files.problem}`;
    return {diagnostic: errorDiagnostic(inventoryCodes, 'INV001', message, {hint: 'name one with -i FILE'})};
  }
  const [first, second] = files;
  if (first !== undefined && second === undefined) return {files};
  if (first === undefined) {
    const message = `no inventory: ${join(directory, 'inventory')} holds no file`;
    const hint = 'name one with -i FILE';
    return {diagnostic: errorDiagnostic(inventoryCodes, 'INV001', message, {hint})};
  }
  const message = `several inventories: ${files.join(', ')}`;
  return {diagnostic: errorDiagnostic(inventoryCodes, 'INV002', message, {hint: `name one: -i ${first}`})};
}

/** What lies in a folder of inventories and is none, as Ansible has it; what ssh keeps, which may be kept there, and vprov.lock. */
const others =
  /^\.|~$|\.(pyc|pyo|swp|bak|rpm|md|txt|rst|orig|cfg|retry|key|pub|pem|old|lock)$|^known_hosts|^ssh_config$|^id_(rsa|ecdsa|ed25519)(_sk)?$/;

/** The inventories of a folder by name, whatever their form, without those of folders below it. */
export function inventoryFilesIn(directory: string): readonly string[] | {readonly problem: string} {
  let entries: ReturnType<typeof listed>;
  try {
    entries = listed(directory);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return {problem: refusalOf(error)};
  }
  return entries
    .filter((entry) => !entry.isDirectory() && !others.test(entry.name))
    .map((entry) => join(directory, entry.name));
}
