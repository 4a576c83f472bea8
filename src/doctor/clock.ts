import type {Clock} from '../reachability/index.ts';

/** Fewer say nothing of whose clock is wrong. */
const leastClocks = 3;

/** Clocks that are so near one another are kept by somebody. */
const togetherMs = 2_000;

/**
 * How far this machine's clock is behind, where hosts enough agree with one another and not with it: then it is this one
 * that is wrong. Else 0.
 */
export function ownOffsetMs(clocks: readonly Clock[], leastMs: number): number {
  if (clocks.length < leastClocks) return 0;
  const offsets = clocks.map(({offsetMs}) => offsetMs).toSorted((a, b) => a - b);
  const middle = offsets[Math.floor(offsets.length / 2)] ?? 0;
  const agree = clocks.filter(
    ({offsetMs, uncertaintyMs}) => Math.abs(offsetMs - middle) <= togetherMs + uncertaintyMs,
  );
  return Math.abs(middle) >= leastMs && agree.length * 2 > clocks.length && agree.length >= leastClocks
    ? middle
    : 0;
}
