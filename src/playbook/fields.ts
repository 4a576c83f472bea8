import {describeNode, type MapEntry, type Node, type ScalarNode} from '../source/index.ts';
import type {Become} from './model.ts';
import {isNothing, type Reading, report} from './reading.ts';

type Fields = ReadonlyMap<string, MapEntry>;

const spellings = new Map([
  ...['yes', 'on', 'y', 'true', '1'].map((word) => [word, 'true'] as const),
  ...['no', 'off', 'n', 'false', '0'].map((word) => [word, 'false'] as const),
]);

/** `true` or `false`; undefined when the keyword is not there, or is wrong. */
export function readBoolean(reading: Reading, fields: Fields, key: string): boolean | undefined {
  const node = fields.get(key)?.value;
  if (node === undefined) return undefined;
  if (node.type === 'scalar' && typeof node.value === 'boolean') return node.value;
  const meant = node.type === 'scalar' ? spellings.get(node.text.toLowerCase()) : undefined;
  const written = node.type === 'scalar' && node.text !== '' ? `'${node.text}'` : describeNode(node);
  const hint = meant === undefined ? "write 'true' or 'false'" : `write '${meant}', without quotes`;
  report(reading, 'PLY004', `'${key}' must be true or false, not ${written}`, node.source, hint);
  return undefined;
}

/** `become` and `become_user`, either of which may be a template. */
export function readBecome(reading: Reading, fields: Fields): Become {
  const become = fields.get('become')?.value;
  return {
    become: become !== undefined && isTemplate(become) ? become : readBoolean(reading, fields, 'become'),
    user: readScalar(reading, fields, 'become_user'),
  };
}

/** A text or a template of one. */
export function readScalar(reading: Reading, fields: Fields, key: string): ScalarNode | undefined {
  const node = fields.get(key)?.value;
  if (node === undefined) return undefined;
  if (node.type === 'scalar' && node.text !== '' && node.value !== null) return node;
  const isEmpty = node.type === 'scalar';
  const hint = isEmpty
    ? `write a value, or leave '${key}' out`
    : 'write one text, in quotes where it needs them';
  report(reading, 'PLY004', `'${key}' must be a text, not ${describeNode(node)}`, node.source, hint);
  return undefined;
}

/** The name of a variable. */
export function readIdentifier(reading: Reading, fields: Fields, key: string): string | undefined {
  const node = readScalar(reading, fields, key);
  if (node === undefined || /^[A-Za-z_][A-Za-z0-9_]*$/.test(node.text)) return node?.text;
  const hint = "a name is letters, digits and '_', and does not begin with a digit";
  report(reading, 'PLY004', `'${key}: ${node.text}' is not the name of a variable`, node.source, hint);
  // Who reads it makes no mistake; a condition reads its parts.
  for (const name of [node.text, ...node.text.split(/\W+/)]) reading.unread.names.add(name);
  return undefined;
}

/** A number that is not negative. */
export function readNumber(
  reading: Reading,
  fields: Fields,
  key: string,
  kind: 'whole' | 'any',
): number | undefined {
  const node = fields.get(key)?.value;
  if (node === undefined) return undefined;
  const value = node.type === 'scalar' ? node.value : undefined;
  if (
    typeof value === 'number' &&
    value >= 0 &&
    Number.isFinite(value) &&
    (kind === 'any' || Number.isInteger(value))
  )
    return value;
  const wanted = kind === 'whole' ? 'a whole number' : 'a number of seconds';
  const written = node.type === 'scalar' && node.text !== '' ? `'${node.text}'` : describeNode(node);
  const message = `'${key}' must be ${wanted} from 0, not ${written}`;
  report(reading, 'PLY004', message, node.source, numberHint(value, kind));
  return undefined;
}

const seconds: Readonly<Record<string, number>> = {s: 1, m: 60, h: 3600, d: 86_400};

/** `5 min` is meant as 300 seconds. */
function numberHint(value: ScalarNode['value'] | undefined, kind: 'whole' | 'any'): string {
  const [whole, digits, unit] =
    (typeof value === 'string' ? /^\s*(\d+)\s*([smhd])?/i.exec(value) : undefined) ?? [];
  if (digits === undefined) return 'for example 3';
  if (whole === value && unit === undefined) return 'leave out the quotes';
  const factor = kind === 'any' ? (seconds[unit?.toLowerCase() ?? 's'] ?? 1) : 1;
  return `write '${Number(digits) * factor}'`;
}

/** Tags: a text with commas, or a list of such. */
export function readTags(reading: Reading, fields: Fields): readonly string[] {
  const node = fields.get('tags')?.value;
  if (node === undefined || isNothing(node)) return [];
  const items = node.type === 'list' ? node.items : [node];
  const tags = items.flatMap((item) => {
    if (item.type === 'scalar' && item.value !== null && !isTemplate(item)) {
      const names = item.text.split(',').map((tag) => tag.trim());
      if (names.includes(''))
        report(reading, 'PLY004', 'a tag is empty', item.source, 'leave it out, or name it');
      return names;
    }
    const message = isTemplate(item)
      ? 'a tag cannot be a template'
      : `a tag must be a text, not ${describeNode(item)}`;
    report(reading, 'PLY004', message, item.source, "write 'tags: [install, configure]'");
    return [];
  });
  return [...new Set(tags.filter((tag) => tag !== ''))];
}

export function isTemplate(node: Node): boolean {
  return node.type === 'scalar' && !node.raw && typeof node.value === 'string' && node.value.includes('{{');
}
