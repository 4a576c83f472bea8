import {spanAt} from '../position.ts';
import {ProblemError} from '../problem.ts';
import {curlyQuotes, withStraightQuotes} from '../quotes.ts';

export const listHint =
  "give it a name by a variable ('names: [a, b]' below 'vars:'), and write that: {{ union names others }}";

/** `["a", "b"]`: to Handlebars it is a name in brackets. */
export function isList(written: string): boolean {
  return /^\[.*["',].*\]$/s.test(written);
}

/** @throws ProblemError for quotes as text processors make them, where a text was meant */
export function refuseCurlyQuotes(text: string): void {
  if (!curlyQuotes.test(text)) return;
  const uncommented = text.replaceAll(/\{\{~?!--[\s\S]*?--~?\}\}/g, (one) => ' '.repeat(one.length));
  for (const {0: whole, index} of uncommented.matchAll(/(?<!\\)\{\{(?!~?!)[^}]*\}\}/g)) {
    const bare = whole.replaceAll(/"[^"]*"|'[^']*'/g, (one) => ' '.repeat(one.length));
    const at = bare.search(curlyQuotes);
    if (at === -1) continue;
    throw new ProblemError({
      code: 'VAL003',
      message: `${whole.charAt(at)} is no quote here`,
      span: spanAt(text, index + at, 1),
      hint: `texts stand in straight quotes: ${withStraightQuotes(whole)}`,
    });
  }
}
