import type {Task} from '../playbook/index.ts';
import {entryOf} from '../source/index.ts';
import {end, endRole, type Walk} from './walk.ts';

/** What a task asks of the engine, or undefined for a task of any other module. */
export function metaOf({module, args}: Task): string | undefined {
  const action = module === 'meta' ? entryOf(args, 'action')?.value : undefined;
  return action?.type === 'scalar' ? action.text : undefined;
}

/** Where the walk goes on after a `meta` task whose condition held. */
export function followMeta(task: Task, walk: Walk): void {
  switch (metaOf(task)) {
    case 'end_host':
    case 'end_play':
    case 'end_batch':
      end(walk);
      return;
    case 'end_role':
      if (task.role) endRole(walk, task.role);
  }
}
