import {isAddressOfIPv6} from './address.ts';

/** A part of a host pattern, between `:` or `,`. */
export interface PatternPart {
  readonly operation: 'union' | 'intersection' | 'exclusion';
  /** What is matched, without the operator and the slice. */
  readonly body: string;
  readonly slice: Slice | undefined;
  /** The part as written, and where it starts in the pattern, from 0. */
  readonly text: string;
  readonly offset: number;
}

/** Positions in the list of matches: from 0, from the end when negative; `last` is included, as in Ansible. */
export interface Slice {
  readonly first: number;
  readonly last: number | undefined;
}

/** Splits a pattern into its parts. `:` and `,` in brackets, and inside the groups of a `~regex`, do not split. */
export function parsePattern(pattern: string): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  let start = 0;
  let depth = 0;
  for (let index = 0; index <= pattern.length; index++) {
    const character = pattern[index];
    const isRegex = /^\s*[!&]?~/.test(pattern.slice(start, index));
    if (character !== undefined && (isRegex ? '[({' : '[').includes(character)) depth += 1;
    if (character !== undefined && (isRegex ? '])}' : ']').includes(character)) depth -= 1;
    const splits = depth <= 0 && splitsAt(pattern, index, start);
    if (character !== undefined && !splits) continue;
    const part = parsePart(pattern.slice(start, index), start);
    if (part !== undefined) parts.push(part);
    start = index + 1;
    depth = 0;
  }
  return parts;
}

/** Where what began at `start`, up to a comma, is an address of IPv6, its colons part nothing. */
function splitsAt(pattern: string, index: number, start: number): boolean {
  if (pattern[index] === ',') return true;
  if (pattern[index] !== ':') return false;
  const [text = ''] = pattern.slice(start).split(',', 1);
  return !isAddressOfIPv6(text.trim().replace(/^[!&]/, ''));
}

/** `[::1]` is the host `::1`, as the inventory has it. */
function withoutBrackets(body: string): string {
  const inner = body.slice(1, -1);
  return body.startsWith('[') && isAddressOfIPv6(inner) ? inner : body;
}

function parsePart(written: string, start: number): PatternPart | undefined {
  const text = written.trim();
  if (text === '') return undefined;
  const offset = start + written.indexOf(text);
  const operator = text[0];
  const operation = operator === '!' ? 'exclusion' : operator === '&' ? 'intersection' : 'union';
  const body = withoutBrackets(operation === 'union' ? text : text.slice(1).trim());
  const sliced = /^([^~].*)\[(-?\d+)(?:([:-])(-?\d*))?\]$/.exec(body);
  if (sliced === null) return {operation, body, slice: undefined, text, offset};
  const [, name = '', first = '0', range, last = ''] = sliced;
  const single = range === undefined;
  return {
    operation,
    body: name,
    slice: {first: Number(first), last: single ? Number(first) : last === '' ? undefined : Number(last)},
    text,
    offset,
  };
}

/** A shell glob (`*`, `?`, `[a-c]`, `[!a-c]`) as a regular expression over a whole name. */
export function globExpression(glob: string): RegExp {
  const source = glob.replace(/\[[!^]?[^\]]+\]|[\s\S]/g, (piece) => {
    if (piece === '*') return '.*';
    if (piece === '?') return '.';
    if (piece.length === 1) return piece.replace(/[.*+?^${}()|[\]\\/-]/, '\\$&');
    return piece.replace(/^\[[!^]/, '[^').replaceAll('\\', '\\\\');
  });
  return new RegExp(`^${source}$`);
}
