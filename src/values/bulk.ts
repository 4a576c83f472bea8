import {isMap, type Value, type ValueMap} from './value.ts';

/** How much there is of a value when it is written out, each place that holds the same list counted for itself. */
interface Bulk {
  /** Values; long texts count as several. */
  readonly size: number;
  /** How deep lists and maps are nested. */
  readonly depth: number;
}

export const largestSize = 1_000_000;
const deepest = 100;
const charactersOfOne = 64;

const known = new WeakMap<object, Bulk>();

/** Why a list or map is more than can be worked with, as the rest of a sentence; undefined where it is not. */
export function tooBulky(value: Value): string | undefined {
  const {size, depth} = bulkOf(value);
  if (size > largestSize) return 'holds more than a million values';
  return depth > deepest ? `is nested more than ${deepest} deep` : undefined;
}

/** No more is added than it takes to see that it is too much. */
function bulkOf(value: Value): Bulk {
  if (typeof value === 'string') return {size: 1 + Math.floor(value.length / charactersOfOne), depth: 0};
  if (typeof value !== 'object' || value === null) return single;
  if (!Array.isArray(value) && !isMap(value)) return single;
  const kept = known.get(value);
  if (kept) return kept;
  // Of a list or map inside itself there would be no end.
  known.set(value, single);
  let [size, depth] = [1, 0];
  for (const item of itemsOf(value)) {
    const part = bulkOf(item);
    size += part.size;
    depth = Math.max(depth, part.depth);
    if (size > largestSize) break;
  }
  const bulk = {size, depth: depth + 1};
  known.set(value, bulk);
  return bulk;
}

/** What is made when it is asked for is not asked for here. */
function itemsOf(value: readonly Value[] | ValueMap): readonly Value[] {
  if (Array.isArray(value)) return value as readonly Value[];
  const members = Object.values(Object.getOwnPropertyDescriptors(value));
  return members.map((member) => ('value' in member ? (member.value as Value) : null));
}

const single: Bulk = {size: 1, depth: 0};
