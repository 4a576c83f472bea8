import {
  groupRef,
  mountRef,
  packageRef,
  pathRef,
  type Ref,
  sysctlRef,
  unitRef,
  userRef,
} from '../resources/index.ts';
import {Unknown} from '../text/index.ts';
import type {Value, ValueMap} from '../values/index.ts';
import {unitName} from './systemd/index.ts';

/** Arguments that say where something is, in all modules that have them. */
const placeArguments = ['path', 'dest', 'dir', 'link', 'fstab', 'sysctl_file', 'cron_file'];

const byName: Readonly<Record<string, (name: string) => readonly Ref[]>> = {
  user: (name) => [userRef(name)],
  group: (name) => [groupRef(name)],
  systemd: (name) => [unitRef(unitName(name))],
  apt: (name) => [packageRef(name)],
  package: (name) => [packageRef(name)],
  sysctl: (name) => [sysctlRef(name)],
};

/**
 * What a task of a state module is about, as far as its arguments are known: for who has to say what becomes unknown
 * when the task itself is. Empty when nothing of it can be named.
 * @param args rendered; what is not known in them is an `Unknown`
 */
export function touchedBy(module: string, args: ValueMap): readonly Ref[] {
  const places = placeArguments.flatMap((name) => textsOf(args[name])).filter((one) => one.startsWith('/'));
  const mounts = module === 'mount' ? places.map((place) => mountRef(place)) : [];
  const named = textsOf(args.name).flatMap((name) => byName[module]?.(name) ?? []);
  // Wherever it is, nothing that is known of a path holds.
  if (placeArguments.some((name) => args[name] instanceof Unknown)) places.push('/');
  return [...places.map((place) => pathRef(place, ['meta', 'link'])), ...mounts, ...named];
}

function textsOf(value: Value | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? (value as readonly Value[]).flatMap(textsOf) : [];
}
