import {InvalidArgumentError, Option} from 'commander';

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** For lists: `-t a,b -t c` is a, b and c. */
export function collectNames(value: string, before: readonly string[] = []): readonly string[] {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('It names nothing.');
  return [...before, ...names];
}

/** For flags that mean more when repeated: `-vv`. */
export function count(_value: string, before = 0): number {
  return before + 1;
}

const mostForks = 1_000;

/** `-f`, for every command that goes to several hosts. */
export function forksOption(): Option {
  return new Option('-f, --forks <n>', 'how many hosts at once').argParser(forks).default(10);
}

function forks(value: string): number {
  const number = /^\d+$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= mostForks) return number;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${mostForks}.`);
}

const mostSeconds = 7 * 24 * 3600;

/** A time as an option gives it. */
export function seconds(value: string): number {
  const number = Number(value);
  if (number > 0 && number <= mostSeconds) return number;
  throw new InvalidArgumentError(`It must be a number of seconds, at most ${mostSeconds}.`);
}
