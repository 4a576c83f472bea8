import {didYouMean, type Source} from '../errors/index.ts';
import {
  describeNode,
  entryOf,
  type ListNode,
  type MapEntry,
  type MapNode,
  type Node,
  type ScalarNode,
} from '../source/index.ts';
import {readConditions} from './condition.ts';
import {
  isTemplate,
  readBecome,
  readBoolean,
  readIdentifier,
  readNumber,
  readScalar,
  readTags,
} from './fields.ts';
import type {Handler, Task} from './model.ts';
import {readArguments} from './module-arguments.ts';
import {readNotify} from './notify.ts';
import {fieldsOf, isNothing, type Reading, readList, readMap, report} from './reading.ts';
import {findModule} from './task-keys.ts';

type Fields = ReadonlyMap<string, MapEntry>;

/** The tasks of a list, those left out that have no module to run. */
export function readTasks(reading: Reading, node: Node | undefined, what: string): readonly Task[] {
  return readList(reading, node, what).flatMap((item) => readTask(reading, item, 'task') ?? []);
}

/** Handlers as far as they can be read, and the names of all that are written. */
export interface HandlerList {
  readonly handlers: readonly Handler[];
  readonly names: readonly string[];
  /** False when there may be handlers whose names could not be read. */
  readonly complete: boolean;
}

/** The handlers of a list. Each needs a name to be notified by. */
export function readHandlers(reading: Reading, node: Node | undefined, what: string): HandlerList {
  const items = readList(reading, node, what);
  const handlers = items.flatMap((item) => {
    const task = readTask(reading, item, 'handler');
    if (task?.name !== undefined) return [{...task, handlerName: task.name.text}];
    const hint = "give it a 'name', which tasks then 'notify'";
    if (task !== undefined && nameOf(item) === undefined)
      report(reading, 'PLY013', 'a handler without a name cannot be notified', task.source, hint);
    return [];
  });
  const names = items.flatMap((item) => nameOf(item) ?? []);
  const complete =
    node === undefined || isNothing(node) || (node.type === 'list' && names.length === items.length);
  return {handlers, names, complete};
}

function nameOf(item: Node): string | undefined {
  const name = item.type === 'map' ? entryOf(item, 'name')?.value : undefined;
  return name?.type === 'scalar' ? name.text : undefined;
}

function readTask(reading: Reading, node: Node, what: 'task' | 'handler'): Task | undefined {
  if (node.type !== 'map') {
    const hint = "write '- name: …' and the module below it";
    report(reading, 'PLY001', `a ${what} must be a map, not ${describeNode(node)}`, node.source, hint);
    return undefined;
  }
  const fields = fieldsOf(node);
  const before = reading.diagnostics.length;
  const found = findModule(reading, node, what);
  const args = found && readArguments(reading, found.name, found.known, found.entry, fields.get('args'));
  const flawed = reading.diagnostics.length > before;
  const keywords = readKeywords(reading, node, fields);
  if (found === undefined || args === undefined) {
    if (keywords.register !== undefined) reading.unread.names.add(keywords.register);
    if (fields.has('include_vars')) reading.unread.variables = true;
    return undefined;
  }
  return {
    ...keywords,
    module: found.name,
    moduleSource: found.entry.keySource,
    args,
    ...(flawed ? {flawed} : {}),
  };
}

function readKeywords(
  reading: Reading,
  node: MapNode,
  fields: Fields,
): Omit<Task, 'module' | 'moduleSource' | 'args'> {
  const until = readConditions(reading, fields, 'until');
  needsPartner(reading, fields, ['retries', 'delay'], 'until');
  needsPartner(reading, fields, ['loop_control'], 'loop');
  return {
    name: readScalar(reading, fields, 'name'),
    source: node.source,
    when: readConditions(reading, fields, 'when') ?? [],
    register: readIdentifier(reading, fields, 'register'),
    ...sourceOf('registerSource', fields.get('register')?.value),
    notify: readNotify(reading, fields.get('notify')?.value),
    loop: readLoop(reading, fields.get('loop')?.value) ?? loopThatCannotBeRead(node),
    loopVariable: readLoopVariable(reading, fields.get('loop_control')?.value),
    ...sourceOf('loopVariableSource', loopVariableNode(fields.get('loop_control')?.value)),
    tags: readTags(reading, fields),
    become: readBecome(reading, fields),
    vars: readMap(reading, fields.get('vars')?.value, "'vars'"),
    readsOnly: readBoolean(reading, fields, 'reads_only') ?? false,
    changedWhen: readConditions(reading, fields, 'changed_when'),
    failedWhen: readConditions(reading, fields, 'failed_when'),
    until,
    retries: readNumber(reading, fields, 'retries', 'whole') ?? 3,
    delaySeconds: readNumber(reading, fields, 'delay', 'any') ?? 5,
    ignoreErrors: readBoolean(reading, fields, 'ignore_errors') ?? false,
    noLog: readBoolean(reading, fields, 'no_log') ?? false,
    role: undefined,
  };
}

function needsPartner(reading: Reading, fields: Fields, keys: readonly string[], partner: string): void {
  if (fields.has(partner)) return;
  const entry = keys.flatMap((key) => fields.get(key) ?? [])[0];
  if (entry === undefined) return;
  const message = `'${entry.key}' does nothing without '${partner}'`;
  report(reading, 'PLY014', message, entry.keySource, `add '${partner}', or remove '${entry.key}'`);
}

function readLoop(reading: Reading, node: Node | undefined): ListNode | ScalarNode | undefined {
  if (node === undefined || node.type === 'list') return node;
  if (node.type === 'scalar' && isTemplate(node)) return node;
  const bare = node.type === 'scalar' && /^[A-Za-z_][\w.]*$/.test(node.text);
  const hint = bare
    ? `for the variable, write '{{ ${node.text} }}'`
    : "write a list, or a template of one: '{{ names }}'";
  report(reading, 'PLY004', `'loop' must be a list, not ${describeNode(node)}`, node.source, hint);
  return undefined;
}

/** A loop with a mistake has no passes: without its item, all that reads the item would be an echo. */
function loopThatCannotBeRead({entries}: MapNode): ListNode | undefined {
  const loop = entries.find(({key}) => key === 'loop' || key.startsWith('with_'));
  return loop && {type: 'list', items: [], source: loop.value.source};
}

function loopVariableNode(node: Node | undefined): Node | undefined {
  return node?.type === 'map' ? entryOf(node, 'loop_var')?.value : undefined;
}

function sourceOf<K extends string>(key: K, node: Node | undefined): {readonly [P in K]?: Source} {
  return (node ? {[key]: node.source} : {}) as {readonly [P in K]?: Source};
}

function readLoopVariable(reading: Reading, node: Node | undefined): string {
  const map = readMap(reading, node, "'loop_control'");
  if (map === undefined) return 'item';
  for (const {key, keySource} of map.entries)
    if (key !== 'loop_var')
      report(
        reading,
        'PLY003',
        `'${key}' of 'loop_control' is not supported yet`,
        keySource,
        didYouMean(key, ['loop_var']) ?? "only 'loop_var' is",
      );
  return readIdentifier(reading, fieldsOf(map), 'loop_var') ?? 'item';
}
