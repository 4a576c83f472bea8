import type {Entry, Task} from '../playbook/index.ts';
import {entryOf} from '../source/index.ts';

/** What a task asks of the engine, or undefined for a task of any other module. */
export function metaOf({module, args}: Task): string | undefined {
  const action = module === 'meta' ? entryOf(args, 'action')?.value : undefined;
  return action?.type === 'scalar' ? action.text : undefined;
}

/** Hosts that have failed take part again from this task on. */
export function clearsErrors(entry: Entry): boolean {
  return entry.type === 'task' && metaOf(entry) === 'clear_host_errors';
}
