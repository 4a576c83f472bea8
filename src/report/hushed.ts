import type {Source} from '../errors/index.ts';
import type {ReadLine} from './reporter.ts';

/**
 * What a keyword elsewhere in a file says of a line: that it stands under `no_log`, that it is the default of a private
 * prompt. Seen from the lines alone, since files are quoted that cannot be parsed; in doubt it does.
 */
interface Region {
  readonly first: number;
  readonly last: number;
}

/** Whether a place is in a task, a block or a play under `no_log`. */
export function isUnderNoLog(readLine: ReadLine, {file, line, column, hushed}: Source): boolean {
  if (hushed) return true;
  // What the keyword itself says is no secret.
  if (/\bno_log["']?\s*:\s*$/.test((readLine(file, line) ?? '').slice(0, column - 1))) return false;
  for (let number = 1; ; number++) {
    const text = readLine(file, number);
    if (text === undefined) return false;
    if (!text.includes('no_log') || /no_log["']?\s*:\s*(?:false|no|off)\b/i.test(text)) continue;
    const region = regionOf(readLine, file, number, text);
    if (region && region.first <= line && line <= region.last) return true;
  }
}

/** The lines of what `no_log` in a line is said of. */
function regionOf(readLine: ReadLine, file: string, number: number, text: string): Region | undefined {
  const [, dashes] = /^\s*((?:-\s+)*)["']?no_log["']?\s*:/.exec(text) ?? [];
  if (dashes !== undefined) {
    const column = keyColumnOf(text);
    const first = dashes === '' ? firstOf(readLine, file, number, column) : number;
    return {first, last: lastOf(readLine, file, number, column)};
  }
  if (!/[,{]\s*["']?no_log["']?\s*:/.test(text)) return undefined;
  const first = itemAbove(readLine, file, number);
  return {first, last: lastOf(readLine, file, number, columnOf(readLine(file, first) ?? '') + 1)};
}

/** The first line of the map that has a key in this column: that with its dash, or its brace, belongs to it. */
function firstOf(readLine: ReadLine, file: string, number: number, column: number): number {
  for (let above = number - 1; above > 0; above--) {
    const text = readLine(file, above) ?? '';
    if (isNothing(text) || columnOf(text) >= column) continue;
    return keyColumnOf(text) === column || leavesOpen(text) ? above : above + 1;
  }
  return 1;
}

/** Whether braces or brackets go on in the next line. */
function leavesOpen(text: string): boolean {
  const counted = (found: RegExp): number => (text.match(found) ?? []).length;
  return counted(/[[{]/g) > counted(/[\]}]/g);
}

function lastOf(readLine: ReadLine, file: string, number: number, column: number): number {
  for (let below = number + 1; ; below++) {
    const text = readLine(file, below);
    if (text === undefined || (!isNothing(text) && columnOf(text) < column)) return below - 1;
  }
}

/** The line with the dash of the item that a line belongs to. */
function itemAbove(readLine: ReadLine, file: string, number: number): number {
  const column = columnOf(readLine(file, number) ?? '');
  for (let above = number; above > 0; above--) {
    const text = readLine(file, above) ?? '';
    if (/^\s*-\s/.test(text) && columnOf(text) <= column) return above;
  }
  return number;
}

/** Whether a line has the default of a question whose answer is not seen as it is typed. */
export function isPrivateDefault(
  readLine: ReadLine,
  file: string,
  number: number,
  secretNames: readonly string[] = [],
): boolean {
  const text = readLine(file, number) ?? '';
  if (!/\bdefault["']?\s*:/.test(text) || !isInPrompts(readLine, file, number)) return false;
  const first = itemAbove(readLine, file, number);
  const last = lastOf(readLine, file, first, columnOf(readLine(file, first) ?? '') + 1);
  const lines = /[{[]/.test(text) ? [text] : linesOf(readLine, file, {first, last});
  const counted = (found: RegExp): number => lines.flatMap((one) => one.match(found) ?? []).length;
  const asked = lines.flatMap((one) => [...one.matchAll(/\bname["']?\s*:\s*["']?([\w-]+)/g)]);
  if (asked.some(([, name = '']) => secretNames.includes(name))) return true;
  return counted(/\bdefault["']?\s*:/g) > counted(/\bprivate["']?\s*:\s*(?:false|no|off)\b/gi);
}

function isInPrompts(readLine: ReadLine, file: string, number: number): boolean {
  let column = Number.POSITIVE_INFINITY;
  for (let above = number; above > 0; above--) {
    const text = readLine(file, above) ?? '';
    if (isNothing(text) || columnOf(text) > column) continue;
    if (/\bvars_prompt["']?\s*:/.test(text)) return true;
    column = columnOf(text);
  }
  return false;
}

function linesOf(readLine: ReadLine, file: string, {first, last}: Region): readonly string[] {
  return Array.from({length: last - first + 1}, (_, at) => readLine(file, first + at) ?? '');
}

function isNothing(text: string): boolean {
  return /^\s*(?:#|$)/.test(text);
}

/** Where the text of a line begins; a tab goes as far as it may. */
export function columnOf(line: string): number {
  const [space = ''] = /^\s*/.exec(line) ?? [];
  return space.replaceAll('\t', ' '.repeat(8)).length;
}

/** Where its first key begins, behind the dashes. */
function keyColumnOf(text: string): number {
  const [dashes = ''] = /^(?:-\s+)*/.exec(text.trimStart()) ?? [];
  return columnOf(text) + dashes.length;
}

/** The token at a place under `no_log` that may be shown: a key, or a name in a template. Undefined for anything else. */
export function nameAt(line: string, {column, length}: Source): string | undefined {
  const [before, token, behind] = cutAt(line, column, length);
  if (!/^[\w.-]+$/.test(token)) return undefined;
  if (/^["']?\s*:(?:\s|$)/.test(behind)) return token;
  return /\{\{[^}]*$/.test(before) && !/["']$/.test(before) ? token : undefined;
}

/** A line before, at and behind a place. */
export function cutAt(line: string, column: number, length?: number): readonly [string, string, string] {
  const characters = [...line];
  const end = length === undefined ? characters.length : column - 1 + length;
  return [
    characters.slice(0, column - 1).join(''),
    characters.slice(column - 1, end).join(''),
    characters.slice(end).join(''),
  ];
}
