import {type Diagnostic, didYouMean, errorDiagnostic} from '../errors/index.ts';
import {playbookCodes} from './codes.ts';
import {tasksIn} from './inherit.ts';
import type {Playbook, Task} from './model.ts';

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
  const at = tasks.findIndex((task) => names(task).some((one) => pattern.test(one)));
  if (at !== -1)
    return {skipped: new Set(tasks.slice(0, at).filter((task) => !holds(task, tasks[at]))), diagnostics: []};
  const known = tasks.flatMap(names);
  const hint = didYouMean(name, known) ?? `tasks are: ${known.slice(0, 8).join(', ')}`;
  const diagnostic = errorDiagnostic(playbookCodes, 'PLY025', `--start-at-task: no task '${name}'`, {hint});
  return {skipped: new Set(), diagnostics: [diagnostic]};
}

/** An include in which the task stands is on the way to it. */
function holds(include: Task, task: Task | undefined): boolean {
  return include.type === 'include' && [...tasksIn(include.known ?? [])].some((one) => one === task);
}

function partOf(part: string): string {
  if (part === '*') return '.*';
  return part === '?' ? '.' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
}
