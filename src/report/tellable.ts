import {
  type Diagnostic,
  originWithoutValue,
  type Related,
  type Source,
  withheld,
  withoutText,
} from '../errors/index.ts';
import {cutAt, isUnderNoLog, nameAt} from './hushed.ts';
import type {ReadLine} from './reporter.ts';
import {belongsToSecret, formsOf, valuesWithheld, writtenValue} from './withheld.ts';

/** A diagnostic whose words quote nothing that its lines do not show. */
export function tellable(diagnostic: Diagnostic, readLine: ReadLine): Diagnostic {
  const {message, hint, related, source} = diagnostic;
  const places = [source, ...(related ?? []).map((one) => one.source)].filter((one) => one !== undefined);
  const values = places.flatMap((place) => [
    // What it is about may be quoted in pieces.
    ...namedAt(place, readLine).flatMap((value) => (place === source ? formsOf(value) : [value])),
    ...hushedAt(place, readLine),
  ]);
  const shown = (text: string): string => values.reduce((left, value) => withoutText(left, value), text);
  return {
    ...diagnostic,
    message: shown(message),
    ...(hint === undefined ? {} : {hint: shown(hint)}),
    ...(related
      ? {related: related.map((one) => ({...one, message: shown(originOnly(one, readLine))}))}
      : {}),
  };
}

/** Where a value came from, and not which, if it was given under `no_log`. */
function originOnly({message, source}: Related, readLine: ReadLine): string {
  if (!source || source.decrypted || !isUnderNoLog(readLine, source)) return message;
  return originWithoutValue(message);
}

/** The values of secrets in the line of a place. */
function namedAt({file, line, decrypted, secretNames}: Source, readLine: ReadLine): readonly string[] {
  const text = decrypted ? undefined : readLine(file, line);
  if (text === undefined) return [];
  return belongsToSecret(readLine, {file, line, ...(secretNames ? {secretNames} : {})})
    ? [text.trim()]
    : valuesWithheld({file, number: line, text, secretNames}, readLine);
}

/** The value at a place under `no_log`, or that of the key there. */
function hushedAt(source: Source, readLine: ReadLine): readonly string[] {
  const text = source.decrypted ? undefined : readLine(source.file, source.line);
  if (text === undefined || !isUnderNoLog(readLine, source)) return [];
  const [before, token, behind] = cutAt(text, source.column, source.length);
  const literals = literalsIn(text);
  if (nameAt(text, source) === undefined) return [token, writtenValue(token, ':', false), ...literals];
  const [, value] = /^["']?\s*:\s*(.*)$/s.exec(behind) ?? [];
  return value === undefined ? literals : [writtenValue(value, ':', /[[{]/.test(before)), ...literals];
}

/** Texts in quotes that are no keys: a hint writes an expression anew, and they stand in it without what is around them. */
function literalsIn(line: string): readonly string[] {
  const quoted = [...line.matchAll(/'([^']{4,})'(?!\s*:)/g), ...line.matchAll(/"([^"]{4,})"(?!\s*:)/g)];
  return quoted.map(([, text = '']) => text);
}

/** A line under `no_log` as it may be quoted, with the column of its token. */
export function hushedLine(line: string, source: Source): {readonly line: string; readonly column: number} {
  const name = nameAt(line, source);
  if (name === undefined) return {line: withheld, column: 0};
  return {line: `${withheld} ${name} ${withheld}`, column: withheld.length + 2};
}
