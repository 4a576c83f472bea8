import {Secret, type Text, Unknown} from '../text/index.ts';

/**
 * What a variable, an argument or a result is. A string in which a secret stands is a `SecretText`.
 * Maps have no prototype.
 */
export type Value =
  | string
  | number
  | boolean
  | null
  | Secret
  | SecretText
  | Omit
  | Unknown
  | readonly Value[]
  | {readonly [key: string]: Value};

export type ValueMap = {readonly [key: string]: Value};

/** A rendered string with secrets inside, still marked. Strings without secrets are plain strings. */
export class SecretText {
  readonly parts: readonly (string | Secret)[];

  constructor(parts: readonly (string | Secret)[]) {
    this.parts = parts;
  }

  toString(): string {
    return this.parts.map(String).join('');
  }

  toJSON(): string {
    return this.toString();
  }
}

/** In the place of an argument: as if the argument were not written at all. */
export class Omit {
  toString(): string {
    return 'omit';
  }

  toJSON(): string {
    return this.toString();
  }
}

export const omit = new Omit();

/** Whether a value is a map, not a list, a secret or another object of ours. */
export function isMap(value: Value | undefined): value is ValueMap {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Every secret in a value, however deep. */
export function secretsWithin(value: Value): readonly Secret[] {
  if (value instanceof Secret) return [value];
  if (value instanceof SecretText) return value.parts.filter((part) => part instanceof Secret);
  if (Array.isArray(value)) return (value as readonly Value[]).flatMap(secretsWithin);
  return isMap(value) ? Object.values(value).flatMap(secretsWithin) : [];
}

/** A string or text with secrets as `Text`; undefined for everything else. */
export function asText(value: Value): readonly (string | Secret)[] | undefined {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (value instanceof Secret) return [value];
  return value instanceof SecretText ? value.parts : undefined;
}

/** A text with or without secrets as a value: a plain string where it can be one. */
export function fromText(text: Text): Value {
  const only = text[0];
  if (text.length === 1 && only instanceof Secret) return only;
  if (text.some((part) => part instanceof Secret)) return new SecretText(text);
  return text.join('');
}

/** What a value is, with its article, for messages. Never shows the value itself. */
export function describe(value: Value | undefined): string {
  if (value === undefined) return 'not defined';
  if (value === null) return 'null';
  if (value instanceof Unknown) return 'not known yet';
  if (value instanceof Secret || value instanceof SecretText) return 'a secret';
  if (value instanceof Omit) return 'omit';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}
