import {styler} from './style.ts';
import {visible, wrap} from './width.ts';

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

/** Broken at blanks; what follows the first line is indented. */
function filled(text: string, indent: string, columns: number | undefined): readonly string[] {
  if (columns === undefined) return [text];
  const own = /^ */.exec(text)?.[0] ?? '';
  const [first = '', ...more] = wrap(text.slice(own.length), columns - own.length);
  if (more.length === 0) return [own + first];
  return [own + first, ...wrap(more.join(' '), columns - indent.length).map((line) => indent + line)];
}
