import type {ShownHostKey} from '../engine/index.ts';
import {styler} from './style.ts';
import {displayWidth, padEnd, visible} from './width.ts';

/**
 * Keys that hosts show, as a table; below each the keys that were trusted before.
 * @param columns where a line would be longer, fingerprints stand on lines of their own; undefined: never
 */
export function hostKeyLines(
  keys: readonly ShownHostKey[],
  {colour, columns}: {readonly colour: boolean; readonly columns: number | undefined},
): readonly string[] {
  const style = styler(colour);
  const rows = keys.map((one) => [one.hostName, one.address, one.type].map(visible));
  const heads = ['host', 'address', 'key'];
  const widths = heads.map((head, column) =>
    Math.max(...[heads, ...rows].map((row) => displayWidth(row[column] ?? head))),
  );
  const fingerprints = keys.map(({fingerprint}) => visible(fingerprint));
  const table = widths.reduce((sum, width) => sum + width + 2, 0);
  const widest = table + Math.max(0, ...fingerprints.map(displayWidth));
  const isWide = columns !== undefined && widest > columns;
  const line = (cells: readonly string[], fingerprint: string): readonly string[] => {
    const own = cells.map((cell, column) => padEnd(cell, widths[column] ?? 0)).join('  ');
    return isWide && fingerprint !== 'fingerprint'
      ? [own.trimEnd(), `  ${fingerprint}`]
      : [`${own}  ${fingerprint}`.trimEnd()];
  };
  return [
    style('strong', line(heads, 'fingerprint').join('')),
    ...keys.flatMap((one, index) => [
      ...line(rows[index] ?? [], fingerprints[index] ?? ''),
      ...one.known.map((known) => style('changed', `  until now ${visible(known)}`)),
    ]),
  ];
}
