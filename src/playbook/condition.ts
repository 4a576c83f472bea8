import {describeNode, type MapEntry, type Node} from '../source/index.ts';
import type {Expression} from './model.ts';
import {isNothing, type Reading, report} from './reading.ts';

/** The expressions of a keyword (all must hold), or undefined when it is not there. */
export function readConditions(
  reading: Reading,
  fields: ReadonlyMap<string, MapEntry>,
  key: string,
): readonly Expression[] | undefined {
  const entry = fields.get(key);
  if (entry === undefined) return undefined;
  const {value, keySource} = entry;
  if (isNothing(value)) {
    report(reading, 'PLY005', `'${key}' is empty`, keySource, 'write a condition, or leave it out');
    return [];
  }
  if (value.type !== 'list') return expressionsOf(reading, key, value);
  if (value.items.length === 0)
    report(reading, 'PLY005', `'${key}' is empty`, value.source, 'write a condition, or leave it out');
  return value.items.flatMap((item) => expressionsOf(reading, key, item));
}

function expressionsOf(reading: Reading, key: string, node: Node): readonly Expression[] {
  if (node.type !== 'scalar') {
    const hint = "quote it if it is an expression: '[] == x', '{} == x'";
    report(reading, 'PLY004', `'${key}' must be an expression, not ${describeNode(node)}`, node.source, hint);
    return [];
  }
  if (node.value === null || node.text.trim() === '') {
    report(reading, 'PLY005', `'${key}' is empty`, node.source, 'write a condition, or leave it out');
    return [];
  }
  const {value, text, source, written} = node;
  return [
    {
      text: typeof value === 'boolean' ? String(value) : text,
      source,
      ...(written === undefined ? {} : {written}),
    },
  ];
}
