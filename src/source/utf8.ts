/**
 * Bytes as text, a mark of the byte order included, so that the text is the same bytes again. Undefined where they are
 * not UTF-8: replacing what does not fit would lose it.
 */
export function utf8Text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
  } catch (error) {
    // The decoder has no other way to say it.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Where the first byte stands that is not UTF-8, as people count: lines and columns from 1, columns in characters. */
export function firstNotUtf8(bytes: Uint8Array): {readonly line: number; readonly column: number} {
  let line = 1;
  let start = 0;
  for (;;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    const part = bytes.subarray(start, end);
    if (utf8Text(part) === undefined) return {line, column: columnOf(part)};
    if (newline === -1) return {line, column: 1};
    line++;
    start = newline + 1;
  }
}

function columnOf(line: Uint8Array): number {
  const bytes = Buffer.from(line);
  let column = 1;
  let offset = 0;
  for (const character of bytes.toString('utf8')) {
    const own = Buffer.from(character);
    if (!own.equals(bytes.subarray(offset, offset + own.length))) return column;
    offset += own.length;
    column += character.length;
  }
  return column;
}
