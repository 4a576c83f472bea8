import {entryOf, type MapNode, type Node, plainNode} from '../../source/index.ts';
import {MatchingTakesTooLong, matching} from '../../text/index.ts';

/** A pattern of a schema that takes too long for a text, and where that text is. */
export interface Impatience {
  readonly keys: readonly string[];
  readonly error: MatchingTakesTooLong;
}

interface Piece {
  readonly keys: readonly string[];
  readonly text: string;
}

/** All regular expressions of a schema. */
function patternsOf(schema: Node): readonly string[] {
  if (schema.type === 'scalar') return [];
  if (schema.type === 'list') return schema.items.flatMap(patternsOf);
  const pattern = entryOf(schema, 'pattern')?.value;
  const own = pattern?.type === 'scalar' ? [plainNode(pattern)] : [];
  const keyed = entryOf(schema, 'patternProperties')?.value;
  const ofKeys = keyed?.type === 'map' ? keyed.entries.map(({key}) => key) : [];
  return [
    ...own.filter((one) => typeof one === 'string'),
    ...ofKeys,
    ...schema.entries.flatMap(({value}) => patternsOf(value)),
  ];
}

/**
 * Holds data to a schema, for no longer than its patterns are worth waiting for. What once took too long is not tried
 * again: the same value is that of many hosts.
 */
export class Patience {
  readonly #patterns: readonly string[];
  readonly #known = new Map<string, Impatience>();

  constructor(spec: MapNode) {
    this.#patterns = [...new Set(patternsOf(spec))];
  }

  /** What the check gives, or the pattern that it did not get past. */
  hold<T>(data: unknown, check: () => T): {readonly value: T} | Impatience {
    if (this.#patterns.length === 0) return {value: check()};
    const known = this.#known.size === 0 ? undefined : this.#knownOf(data);
    if (known) return known;
    try {
      return {value: watched(this.#patterns, longestIn(data), check)};
    } catch (error) {
      if (!(error instanceof MatchingTakesTooLong)) throw error;
      return this.#remember(piecesOf(data, []), error);
    }
  }

  #knownOf(data: unknown): Impatience | undefined {
    return piecesOf(data, [])
      .map((piece) => this.#known.get(idOf(piece)))
      .find((one) => one !== undefined);
  }

  #remember(pieces: readonly Piece[], error: MatchingTakesTooLong): Impatience {
    const longestFirst = pieces.toSorted((one, other) => other.text.length - one.text.length);
    for (const pattern of this.#patterns)
      for (const piece of longestFirst) {
        const found = tooLong(pattern, piece);
        if (!found) continue;
        this.#known.set(idOf(piece), found);
        return found;
      }
    throw error;
  }
}

/** Under the watch that each of the patterns asks for. */
function watched<T>(patterns: readonly string[], length: number, check: () => T): T {
  const [pattern, ...others] = patterns;
  if (pattern === undefined) return check();
  return matching(pattern, length, () => watched(others, length, check));
}

function tooLong(pattern: string, {keys, text}: Piece): Impatience | undefined {
  try {
    matching(pattern, text.length, () => new RegExp(pattern, 'u').test(text));
    return undefined;
  } catch (error) {
    if (!(error instanceof MatchingTakesTooLong)) throw error;
    return {keys, error};
  }
}

/** The length of the longest text in some data. */
function longestIn(data: unknown): number {
  if (typeof data === 'string') return data.length;
  if (typeof data !== 'object' || data === null) return 0;
  let longest = 0;
  for (const [key, value] of Object.entries(data)) longest = Math.max(longest, key.length, longestIn(value));
  return longest;
}

function idOf({keys, text}: Piece): string {
  return JSON.stringify([keys, text]);
}

/** All texts of some data, and the names in it. */
function piecesOf(data: unknown, keys: readonly string[]): readonly Piece[] {
  if (typeof data === 'string') return [{keys, text: data}];
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) => [
    ...(Array.isArray(data) ? [] : [{keys: [...keys, key], text: key}]),
    ...piecesOf(value, [...keys, key]),
  ]);
}
