import type {Event} from './events.ts';
import {allKinds} from './outset.ts';

export type TaskEvent = Extract<Event, {type: 'task'}>;
type ReportedChange = TaskEvent['changes'][number];

/** What happens and is over. */
const passing = new Set(['invocation', 'reload']);

/** Whether an undo takes a change back that was told: its kind can, and it is no restart. */
export function isTakenBack({ref, attributes}: Pick<ReportedChange, 'ref' | 'attributes'>): boolean {
  return hasUndo(ref) && attributes.some(({name}) => !passing.has(name));
}

/** Whether there is an undo of what this is of. */
export function hasUndo(ref: string): boolean {
  return allKinds.get(ref.slice(0, ref.indexOf(':')))?.undo !== undefined;
}

/**
 * The tasks that did what no undo takes back, in words. Of actions nobody knows the inverse, what is inside a server has
 * none; a restart is over. The files that a handler wrote are taken back as any.
 */
export function lastingOf(tasks: readonly Pick<TaskEvent, 'task' | 'changes'>[]): readonly string[] {
  const names = tasks
    .filter(({task, changes}) => {
      const isOver = task.handler === true && changes.some(({ref}) => ref.startsWith('unit:'));
      return changes.length === 0 || isOver || changes.some(({ref}) => !hasUndo(ref));
    })
    .map(({task}) => lastingName(task));
  return [...new Set(names)];
}

export function lastingName({name, module, handler}: TaskEvent['task']): string {
  return handler ? `handler ${name}` : `${name} (${module})`;
}
