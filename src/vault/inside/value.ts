import {ExactNumber, printExact} from '../server/exact-json.ts';
import {blockAsKept} from './block.ts';

/** What a field of something inside a server is, in the one form that all ways of writing it come to. */
export type FieldValue = string | number | boolean | readonly string[];

export type Fields = Readonly<Record<string, FieldValue>>;

/**
 * How a field is compared. `seconds`: a duration, however it is written. `set`: a list whose order means nothing. `names`: such
 * a list, in which capitals mean nothing. `blocks`: such a list of blocks of addresses. `hidden`: a value that nobody is shown,
 * as JSON.
 */
export type FieldType =
  | 'text'
  | 'flag'
  | 'number'
  | 'seconds'
  | 'list'
  | 'set'
  | 'names'
  | 'blocks'
  | 'hidden';

/** The fields that a sort has, and how each is compared. */
export type FieldTypes = Readonly<Record<string, FieldType>>;

const unitSeconds: Readonly<Record<string, number>> = {d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001};

/**
 * Seconds of a duration as servers take it: a number of seconds, or Go's form with days (`768h`, `1h30m`, `7d`);
 * `system` and nothing are 0, which is the server's own default. Undefined: it is none.
 * https://openbao.org/docs/concepts/duration-format/
 */
export function secondsOf(written: unknown): number | undefined {
  if (typeof written === 'number') return Number.isFinite(written) ? written : undefined;
  if (written === undefined || written === null) return 0;
  const text = String(written).trim();
  if (text === '' || text === 'system') return 0;
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^(?:\d+(?:\.\d+)?(?:d|h|ms|m|s))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(d|h|ms|m|s)/g);
  const seconds = [...parts].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (unitSeconds[unit] ?? 0),
    0,
  );
  return Number(seconds.toFixed(9));
}

/** Of what a server answered, or somebody wrote. What cannot be read as its type is kept as a text, and so is different. */
export function fieldValue(type: FieldType, written: unknown): FieldValue {
  switch (type) {
    case 'seconds':
      return secondsOf(written) ?? String(written);
    case 'flag':
      return written === true || written === 'true';
    case 'number':
      return Number(written ?? 0);
    case 'set':
      return setOf(listOf(written));
    case 'names':
      return setOf(listOf(written).map((one) => one.toLowerCase()));
    case 'blocks':
      return setOf(listOf(written).map(blockAsKept));
    case 'list':
      return listOf(written);
    case 'hidden':
      return printExact(inOrder(written));
    case 'text':
      return written === undefined || written === null ? '' : String(written);
  }
}

/** Of what a server answered, or somebody wrote: the fields that are named there. */
export function fieldsIn(
  types: FieldTypes,
  written: Readonly<Record<string, unknown>>,
  names: readonly string[] = Object.keys(types).filter((name) => written[name] !== undefined),
): Fields {
  return Object.fromEntries(names.map((name) => [name, fieldValue(types[name] ?? 'text', written[name])]));
}

/** Those of the fields that are to be written, as servers take them. */
export function bodyOf(
  types: FieldTypes,
  fields: Fields,
  isMeant: (name: string) => boolean,
): Record<string, FieldValue> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => isMeant(name))
      .map(([name, value]) => [name, types[name] === 'seconds' ? writtenSeconds(value) : value]),
  );
}

/** A field as people read it. */
export function shownValue(type: FieldType, value: FieldValue): string | number | boolean {
  if (type === 'hidden') return '‹hidden›';
  if (type === 'seconds' && typeof value === 'number') return shownSeconds(value);
  return typeof value === 'object' ? `[${value.join(', ')}]` : value;
}

/** As servers take a duration everywhere, also where they take no number. */
function writtenSeconds(value: FieldValue): FieldValue {
  return typeof value === 'number' ? `${value}s` : value;
}

function shownSeconds(seconds: number): string {
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor((seconds % 3600) / 60),
    seconds % 60,
  ];
  const parts = [`${hours}h`, `${minutes}m`, `${rest}s`].filter((part) => !/^0./.test(part));
  return parts.join('') || '0s';
}

/** Servers take a text with commas for a list, and give null for an empty one. */
function listOf(written: unknown): readonly string[] {
  if (Array.isArray(written)) return written.map(String);
  if (typeof written !== 'string') return [];
  return written
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function setOf(list: readonly string[]): readonly string[] {
  return [...new Set(list)].sort();
}

/** The same for what is the same in JSON: the order of keys means nothing. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, one]) => [key, inOrder(one)]));
}
