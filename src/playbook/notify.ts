import {didYouMean} from '../errors/index.ts';
import {describeNode, type MapNode, type Node} from '../source/index.ts';
import {readConditions} from './condition.ts';
import {isTemplate} from './fields.ts';
import type {Handler, Notify, Task} from './model.ts';
import {fieldsOf, isNothing, type Reading, report} from './reading.ts';

/** The handlers that a task notifies: a name, a map `{handler, when}`, or a list of these. */
export function readNotify(reading: Reading, node: Node | undefined): readonly Notify[] {
  if (node === undefined || isNothing(node)) return [];
  const items = node.type === 'list' ? node.items : [node];
  return items.flatMap((item) => (item.type === 'map' ? conditional(reading, item) : named(reading, item)));
}

function named(reading: Reading, node: Node): readonly Notify[] {
  if (node.type === 'scalar' && node.value !== null && node.text !== '') {
    const template = isTemplate(node) ? {template: node} : {};
    return [{handler: node.text, ...template, source: node.source, when: []}];
  }
  const message = `'notify' must be the name of a handler, not ${describeNode(node)}`;
  report(reading, 'PLY004', message, node.source, "write the handler's name");
  return [];
}

function conditional(reading: Reading, map: MapNode): readonly Notify[] {
  const fields = fieldsOf(map);
  for (const {key, keySource} of map.entries)
    if (key !== 'handler' && key !== 'when')
      report(
        reading,
        'PLY002',
        `unknown key '${key}' in 'notify'`,
        keySource,
        didYouMean(key, ['handler', 'when']) ?? "write '{handler: NAME, when: CONDITION}'",
      );
  const handler = fields.get('handler')?.value;
  if (handler === undefined) {
    const known = map.entries.every(({key}) => key === 'when');
    if (known)
      report(
        reading,
        'PLY013',
        "'notify' needs 'handler'",
        map.source,
        "write '{handler: NAME, when: CONDITION}'",
      );
    return [];
  }
  const when = readConditions(reading, fields, 'when') ?? [];
  return named(reading, handler).map((notify) => ({...notify, when}));
}

/** Reports handlers of one play that have one name. */
export function checkDuplicates(reading: Reading, handlers: readonly Handler[]): void {
  const byName = new Map<string, Handler>();
  for (const handler of handlers) {
    const first = byName.get(handler.handlerName);
    if (first === undefined) {
      byName.set(handler.handlerName, handler);
      continue;
    }
    const message = `a second handler '${handler.handlerName}' in one play`;
    const related = [{message: 'first defined here', source: first.name?.source ?? first.source}];
    const source = handler.name?.source ?? handler.source;
    report(reading, 'PLY010', message, source, 'give one of the two another name', related);
  }
}

/** Reports notifications of handlers that there are not. */
export function checkNotifications(
  reading: Reading,
  tasks: readonly Task[],
  handlers: readonly string[],
): void {
  const known = new Set(handlers);
  for (const {handler, template, source} of tasks.flatMap((task) => task.notify)) {
    if (template !== undefined || known.has(handler)) continue;
    const list =
      handlers.length === 0
        ? "define it under 'handlers'"
        : `handlers are: ${[...known].slice(0, 8).join(', ')}`;
    report(
      reading,
      'PLY009',
      `no handler '${handler}' in this play or its roles`,
      source,
      didYouMean(handler, known) ?? list,
    );
  }
}
