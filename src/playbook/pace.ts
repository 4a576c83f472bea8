import {didYouMean} from '../errors/index.ts';
import {describeNode, type MapEntry, type Node, type ScalarNode} from '../source/index.ts';
import {isTemplate, readBoolean, readScalar} from './fields.ts';
import type {Order, Pace} from './model.ts';
import {isNothing, type Reading, report} from './reading.ts';

type Fields = ReadonlyMap<string, MapEntry>;

/** How the hosts of a play go on beside one another. */
export function readPace(reading: Reading, fields: Fields): Pace {
  return {
    serial: readSerial(reading, fields.get('serial')?.value),
    order: readOrder(reading, fields),
    maxFailPercentage: readPercentage(reading, fields),
    anyErrorsFatal: readBoolean(reading, fields, 'any_errors_fatal') ?? false,
    inStep: readStrategy(reading, fields) === 'linear',
    // A mistake in it is told where the play hands it down to its tasks.
    ignoreUnreachable: isTrue(fields.get('ignore_unreachable')?.value),
    forceHandlers: readBoolean(reading, fields, 'force_handlers') ?? false,
  };
}

function isTrue(node: Node | undefined): boolean {
  return node?.type === 'scalar' && node.value === true;
}

/** A batch's size as a play writes it: `2`, `30%`. Undefined when it is neither. */
export function batchSizeOf(text: string): {readonly hosts: number} | {readonly percent: number} | undefined {
  const [, digits = '', sign] = /^\s*(\d+)\s*(%?)\s*$/.exec(text) ?? [];
  if (digits === '') return undefined;
  return sign === '%' ? {percent: Number(digits)} : {hosts: Number(digits)};
}

/** A percentage as a play writes it: `30`, `30%`. Undefined when it is none. */
export function percentageOf(text: string): number | undefined {
  const [, digits] = /^\s*(\d+(?:\.\d+)?)\s*%?\s*$/.exec(text) ?? [];
  const number = Number(digits);
  return number <= 100 ? number : undefined;
}

function readSerial(reading: Reading, node: Node | undefined): readonly ScalarNode[] {
  if (node === undefined || isNothing(node)) return [];
  const items = node.type === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    if (item.type === 'scalar' && (isTemplate(item) || batchSizeOf(item.text))) return [item];
    const written = item.type === 'scalar' ? `'${item.text}'` : describeNode(item);
    const message = `'serial' must be a number of hosts or a percentage, not ${written}`;
    report(reading, 'PLY004', message, item.source, "write 'serial: 2', 'serial: 30%' or 'serial: [1, 30%]'");
    return [];
  });
}

function readPercentage(reading: Reading, fields: Fields): ScalarNode | undefined {
  const node = readScalar(reading, fields, 'max_fail_percentage');
  if (node === undefined || isTemplate(node) || percentageOf(node.text) !== undefined) return node;
  const message = `'max_fail_percentage' must be a percentage from 0 to 100, not '${node.text}'`;
  report(reading, 'PLY004', message, node.source, "write 'max_fail_percentage: 30'");
  return undefined;
}

const orders: readonly Order[] = ['inventory', 'reverse_inventory', 'sorted', 'reverse_sorted', 'shuffle'];

function readOrder(reading: Reading, fields: Fields): Order | undefined {
  return readWord(reading, fields, 'order', orders);
}

const strategies = ['free', 'host_pinned', 'linear'] as const;

function readStrategy(reading: Reading, fields: Fields): (typeof strategies)[number] | undefined {
  return readWord(reading, fields, 'strategy', strategies);
}

function readWord<T extends string>(
  reading: Reading,
  fields: Fields,
  key: string,
  words: readonly T[],
): T | undefined {
  const node = readScalar(reading, fields, key);
  const word = words.find((one) => one === node?.text);
  if (node === undefined || word !== undefined) return word;
  const hint = didYouMean(node.text, words) ?? `write one of: ${words.join(', ')}`;
  report(reading, 'PLY004', `'${key}: ${node.text}' is not known`, node.source, hint);
  return undefined;
}
