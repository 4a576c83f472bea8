import {errorDiagnostic} from '../errors/index.ts';
import {inventoryCodes} from './codes.ts';
import type {Draft} from './draft.ts';

/** Who is whose child, without circles; `all` and `ungrouped` are there. */
export interface Hierarchy {
  /** All groups in the order of the inventory. */
  readonly names: readonly string[];
  readonly children: ReadonlyMap<string, readonly string[]>;
  readonly parents: ReadonlyMap<string, readonly string[]>;
  /** Groups by precedence, low to high: `all`, then by the longest way down from it, siblings by name. */
  readonly ordered: readonly string[];
  /** The hosts named in a group itself. */
  readonly ownHosts: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Completes the draft's groups as Ansible does: groups without a parent are children of `all`, hosts without a group are in `ungrouped`. */
export function hierarchyOf(draft: Draft): Hierarchy {
  const names = [...new Set(['all', 'ungrouped', ...draft.groups.keys()])];
  const children = new Map(names.map((name) => [name, [] as string[]]));
  const parents = new Map(names.map((name) => [name, [] as string[]]));
  const link = (parent: string, child: string): void => {
    children.get(parent)?.push(child);
    parents.get(child)?.push(parent);
  };
  for (const [parent, {children: named}] of draft.groups)
    for (const [child, source] of named) {
      if (!children.has(child)) continue; // a bad name, reported already
      const circle = pathBetween(child, parent, children);
      if (circle === undefined) link(parent, child);
      else
        draft.diagnostics.push(
          errorDiagnostic(
            inventoryCodes,
            'INV007',
            `groups in a circle: ${[parent, ...circle].join(' > ')}`,
            {
              source,
              hint: `take '${child}' out of the children of '${parent}'`,
            },
          ),
        );
    }
  for (const name of names) if (name !== 'all' && parents.get(name)?.length === 0) link('all', name);
  return {names, children, parents, ordered: orderGroups(names, parents), ownHosts: ownHostsOf(draft)};
}

function ownHostsOf(draft: Draft): ReadonlyMap<string, ReadonlySet<string>> {
  const own = new Map([...draft.groups].map(([name, group]) => [name, group.hosts]));
  const grouped = new Set(
    [...own].flatMap(([name, hosts]) => (name === 'all' || name === 'ungrouped' ? [] : [...hosts])),
  );
  return own.set('ungrouped', new Set([...draft.hosts.keys()].filter((host) => !grouped.has(host))));
}

function orderGroups(
  names: readonly string[],
  parents: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const depths = new Map<string, number>();
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const depth = name === 'all' ? 0 : 1 + Math.max(0, ...(parents.get(name) ?? []).map(depthOf));
    depths.set(name, depth);
    return depth;
  };
  return [...names].sort((a, b) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1));
}

/** The way down from one group to another, both named; undefined when there is none. */
function pathBetween(
  from: string,
  to: string,
  children: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  if (from === to) return [to];
  for (const child of children.get(from) ?? []) {
    const rest = pathBetween(child, to, children);
    if (rest !== undefined) return [from, ...rest];
  }
  return undefined;
}
