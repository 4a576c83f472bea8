import type {Event} from '../engine/index.ts';

/** Where a reporter writes. A process's stdout fits; so does a test's array. */
export interface Output {
  /** False where more should be written only after `drain`, as Node's streams say it. */
  write(text: string): unknown;
  once?(event: 'drain', listener: () => void): unknown;
  /** Width of the terminal, read anew each time: people resize windows. */
  readonly columns?: number | undefined;
  readonly isTTY?: boolean | undefined;
}

/** Turns the events of a run into what one reader wants to see. It holds no timer and reads no clock. */
export interface Reporter {
  event(event: Event): void;
  /** Redraws what moves by itself. Whoever owns a clock calls it about once a second. `nowMs`: since the epoch. */
  tick(nowMs: number): void;
  /** No more events: everything still held back is written. */
  end(): void;
}

/** One line of a file, counted from 1, or undefined when it cannot be read. Diagnostics quote by it. */
export type ReadLine = (file: string, line: number) => string | undefined;
