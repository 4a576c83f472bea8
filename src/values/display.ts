import {Secret, Unknown} from '../text/index.ts';
import {isMap, Omit, SecretText, type Value} from './value.ts';

/** A value for people: text as it is, everything else as JSON; secrets masked, unknowns marked. */
export function display(value: Value): string {
  const shown = toPlain(value);
  return typeof shown === 'string' ? shown : JSON.stringify(shown);
}

/** What JSON can hold. */
export type Plain = string | number | boolean | null | readonly Plain[] | {readonly [key: string]: Plain};

/** A value as plain data for JSON, secrets masked, unknowns marked. */
export function toPlain(value: Value): Plain {
  if (value instanceof Unknown) return `(known after the run: ${value.reason})`;
  if (value instanceof Omit) return `(${value})`;
  if (value instanceof Secret || value instanceof SecretText) return String(value);
  if (Array.isArray(value)) return value.map((item: Value) => toPlain(item));
  if (!isMap(value)) return value as string | number | boolean | null;
  const plain: {[key: string]: Plain} = Object.create(null);
  for (const [key, item] of Object.entries(value)) plain[key] = toPlain(item);
  return plain;
}
