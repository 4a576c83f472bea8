import {Unknown, UnknownRead} from '../../text/index.ts';
import {describe, type Value} from '../value.ts';
import {ArgumentError} from './define.ts';
import {openText} from './same.ts';

/**
 * Negative, zero or positive: numbers by their size, texts by their letters.
 * @throws ArgumentError for everything else, and for a number beside a text
 */
export function compareValues(name: string, a: Value, b: Value): number {
  for (const value of [a, b]) if (value instanceof Unknown) throw new UnknownRead(value);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = openText(a);
  const right = openText(b);
  if (left === undefined || right === undefined) {
    const message = `${name} takes numbers only, or texts only, not ${describe(a)} and ${describe(b)}`;
    throw new ArgumentError(message);
  }
  return left === right ? 0 : left < right ? -1 : 1;
}
