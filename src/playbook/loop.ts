import {didYouMean, nearest} from '../errors/index.ts';
import {
  describeNode,
  entryOf,
  type ListNode,
  type MapNode,
  type Node,
  type ScalarNode,
} from '../source/index.ts';
import {readConditions} from './condition.ts';
import {isTemplate, readBoolean, readIdentifier, readNumber, readScalar} from './fields.ts';
import type {LoopControl} from './model.ts';
import {fieldsOf, type Reading, readMap, report} from './reading.ts';

/** What a task loops over: a list, or a template of one. */
export function readLoop(reading: Reading, task: MapNode): ListNode | ScalarNode | undefined {
  const node = entryOf(task, 'loop')?.value;
  if (node?.type === 'list' || (node?.type === 'scalar' && isTemplate(node))) return node;
  if (node !== undefined) reportNoList(reading, node);
  // A loop with a mistake has no passes: without its item, all that reads the item would be an echo.
  const loop = task.entries.find(({key}) => key === 'loop' || key.startsWith('with_'));
  return loop && {type: 'list', items: [], source: loop.value.source};
}

function reportNoList(reading: Reading, node: Node): void {
  const bare = node.type === 'scalar' && /^[A-Za-z_][\w.]*$/.test(node.text);
  const hint = bare
    ? `for the variable, write '{{ ${node.text} }}'`
    : "write a list, or a template of one: '{{ names }}'";
  report(reading, 'PLY004', `'loop' must be a list, not ${describeNode(node)}`, node.source, hint);
}

const keys = ['loop_var', 'index_var', 'label', 'pause', 'extended', 'break_when'];

export function readLoopControl(reading: Reading, node: Node | undefined): LoopControl {
  const map = readMap(reading, node, "'loop_control'");
  const fields = map ? fieldsOf(map) : new Map();
  for (const {key, keySource} of map?.entries ?? [])
    if (!keys.includes(key)) {
      const hint = didYouMean(key, keys) ?? `it has ${keys.join(', ')}`;
      report(reading, 'PLY002', `unknown key '${key}' in 'loop_control'`, keySource, hint);
    }
  const variable = fields.get('loop_var')?.value;
  const index = fields.get('index_var')?.value;
  // What was meant by a misspelt key is known too, and its readers make no mistake.
  if (variable?.type === 'scalar' && index?.type === 'scalar' && variable.text === index.text) {
    const message = `'${index.text}' cannot be both the item and its number`;
    report(reading, 'PLY008', message, index.source, 'give one of the two another name');
  }
  const indexVariable = readIdentifier(reading, fields, 'index_var') ?? misspelt('index_var', map);
  return {
    loopVariable: readIdentifier(reading, fields, 'loop_var') ?? misspelt('loop_var', map) ?? 'item',
    ...(variable ? {loopVariableSource: variable.source} : {}),
    ...(indexVariable === undefined ? {} : {indexVariable}),
    ...(index ? {indexVariableSource: index.source} : {}),
    label: readScalar(reading, fields, 'label'),
    pauseSeconds: readNumber(reading, fields, 'pause', 'any') ?? 0,
    isExtended: readBoolean(reading, fields, 'extended') ?? false,
    breakWhen: readConditions(reading, fields, 'break_when') ?? [],
  };
}

function misspelt(meant: string, map: MapNode | undefined): string | undefined {
  const near = map?.entries.find(({key}) => !keys.includes(key) && nearest(key, keys) === meant);
  const node = near?.value;
  return node?.type === 'scalar' && /^[A-Za-z_]\w*$/.test(node.text) ? node.text : undefined;
}
