import {type Context, createContext, Script} from 'node:vm';
import {Stackless} from '../errors/index.ts';

/** No pattern that a person wrote takes as long for a text that a person wrote. */
const longestMilliseconds = 1000;

/** The pattern tries more ways to fit than there is time for. */
export class MatchingTakesTooLong extends Stackless {
  readonly hint = 'repeat nothing that repeats itself: a+ for (a+)+, [ab]+ for (a|ab|b)+';

  constructor(pattern: string) {
    super(`the regular expression '${pattern}' takes more than a second`);
    this.name = 'MatchingTakesTooLong';
  }
}

interface Watched {
  readonly script: Script;
  readonly box: {work: (() => unknown) | undefined};
  readonly context: Context;
}

let made: Watched | undefined;

function watched(): Watched {
  if (made === undefined) {
    const box = {work: undefined};
    made = {script: new Script('work()'), box, context: createContext(box)};
  }
  return made;
}

/** Ways to fit that are tried in less than that. */
const fewWays = 1e8;

/**
 * Does what matches a pattern, for a second at most: a pattern such as `(a+)+$` takes twice as long for every further
 * character. What cannot take long is not watched, which costs a fifth of a millisecond.
 * @param length of the text, in characters
 * @throws MatchingTakesTooLong after a second
 * @throws what `work` throws
 */
export function matching<T>(pattern: string, length: number, work: () => T): T {
  if (mostWays(pattern, length) <= fewWays) return work();
  const result = withinTime(longestMilliseconds, work);
  if (result === 'too long') throw new MatchingTakesTooLong(pattern);
  return result.value;
}

/**
 * What some work gives, where it comes to its end in that time; it is cut off else, wherever it is.
 * @throws what `work` throws
 */
function withinTime<T>(milliseconds: number, work: () => T): {readonly value: T} | 'too long' {
  const {script, box, context} = watched();
  box.work = work;
  try {
    return {value: script.runInContext(context, {timeout: milliseconds}) as T};
  } catch (error) {
    if (!isTimeout(error)) throw error;
    return 'too long';
  } finally {
    box.work = undefined;
  }
}

/**
 * How many ways to fit there can be at most: it may begin at any character, each repetition ends where the next one may
 * begin, each option is there or not. Where groups repeat, no number is small enough.
 */
function mostWays(pattern: string, length: number): number {
  const signs = pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]/g, 'x').replace(/\(\?(?:[:=!]|<[=!]|<\w+>)/g, '(');
  if (/\)[*+{]/.test(signs)) return Number.POSITIVE_INFINITY;
  const repeated = signs.split(/[*+{]/).length - 1;
  const optional = signs.split(/[?|]/).length - 1;
  const beginsAnywhere = signs.startsWith('^') ? 0 : 1;
  return choices(length + 1, repeated + beginsAnywhere) * 2 ** optional;
}

/** In how many ways that many places can be chosen of so many in their order, each as often as one likes. */
function choices(places: number, chosen: number): number {
  let count = 1;
  for (let one = 1; one <= chosen; one += 1) count *= (places + one - 1) / one;
  return count;
}

/** The error is made in the context, so it is an instance of none of our classes. */
function isTimeout(error: unknown): boolean {
  return (error as {code?: unknown} | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
