import type {Task} from '../playbook/index.ts';
import type {Conclusion, Place} from './batch.ts';
import type {Context} from './context.ts';
import {ask, type Interpretation} from './effect.ts';
import type {TaskResult} from './result.ts';
import {isRescued, placeOf} from './walk.ts';

/**
 * A task with `run_once`: the first host of those that come to it does it, with its own condition and variables; what
 * it learned the others learn, and when it failed there it has failed for them.
 */
export function* interpretOnce(
  task: Task,
  context: Context,
  work: () => Interpretation<TaskResult>,
): Interpretation<TaskResult> {
  const place = placeOfTask(task, context);
  const once = yield* ask({type: 'once', place});
  if (!once.leads) return yield* follow(once.leader, once.conclusion, task, context);
  const before = new Map(context.learned.registered);
  const result = yield* work();
  const learned = [...context.learned.registered].filter(([name, variable]) => before.get(name) !== variable);
  yield* ask({type: 'conclude', place, conclusion: {...result, learned}});
  return result;
}

function* follow(
  leader: string,
  conclusion: Conclusion | undefined,
  task: Task,
  context: Context,
): Interpretation<TaskResult> {
  for (const [name, variable] of conclusion?.learned ?? []) context.learned.registered.set(name, variable);
  if (conclusion && conclusion.status !== 'failed') return {...conclusion, status: 'skipped'};
  const name = conclusion?.label.name ?? task.name?.text ?? task.module;
  const what = conclusion ? 'failed on' : 'was not ended on';
  const why = `'${name}' ${what} ${leader}, which does it for all`;
  const message = isRescued(context.walk) ? `${why}: the rescue is next` : `stopped, because ${why}`;
  yield* ask({type: 'emit', event: {type: 'note', host: context.host, message}});
  const label = conclusion?.label ?? {name, source: task.source, module: task.module};
  return {status: 'failed', label, result: conclusion?.result ?? null};
}

/** Where a task stands in the play: the same for every host that comes to it. */
export function placeOfTask(task: Task, {walk}: Context): Place {
  const order = placeOf(walk);
  return {name: `${order.join('.')} ${task.source.file}:${task.source.line}`, order};
}
