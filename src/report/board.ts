import type {Event, TaskLabel} from '../engine/index.ts';

export type TaskEvent = Extract<Event, {type: 'task'}>;

/** Results of one task of one play, as far as they are held back. */
interface Bucket {
  /** Which use of the task in the play this is, from 1. */
  readonly occurrence: number;
  readonly task: TaskLabel;
  position: number;
  held: TaskEvent[];
  heldSinceMs: number;
}

/**
 * Hosts run at their own pace, people read by task. The board holds a task's results back until every host
 * of the play has reported on it or gone past it, so that equal results can be shown as one.
 */
export interface Board {
  /** Takes a result in; returns, task by task, what may be shown now. `shown`: it was shown already, only its place counts. */
  add(event: TaskEvent, shown: boolean): readonly TaskEvent[][];
  /** This host will report no more (it failed or cannot be reached), so nobody waits for it. */
  leave(host: string): readonly TaskEvent[][];
  /** What was held for longer than people are patient. */
  overdue(nowMs: number): readonly TaskEvent[][];
  /** Everything that is left: the play is over. */
  rest(): readonly TaskEvent[][];
}

const patienceMs = 10_000;

export function createBoard(hosts: readonly string[]): Board {
  const order: Bucket[] = [];
  const byKey = new Map<string, Bucket>();
  const last = new Map<string, Bucket | undefined>(hosts.map((host) => [host, undefined]));
  const occurrences = new Map<string, number>();

  const bucketOf = (event: TaskEvent): Bucket => {
    const place = taskKey(event);
    const counter = `${event.host} ${place}`;
    const occurrence = (occurrences.get(counter) ?? 0) + 1;
    occurrences.set(counter, occurrence);
    const key = `${occurrence} ${place}`;
    const known = byKey.get(key);
    if (known) return known;
    const bucket = {occurrence, task: event.task, position: 0, held: [], heldSinceMs: 0};
    order.splice(placeOf(bucket, order, last.get(event.host)), 0, bucket);
    order.forEach((each, position) => {
      each.position = position;
    });
    byKey.set(key, bucket);
    return bucket;
  };

  const take = (ready: (bucket: Bucket) => boolean): readonly TaskEvent[][] => {
    const taken: TaskEvent[][] = [];
    for (const bucket of order) {
      if (bucket.held.length === 0 || !ready(bucket)) continue;
      taken.push(bucket.held);
      bucket.held = [];
    }
    return taken;
  };

  const passed = (): readonly TaskEvent[][] => {
    const frontier = Math.min(...[...last.values()].map((bucket) => bucket?.position ?? -1));
    return take((bucket) => bucket.position <= frontier);
  };

  return {
    add(event, shown) {
      const bucket = bucketOf(event);
      if (!shown) {
        if (bucket.held.length === 0) bucket.heldSinceMs = event.time;
        bucket.held.push(event);
      }
      last.set(event.host, bucket);
      return passed();
    },
    leave(host) {
      last.delete(host);
      return passed();
    },
    overdue: (nowMs) => take((bucket) => nowMs - bucket.heldSinceMs >= patienceMs),
    rest: () => take(() => true),
  };
}

/**
 * Where a task belongs that no host has reported yet: after what this host did last, and after what stands
 * above it in the same file, whichever host did that.
 */
function placeOf(bucket: Bucket, order: readonly Bucket[], previous: Bucket | undefined): number {
  const above = order.findLast((other) => isAbove(other, bucket));
  return Math.max(previous?.position ?? -1, above?.position ?? -1) + 1;
}

function isAbove(other: Bucket, bucket: Bucket): boolean {
  const [theirs, own] = [other.task.source, bucket.task.source];
  if (theirs.file !== own.file || other.task.handler !== bucket.task.handler) return false;
  if (other.occurrence !== bucket.occurrence) return other.occurrence < bucket.occurrence;
  return theirs.line < own.line || (theirs.line === own.line && theirs.column < own.column);
}

/** What makes two results results of the same task: its place in the files, and the loop's item. */
export function taskKey(event: TaskEvent): string {
  const {source, handler} = event.task;
  return JSON.stringify([source.file, source.line, source.column, handler ?? false, event.item ?? null]);
}
