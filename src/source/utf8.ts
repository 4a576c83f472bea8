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
