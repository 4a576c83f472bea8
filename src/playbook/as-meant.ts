import {nearest} from '../errors/index.ts';
import type {MapEntry, MapNode} from '../source/index.ts';
import {
  blockKeywords,
  importedPlayKeywords,
  isLaterOfRoles,
  laterPlayKeywords,
  laterTaskKeywords,
  playKeywords,
  roleKeywords,
  taskKeywords,
} from './keywords.ts';
import type {Reading} from './reading.ts';

/*
 * A misspelt keyword is reported where the keys of a map are checked. All else goes on as if it were right, so that
 * nothing is said of what is missing only because of it: the variable of a `regster`, the item of a `lop`.
 */

/** A play whose misspelt keywords stand under the names that they are near to. */
export function playAsMeant(play: MapNode): MapNode {
  const isKnown = (key: string): boolean => playKeywords.includes(key) || laterPlayKeywords.has(key);
  return asMeant(play, (key) => (isKnown(key) ? undefined : nearest(key, playKeywords)));
}

/** An import of a playbook, the same. */
export function importAsMeant(entry: MapNode): MapNode {
  const isKnown = (key: string): boolean => importedPlayKeywords.includes(key) || playKeywords.includes(key);
  return asMeant(entry, (key) => (isKnown(key) ? undefined : nearest(key, importedPlayKeywords)));
}

/** A block, the same. */
export function blockAsMeant(block: MapNode): MapNode {
  return asMeant(block, (key) => (blockKeywords.includes(key) ? undefined : nearest(key, blockKeywords)));
}

/** An entry of `roles`, the same. */
export function roleEntryAsMeant(entry: MapNode): MapNode {
  const isKnown = (key: string): boolean => roleKeywords.includes(key) || isLaterOfRoles(key);
  return asMeant(entry, (key) => (isKnown(key) ? undefined : nearest(key, roleKeywords)));
}

/** A task or handler, the same: a key may be near to a module, too, where the task has none. */
export function taskAsMeant(reading: Reading, task: MapNode): MapNode {
  return asMeant(task, (key) => meantInTask(reading, task, key));
}

/** The keyword or module that a key is near to. Undefined for what is one, and for what is near to none. */
export function meantInTask({modules}: Reading, task: MapNode, key: string): string | undefined {
  const isModule = (name: string) => modules.has(moduleName(name));
  const ofTasks = [...taskKeywords, 'listen'];
  if (isModule(key) || ofTasks.includes(key) || blockKeywords.includes(key)) return undefined;
  if (laterTaskKeywords.has(moduleName(key)) || /^with_\w+$/.test(key)) return undefined;
  const last = key.slice(key.lastIndexOf('.') + 1);
  if (task.entries.some((entry) => isModule(entry.key))) return nearest(last, ofTasks);
  const given = argumentsBelow(task, key);
  const fitting =
    given.length === 0 ? [] : modulesThat(modules, (name) => given.every((one) => takes(modules, name, one)));
  const alike = modulesThat(modules, (name) => given.every((one) => mayTake(modules, name, one)));
  const others = [...taskKeywords, 'block'];
  // A slip of the finger is one, whatever stands below.
  return nearest(last, fitting) ?? nearest(last, [...alike, ...others]) ?? nearest(last, modules.keys(), 1);
}

/** The arguments that stand below a key. */
function argumentsBelow({entries}: MapNode, key: string): readonly string[] {
  const value = entries.find((entry) => entry.key === key)?.value;
  return value?.type === 'map' ? value.entries.map((entry) => entry.key) : [];
}

function modulesThat(modules: Reading['modules'], fits: (name: string) => boolean): readonly string[] {
  return [...modules.keys()].filter(fits);
}

function takes(modules: Reading['modules'], name: string, argument: string): boolean {
  return modules.get(name)?.arguments.includes(argument) ?? false;
}

/** Whether an argument is one of a module's, or almost: else the module is not meant, and nothing is said of its arguments. */
function mayTake(modules: Reading['modules'], name: string, argument: string): boolean {
  const limit = Math.max(1, Math.floor(argument.length / 3));
  return (
    takes(modules, name, argument) ||
    nearest(argument, modules.get(name)?.arguments ?? [], limit) !== undefined
  );
}

/** `ansible.builtin.copy` is `copy`. */
export function moduleName(key: string): string {
  return key.replace(/^ansible\.(builtin|legacy)\./, '');
}

function asMeant(map: MapNode, meantBy: (key: string) => string | undefined): MapNode {
  const taken = new Set(map.entries.map(({key}) => key));
  const entries = map.entries.map((entry): MapEntry => {
    const key = meantBy(entry.key);
    if (key === undefined || taken.has(key)) return entry;
    taken.add(key);
    return {...entry, key};
  });
  return {...map, entries};
}
