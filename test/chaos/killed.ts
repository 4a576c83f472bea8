import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {setTimeout as after} from 'node:timers/promises';
import {startVprov} from '../fleet/vprov.ts';

/** Starts vprov and ends it with SIGKILL, so long after the first task of that name began. @param args behind `vprov` */
export async function killedAfter(
  delayMs: number,
  taskName: string,
  args: Parameters<typeof startVprov>[0],
): Promise<void> {
  const child = startVprov(args);
  const closed = once(child, 'close');
  child.stderr.resume();
  for await (const line of createInterface({input: child.stdout})) {
    const event = JSON.parse(line) as {readonly type: string; readonly task?: {readonly name: string}};
    if (event.type === 'task-start' && event.task?.name === taskName) break;
  }
  child.stdout.resume();
  // The instant is what is tried, so it is waited for and nothing else.
  await Promise.race([after(delayMs), closed]);
  child.kill('SIGKILL');
  await closed;
}
