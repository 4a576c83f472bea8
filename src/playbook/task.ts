import type {Source} from '../errors/index.ts';
import type {MapEntry, MapNode, Node} from '../source/index.ts';
import {taskAsMeant} from './as-meant.ts';
import {readConditions} from './condition.ts';
import {readBoolean, readIdentifier, readNumber, readScalar} from './fields.ts';
import {readInherited} from './inherited.ts';
import {readLoop, readLoopControl} from './loop.ts';
import type {ModuleTask} from './model.ts';
import {readArguments} from './module-arguments.ts';
import {readNotify} from './notify.ts';
import {fieldsOf, type Reading, report} from './reading.ts';
import {findModule} from './task-keys.ts';

type Fields = ReadonlyMap<string, MapEntry>;

/** What runs one module. Undefined when it has none. */
export function readTask(reading: Reading, node: MapNode, what: 'task' | 'handler'): ModuleTask | undefined {
  const meant = taskAsMeant(reading, node);
  const fields = fieldsOf(meant);
  const before = reading.diagnostics.length;
  const found = findModule(reading, node, what);
  const between = reading.diagnostics.length;
  const args = found && readArguments(reading, found.name, found.known, found.entry, fields.get('args'));
  const ofKeys = between > before ? 'keys' : undefined;
  const flawed = reading.diagnostics.length > between ? 'arguments' : ofKeys;
  const keywords = readKeywords(reading, node, meant);
  if (found === undefined || args === undefined) {
    if (keywords.register !== undefined) reading.unread.names.add(keywords.register);
    const facts = fields.get('set_fact')?.value;
    if (facts?.type === 'map') for (const {key} of facts.entries) reading.unread.names.add(key);
    if (fields.has('include_vars')) reading.unread.facts = true;
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
  meant: MapNode,
): Omit<ModuleTask, 'type' | 'module' | 'moduleSource' | 'args'> {
  const fields = fieldsOf(meant);
  const until = readConditions(reading, fields, 'until');
  needsPartner(reading, fields, ['retries', 'delay'], 'until');
  needsPartner(reading, fields, ['loop_control'], 'loop');
  return {
    name: readScalar(reading, fields, 'name'),
    source: node.source,
    ...readInherited(reading, fields),
    register: readIdentifier(reading, fields, 'register'),
    keywordSources: new Map(meant.entries.map(({key, keySource}) => [key, keySource])),
    ...sourceOf('registerSource', fields.get('register')?.value),
    // Whom a misspelt one names is not looked for.
    notify: readNotify(reading, fieldsOf(node).get('notify')?.value),
    loop: readLoop(reading, meant),
    ...readLoopControl(reading, fields.get('loop_control')?.value),
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

function sourceOf<K extends string>(key: K, node: Node | undefined): {readonly [P in K]?: Source} {
  return (node ? {[key]: node.source} : {}) as {readonly [P in K]?: Source};
}
