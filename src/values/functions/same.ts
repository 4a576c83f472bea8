import {Secret, Unknown, UnknownRead} from '../../text/index.ts';
import {asText, describe, isMap, type Value} from '../value.ts';
import {ArgumentTypeError} from './define.ts';

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

/** The types whose values are only ever equal to values of their own, in the words of messages. */
const distinct: ReadonlySet<string> = new Set(['a string', 'a number', 'a boolean', 'a list', 'a map']);

/**
 * Why two types are never equal, and what was most likely meant: asking is a mistake and not false, as with `8200` and
 * `"8200"`, or a list and one of its items.
 * @param left as `describe` and the schemas of facts name them
 * @returns undefined where they may be equal, or nothing is known of them
 */
export function neverEqual(left: string, right: string): {message: string; hint: string} | undefined {
  if (left === right || !distinct.has(left) || !distinct.has(right)) return undefined;
  const types = [left, right];
  const hint = types.includes('a list')
    ? 'whether x is in a list: x in list, in a template contains list x'
    : types.includes('a map')
      ? 'a member of a map is read by its name: map.name'
      : 'compare a number with a number, a text with a text';
  return {message: `${left} is never equal to ${right}`, hint};
}

/** @throws ArgumentTypeError for two values of types that are never equal */
export function refuseUnequal(a: Value | undefined, b: Value | undefined): void {
  const problem = neverEqual(describe(a), describe(b));
  if (problem) throw new ArgumentTypeError(problem.message, problem.hint);
}
