import {Secret, Unknown} from '../text/index.ts';
import {isMap, SecretText, type Value, type ValueMap} from '../values/index.ts';

/** Arguments as plain data that a validator can judge, and where what it must not judge stands. */
export interface PlainArguments {
  readonly data: Record<string, unknown>;
  /** JSON pointers of values that are known only after the run. */
  readonly unknown: readonly string[];
  /** JSON pointers of strings that hold a secret. In `data` they stand opened: never show them. */
  readonly secret: readonly string[];
}

/** A copy of the arguments in which secrets are opened and unknown values are null. */
export function plainArguments(args: ValueMap): PlainArguments {
  const unknown: string[] = [];
  const secret: string[] = [];
  const plain = (value: Value, pointer: string): unknown => {
    if (value instanceof Unknown) {
      unknown.push(pointer);
      return null;
    }
    if (value instanceof Secret || value instanceof SecretText) {
      secret.push(pointer);
      const parts = value instanceof Secret ? [value] : value.parts;
      return parts.map((part) => (typeof part === 'string' ? part : part.reveal())).join('');
    }
    if (isMap(value)) return plainMap(value, pointer);
    if (Array.isArray(value))
      return (value as readonly Value[]).map((item, index) => plain(item, `${pointer}/${index}`));
    return value;
  };
  const plainMap = (map: ValueMap, pointer: string): Record<string, unknown> => {
    const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const [key, value] of Object.entries(map)) copy[key] = plain(value, `${pointer}/${escapeKey(key)}`);
    return copy;
  };
  return {data: plainMap(args, ''), unknown, secret};
}

function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The keys that a JSON pointer leads through. @see RFC 6901 */
export function pointerKeys(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Whether `pointer` is one of `roots` or below one. */
export function isWithin(pointer: string, roots: readonly string[]): boolean {
  return roots.some((root) => pointer === root || pointer.startsWith(`${root}/`));
}
