import {Unknown} from '../text/index.ts';
import {isMap, type Value} from '../values/index.ts';

/** What is not known within a value, the first of it; undefined where all is. */
export function firstUnknown(value: Value): Unknown | undefined {
  if (value instanceof Unknown) return value;
  if (Array.isArray(value)) return (value as readonly Value[]).map(firstUnknown).find((found) => found);
  if (isMap(value))
    return Object.values(value)
      .map(firstUnknown)
      .find((found) => found);
  return undefined;
}
