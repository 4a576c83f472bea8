import {Secret} from '../../text/index.ts';
import {asText, describe, type Value} from '../value.ts';
import {ArgumentError, defineFunction, type FunctionGroup} from './define.ts';
import {refuseUnequal, same} from './same.ts';

const any = {name: 'value', type: 'any'} as const;
const pair = [any, {name: 'other', type: 'any'}] as const;

/** As CEL's own `bool`. @throws ArgumentError for every other text */
function booleanOf(value: Value | undefined): boolean {
  if (typeof value === 'boolean') return value;
  const isTrue = ['true', 'True', 'TRUE', 't', '1'].includes(String(value));
  if (isTrue || ['false', 'False', 'FALSE', 'f', '0'].includes(String(value))) return isTrue;
  throw new ArgumentError(`bool: '${value}' is neither true nor false`, 'compare it: eq x "yes"');
}

const comparisons = {
  lt: {summary: 'Whether a number or text is less than another', gives: false},
  lte: {summary: 'Whether it is less or equal', gives: true},
  gt: {summary: 'Whether it is greater', gives: false},
  gte: {summary: 'Whether it is greater or equal', gives: true},
} as const;

export const logicFunctions: FunctionGroup = {
  title: 'Conditions',
  functions: [
    defineFunction({
      name: 'fail',
      summary: 'Stops with a message: for what must not go on, as in `harmless || fail("restart owed")`',
      example: {call: 'fail "set vault_tls"', gives: null},
      parameters: [{name: 'message', type: 'text'}],
      secrets: 'opened',
      call: ([message]) => {
        throw new ArgumentError(String(message), 'fail() was reached: change what leads to it', 'VAL015');
      },
    }),
    defineFunction({
      name: 'bool',
      summary: 'The boolean that a text is: "true" or "false"',
      example: {call: 'bool "true"', gives: true},
      parameters: [{name: 'value', type: 'scalar'}],
      templateOnly: true,
      secrets: 'opened',
      call: ([value]) => booleanOf(value),
    }),
    defineFunction({
      name: 'eq',
      summary: 'Whether two values are equal: the == of expressions',
      example: {call: 'eq port 8200', gives: true},
      parameters: pair,
      templateOnly: true,
      secrets: 'opened',
      call: ([a, b]) => equal(a, b),
    }),
    defineFunction({
      name: 'ne',
      summary: 'Whether two values differ: the != of expressions',
      example: {call: 'ne name "deskpi"', gives: true},
      parameters: pair,
      templateOnly: true,
      secrets: 'opened',
      call: ([a, b]) => !equal(a, b),
    }),
    ...(['lt', 'lte', 'gt', 'gte'] as const).map((name) =>
      defineFunction({
        name,
        summary: comparisons[name].summary,
        example: {call: `${name} port 8200`, gives: comparisons[name].gives},
        parameters: pair,
        templateOnly: true,
        secrets: 'opened',
        call: ([a, b]) => {
          const order = compare(name, a ?? null, b ?? null);
          return {lt: order < 0, lte: order <= 0, gt: order > 0, gte: order >= 0}[name];
        },
      }),
    ),
    defineFunction({
      name: 'not',
      summary: 'Whether a value is false or empty: the ! of expressions',
      example: {call: 'not names', gives: false},
      parameters: [any],
      templateOnly: true,
      secrets: 'kept',
      call: ([value]) => !isTruthy(value ?? null),
    }),
    defineFunction({
      name: 'ternary',
      summary: 'One of two values: the first when a condition is neither false nor empty, else the second',
      example: {call: 'ternary (eq port 8200) "yes" "no"', gives: 'yes'},
      parameters: [
        {name: 'condition', type: 'any'},
        {name: 'value', type: 'any'},
        {name: 'otherwise', type: 'any'},
      ],
      templateOnly: true,
      secrets: 'kept',
      call: ([condition, value, otherwise]) => (isTruthy(condition ?? null) ? value : otherwise) ?? null,
    }),
  ],
};

/** What `{{#if}}` takes for true: everything but false, null, 0, the empty text and the empty list. */
export function isTruthy(value: Value): boolean {
  const text = asText(value);
  if (text) return text.some((part) => (part instanceof Secret ? part.reveal() : part) !== '');
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** Texts that look like numbers or versions, and so would compare letter by letter. */
export function comparesLetters(text: string): boolean {
  return /^v?\d+(\.\d+)*([-+.][0-9A-Za-z.+-]*)?$/.test(text);
}

function equal(a: Value | undefined, b: Value | undefined): boolean {
  refuseUnequal(a, b);
  return same(a, b);
}

function compare(name: string, a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a !== 'string' || typeof b !== 'string') {
    throw new ArgumentError(
      `${name} compares two numbers or two strings, not ${describe(a)} and ${describe(b)}`,
    );
  }
  if (comparesLetters(a) || comparesLetters(b)) {
    throw new ArgumentError(
      `${name} would compare '${a}' and '${b}' letter by letter`,
      `version_compare a ">=" b`,
    );
  }
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
