import {relative} from 'node:path';
import {type Diagnostic, formatSource, type Source, withheld} from '../errors/index.ts';
import {isUnderNoLog} from './hushed.ts';
import type {ReadLine} from './reporter.ts';
import {styler} from './style.ts';
import {hushedLine, tellable} from './tellable.ts';
import {displayWidth, fill, visible} from './width.ts';
import {belongsToSecret, withoutSecrets} from './withheld.ts';

export interface DiagnosticOptions {
  readonly colour: boolean;
  /** Places below it are shown relative to it. */
  readonly cwd: string;
  /** Width to wrap at; undefined: lines are left as long as they are. */
  readonly columns?: number | undefined;
}

/**
 * A diagnostic for people, several lines without an end of line: what, where, the source line with a caret
 * under the token, what else belongs to it, what to do.
 */
export function formatDiagnostic(told: Diagnostic, readLine: ReadLine, options: DiagnosticOptions): string {
  const diagnostic = tellable(told, readLine);
  const style = styler(options.colour);
  const tone = diagnostic.severity === 'error' ? 'bad' : 'changed';
  const columns = options.columns ?? Number.POSITIVE_INFINITY;
  const indented = (text: string): string => fill(`  ${visible(text)}`, columns, '    ').join('\n');

  const [head = '', ...more] = visible(diagnostic.message).trimEnd().split('\n');
  const message = [`${diagnostic.severity}: ${head} [${diagnostic.code}]`, ...more].join('\n');
  const lines = fill(message, columns, '  ').map((line, index) => {
    const [label, code] = [index === 0 ? `${diagnostic.severity}:` : '', `[${diagnostic.code}]`];
    const text = line.slice(label.length);
    const shown = text.endsWith(code)
      ? style('strong', text.slice(0, -code.length)) + style('quiet', code)
      : style('strong', text);
    return index === 0 ? style(tone, label) + shown : shown;
  });
  if (diagnostic.source) {
    lines.push(`  ${style('place', formatPlace(diagnostic.source, options.cwd))}`);
    lines.push(
      ...excerpt(diagnostic.source, readLine, columns).map(([gutter, text, caret]) =>
        caret ? style('quiet', gutter) + style(tone, text) : style('quiet', gutter) + text,
      ),
    );
  }
  for (const related of diagnostic.related ?? []) {
    if (!related.source) {
      lines.push(indented(related.message));
      continue;
    }
    const place = formatPlace(related.source, options.cwd);
    const told = fill(`  ${place}: ${visible(related.message)}`, columns, '    ').join('\n');
    lines.push(told.replace(place, () => style('place', place)));
    lines.push(
      ...excerpt(related.source, readLine, columns).map(([gutter, text]) => style('quiet', gutter + text)),
    );
  }
  if (diagnostic.hint) lines.push(indented(`hint: ${diagnostic.hint}`));
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** `file:line:column`, the file relative to `cwd` when it lies below it or near it; said of what was decrypted. */
export function formatPlace(source: Source, cwd: string): string {
  const place = formatSource({...source, file: shortPath(source.file, cwd)});
  return source.decrypted ? `${place} (decrypted)` : place;
}

/** The shorter of the path as it is and the path seen from `cwd`. */
function shortPath(file: string, cwd: string): string {
  const seen = relative(cwd, file);
  return file.startsWith('/') && seen !== '' && seen.length < file.length ? visible(seen) : visible(file);
}

/** A line of a file that is longer is cut also where it goes to no terminal: a line may be a whole document. */
const widestLine = 200;

type ExcerptLine = readonly [gutter: string, text: string, caret: boolean];

function excerpt(source: Source, readLine: ReadLine, columns: number): readonly ExcerptLine[] {
  const raw = source.decrypted ? undefined : readLine(source.file, source.line);
  if (raw === undefined) return [];
  const number = String(source.line);
  const gutter = `    ${number} │ `;
  if (belongsToSecret(readLine, source)) return [[gutter, withheld, false]];
  const text = visible(raw.replaceAll('\t', ' '));
  const hushed = isUnderNoLog(readLine, source) ? hushedLine(text, source) : undefined;
  if (hushed?.column === 0) return [[gutter, hushed.line, false]];
  const line = hushed?.line ?? withoutSecrets({...source, number: source.line, text}, readLine);
  const room = Math.max(20, Math.min(columns, widestLine) - gutter.length);
  const characters = [...line];
  const from = Math.min((hushed?.column ?? source.column) - 1, characters.length);
  const length = Math.max(1, Math.min(source.length ?? 1, characters.length - from));
  const widthOf = (first: number, end: number): number => displayWidth(characters.slice(first, end).join(''));
  const start = windowStart(widthOf, from, length, room);
  const margin = start > 0 ? 1 : 0;
  let end = Math.min(characters.length, start + room);
  while (widthOf(start, end) > room - margin) end--;
  const shown = characters.slice(start, end).join('');
  const before = ' '.repeat(margin + widthOf(start, from));
  const carets = '^'.repeat(Math.max(1, Math.min(widthOf(from, from + length), room - before.length)));
  return [
    [gutter, (start > 0 ? '…' : '') + shown, false],
    [`    ${' '.repeat(number.length)} │ `, before + carets, true],
  ];
}

/** Where to begin to show a line that is wider than the room, so that the token is seen. */
function windowStart(
  widthOf: (first: number, end: number) => number,
  from: number,
  length: number,
  room: number,
): number {
  if (widthOf(0, from + length) <= room) return 0;
  let start = from;
  while (start > 0 && widthOf(start - 1, from) <= room / 3) start--;
  return start;
}
