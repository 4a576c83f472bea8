import type {TaskLabel} from '../events.ts';
import {hasUndo, lastingOf, type TaskEvent} from '../lasting.ts';
import type {RunEvent, RunRecord} from '../records/format.ts';

/** What a run did on one host, as its record tells it. */
export interface HostPast {
  readonly host: string;
  /** Who changed something there. */
  readonly users: readonly string[];
  /** Every resource that was changed and may be taken back, by `kind:id`, and by which task last. */
  readonly told: ReadonlyMap<string, TaskLabel>;
  /** What was done there and cannot be taken back, in words. */
  readonly lasting: readonly string[];
}

/** The hosts that a run wrote to, in its order, and whether they keep a cluster alive together. */
export function pastOf({events, start}: RunRecord & {readonly start: RunEvent}): {
  readonly start: RunEvent;
  readonly hosts: readonly HostPast[];
  readonly isQuorum: boolean;
  /** It came to its end: what it did is told. */
  readonly isWhole: boolean;
  /** A task of it failed, or a host was lost: it may have changed something that is not told as changed. */
  readonly failed: boolean;
} {
  const writes = events.filter((event) => event.type === 'writes');
  const changed = events.filter(
    (event): event is TaskEvent => event.type === 'task' && event.status === 'changed',
  );
  const places = changed.flatMap(({on = []}) => on);
  const names = [...new Set([...start.hosts, ...writes.map(({host}) => host), ...places])];
  const hosts = names.map((host): HostPast => {
    return {
      host,
      users: [...new Set(writes.filter((event) => event.host === host).map(({user}) => user))],
      told: new Map(
        changed.flatMap(({host: own, task, changes}) =>
          changes
            .filter(({ref, on = own}) => on === host && hasUndo(ref))
            .map(({ref}) => [ref, task] as const),
        ),
      ),
      lasting: lastingOf(doneOn(host, changed)),
    };
  });
  return {
    start,
    hosts: hosts.filter(({users, told, lasting}) => users.length > 0 || told.size > 0 || lasting.length > 0),
    failed: events.some(
      (event) => event.type === 'task' && (event.status === 'failed' || event.status === 'unreachable'),
    ),
    isWhole: events.some(({type}) => type === 'summary'),
    isQuorum: events.some((event) => event.type === 'play' && event.quorum === true),
  };
}

/** What was done on a host, whichever host's task it was. */
function doneOn(host: string, changed: readonly TaskEvent[]): readonly Pick<TaskEvent, 'task' | 'changes'>[] {
  return changed.flatMap(({host: own, task, changes, on: places = [own]}) => {
    if (changes.length === 0) return places.includes(host) ? [{task, changes}] : [];
    const here = changes.filter(({on = own}) => on === host);
    return here.length > 0 ? [{task, changes: here}] : [];
  });
}

/** Whether there is something on a host that an undo looks for. */
export function mayTakeBack({users, told}: HostPast): boolean {
  return users.length > 0 || told.size > 0;
}
