import {type Diagnostic, didYouMean, errorDiagnostic} from '../errors/index.ts';
import {playbookCodes} from './codes.ts';
import {tasksIn} from './inherit.ts';
import type {Entry, Playbook, Task} from './model.ts';

/**
 * The tasks that stand before the first one of a name, which are not run; `*` and `?` in the name stand for anything.
 * What includes bring in while the play runs has no place before it is there, and is not found: as in Ansible.
 */
export function tasksBefore(
  {plays}: Playbook,
  name: string,
): {readonly skipped: ReadonlySet<Task>; readonly diagnostics: readonly Diagnostic[]} {
  const tasks = plays.flatMap((play) => [...tasksIn(play.tasks)]);
  const pattern = new RegExp(
    `^${name
      .split(/([*?])/)
      .map(partOf)
      .join('')}$`,
  );
  const names = (task: Task): readonly string[] => {
    const own = task.name?.text ?? task.module;
    return task.role ? [own, `${task.role.name} : ${own}`] : [own];
  };
  const fits = (task: Task): boolean => names(task).some((one) => pattern.test(one));
  // Nothing leads there but a failure, which a start at the task would have passed over.
  const rescuing = new Set(plays.flatMap((play) => [...rescuedBy(play.tasks)]));
  const at = tasks.findIndex((task) => fits(task) && !rescuing.has(task));
  if (at !== -1)
    return {skipped: new Set(tasks.slice(0, at).filter((task) => !holds(task, tasks[at]))), diagnostics: []};
  const known = tasks.filter((task) => !rescuing.has(task)).flatMap(names);
  const within = tasks.find(fits);
  const message = within
    ? `--start-at-task: '${name}' stands in a rescue, which only a failure leads to`
    : `--start-at-task: no task '${name}'`;
  const hint = within
    ? 'start at a task of its block'
    : (didYouMean(name, known) ?? `tasks are: ${known.slice(0, 8).join(', ')}`);
  const source = within ? {source: within.source} : {};
  const diagnostic = errorDiagnostic(playbookCodes, 'PLY025', message, {hint, ...source});
  return {skipped: new Set(), diagnostics: [diagnostic]};
}

/** The tasks that stand in a `rescue`, at whatever depth. */
function* rescuedBy(entries: readonly Entry[]): Generator<Task> {
  for (const entry of entries) {
    if (entry.type === 'block') {
      yield* tasksIn(entry.rescue);
      yield* rescuedBy([...entry.block, ...entry.always]);
    }
    if (entry.type === 'include') yield* rescuedBy(entry.known ?? []);
  }
}

/** An include in which the task stands is on the way to it. */
function holds(include: Task, task: Task | undefined): boolean {
  return include.type === 'include' && [...tasksIn(include.known ?? [])].some((one) => one === task);
}

function partOf(part: string): string {
  if (part === '*') return '.*';
  return part === '?' ? '.' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
}
