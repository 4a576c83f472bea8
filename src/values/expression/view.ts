import {Secret, Unknown, UnknownRead} from '../../text/index.ts';
import {losesDigits, lossMessage} from '../exact.ts';
import {Version} from '../functions/version.ts';
import {memberOf} from '../member.ts';
import {ShapedUnknown} from '../shaped.ts';
import {isMap, Omit, SecretText, type Value} from '../value.ts';

/** A secret inside an expression: it can be compared, measured and passed on, not read. */
export class Hidden {
  readonly value: Secret | SecretText;

  constructor(value: Secret | SecretText) {
    this.value = value;
  }

  reveal(): string {
    const {value} = this;
    if (value instanceof Secret) return value.reveal();
    return value.parts.map((part) => (part instanceof Secret ? part.reveal() : part)).join('');
  }

  /** As messages show it. */
  toString(): string {
    return String(this.value);
  }
}

/** The text of a secret; every other value as it is. */
export function opened(value: unknown): unknown {
  return value instanceof Hidden ? value.reveal() : value;
}

const views = new WeakMap<object, object>();
const originals = new WeakMap<object, Value>();

/**
 * A value as CEL reads it: members are converted when they are read, so that an unknown which nothing reads
 * does no harm. Numbers stay numbers (CEL's double).
 * @throws UnknownRead for an unknown
 * @throws TooLarge for a whole number beyond 2^53, of which the last digits are lost
 */
export function toView(value: Value): unknown {
  if (value instanceof Unknown) return viewOfUnknown(value);
  if (value instanceof Secret || value instanceof SecretText) return new Hidden(value);
  if (losesDigits(value)) throw new TooLarge(lossMessage(value));
  if (typeof value !== 'object' || value === null || value instanceof Omit) return value;
  const kept = views.get(value);
  if (kept) return kept;
  const view = Array.isArray(value) ? listView(value) : mapView(value);
  views.set(value, view);
  originals.set(view, value);
  return view;
}

/**
 * Of an unknown map, members can be asked for; what they are, how many there are, and all else is not known.
 * @throws UnknownRead for every other unknown
 */
function viewOfUnknown(unknown: Unknown): unknown {
  if (!(unknown instanceof ShapedUnknown) || unknown.schema.type !== 'object') throw new UnknownRead(unknown);
  const kept = views.get(unknown);
  if (kept) return kept;
  const member = (key: string | symbol): Value | undefined =>
    typeof key === 'symbol' || key === 'constructor' ? undefined : memberOf(unknown, key);
  const view = new Proxy(Object.create(null) as object, {
    get: (_target, key) => {
      const value = member(key);
      return value === undefined ? undefined : toView(value);
    },
    has: (_target, key) => member(key) !== undefined,
    getOwnPropertyDescriptor: (_target, key) =>
      member(key) === undefined ? undefined : {configurable: true, enumerable: true, value: unknown},
    ownKeys: () => {
      throw new UnknownRead(unknown);
    },
  });
  views.set(unknown, view);
  originals.set(view, unknown);
  return view;
}

function listView(list: readonly Value[]): object {
  if (!list.some((item) => typeof item === 'object' && item !== null)) return [...list];
  const view: unknown[] = new Array(list.length);
  list.forEach((_, index) => {
    defineMember(view, index, list);
  });
  return view;
}

function mapView(map: object): object {
  const view: object = Object.create(null);
  for (const key of Object.keys(map)) defineMember(view, key, map);
  return view;
}

function defineMember(view: object, key: string | number, from: object): void {
  // Read anew each time: members may be lazy themselves.
  const get = (): unknown => toView((from as {readonly [key: string | number]: Value})[key] ?? null);
  Object.defineProperty(view, key, {enumerable: true, configurable: true, get});
}

/** Says that a whole number is too large to be kept. */
export class TooLarge extends Error {}

/**
 * What CEL made, as a value.
 * @throws TooLarge for a whole number beyond 2^53
 */
export function fromView(result: unknown): Value {
  if (typeof result === 'bigint') {
    const number = Number(result);
    if (!Number.isSafeInteger(number)) throw new TooLarge(`${result} is beyond 2^53`);
    return number;
  }
  if (result === null || typeof result === 'string' || typeof result === 'number') return result;
  if (typeof result === 'boolean') return result;
  if (result instanceof Hidden) return result.value;
  if (result instanceof Omit) return result;
  if (result instanceof Version) return result.text;
  if (typeof result !== 'object') throw new Error(`an expression gave a ${typeof result}`);
  const original = originals.get(result);
  if (original !== undefined) return original;
  if (Array.isArray(result)) return result.map(fromView);
  const prototype: unknown = Object.getPrototypeOf(result);
  if (prototype !== null && prototype !== Object.prototype) return String(result);
  const map: {[key: string]: Value} = Object.create(null);
  for (const [key, item] of Object.entries(result)) map[key] = fromView(item);
  return isMap(map) ? map : null;
}
