import type {ShownHostKey} from '../engine/index.ts';
import {styler} from './style.ts';
import {displayWidth, padEnd, visible} from './width.ts';

/** Keys that hosts show, as a table; below each the keys that were trusted before. */
export function hostKeyLines(keys: readonly ShownHostKey[], colour: boolean): readonly string[] {
  const style = styler(colour);
  const rows = keys.map((one) => [one.hostName, one.address, one.type, one.fingerprint].map(visible));
  const heads = ['host', 'address', 'key', 'fingerprint'];
  const widths = heads.map((head, column) =>
    Math.max(...[heads, ...rows].map((row) => displayWidth(row[column] ?? head))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [
    style('strong', line(heads)),
    ...keys.flatMap((one, index) => [
      line(rows[index] ?? []),
      ...one.known.map((known) => style('changed', `  until now ${visible(known)}`)),
    ]),
  ];
}
