import {reveal, type Text} from '../../text/index.ts';
import {insertLines, joinLines, type Line, lineOf, splitLines, wordsOf} from '../lines.ts';
import {expand, patternOf, searching} from '../pattern.ts';
import type {Edit} from '../text-edit.ts';
import type {LineinfileArguments} from './schema.ts';

type Search = Pick<LineinfileArguments, 'regexp' | 'search_string'>;
type Rules = Search & Pick<LineinfileArguments, 'backrefs' | 'firstmatch' | 'insertafter' | 'insertbefore'>;

/** The line takes the place of the one that fits; else it is added, unless it is there already. */
export function withLine(rules: Rules, line: Text): Edit {
  return (before) => {
    const lines = splitLines(before);
    const index = fittingIndex(lines, rules, line);
    const place = lines[index];
    if (place) {
      const text = rules.backrefs ? expanded(place, rules, line) : line;
      return joinLines(lines.map((one, at) => (at === index ? renewed(one, text) : one)));
    }
    if (rules.backrefs) return before;
    return joinLines(insertLines(lines, placeOfNew(lines, rules), [lineOf(line)]));
  };
}

/** No line is left that fits. */
export function withoutLines(search: Search, line: Text): Edit {
  const fits = fitting(search) ?? ((words: string) => words === reveal(line));
  return (before) => {
    const lines = splitLines(before);
    return searching(search.regexp, lines.map(wordsOf), () =>
      joinLines(lines.filter((one) => !fits(wordsOf(one)))),
    );
  };
}

/** The line that is replaced: one that fits the pattern, else the very line. -1 where there is none. */
function fittingIndex(lines: readonly Line[], rules: Rules, line: Text): number {
  const fits = fitting(rules);
  const found = fits
    ? searching(rules.regexp, lines.map(wordsOf), () => indexOf(lines, fits, rules.firstmatch))
    : -1;
  if (found >= 0 || rules.backrefs) return found;
  const words = reveal(line);
  return indexOf(lines, (one) => one === words, rules.firstmatch);
}

function fitting({regexp, search_string: text}: Search): ((words: string) => boolean) | undefined {
  if (text !== undefined) return (words) => words.includes(text);
  if (regexp === undefined) return undefined;
  const pattern = patternOf(regexp);
  return (words) => pattern.test(words);
}

function indexOf(
  lines: readonly Line[],
  fits: (words: string) => boolean,
  first: boolean | undefined,
): number {
  const isFitting = (line: Line): boolean => fits(wordsOf(line));
  return first ? lines.findIndex(isFitting) : lines.findLastIndex(isFitting);
}

/** Its secrets are marked in the result, whether or not it was there before. */
function renewed(place: Line, text: Text): Line {
  return wordsOf(place) === reveal(text) ? {...place, text} : lineOf(text, place);
}

function expanded(place: Line, {regexp = ''}: Search, line: Text): Text {
  const words = wordsOf(place);
  const match = searching(regexp, [words], () => patternOf(regexp).exec(words));
  return match ? expand(line, match) : line;
}

function placeOfNew(lines: readonly Line[], {insertafter, insertbefore, firstmatch}: Rules): number {
  if (insertafter === 'BOF' || insertbefore === 'BOF') return 0;
  const anchor = insertafter ?? insertbefore;
  if (anchor === undefined || insertafter === 'EOF') return lines.length;
  const pattern = patternOf(anchor);
  const found = searching(anchor, lines.map(wordsOf), () =>
    indexOf(lines, (words) => pattern.test(words), firstmatch),
  );
  if (found < 0) return lines.length;
  return insertafter === undefined ? found : found + 1;
}
