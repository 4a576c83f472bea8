import type {Body, Value} from '../hcl/tree.ts';
import {isStatus, problemOfForm} from './form.ts';
import type {ConfigurationKey, KeyType, Sameness, ServerProduct} from './key.ts';

/** Seconds in a unit of Go's durations, and in the days that the servers add to them. */
const seconds: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
};
const duration = /^-?(?:\d+|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h|d))+)$/;
const integer = /^-?\d+$/;
const truths = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const falsehoods = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** What a type takes, in words that follow "takes". */
const wanted: Readonly<Record<KeyType, string>> = {
  text: 'a text in quotes',
  integer: 'a whole number',
  boolean: 'true or false',
  flag: 'true or false, without quotes',
  quoted: 'true or false, in quotes',
  duration: 'a duration: "90s", "1h30m", or seconds as a number',
  span: 'a duration, or "none"',
  list: 'a list of texts, or one text with commas',
  texts: 'a list of texts',
  map: 'texts by name, in braces',
  headers: 'for each status code (200, 4xx, default) the headers, each with a list of values',
  anything: 'anything',
};

/** Why the servers would not take a value for this key; undefined: they do. It never shows the value. */
export function problemOfValue(
  {type, values, least = {}, most, form}: ConfigurationKey,
  value: Value,
  product: ServerProduct | undefined,
): string | undefined {
  if (!fits(type, value)) return `takes ${wanted[type]}`;
  const smallest = product && least[product];
  if (smallest !== undefined && numberOf(value) < smallest)
    return `takes ${wanted[type]} of at least ${smallest}`;
  if (most !== undefined && numberOf(value) > most) return `takes ${wanted[type]} of at most ${most}`;
  const misshapen = form && problemOfForm(form, value);
  if (misshapen !== undefined) return `takes ${misshapen}`;
  if (!values || value.type !== 'literal') return undefined;
  const text = String(value.value);
  const known = values.some((one) => one === text || (one === text.toLowerCase() && one !== ''));
  return known ? undefined : `takes one of ${values.filter((one) => one !== '').join(', ')}`;
}

/** Not a number where it is none. */
function numberOf(value: Value): number {
  return value.type === 'literal' ? Number(value.value) : Number.NaN;
}

function fits(type: KeyType, value: Value): boolean {
  switch (type) {
    case 'anything':
      return true;
    case 'text':
      return value.type === 'literal' && typeof value.value !== 'boolean';
    case 'integer':
      return (
        value.type === 'literal' && typeof value.value !== 'boolean' && integer.test(String(value.value))
      );
    case 'flag':
      return value.type === 'literal' && typeof value.value === 'boolean';
    case 'quoted':
      return value.type === 'literal' && typeof value.value !== 'boolean' && isBoolean(value.value);
    case 'boolean':
      return value.type === 'literal' && isBoolean(value.value);
    case 'duration':
      return value.type === 'literal' && isDuration(value.value);
    case 'span':
      return value.type === 'literal' && (isDuration(value.value) || value.value === 'none');
    case 'texts':
      return value.type === 'list' && value.elements.every(isText);
    case 'list':
      return value.type === 'list' ? value.elements.every(isText) : isText(value);
    case 'map':
      return value.type === 'object';
    case 'headers':
      return value.type === 'object' && areHeaders(value.body);
  }
}

/** @see `parseCustomResponseHeaders` of internalshared/configutil */
function areHeaders({items}: Body): boolean {
  return items.every(
    ({keys, value}) =>
      keys.every(({name}, index) => index > 0 || isStatus(name)) &&
      (value.type !== 'object' || value.body.items.every((header) => header.value.type === 'list')),
  );
}

function isText(value: Value): boolean {
  return value.type === 'literal' && typeof value.value === 'string';
}

function isBoolean(value: string | number | boolean): boolean {
  return typeof value !== 'string' || [...truths, ...falsehoods].includes(value);
}

function isDuration(value: string | number | boolean): boolean {
  return typeof value !== 'boolean' && duration.test(String(value));
}

/** What a boolean that is false is written as. */
export function isFalse(written: string): boolean {
  return falsehoods.includes(written);
}

/**
 * A value as the servers understand it, so that what is the same to them is the same text: `true` and `"true"`, `90` and `"90s"`.
 * @param written as a text, without quotes
 */
export function meaningOf(key: Pick<ConfigurationKey, 'type' | 'same'> | undefined, written: string): string {
  return key?.same ? sameness[key.same](written) : meaningOfType(key?.type, written);
}

const sameness: Readonly<Record<Sameness, (written: string) => string>> = {
  path: (written) => written.replace(/(?<=.)\/+$/, ''),
  address: (written) => written.replace(/^[a-z]+:\/\//i, ''),
};

function meaningOfType(type: KeyType | undefined, written: string): string {
  switch (type) {
    case 'boolean':
    case 'flag':
    case 'quoted':
      if (falsehoods.includes(written)) return 'false';
      return truths.includes(written) || /^-?\d+$/.test(written) ? 'true' : written;
    case 'duration':
    case 'span':
      return duration.test(written) ? `${secondsOf(written)}s` : written;
    default:
      return written;
  }
}

/** Of a duration as it is written. */
export function secondsOf(written: string): number {
  const sign = written.startsWith('-') ? -1 : 1;
  const parts = [...written.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h|d)?/g)];
  return (
    sign * parts.reduce((sum, [, count = '', unit = 's']) => sum + Number(count) * (seconds[unit] ?? 1), 0)
  );
}
