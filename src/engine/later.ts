import type {Entry, Task} from '../playbook/index.ts';
import {type Refusal, refKey} from '../resources/index.ts';
import {labelOf} from './label.ts';
import type {Pass} from './pass.ts';
import {wantsBlindly} from './wants.ts';

/** A refusal because of something that is not there, with the later task of the play that would make it. */
export function withLaterTask(refusal: Refusal, {task, context}: Pass): Refusal {
  const {missing} = refusal;
  if (!missing) return refusal;
  const tasks = context.play.tasks.flatMap(tasksIn);
  const makes = (later: Task): boolean =>
    wantsBlindly(later, context).some(
      (want) => refKey(want.ref) === refKey(missing) && want.after !== 'absent',
    );
  const maker = tasks.slice(tasks.indexOf(task) + 1).find(makes);
  if (!maker) return refusal;
  const {name} = labelOf(maker, context.scopes.forTask(maker), false);
  const {file, line} = maker.source;
  return {...refusal, hint: `'${name}' (${file}:${line}) makes it: put that before this task`};
}

function tasksIn(entry: Entry): readonly Task[] {
  switch (entry.type) {
    case 'block':
      return [...entry.block, ...entry.rescue, ...entry.always].flatMap(tasksIn);
    case 'include':
      return [entry, ...(entry.known ?? []).flatMap(tasksIn)];
    case 'task':
      return [entry];
    case 'flush':
      return [];
  }
}
