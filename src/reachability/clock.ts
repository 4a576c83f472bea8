import {type Script, sh} from '../shell/index.ts';
import type {Clock} from './model.ts';

/** busybox's date and others know no `%N`, and print it as it is, or nothing. @see date(1) */
export const askTime: Script = sh`date +%s.%N`;

/**
 * How far the host's clock is ahead, as NTP has it: what it said against the middle of asking and answer.
 * @param askedMs answeredMs of this machine's clock, since the epoch
 * @returns undefined when it said no time
 */
export function clockOf(host: string, said: string, askedMs: number, answeredMs: number): Clock | undefined {
  const [, seconds, fraction] = /^(\d+)(?:\.(\d{1,9})?)?/.exec(said.trim()) ?? [];
  if (seconds === undefined) return undefined;
  const isExact = fraction !== undefined;
  // Of a time in whole seconds, half a second is the best guess of the rest.
  const theirsMs = Number(seconds) * 1000 + (isExact ? Number(`0.${fraction}`) * 1000 : 500);
  return {
    host,
    offsetMs: Math.round(theirsMs - (askedMs + answeredMs) / 2),
    uncertaintyMs: Math.ceil((answeredMs - askedMs) / 2) + (isExact ? 0 : 500),
  };
}
