import type {Task} from '../playbook/index.ts';
import {ask, type Interpretation} from './effect.ts';
import {metaOf} from './meta-task.ts';
import {end, endRole, type Walk} from './walk.ts';

/** What a `meta` task does in its own place: it succeeds or fails as the task, in handlers, too. */
export function* carryOutMeta(task: Task): Interpretation<void> {
  if (metaOf(task) === 'reset_connection') yield* ask({type: 'reconnect'});
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
