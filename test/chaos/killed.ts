import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {setTimeout as after} from 'node:timers/promises';
import {startVprov} from '../fleet/vprov.ts';

/** What a run says of a task, as far as it matters here. */
export interface TaskMoment {
  readonly type: 'task-start' | 'task';
  readonly task: {readonly name: string};
  readonly host: string;
  readonly status?: string;
}

/** Starts vprov and ends it with SIGKILL, so long after the first task of that name began. @param args behind `vprov` */
export function killedAfter(
  delayMs: number,
  taskName: string,
  args: Parameters<typeof startVprov>[0],
): Promise<void> {
  return killedAt(({type, task}) => type === 'task-start' && task.name === taskName, args, delayMs);
}

/** Starts vprov and ends it with SIGKILL when it says so of a task, or so long after. @param args behind `vprov` */
export async function killedAt(
  isMoment: (moment: TaskMoment) => boolean,
  args: Parameters<typeof startVprov>[0],
  delayMs = 0,
): Promise<void> {
  const child = startVprov(args);
  const closed = once(child, 'close');
  child.stderr.resume();
  for await (const line of createInterface({input: child.stdout})) {
    const event = JSON.parse(line) as TaskMoment;
    if (['task-start', 'task'].includes(event.type) && isMoment(event)) break;
  }
  child.stdout.resume();
  // The instant is what is tried, so it is waited for and nothing else.
  await Promise.race([after(delayMs), closed]);
  child.kill('SIGKILL');
  await closed;
}
