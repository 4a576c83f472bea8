import type {Value} from './value.ts';

/** Whether a value is a whole number beyond 2^53, of which the last digits are lost; @see Number.MAX_SAFE_INTEGER */
export function losesDigits(value: Value | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** What is wrong with such a number. */
export function lossMessage(value: number): string {
  return `${value} is beyond 2^53: it is not the number that was written`;
}

export const lossHint = 'keep large numbers as texts: in quotes where they are written';
