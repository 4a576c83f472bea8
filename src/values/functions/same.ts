import {Secret, Unknown, UnknownRead} from '../../text/index.ts';
import {asText, isMap, type Value} from '../value.ts';

/**
 * Whether two values are the same: texts by their letters, secret or not; lists and maps by what is in them.
 * @throws UnknownRead when it depends on what is not known yet
 */
export function same(a: Value | undefined, b: Value | undefined): boolean {
  for (const value of [a, b]) if (value instanceof Unknown) throw new UnknownRead(value);
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item: Value, index) => same(item, b[index]));
  }
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
    );
  }
  const left = openText(a);
  const right = openText(b);
  return left === undefined || right === undefined ? a === b : left === right;
}

/** A text with its secrets opened; undefined for what is no text. */
export function openText(value: Value | undefined): string | undefined {
  const text = value === undefined ? undefined : asText(value);
  return text?.map((part) => (part instanceof Secret ? part.reveal() : part)).join('');
}
