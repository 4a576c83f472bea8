import type {ReadLine} from './reporter.ts';
import type {Style, Tone} from './style.ts';
import {fill, padEnd} from './width.ts';

/** How everything is laid out at this moment: the width may be another one for the next line. */
export interface Layout {
  readonly style: Style;
  readonly colour: boolean;
  readonly cwd: string;
  readonly readLine: ReadLine;
  readonly verbosity: number;
  readonly diff: boolean;
  readonly mode: 'run' | 'check' | 'validate';
  readonly columns: number;
  /** False where lines go to a file or a program: they stay whole, so that they can be searched. */
  readonly wrapped: boolean;
}

const narrowColumns = 60;

/** Columns that the first word of a line takes: `changed  `, `would change  `. */
function labelColumns(layout: Layout): number {
  return layout.mode === 'check' ? 14 : 9;
}

/** Columns before whatever belongs to the line above. */
export function indentColumns(layout: Layout): number {
  return layout.columns < narrowColumns ? 2 : labelColumns(layout);
}

/**
 * A line that begins with a word about it (`changed  …`) and, where it is too long for the terminal, its
 * continuation, indented. A word longer than its column (`unreachable`) takes what it needs.
 */
export function labelledLines(tone: Tone, word: string, text: string, layout: Layout): readonly string[] {
  const lead = padEnd(word, Math.max(labelColumns(layout), word.length + 2));
  const styled = layout.style(tone, lead);
  if (!layout.wrapped) return [styled + text];
  const placeholder = '_'.repeat(lead.length);
  const lines = fill(placeholder + text, layout.columns, ' '.repeat(indentColumns(layout)));
  return lines.map((line, index) => (index === 0 ? styled + line.slice(placeholder.length) : line));
}

/** Lines below the one that they belong to. */
export function indentedLines(text: string, layout: Layout): readonly string[] {
  const indent = ' '.repeat(indentColumns(layout));
  return text
    .split('\n')
    .flatMap((line) =>
      layout.wrapped ? fill(indent + line, layout.columns, `${indent}  `) : [indent + line],
    );
}
