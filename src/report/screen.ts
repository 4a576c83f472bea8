import type {Output} from './reporter.ts';

/**
 * Lines that stay, and below them, on a terminal, one that is rewritten. While a question is open on a terminal nothing is
 * written, so that it stands where it is answered: lines wait for the next call after it.
 */
export interface Screen {
  print(lines: readonly string[]): void;
  /** Shows this as the live line; more often than ten times a second only when something else was written. */
  live(text: string, nowMs: number): void;
  /** Takes the live line away. */
  clear(): void;
  /** Writes what waits for the end of a question, though it has not ended. */
  flush(): void;
  /** True while nothing has been printed. */
  isFresh(): boolean;
}

const redrawMs = 100;
const eraseLine = '\r\u001b[2K';

/** @param isAsking whether a question is open on the same terminal */
export function createScreen(output: Output, isAsking: () => boolean = () => false): Screen {
  const terminal = output.isTTY === true;
  let fresh = true;
  let waiting: string[] = [];
  let drawn = '';
  let drawnMs = Number.NEGATIVE_INFINITY;

  const clear = (): void => {
    if (drawn !== '') output.write(eraseLine);
    drawn = '';
    drawnMs = Number.NEGATIVE_INFINITY;
  };

  const isHeld = (): boolean => terminal && isAsking();
  const flush = (): void => {
    if (waiting.length === 0) return;
    clear();
    output.write(waiting.map((line) => `${line}\n`).join(''));
    waiting = [];
  };

  return {
    print(lines) {
      if (lines.length === 0) return;
      fresh = false;
      waiting.push(...lines);
      if (!isHeld()) flush();
    },
    live(text, nowMs) {
      if (!terminal) return;
      if (isHeld()) {
        // The question has taken the line.
        drawn = '';
        drawnMs = Number.NEGATIVE_INFINITY;
        return;
      }
      flush();
      if (text === drawn) return;
      if (text === '') return clear();
      if (nowMs - drawnMs < redrawMs) return;
      output.write(eraseLine + text);
      drawn = text;
      drawnMs = nowMs;
    },
    clear,
    flush,
    isFresh: () => fresh,
  };
}
