import {
  type Entry,
  type Library,
  type Play,
  type Role,
  type Secrecy,
  secrecyOf,
  secretNamesIn,
  tasksIn,
} from '../playbook/index.ts';
import type {MapNode, Node} from '../source/index.ts';
import {isMap, type Value} from '../values/index.ts';

/** What the schemas of roles call `writeOnly`. */
export interface SecretsDescribed {
  /** Of a variable; undefined where nothing of it is. */
  of(name: string): Secrecy | undefined;
  /** The names of such variables and members, whatever they are members of: what stands behind one in a file is not shown. */
  names(): readonly string[];
  /** Those of the roles of these tasks, too: they were not known before. */
  add(entries: readonly Entry[]): void;
}

/** By all roles that these plays are known to use, also by one whose schema has a mistake. */
export function secretsDescribed(plays: readonly Play[]): SecretsDescribed {
  const specs = new Set(specsOf(rolesIn(plays)));
  const known = new Map<string, Secrecy | undefined>();
  let names: readonly string[] | undefined;
  return {
    of(name) {
      if (specs.size === 0) return undefined;
      if (!known.has(name)) known.set(name, secrecyOf([...specs], name));
      return known.get(name);
    },
    names() {
      names ??= secretNamesIn([...specs]);
      return names;
    },
    add(entries) {
      const before = specs.size;
      for (const spec of specsOf(rolesOf(entries))) specs.add(spec);
      if (specs.size === before) return;
      known.clear();
      names = undefined;
    },
  };
}

function specsOf(roles: Iterable<Role>): readonly MapNode[] {
  return [...roles].flatMap(({writtenSpec}) => writtenSpec ?? []);
}

/** A library that has the roles of what is included from it say what is secret. */
export function learning(library: Library, secrets: SecretsDescribed): Library {
  return {
    ...library,
    included: (...asked) => {
      const found = library.included(...asked);
      secrets.add(found.entries);
      return found;
    },
  };
}

/** The roles that plays name, and those that their tasks are known to include. */
export function rolesIn(plays: readonly Play[]): ReadonlySet<Role> {
  const included = plays.flatMap(({tasks, handlers}) => rolesOf([...tasks, ...handlers]));
  return new Set([...plays.flatMap(({roles}) => roles), ...included]);
}

function rolesOf(entries: readonly Entry[]): readonly Role[] {
  return [...tasksIn(entries)].flatMap(({role}) =>
    role ? [role, ...role.parents, ...role.dependencies] : [],
  );
}

/**
 * A value in which other values stand for those that are secret.
 * @param hide makes them, of texts, numbers and booleans; a member is named by the way to it
 */
export function sealed(
  secrecy: Secrecy | undefined,
  name: string,
  value: Value,
  hide: (name: string, value: Value) => Value,
): Value {
  if (secrecy === undefined) return value;
  if (Array.isArray(value))
    return (value as readonly Value[]).map((one, index) =>
      sealed(secrecyAt(secrecy, index), name, one, hide),
    );
  if (isMap(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        sealed(secrecyAt(secrecy, key), `${name}.${key}`, one, hide),
      ]),
    );
  return secrecy.isSecret ? hide(name, value) : value;
}

/** What is written of a variable that is secret, and a text in the place of a map that would hold something secret. */
export function* secretNodes(secrecy: Secrecy | undefined, node: Node): Iterable<Node> {
  if (secrecy === undefined) return;
  if (secrecy.isSecret || node.type === 'scalar') yield node;
  else if (node.type === 'map')
    for (const {key, value} of node.entries) yield* secretNodes(secrecyAt(secrecy, key), value);
  else for (const [index, one] of node.items.entries()) yield* secretNodes(secrecyAt(secrecy, index), one);
}

/** All within a secret is one. */
function secrecyAt(secrecy: Secrecy, key: string | number): Secrecy | undefined {
  return secrecy.isSecret ? secrecy : secrecy.below(key);
}
