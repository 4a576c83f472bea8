import {reveal, Secret} from '../../text/index.ts';
import {isMap, SecretText, type Value} from '../../values/index.ts';

/** A value with its secrets open, for an HMAC under a plan's key and for nothing else. What is unknown is the same each time. */
export function plainly(value: Value | undefined): unknown {
  if (value instanceof Secret) return value.reveal();
  if (value instanceof SecretText) return reveal(value.parts);
  if (Array.isArray(value)) return (value as readonly Value[]).map(plainly);
  if (value !== undefined && isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainly(one)]));
  return typeof value === 'object' ? String(value) : value;
}
