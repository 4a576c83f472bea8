import type {Source} from '../errors/index.ts';
import type {Expression} from '../playbook/index.ts';
import type {ScalarNode} from '../source/index.ts';
import type {Locate, Span} from './problem.ts';

/** Places in a template file are places in its text. */
export function locateInFile(file: string): Locate {
  return (span) => ({file, line: span.line, column: span.column + 1, length: span.length});
}

/**
 * Places in a YAML scalar: the same occurrence of the same token is searched for in what stands in the file.
 * Where that is not known, only a scalar on one line can be searched.
 */
export function locateInScalar(node: ScalarNode): Locate {
  const {source} = node;
  if (node.written === undefined && node.style === 'block') return () => source;
  const written = node.written ?? (node.style === 'quoted' ? `"${node.text}"` : node.text);
  return (span) => placeIn(written, String(node.value), span, source);
}

/** The place of a part of a scalar's text. */
export function placeInScalar(node: ScalarNode, offset: number, length: number): Source {
  return locateInScalar(node)(spanAt(node.text, offset, length));
}

/** The place of a part of a text as it stands in the file from `source` on; all of it where that cannot be told. */
function placeIn(written: string, text: string, span: Span, source: Source): Source {
  // The head of a block (`>-  # why`) is no part of its text.
  const head = /^[>|][^\n]*/.exec(written)?.[0] ?? '';
  const body = ' '.repeat(head.length) + written.slice(head.length);
  const offset = sameOccurrence(text, offsetOf(text, span), span.length, body);
  if (offset === undefined) return source;
  const before = body.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return {
    file: source.file,
    line: source.line + before.split('\n').length - 1,
    column: lineStart === 0 ? source.column + offset : offset - lineStart + 1,
    length: span.length,
  };
}

/** Where the n-th occurrence of a token of one text stands in another text. */
function sameOccurrence(text: string, offset: number, length: number, other: string): number | undefined {
  const token = text.slice(offset, offset + length);
  if (token === '') return undefined;
  let found = -1;
  for (let at = text.indexOf(token); at !== -1 && at <= offset; at = text.indexOf(token, at + 1)) {
    found = other.indexOf(token, found + 1);
    if (found === -1) return undefined;
  }
  return found === -1 ? undefined : found;
}

/** Places in an expression. */
export function locateInExpression({text, source, written}: Expression): Locate {
  if (written !== undefined) return (span) => placeIn(written, text, span, source);
  const quoted = source.length === text.length + 2 ? 1 : 0;
  return (span) => {
    if (span.line === 1)
      return {...source, column: source.column + quoted + span.column, length: span.length};
    return {...source, line: source.line + span.line - 1, column: span.column + 1, length: span.length};
  };
}

/** The offset of a place in its text. */
export function offsetOf(text: string, span: Pick<Span, 'line' | 'column'>): number {
  let offset = 0;
  for (let line = 1; line < span.line; line++) offset = text.indexOf('\n', offset) + 1;
  return offset + span.column;
}

/** The place of an offset in its text. */
export function spanAt(text: string, offset: number, length: number): Span {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return {line, column: offset - (before.lastIndexOf('\n') + 1), length};
}
