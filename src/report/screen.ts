import type {Output} from './reporter.ts';

/** Lines that stay, and below them, on a terminal, one that is rewritten. */
export interface Screen {
  print(lines: readonly string[]): void;
  /** Shows this as the live line; more often than ten times a second only when something else was written. */
  live(text: string, nowMs: number): void;
  /** Takes the live line away. */
  clear(): void;
  /** True while nothing has been printed. */
  isFresh(): boolean;
}

const redrawMs = 100;
const eraseLine = '\r\u001b[2K';

export function createScreen(output: Output): Screen {
  const terminal = output.isTTY === true;
  let fresh = true;
  let drawn = '';
  let drawnMs = Number.NEGATIVE_INFINITY;

  const clear = (): void => {
    if (drawn !== '') output.write(eraseLine);
    drawn = '';
    drawnMs = Number.NEGATIVE_INFINITY;
  };

  return {
    print(lines) {
      if (lines.length === 0) return;
      clear();
      fresh = false;
      output.write(lines.map((line) => `${line}\n`).join(''));
    },
    live(text, nowMs) {
      if (!terminal || text === drawn) return;
      if (text === '') return clear();
      if (nowMs - drawnMs < redrawMs) return;
      output.write(eraseLine + text);
      drawn = text;
      drawnMs = nowMs;
    },
    clear,
    isFresh: () => fresh,
  };
}
