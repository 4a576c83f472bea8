import type {Task} from '../playbook/index.ts';
import type {EventBody} from './effect.ts';
import type {ChangeReport, TaskLabel, TaskStatus} from './events.ts';
import {type ItemResult, statusIgnoringFailures, statusOf} from './result.ts';
import type {Ending} from './stop.ts';

type TaskEvent = Extract<EventBody, {type: 'task'}>;

/** A task that has ended, or was ended, as far as it came. */
export interface Ended {
  readonly task: Task;
  readonly label: TaskLabel;
  readonly items: readonly ItemResult[];
  readonly host: string;
  readonly durationMs: number;
  /** Why it went no further. */
  readonly ending?: Ending | undefined;
  /** A failure of it leads to a `rescue`. */
  readonly isRescued: boolean;
}

/** Where it has changed something. */
function placesOf(host: string, items: readonly ItemResult[]): Pick<TaskEvent, 'on'> {
  const places = items.filter(({status}) => status === 'changed').map(({on = host}) => on);
  return places.every((place) => place === host) ? {} : {on: [...new Set(places)]};
}

/** The event that tells what came of a task. */
export function told({task, label, items, host, durationMs, ending, isRescued}: Ended): TaskEvent {
  const status = ending?.status ?? statusOf(items);
  const lost = items.some((item) => item.lost);
  const ignored = ending === undefined && status === 'failed' && (task.ignoreErrors || lost);
  const words = task.noLog ? hidden(wordsOf(items, ending)) : wordsOf(items, ending);
  const failures = items.filter((item) => item.status === 'failed');
  const [diagnostic] = task.noLog ? [] : failures.flatMap((item) => item.diagnostics ?? []);
  const hint = task.noLog ? undefined : (ending?.hint ?? items.find((item) => item.hint)?.hint);
  const notified = [...new Set(items.flatMap((item) => item.notified))];
  const reports = items.flatMap((item) => item.reports);
  return {
    type: 'task',
    host,
    task: label,
    status: ignored ? statusIgnoringFailures(items) : status,
    ...(ignored ? {ignored} : {}),
    ...checkedOf(task, status, items),
    ...(isRescued && ending === undefined && status === 'failed' && !ignored ? {rescued: true} : {}),
    changes: task.noLog ? reports.map(withoutValues) : reports,
    ...placesOf(host, items),
    ...(words === undefined ? {} : {message: ignored ? ignoring(words, lost) : words}),
    ...(hint ? {hint} : {}),
    durationMs,
    ...(notified.length > 0 ? {notified} : {}),
    ...toldAtTheEnd('attention', task, items),
    ...toldAtTheEnd('reminder', task, items),
    ...(status === 'failed' && !ignored && failures.length > 0 && failures.every((item) => item.refused)
      ? {refused: true}
      : {}),
    ...(diagnostic ? {diagnostic} : {}),
  };
}

/** What is particular to a check. */
function checkedOf(
  {manner}: Task,
  status: TaskStatus,
  items: readonly ItemResult[],
): Pick<TaskEvent, 'onlyChecked' | 'wouldRun'> {
  if (status === 'would-change' && manner.checkMode) return {onlyChecked: true};
  return status === 'ok' && items.some((item) => item.wouldRun) ? {wouldRun: true} : {};
}

function toldAtTheEnd(
  what: 'attention' | 'reminder',
  {noLog}: Task,
  items: readonly ItemResult[],
): Pick<TaskEvent, typeof what> {
  const words = linesOf(items, (item) => item[what]);
  return words === undefined ? {} : {[what]: noLog ? hiddenWords : words};
}

/** What those items say that made the task end as it did; a task that is fine may say something too (debug). */
function wordsOf(items: readonly ItemResult[], ending: Ending | undefined): string | undefined {
  if (ending) return ending.message;
  const status = statusOf(items);
  return linesOf(
    items.filter((item) => item.status === status),
    (item) => item.message,
  );
}

/** What items say, a line each, with the loop's item in front; undefined where none says anything. */
function linesOf(
  items: readonly ItemResult[],
  wordsIn: (item: ItemResult) => string | undefined,
): string | undefined {
  const lines = items.flatMap((item) => {
    const words = wordsIn(item);
    if (words === undefined) return [];
    return [item.item === undefined ? words : `${item.item}: ${words}`];
  });
  return lines.length > 0 ? lines.join('\n') : undefined;
}

function ignoring(words: string, lost: boolean): string {
  return `${lost ? 'unreachable' : 'failed'}, ignored: ${words}`;
}

const hiddenWords = '(hidden by no_log)';

function hidden(words: string | undefined): string | undefined {
  return words === undefined ? undefined : hiddenWords;
}

function withoutValues({ref, on, attributes, impact}: ChangeReport): ChangeReport {
  return {
    ref,
    ...(on === undefined ? {} : {on}),
    attributes: attributes.map(({name}) => ({name})),
    ...(impact ? {impact} : {}),
  };
}
