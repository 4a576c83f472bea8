import type {Source} from '../errors/index.ts';
import {entryOf, type Node, type ScalarNode} from '../source/index.ts';
import {memberOf} from './member.ts';
import {namesIn} from './origins.ts';
import type {Scope, Variable} from './scope.ts';
import {onlyOperand} from './template/programs.ts';
import type {Value} from './value.ts';
import {nodeOfMember, nodeOfValue} from './written-nodes.ts';

/**
 * Where somebody wrote what stands below a map that a template makes of others: in the one that goes over them. Undefined where
 * that cannot be told.
 * @param keys below what the template gives
 * @param atKey the place of the last key, not of its value
 */
export function writtenPlace(
  template: ScalarNode,
  keys: readonly string[],
  atKey: boolean,
  scope: Scope,
): Source | undefined {
  return placeBelow(template, {keys, atKey, scope, seen: new Set()});
}

/** Where the value was written that a template names, which is all that it does but for a default, of this variable or below it. */
export function placeOfNamed(node: Node, name: string, scope: Scope): Source | undefined {
  if (node.type !== 'scalar' || typeof node.value !== 'string') return undefined;
  const only = onlyOperand(node.value);
  const path = only?.type === 'default' ? only.value : only;
  if (path?.type !== 'path' || path.start.type !== 'variable' || path.start.name !== name) return undefined;
  const [last, ...above] = path.members.toReversed();
  if (last === undefined) return scope.origins(name)[0]?.source;
  let owner: Value | undefined = scope.get(name);
  for (const member of above.toReversed()) owner = owner === undefined ? undefined : memberOf(owner, member);
  return owner === undefined ? undefined : nodeOfMember(owner, last)?.source;
}

interface Search {
  readonly keys: readonly string[];
  readonly atKey: boolean;
  readonly scope: Scope;
  readonly seen: Set<string>;
}

/** What stands last in a template goes over what stands before it. */
function placeBelow(node: Node, search: Search): Source | undefined {
  for (const name of namesIn(node).toReversed()) {
    if (search.seen.has(name)) continue;
    search.seen.add(name);
    const variable = search.scope.variable(name);
    const written = variable && nodeOf(variable);
    const place = written && (within(written, search) ?? placeBelow(written, search));
    if (place) return place;
  }
  return undefined;
}

function nodeOf(variable: Variable): Node | undefined {
  return 'node' in variable ? variable.node : nodeOfValue(variable.data);
}

/** How far above the keys the maps may stand that a template takes a part of. */
const deepest = 4;

function within(node: Node, search: Search, depth = 0): Source | undefined {
  const place = at(node, search.keys, search.atKey);
  if (place || depth >= deepest || node.type !== 'map') return place;
  for (const {value} of node.entries) {
    const below = within(value, search, depth + 1);
    if (below) return below;
  }
  return undefined;
}

function at(node: Node, [key = '', ...rest]: readonly string[], atKey: boolean): Source | undefined {
  if (node.type === 'list') {
    for (const item of node.items) {
      const place = at(item, [key, ...rest], atKey);
      if (place) return place;
    }
    return undefined;
  }
  const entry = node.type === 'map' ? entryOf(node, key) : undefined;
  if (!entry || rest.length > 0) return entry && at(entry.value, rest, atKey);
  return atKey ? entry.keySource : entry.value.source;
}
