import {joinTexts, reveal, type Text, toText} from '../../text/index.ts';
import {
  endingOf,
  insertLines,
  joinLines,
  type Line,
  lineOf,
  putLines,
  splitLines,
  wordsOf,
} from '../lines.ts';
import type {Edit} from '../text-edit.ts';
import type {IniFileArguments} from './schema.ts';

/** The lines of a section without its header: from `start` to before `end`. */
interface Section {
  readonly start: number;
  readonly end: number;
}

/** The option with its values, or only the section, is there. */
export function withOption(args: IniFileArguments, values: readonly Text[]): Edit {
  const {section, option} = args;
  return (before) => {
    const lines = splitLines(before);
    const found = sectionIn(lines, section);
    if (option === undefined && found) return before;
    const ending = endingOf(lines);
    const texts = option === undefined ? [] : assignments(option, values, args);
    const wanted = texts.map((text): Line => ({text, ending}));
    if (!found)
      return joinLines(insertLines(lines, lines.length, [lineOf(toText(`[${section}]`)), ...wanted]));
    const body = lines.slice(found.start, found.end);
    const after = option === undefined ? body : withAssignments(body, option, wanted, args);
    const others = [...lines.slice(0, found.start), ...lines.slice(found.end)];
    // The lines of the section keep their own ends.
    return joinLines(putLines(others, found.start, after));
  };
}

/** The option, those values of it, or the whole section are not there. */
export function withoutOption(args: IniFileArguments, values: readonly Text[]): Edit {
  const {section, option, exclusive = true} = args;
  return (before) => {
    const lines = splitLines(before);
    const found = sectionIn(lines, section);
    if (!found) return before;
    if (option === undefined)
      return joinLines([...lines.slice(0, found.start - 1), ...lines.slice(found.end)]);
    const unwanted = values.map(reveal);
    const goes = (line: Line): boolean => {
      const value = activeValue(line, option);
      return value !== undefined && (exclusive || unwanted.includes(value));
    };
    return joinLines(lines.filter((line, index) => index < found.start || index >= found.end || !goes(line)));
  };
}

function sectionIn(lines: readonly Line[], name: string | undefined): Section | undefined {
  const header = lines.findIndex((line) => headerOf(line) === name && name !== undefined);
  if (name !== undefined && header < 0) return undefined;
  const start = name === undefined ? 0 : header + 1;
  const length = lines.slice(start).findIndex((line) => headerOf(line) !== undefined);
  return {start, end: length < 0 ? lines.length : start + length};
}

function headerOf(line: Line): string | undefined {
  return /^\uFEFF?\[([^\]]*)\]/.exec(wordsOf(line))?.[1];
}

function assignments(
  option: string,
  values: readonly Text[],
  {allow_no_value: noValue, no_extra_spaces: tight}: IniFileArguments,
): readonly Text[] {
  if (noValue) return [toText(option)];
  const sign = tight ? '=' : ' = ';
  return values.map((value) => joinTexts([[`${option}${sign}`], value]));
}

/**
 * Lines that say it already stay; with `exclusive` the others of that option make place for what is missing, and what is
 * too much goes. One that is commented out is used where there is no other. What is left comes to the end of the section.
 */
function withAssignments(
  body: readonly Line[],
  option: string,
  wanted: readonly Line[],
  {exclusive = true, ignore_spaces: ignoreSpaces}: IniFileArguments,
): readonly Line[] {
  const missing = [...wanted];
  const take = (value: string): Line | undefined => {
    const index = missing.findIndex((line) => activeValue(line, option) === value);
    return index < 0 ? undefined : missing.splice(index, 1)[0];
  };
  const settled = body.map((line): Line | 'free' => {
    const value = activeValue(line, option);
    if (value === undefined) return line;
    const same = take(value);
    if (!same) return exclusive ? 'free' : line;
    return ignoreSpaces || wordsOf(line) === wordsOf(same) ? keptWords(line, same) : inPlaceOf(line, same);
  });
  const filled = settled.flatMap((line, index): readonly Line[] => {
    if (line !== 'free') return [line];
    const next = missing.shift();
    return next ? [inPlaceOf(body[index], next)] : [];
  });
  const isThere = body.some((line) => activeValue(line, option) !== undefined);
  const commented = isThere ? -1 : filled.findIndex((line) => inactiveOption(line, option));
  const used = commented < 0 ? undefined : missing.shift();
  const lines = used
    ? filled.map((line, index) => (index === commented ? inPlaceOf(line, used) : line))
    : filled;
  const last = lines.findLastIndex((line) => !/^[ \t]*(?:[#;].*)?$/.test(wordsOf(line)));
  return putLines(lines, last < 0 ? placeInEmpty(lines) : last + 1, missing);
}

/** A new line, which ends as the one whose place it takes. */
function inPlaceOf(place: Line | undefined, line: Line): Line {
  return {...line, ending: place?.ending || line.ending};
}

/** The line stays as it is written; where it is the very same, with its secrets marked. */
function keptWords(line: Line, same: Line): Line {
  return wordsOf(line) === wordsOf(same) ? {text: same.text, ending: line.ending} : line;
}

/** In a section without options the first comes before its empty lines. */
function placeInEmpty(lines: readonly Line[]): number {
  const last = lines.findLastIndex((line) => wordsOf(line).trim() !== '');
  return last + 1;
}

/** What stands after `=`; an empty text where there is no `=`. Undefined: it is a line of something else. */
function activeValue(line: Line, option: string): string | undefined {
  return assignment(option).exec(wordsOf(line))?.[1];
}

function inactiveOption(line: Line, option: string): boolean {
  const words = wordsOf(line);
  return /^[#;]/.test(words) && assignment(option).test(words.slice(1));
}

function assignment(option: string): RegExp {
  const name = option.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`^[ \\t]*${name}[ \\t]*(?:=[ \\t]*|$)(.*?)[ \\t]*$`);
}
