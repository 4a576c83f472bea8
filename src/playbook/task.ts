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
import {isTemplate, readBoolean, readIdentifier, readNumber, readScalar} from './fields.ts';
import {readInherited} from './inherited.ts';
import type {ModuleTask} from './model.ts';
import {readArguments} from './module-arguments.ts';
import {readNotify} from './notify.ts';
import {fieldsOf, type Reading, readMap, report} from './reading.ts';
import {findModule} from './task-keys.ts';

type Fields = ReadonlyMap<string, MapEntry>;

/** What runs one module. Undefined when it has none. */
export function readTask(reading: Reading, node: MapNode, what: 'task' | 'handler'): ModuleTask | undefined {
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
    type: 'task',
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
): Omit<ModuleTask, 'type' | 'module' | 'moduleSource' | 'args'> {
  const until = readConditions(reading, fields, 'until');
  needsPartner(reading, fields, ['retries', 'delay'], 'until');
  needsPartner(reading, fields, ['loop_control'], 'loop');
  return {
    name: readScalar(reading, fields, 'name'),
    source: node.source,
    ...readInherited(reading, fields),
    register: readIdentifier(reading, fields, 'register'),
    ...sourceOf('registerSource', fields.get('register')?.value),
    notify: readNotify(reading, fields.get('notify')?.value),
    loop: readLoop(reading, fields.get('loop')?.value) ?? loopThatCannotBeRead(node),
    loopVariable: readLoopVariable(reading, fields.get('loop_control')?.value),
    ...sourceOf('loopVariableSource', loopVariableNode(fields.get('loop_control')?.value)),
    readsOnly: readBoolean(reading, fields, 'reads_only') ?? false,
    changedWhen: readConditions(reading, fields, 'changed_when'),
    failedWhen: readConditions(reading, fields, 'failed_when'),
    until,
    retries: readNumber(reading, fields, 'retries', 'whole') ?? 3,
    delaySeconds: readNumber(reading, fields, 'delay', 'any') ?? 5,
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

function nameAt(node: Node | undefined): string | undefined {
  return node?.type === 'scalar' && /^[A-Za-z_]\w*$/.test(node.text) ? node.text : undefined;
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
  const misspelt = map.entries.find(({key}) => key !== 'loop_var' && didYouMean(key, ['loop_var']));
  // What was meant is then known too, and its readers make no mistake.
  return readIdentifier(reading, fieldsOf(map), 'loop_var') ?? nameAt(misspelt?.value) ?? 'item';
}
