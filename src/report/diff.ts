import type {Style} from './style.ts';
import {visible} from './width.ts';

/** The lines of a unified diff, coloured, never cut: people read and copy them. */
export function diffLines(diff: string, style: Style): readonly string[] {
  return diff
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => {
      const shown = visible(line);
      if (/^(---|\+\+\+) /.test(line)) return style('strong', shown);
      if (line.startsWith('@@')) return style('place', shown);
      if (line.startsWith('+')) return style('added', shown);
      if (line.startsWith('-')) return style('removed', shown);
      return shown;
    });
}
