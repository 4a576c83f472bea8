import type {Value} from '../value.ts';
import {ArgumentError, countOf, defineFunction, type FunctionGroup} from './define.ts';
import {compareValues} from './order.ts';

const number = {name: 'number', type: 'number'} as const;
const pair = [number, {name: 'other', type: 'number'}] as const;
const list = [{name: 'list', type: 'list'}] as const;

const operations: Readonly<
  Record<string, {summary: string; gives: number; compute(a: number, b: number): number}>
> = {
  add: {summary: 'The sum of two numbers', gives: 8202, compute: (a, b) => a + b},
  subtract: {summary: 'A number less another', gives: 8198, compute: (a, b) => a - b},
  multiply: {summary: 'Two numbers multiplied', gives: 16400, compute: (a, b) => a * b},
  divide: {summary: 'A number divided by another', gives: 4100, compute: (a, b) => divided(a, b, a / b)},
  modulo: {
    summary: 'What is left after dividing a number by another',
    gives: 0,
    compute: (a, b) => divided(a, b, a % b),
  },
};

export const numberFunctions: FunctionGroup = {
  title: 'Numbers',
  functions: [
    ...Object.entries(operations).map(([name, {summary, gives, compute}]) =>
      defineFunction({
        name,
        summary,
        example: {call: `${name} port 2`, gives},
        parameters: pair,
        templateOnly: true,
        secrets: 'kept',
        call: ([a, b]) => compute(Number(a), Number(b)),
      }),
    ),
    defineFunction({
      name: 'round',
      summary: 'A number rounded to that many digits after the point (default: none)',
      example: {call: 'round 2.346 2', gives: 2.35},
      parameters: [number, {name: 'digits', type: 'number', optional: true}],
      secrets: 'kept',
      call: ([value, digits]) => Number(Number(value).toFixed(countOf('round', 'digits', digits ?? 0, 15))),
    }),
    defineFunction({
      name: 'number',
      summary: 'The number that a text is',
      example: {call: 'number "8200"', gives: 8200},
      parameters: [{name: 'text', type: 'scalar'}],
      secrets: 'opened',
      call: ([value]) => numberOf(String(value)),
    }),
    defineFunction({
      name: 'int',
      summary: 'The whole number that a text is, or a number without what is behind its point',
      example: {call: 'int "8200"', gives: 8200},
      parameters: [{name: 'value', type: 'scalar'}],
      templateOnly: true,
      secrets: 'opened',
      call: ([value]) => wholeOf(value),
    }),
    defineFunction({
      name: 'double',
      summary: 'The number that a text is: number under the name that expressions have for it',
      example: {call: 'double "0.5"', gives: 0.5},
      parameters: [{name: 'text', type: 'scalar'}],
      templateOnly: true,
      secrets: 'opened',
      call: ([value]) => numberOf(String(value)),
    }),
    defineFunction({
      name: 'min',
      summary: 'The least of a list of numbers, or of texts',
      example: {call: 'min ports', gives: 8200},
      parameters: list,
      secrets: 'kept',
      call: ([value]) => extreme('min', value, -1),
    }),
    defineFunction({
      name: 'max',
      summary: 'The greatest of a list of numbers, or of texts',
      example: {call: 'max ports', gives: 8201},
      parameters: list,
      secrets: 'kept',
      call: ([value]) => extreme('max', value, 1),
    }),
    defineFunction({
      name: 'sum',
      summary: 'The sum of a list of numbers',
      example: {call: 'sum (map members "memory_mb")', gives: 2048},
      parameters: list,
      secrets: 'opened',
      call: ([value]) => {
        const numbers = Array.isArray(value) ? (value as readonly Value[]) : [];
        return numbers.reduce<number>((sum, item) => {
          if (typeof item !== 'number') throw new ArgumentError('sum takes a list of numbers only');
          return sum + item;
        }, 0);
      },
    }),
  ],
};

function divided(_a: number, b: number, result: number): number {
  if (b === 0) throw new ArgumentError('division by zero');
  return result;
}

function numberOf(text: string): number {
  const number = Number(text);
  if (
    !/^\s*[-+]?(?:\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|0x[0-9A-Fa-f]+)\s*$/.test(text) ||
    !Number.isFinite(number)
  ) {
    throw new ArgumentError(`'${text}' is not a number`);
  }
  return number;
}

function extreme(name: string, value: Value | undefined, sign: number): Value {
  const [first, ...rest] = Array.isArray(value) ? (value as readonly Value[]) : [];
  if (first === undefined) throw new ArgumentError(`${name}: the list is empty`);
  // Compared with itself: also a list of one must hold what can be compared.
  compareValues(name, first, first);
  return rest.reduce((best, item) => (compareValues(name, item, best) * sign > 0 ? item : best), first);
}

/** As CEL's own `int`. @throws ArgumentError for what is no whole number, or beyond 2^53 */
function wholeOf(value: Value | undefined): number {
  const isWhole = typeof value === 'number' || (typeof value === 'string' && /^[+-]?\d+$/.test(value));
  const number = isWhole ? Math.trunc(Number(value)) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new ArgumentError(
    `int: '${value}' is not a whole number below 2^53`,
    'number "1.5" takes any number',
  );
}
