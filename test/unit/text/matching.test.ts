import {describe, expect, it} from 'vitest';
import {matching} from '../../../src/text/index.ts';

/** Whether the work is done in a context that is left after a second. */
function isWatched(pattern: string, length: number): boolean {
  return matching(pattern, length, () => /runInContext/.test(new Error('where').stack ?? ''));
}

describe('a regular expression', () => {
  it.each([
    ['^[0-9A-Za-z_.+@-]+$', 10_000],
    ['^(?!.*//)/[0-9A-Za-z_.+@-]+/[0-9A-Za-z_.+@/-]*$', 300],
    ['^(auto|[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.]+)?)$', 150],
    ['[*+{]', 100_000],
    ['\\)+', 10_000],
  ])('is not watched where it cannot take long: %s', (pattern, length) => {
    expect(isWatched(pattern, length)).toBe(false);
  });

  it.each([
    ['^(a+)+$', 10],
    ['(a|a){20}', 10],
    ['a*a*a*a*b', 1000],
    ['(?:x+x+)+y', 30],
  ])('is watched where it can: %s', (pattern, length) => {
    expect(isWatched(pattern, length)).toBe(true);
  });
});
