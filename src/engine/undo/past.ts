import type {Event, TaskLabel} from '../events.ts';
import type {RunEvent, RunRecord} from '../records/format.ts';

/** What a run did on one host, as its record tells it. */
export interface HostPast {
  readonly host: string;
  /** Who changed something there. */
  readonly users: readonly string[];
  /** Every resource that was changed, by `kind:id`, and by which task last. */
  readonly told: ReadonlyMap<string, TaskLabel>;
  /** What was done there and cannot be taken back, in words. */
  readonly lasting: readonly string[];
}

type TaskEvent = Extract<Event, {type: 'task'}>;

/** The hosts that a run wrote to, in its order, and whether they keep a cluster alive together. */
export function pastOf({events, start}: RunRecord & {readonly start: RunEvent}): {
  readonly start: RunEvent;
  readonly hosts: readonly HostPast[];
  readonly isQuorum: boolean;
} {
  const writes = events.filter((event) => event.type === 'writes');
  const changed = events.filter(
    (event): event is TaskEvent => event.type === 'task' && event.status === 'changed',
  );
  const names = [...new Set([...start.hosts, ...writes.map(({host}) => host)])];
  const hosts = names.map((host): HostPast => {
    const tasks = changed.filter((event) => event.host === host);
    return {
      host,
      users: [...new Set(writes.filter((event) => event.host === host).map(({user}) => user))],
      told: new Map(
        changed.flatMap(({host: own, task, changes}) =>
          changes.filter(({on = own}) => on === host).map(({ref}) => [ref, task] as const),
        ),
      ),
      lasting: lastingOf(tasks),
    };
  });
  return {
    start,
    hosts: hosts.filter(({users, told, lasting}) => users.length > 0 || told.size > 0 || lasting.length > 0),
    isQuorum: events.some((event) => event.type === 'play' && event.quorum === true),
  };
}

/** Of actions nobody knows the inverse; a restart is over. The files that a handler wrote are taken back as any. */
function lastingOf(tasks: readonly TaskEvent[]): readonly string[] {
  const names = tasks
    .filter(({task, changes}) => changes.length === 0 || (task.handler === true && changes.some(isOfUnit)))
    .map(({task}) => (task.handler ? `handler ${task.name}` : `${task.name} (${task.module})`));
  return names.length === 0 ? [] : [`not taken back: ${[...new Set(names)].join(', ')}`];
}

function isOfUnit({ref}: TaskEvent['changes'][number]): boolean {
  return ref.startsWith('unit:');
}
