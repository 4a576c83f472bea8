import {styler} from './style.ts';
import {fill, visible} from './width.ts';

/** What went wrong, and what may help. */
export interface Problem {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A problem as lines with their ends. @param columns undefined: lines stay whole */
export function problemText(
  {message, hint}: Problem,
  {columns, colour = false}: {readonly columns: number | undefined; readonly colour?: boolean},
): string {
  const style = styler(colour);
  const [head = '', ...rest] = filled(`error: ${visible(message)}`, '  ', columns);
  const hints = hint === undefined ? [] : filled(`  hint: ${visible(hint)}`, '    ', columns);
  return [style('bad', head), ...rest, ...hints].map((line) => `${line}\n`).join('');
}

/** @param columns undefined: lines stay whole */
function filled(text: string, indent: string, columns: number | undefined): readonly string[] {
  return columns === undefined ? [text] : fill(text, columns, indent);
}
