import {describeNode, entryOf, type Node} from '../source/index.ts';
import {taskAsMeant} from './as-meant.ts';
import {isTemplate} from './fields.ts';
import type {Handler, Task} from './model.ts';
import {isMisspelt, isNothing, type Reading, readList, report} from './reading.ts';
import {readEntry} from './task-list.ts';
import type {Import} from './written.ts';

/** Handlers as far as they can be read, and all that they can be notified by. */
export interface HandlerList<H> {
  readonly handlers: readonly H[];
  readonly names: readonly string[];
  /** False when there may be handlers whose names could not be read, or are not known before the play. */
  readonly complete: boolean;
  /** There may be more, which a mistake that is said already keeps from being known. */
  readonly lost: boolean;
}

/** The handlers of a list. Each needs a name to be notified by, or something to listen to. */
export function readHandlers(
  reading: Reading,
  node: Node | undefined,
  what: string,
): HandlerList<Handler | Import> {
  const before = reading.diagnostics.length;
  const written = readList(reading, node, what);
  const items = written.map((item) => (item.type === 'map' ? taskAsMeant(reading, item) : item));
  const handlers = written.flatMap((own, index): readonly (Handler | Import)[] => {
    const item = items[index] ?? own;
    const listen = readListen(reading, item);
    const entry = readEntry(reading, own, 'handler');
    if (entry === undefined || entry.type === 'block') return [];
    if (entry.type === 'import') return [entry];
    return handlerOf(reading, entry, listen, nameOf(item) !== undefined);
  });
  const names = items.flatMap((item) => [...namesOf(item)]);
  const complete =
    node === undefined ||
    isNothing(node) ||
    (node.type === 'list' && written.every((item, index) => isWhole(item, items[index] ?? item)));
  return {handlers, names, complete, lost: !complete && reading.diagnostics.length > before};
}

/** A task as a handler; none where nothing could notify it. */
export function handlerOf(
  reading: Reading,
  task: Task,
  listen: readonly string[],
  isNamed = task.name !== undefined,
): readonly Handler[] {
  const [topic] = listen;
  if (task.name !== undefined) return [{...task, handlerName: task.name.text, listen}];
  if (topic !== undefined) return [{...task, handlerName: `${task.module} for ${topic}`, listen}];
  const hint = "give it a 'name', which tasks then 'notify'";
  if (!isNamed) report(reading, 'PLY013', 'a handler without a name cannot be notified', task.source, hint);
  return [];
}

function readListen(reading: Reading, item: Node): readonly string[] {
  const node = item.type === 'map' ? entryOf(item, 'listen')?.value : undefined;
  if (node === undefined || isNothing(node)) return [];
  return (node.type === 'list' ? node.items : [node]).flatMap((one) => {
    if (one.type === 'scalar' && one.text !== '' && one.value !== null && !isTemplate(one)) return [one.text];
    const message = isTemplate(one)
      ? 'what a handler listens to cannot be a template'
      : `'listen' must be a text, not ${describeNode(one)}`;
    report(reading, 'PLY004', message, one.source, "write 'listen: restart web services'");
    return [];
  });
}

function nameOf(item: Node): string | undefined {
  const name = item.type === 'map' ? entryOf(item, 'name')?.value : undefined;
  return name?.type === 'scalar' ? name.text : undefined;
}

function* namesOf(item: Node): Generator<string> {
  const name = nameOf(item);
  if (name !== undefined) yield name;
  const listen = item.type === 'map' ? entryOf(item, 'listen')?.value : undefined;
  for (const one of listen?.type === 'list' ? listen.items : [listen])
    if (one?.type === 'scalar') yield one.text;
}

/** Whether all is known that it may be notified by. A topic may stand under a misspelt name. */
function isWhole(written: Node, item: Node): boolean {
  const hasTopic = item.type === 'map' && entryOf(item, 'listen') !== undefined;
  const mayHave = written.type === 'map' && !hasTopic && isMisspelt('listen', written);
  return !mayHave && [...namesOf(item)].length > 0 && !hasTemplate(item);
}

function hasTemplate(item: Node): boolean {
  const name = item.type === 'map' ? entryOf(item, 'name')?.value : undefined;
  return name !== undefined && isTemplate(name);
}
