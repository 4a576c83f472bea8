import {joinTexts, type Text} from '../../text/index.ts';
import {asText, describe, fromText, isMap, type Value} from '../value.ts';
import {nodeOfMember, writtenScalar} from '../written-nodes.ts';
import {ArgumentError, countOf, defineFunction, type FunctionGroup} from './define.ts';

const text = {name: 'text', type: 'text'} as const;

export const textFunctions: FunctionGroup = {
  title: 'Texts',
  functions: [
    defineFunction({
      name: 'string',
      summary: 'A number or a boolean as a text',
      example: {call: 'string port', gives: '8200'},
      parameters: [{name: 'value', type: 'scalar', asWritten: true}],
      templateOnly: true,
      secrets: 'opened',
      call: ([value]) => String(value),
    }),
    defineFunction({
      name: 'lower',
      summary: 'In small letters',
      example: {call: 'lower "PI"', gives: 'pi'},
      parameters: [text],
      secrets: 'opened',
      call: ([value]) => String(value).toLowerCase(),
    }),
    defineFunction({
      name: 'upper',
      summary: 'In capital letters',
      example: {call: 'upper name', gives: 'WALLPI'},
      parameters: [text],
      secrets: 'opened',
      call: ([value]) => String(value).toUpperCase(),
    }),
    defineFunction({
      name: 'trim',
      summary: 'Without white space at both ends',
      example: {call: 'trim "  pi "', gives: 'pi'},
      parameters: [text],
      secrets: 'opened',
      call: ([value]) => String(value).trim(),
    }),
    defineFunction({
      name: 'replace',
      summary: 'With every occurrence of a text replaced by another',
      example: {call: 'replace "a-b-c" "-" "."', gives: 'a.b.c'},
      parameters: [text, {name: 'from', type: 'text'}, {name: 'to', type: 'text'}],
      secrets: 'opened',
      // A function as replacement: `$&` and the like have no meaning here.
      call: ([value, from, to]) => String(value).replaceAll(String(from), () => String(to)),
    }),
    defineFunction({
      name: 'split',
      summary: 'The parts of a text between separators, as a list',
      example: {call: 'split "a,b" ","', gives: ['a', 'b']},
      parameters: [text, {name: 'separator', type: 'text'}],
      secrets: 'opened',
      call: ([value, separator]) =>
        separator === '' ? [...String(value)] : String(value).split(String(separator)),
    }),
    defineFunction({
      name: 'lines',
      summary: 'The lines of a text as a list, without the newline at its end',
      example: {call: 'lines motd', gives: ['Welcome', 'to wallpi']},
      parameters: [text],
      secrets: 'opened',
      call: ([value]) => {
        const whole = String(value).replace(/\r?\n$/, '');
        return whole === '' ? [] : whole.split(/\r?\n/);
      },
    }),
    defineFunction({
      name: 'join',
      summary: 'The items of a list as one text, with a separator between them (default: nothing)',
      example: {call: 'join names ","', gives: 'wallpi,deskpi,atticpi'},
      parameters: [
        {name: 'list', type: 'list'},
        {name: 'separator', type: 'text', optional: true},
      ],
      secrets: 'kept',
      call: ([list, separator]) => {
        const between = asText(separator ?? '') ?? [];
        const items = Array.isArray(list) ? list : [];
        const texts = items.flatMap((item: Value, index): Text[] => {
          const own = scalarText('join', writtenScalar(nodeOfMember(items, index)) ?? item);
          return index === 0 ? [own] : [between, own];
        });
        return fromText(joinTexts(texts));
      },
    }),
    defineFunction({
      name: 'indent',
      summary: 'Every line but the first moved to the right by a number of spaces, empty lines left empty',
      example: {call: 'indent motd 2', gives: 'Welcome\n  to wallpi\n'},
      parameters: [text, {name: 'spaces', type: 'number'}],
      secrets: 'opened',
      call: ([value, spaces]) => {
        const margin = ' '.repeat(countOf('indent', 'spaces', spaces ?? 0, 1000));
        return String(value).replace(/\n(?=[^\n])/g, `\n${margin}`);
      },
    }),
    defineFunction({
      name: 'contains',
      summary: 'Whether a text has a part, a list an item, a map a key',
      example: {call: 'contains names "deskpi"', gives: true},
      parameters: [
        {name: 'collection', type: 'collection'},
        {name: 'part', type: 'scalar'},
      ],
      secrets: 'opened',
      call: ([collection, part]) => {
        if (Array.isArray(collection)) return collection.includes(part);
        if (isMap(collection)) return Object.hasOwn(collection, String(part));
        return String(collection).includes(String(part));
      },
    }),
    defineFunction({
      name: 'starts_with',
      summary: 'Whether a text begins with another',
      example: {call: 'starts_with name "wall"', gives: true},
      parameters: [text, {name: 'start', type: 'text'}],
      secrets: 'opened',
      call: ([value, start]) => String(value).startsWith(String(start)),
    }),
    defineFunction({
      name: 'ends_with',
      summary: 'Whether a text ends with another',
      example: {call: 'ends_with name "pi"', gives: true},
      parameters: [text, {name: 'end', type: 'text'}],
      secrets: 'opened',
      call: ([value, end]) => String(value).endsWith(String(end)),
    }),
  ],
};

/**
 * A string, number or boolean as text.
 * @throws ArgumentError for everything else
 */
export function scalarText(name: string, value: Value): Text {
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  const found = asText(value);
  if (found === undefined)
    throw new ArgumentError(`${name} takes strings and numbers, not ${describe(value)}`);
  return found;
}
