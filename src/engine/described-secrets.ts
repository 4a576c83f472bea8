import {type Play, type Role, type Secrecy, secrecyOf, tasksIn} from '../playbook/index.ts';
import type {Node} from '../source/index.ts';
import {isMap, type Value} from '../values/index.ts';

/** What the schemas of roles call `writeOnly` of a variable; undefined where that is nothing. */
export type SecretsDescribed = (name: string) => Secrecy | undefined;

/** By all roles that these plays are known to use. */
export function secretsDescribed(plays: readonly Play[]): SecretsDescribed {
  const specs = [...rolesIn(plays)].flatMap(({argumentSpec}) => argumentSpec ?? []);
  const known = new Map<string, Secrecy | undefined>();
  return (name) => {
    if (specs.length === 0) return undefined;
    if (!known.has(name)) known.set(name, secrecyOf(specs, name));
    return known.get(name);
  };
}

/** The roles that plays name, and those that their tasks are known to include. */
export function rolesIn(plays: readonly Play[]): ReadonlySet<Role> {
  const included = plays
    .flatMap(({tasks, handlers}) => [...tasksIn([...tasks, ...handlers])])
    .flatMap(({role}) => role ?? []);
  return new Set([...plays.flatMap(({roles}) => roles), ...included]);
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

/** What is written of a variable that is secret. */
export function* secretNodes(secrecy: Secrecy | undefined, node: Node): Iterable<Node> {
  if (secrecy === undefined) return;
  if (secrecy.isSecret) yield node;
  else if (node.type === 'map')
    for (const {key, value} of node.entries) yield* secretNodes(secrecyAt(secrecy, key), value);
  else if (node.type === 'list')
    for (const [index, one] of node.items.entries()) yield* secretNodes(secrecyAt(secrecy, index), one);
}

/** All within a secret is one. */
function secrecyAt(secrecy: Secrecy, key: string | number): Secrecy | undefined {
  return secrecy.isSecret ? secrecy : secrecy.below(key);
}
