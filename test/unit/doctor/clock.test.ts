import {describe, expect, it} from 'vitest';
import {judge, ownOffsetMs, ownRules} from '../../../src/doctor/index.ts';

const clocks = (...offsets: readonly number[]) =>
  offsets.map((offsetMs, index) => ({host: `host${index}`, offsetMs, uncertaintyMs: 20}));

describe("whose clock is wrong: this machine's", () => {
  it.each<[string, readonly number[], number]>([
    ['not, when all agree with it', [10, -20, 30], 0],
    ['not, when one host is off', [10, -90_000, 30], 0],
    ['not, when two hosts are all there are', [90_000, 90_100], 0],
    ['not, when hosts do not agree', [90_000, -80_000, 40_000], 0],
    ['when three hosts agree', [90_000, 90_100, 89_950], 90_000],
    ['also when a fourth does not', [-86_400_000, -86_400_100, -86_399_900, 10], -86_399_900],
  ])('%s', (_what, offsets, expected) => {
    expect(ownOffsetMs(clocks(...offsets), 5_000)).toBe(expected);
  });

  it('is told with where to see it', () => {
    expect(judge(ownRules, {offsetMs: 0})).toEqual([]);
    expect(judge(ownRules, {offsetMs: 90_000})).toEqual([
      expect.objectContaining({
        message: "this machine's clock is 90 s behind what the hosts agree on",
        level: 'problem',
      }),
    ]);
  });
});
