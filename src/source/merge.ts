import type {Source} from '../errors/index.ts';
import type {MapEntry, Node} from './node.ts';

/**
 * Adds the entries of a merge key's value to `entries`; of two merged maps with the same key the earlier one wins.
 * @returns how many entries were added
 * @see https://yaml.org/type/merge.html
 */
export function mergeInto(entries: MapEntry[], value: Node, refuse: (at: Source) => void): number {
  if (value.type === 'scalar') {
    refuse(value.source);
    return 0;
  }
  const maps = value.type === 'list' ? value.items : [value];
  const seen = new Set(entries.map((entry) => entry.key));
  const before = entries.length;
  for (const map of maps) {
    if (map.type !== 'map') {
      refuse(map.source);
      continue;
    }
    for (const entry of map.entries) {
      if (seen.has(entry.key)) continue;
      seen.add(entry.key);
      entries.push(entry);
    }
  }
  return entries.length - before;
}
