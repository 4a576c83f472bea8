import {amongNothing, amongWithin} from './among.ts';
import {mannerUnsaid, mannerWithin} from './manner.ts';
import type {Entry, Inherited, Role, Task} from './model.ts';

/** What is said of a task by itself and by all around it. What is said nearest to it holds; lists are joined. */
export function within(own: Inherited, outer: Inherited): Inherited {
  return {
    when: [...outer.when, ...own.when],
    tags: [...new Set([...outer.tags, ...own.tags])],
    become: {
      become: own.become.become ?? outer.become.become,
      user: own.become.user ?? outer.become.user,
    },
    vars: [...outer.vars, ...own.vars],
    ignoreErrors: own.ignoreErrors ?? outer.ignoreErrors,
    noLog: own.noLog ?? outer.noLog,
    among: amongWithin(own.among, outer.among),
    manner: mannerWithin(own.manner, outer.manner),
  };
}

/** Nothing is said. */
export const nothing: Inherited = {
  when: [],
  tags: [],
  become: {become: undefined, user: undefined},
  vars: [],
  ignoreErrors: undefined,
  noLog: undefined,
  among: amongNothing,
  manner: mannerUnsaid,
};

/** An entry inside something that hands this down, or that is a role's. */
export function inherit<E extends Entry>(entry: E, outer: Inherited, role?: Role): E {
  return inherited(entry, outer, role) as E;
}

function inherited(entry: Entry, outer: Inherited, role: Role | undefined): Entry {
  const all = (entries: readonly Entry[]) => entries.map((one) => inherited(one, outer, role));
  switch (entry.type) {
    case 'flush':
      return entry;
    case 'task':
      return {...entry, ...within(entry, outer), role: entry.role ?? role};
    case 'include':
      return {
        ...entry,
        ...within(entry, outer),
        inner: within(entry.inner, outer),
        known: entry.known && all(entry.known),
        role: entry.role ?? role,
      };
    case 'block':
      return {...entry, block: all(entry.block), rescue: all(entry.rescue), always: all(entry.always)};
  }
}

/** Every task in a tree, and every include with what is known of it, in the order of writing. */
export function* tasksIn(entries: readonly Entry[]): Generator<Task> {
  for (const entry of entries) {
    if (entry.type === 'flush') continue;
    if (entry.type === 'block') {
      yield* tasksIn([...entry.block, ...entry.rescue, ...entry.always]);
      continue;
    }
    yield entry;
    if (entry.type === 'include') yield* tasksIn(entry.known ?? []);
  }
}
