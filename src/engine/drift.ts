import {createChannel} from './channel.ts';
import type {Event, HostCounts, Summary} from './events.ts';
import type {Run, RunOptions} from './options.ts';
import {run} from './run.ts';

/** Attributes of what happens and is over. */
const transitions = new Set(['invocation', 'reload']);

/**
 * What is not as a playbook declares it. A check that tells of tasks only those that would change something that
 * lasts: no commands, which nobody knows of whether they would, and no handlers, which only follow. Exit code 3: drift.
 */
export function drift(options: Omit<RunOptions, 'mode' | 'records' | 'printProbes'>): Run {
  const checking = run({...options, mode: 'check', detailedExitcode: false});
  const channel = createChannel<Event>();
  const counts = new Map<string, number>();
  const told = (event: Event): Event | undefined => {
    if (event.type === 'summary') return {...event, ...judged(event, counts)};
    if (event.type !== 'task' || event.status === 'failed' || event.status === 'unreachable') return event;
    if (event.status !== 'would-change' || event.onlyChecked || !lasts(event))
      return event.attention === undefined ? undefined : event;
    counts.set(event.host, (counts.get(event.host) ?? 0) + 1);
    return event;
  };
  const done = (async (): Promise<Summary> => {
    for await (const event of checking.events) {
      const shown = told(event);
      if (shown) channel.push(shown);
    }
    return judged(await checking.done, counts);
  })().finally(channel.end);
  // Whoever reads the events first awaits it later.
  done.catch(() => undefined);
  return {events: channel.values, done};
}

function lasts({task, changes}: Extract<Event, {type: 'task'}>): boolean {
  if (task.handler) return false;
  return changes.some(({attributes}) => attributes.some(({name}) => !transitions.has(name)));
}

/** Counted as changed is what drifted, and nothing else. */
function judged(
  summary: Summary,
  counts: ReadonlyMap<string, number>,
): Pick<Summary, 'hosts' | 'exitCode' | 'durationMs'> {
  const hosts = Object.fromEntries(
    Object.entries(summary.hosts).map(([name, own]): [string, HostCounts] => [
      name,
      {...own, changed: counts.get(name) ?? 0},
    ]),
  );
  const {exitCode, durationMs} = summary;
  return {hosts, exitCode: exitCode === 0 && counts.size > 0 ? 3 : exitCode, durationMs};
}
