import {MatchingTakesTooLong, matching} from '../../text/index.ts';
import {ArgumentError, defineFunction, type FunctionGroup} from './define.ts';

const text = {name: 'text', type: 'text'} as const;
const pattern = {name: 'pattern', type: 'text'} as const;

export const regexFunctions: FunctionGroup = {
  title: 'Regular expressions',
  functions: [
    defineFunction({
      name: 'regex_match',
      summary: 'Whether the whole text is as the pattern says',
      example: {call: 'regex_match name "[a-z]+pi"', gives: true},
      parameters: [text, pattern],
      secrets: 'opened',
      call: ([value, source]) => {
        const expression = expressionOf(`^(?:${source})$`, source);
        return within(source, value, (text) => expression.test(text));
      },
    }),
    defineFunction({
      name: 'regex_search',
      summary:
        'The first part of a text that is as the pattern says, or one of its groups; null where there is none',
      example: {call: 'regex_search "bao v2.6.2" "v([0-9.]+)" 1', gives: '2.6.2'},
      parameters: [text, pattern, {name: 'group', type: 'number', optional: true}],
      secrets: 'opened',
      call: ([value, source, group]) => {
        const expression = expressionOf(String(source), source);
        const found = within(source, value, (text) => expression.exec(text));
        return found?.[Number(group ?? 0)] ?? null;
      },
    }),
    defineFunction({
      name: 'regex_find_all',
      summary: 'All parts of a text that are as the pattern says',
      example: {call: 'regex_find_all "a1 b22" "[0-9]+"', gives: ['1', '22']},
      parameters: [text, pattern],
      secrets: 'opened',
      call: ([value, source]) => {
        const expression = expressionOf(String(source), source, 'g');
        return within(source, value, (text) => text.match(expression)) ?? [];
      },
    }),
    defineFunction({
      name: 'regex_replace',
      summary:
        'With every part that is as the pattern says replaced; $1 is its first group, $& the whole, $$ a dollar',
      example: {call: 'regex_replace "a-1" "([a-z])-([0-9])" "$2$1"', gives: '1a'},
      parameters: [text, pattern, {name: 'to', type: 'text'}],
      secrets: 'opened',
      call: ([value, source, to]) => {
        const expression = expressionOf(String(source), source, 'g');
        return within(source, value, (text) => text.replace(expression, String(to)));
      },
    }),
    defineFunction({
      name: 'regex_escape',
      summary: 'A text as a pattern that matches nothing but this text',
      example: {call: 'regex_escape "a.b"', gives: 'a\\.b'},
      parameters: [text],
      secrets: 'opened',
      call: ([value]) => String(value).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'),
    }),
  ],
};

/** @param written the pattern as the author gave it, for the message */
function expressionOf(source: string, written: unknown, flags = ''): RegExp {
  try {
    return new RegExp(source, `u${flags}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const reason = error.message.split(': ').at(-1) ?? '';
    throw new ArgumentError(
      `'${written}' is not a regular expression: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`,
      'patterns are those of JavaScript, with the flag u',
    );
  }
}

/** What a match gives. @throws ArgumentError when the pattern takes too long for the text */
export function within<T>(pattern: unknown, value: unknown, match: (text: string) => T): T {
  const text = String(value);
  try {
    return matching(String(pattern), text.length, () => match(text));
  } catch (error) {
    if (error instanceof MatchingTakesTooLong) throw new ArgumentError(error.message, error.hint, 'VAL016');
    throw error;
  }
}
