import {type AnyKind, type Change, refKey} from '../resources/index.ts';

/** How many changes are made in one request. */
const mostTogether = 32;

/**
 * The changes of a task as they are made: several in one request where their kind allows it and nothing has to be sent
 * before, each path once.
 */
export function batchesOf(
  changes: readonly Change[],
  kinds: ReadonlyMap<string, AnyKind>,
): readonly (readonly Change[])[] {
  const batches: Change[][] = [];
  let joined: Set<string> | undefined;
  for (const change of changes) {
    const joins = kinds.get(change.ref.kind)?.joins?.(change) === true;
    const key = refKey(change.ref);
    const last = batches.at(-1);
    if (joins && last && joined && joined.size < mostTogether && !joined.has(key)) {
      last.push(change);
      joined.add(key);
    } else {
      batches.push([change]);
      joined = joins ? new Set([key]) : undefined;
    }
  }
  return batches;
}
