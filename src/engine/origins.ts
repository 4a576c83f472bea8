import {basename} from 'node:path';
import {type Diagnostic, originWithoutValue, type Related, type Source} from '../errors/index.ts';
import {holdsSecrets} from '../modules/index.ts';
import type {Task} from '../playbook/index.ts';
import type {Node, ScalarNode} from '../source/index.ts';
import {
  type JsonSchema,
  namesIn,
  originsOfNode,
  placeOfMember,
  placeOfNamed,
  type Scope,
} from '../values/index.ts';
import {whereGiven} from './given.ts';
import type {WrittenPlaces} from './written-places.ts';

/**
 * Mistakes in a task's arguments, each with where the values came from that the wrong argument is made of. What is wrong
 * with an entry that a loop goes through is told where that entry is written.
 */
export function withOrigins(
  mistakes: readonly Diagnostic[],
  task: Pick<Task, 'args' | 'loop' | 'loopVariable' | 'module' | 'noLog' | 'role'>,
  scope: Scope,
  places: WrittenPlaces,
  schema: JsonSchema | undefined,
): readonly Diagnostic[] {
  const {args, module} = task;
  return mistakes.map((mistake) => {
    const template = mistake.source && places.templateOf(mistake.source);
    if (template)
      return {...mistake, related: [{message: `${module} is given it here`, source: template.source}]};
    const node = mistake.source && scalarAt(args, mistake.source);
    const entry = args.entries.find(({value}) => mistake.source && scalarAt(value, mistake.source));
    const isHidden = holdsSecrets(schema?.properties?.[entry?.key ?? ''] ?? {});
    const origins = node ? originsOfNode(node, scope).map((one) => (isHidden ? withoutValue(one) : one)) : [];
    const told =
      origins.length === 0 ? mistake : {...mistake, related: [...(mistake.related ?? []), ...origins]};
    const entered = inEntry(told, node, task, scope, schema);
    if (entered !== told || isHidden || task.noLog || !node) return entered;
    return whereGiven(told, task.role, namesIn(node), scope, `${module} is given it here`);
  });
}

/** At the entry: at the very value that the template names, else where it is written in another file than the task. */
function inEntry(
  mistake: Diagnostic,
  node: Node | undefined,
  task: Parameters<typeof withOrigins>[1],
  scope: Scope,
  schema: JsonSchema | undefined,
): Diagnostic {
  const {loop, loopVariable, module} = task;
  const [origin] = loop && !task.noLog ? scope.origins(loopVariable) : [];
  const reads = node?.type === 'scalar' ? memberRead(node, loopVariable) : '';
  if (!origin?.source || !mistake.source || reads === undefined) return mistake;
  const named = node && placeOfNamed(node, loopVariable, scope);
  const isBeside = origin.source.file === mistake.source.file;
  if (isBeside && (!named || hidesSome(task, schema))) return mistake;
  const others = (mistake.related ?? []).filter(({message}) => !message.startsWith(`'${loopVariable}' `));
  const words = `${module} is given ${origin.layer}`;
  // Beside it in its lines may stand what nobody is shown.
  if (hidesSome(task, schema)) {
    const {file, line} = origin.source;
    return {...mistake, related: [...others, {message: `${words}: ${basename(file)}, line ${line}`}]};
  }
  const member = reads === '' ? undefined : placeOfMember(scope.get(loopVariable), reads);
  return {
    ...mistake,
    source: named ?? member ?? origin.source,
    related: [...others, {message: `${words} here`, source: mistake.source}],
  };
}

/** The member of an item that a template reads first; '' for the item itself, undefined where it reads none. */
function memberRead({text}: ScalarNode, loopVariable: string): string | undefined {
  const read = new RegExp(`\\b${loopVariable}\\b(?:\\.(\\w+))?`).exec(text);
  return read ? (read[1] ?? '') : undefined;
}

/** Whether an argument that is a secret is made of the item. */
function hidesSome(
  {args, loopVariable}: Parameters<typeof withOrigins>[1],
  schema: JsonSchema | undefined,
): boolean {
  return args.entries.some(
    ({key, value}) =>
      mayBeSecret(schema?.properties?.[key] ?? {}) &&
      (value.type !== 'scalar' || memberRead(value, loopVariable) !== undefined),
  );
}

function mayBeSecret(schema: JsonSchema): boolean {
  return schema.secret === true || schema.items?.secret === true || holdsSecrets(schema);
}

/** A task that is given what is wrong where it is written: who takes it makes no difference to that. */
export function isTaking({message}: Related): boolean {
  return /^\w+ is given .* here$/.test(message);
}

/** Where a value came from, and not which. */
export function withoutValue(origin: Related): Related {
  return {...origin, message: originWithoutValue(origin.message)};
}

/** The scalar that stands at a place. */
export function scalarAt(node: Node, place: Source): Node | undefined {
  switch (node.type) {
    case 'scalar': {
      const {file, line, column} = node.source;
      return file === place.file && line === place.line && column === place.column ? node : undefined;
    }
    case 'list':
      return firstAt(node.items, place);
    case 'map':
      return firstAt(
        node.entries.map((entry) => entry.value),
        place,
      );
  }
}

function firstAt(nodes: readonly Node[], place: Source): Node | undefined {
  for (const node of nodes) {
    const found = scalarAt(node, place);
    if (found) return found;
  }
  return undefined;
}
