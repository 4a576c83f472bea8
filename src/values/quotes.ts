/** Quotes that text processors make of straight ones. */
export const curlyQuotes = /[“”„‟‘’‚‛«»]/;

const text = /[“”„‟‘’‚‛«»]([^“”„‟‘’‚‛«»]*)[“”„‟‘’‚‛«»]|"([^"]*)"|'([^']*)'/g;

/** What is longer than a few letters may be a value that a task under no_log hides. */
export function withStraightQuotes(written: string): string {
  return written.replaceAll(text, (_, ...found: readonly (string | undefined)[]) => {
    const inner = found.slice(0, 3).find((one) => one !== undefined) ?? '';
    return `'${inner.length > 3 ? '…' : inner}'`;
  });
}
