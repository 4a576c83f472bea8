import {joinTexts, type Text, toText} from '../../text/index.ts';
import {asText} from '../../values/index.ts';
import {insertLines, joinLines, type Line, lineOf, splitLines, wordsOf} from '../lines.ts';
import type {Edit} from '../text-edit.ts';
import type {CronArguments} from './schema.ts';

/** How Ansible marks the entry that comes after: so that those of its playbooks are found. */
const mark = '#Ansible: ';

/** The entry is there once, or not at all. One that is there keeps its place. */
export function withEntry(args: CronArguments): Edit {
  const wanted = args.state === 'absent' ? [] : args.env ? [variableOf(args)] : entryOf(args);
  return (before) => {
    const lines = splitLines(before);
    const found = args.env ? variableAt(lines, args.name) : entryAt(lines, args.name);
    if (!found) return joinLines(insertLines(lines, args.env ? 0 : lines.length, wanted));
    const rest = [...lines.slice(0, found.start), ...lines.slice(found.end)];
    return joinLines(insertLines(rest, found.start, wanted));
  };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function entryAt(lines: readonly Line[], name: string): Range | undefined {
  const start = lines.findIndex((line) => wordsOf(line) === `${mark}${name}`);
  if (start < 0) return undefined;
  const next = lines[start + 1];
  // A mark whose entry was taken away by hand stands before another's mark, or at the end.
  const hasEntry = next !== undefined && !wordsOf(next).startsWith(mark);
  return {start, end: start + (hasEntry ? 2 : 1)};
}

function variableAt(lines: readonly Line[], name: string): Range | undefined {
  const start = lines.findIndex((line) => new RegExp(`^\\s*${name}\\s*=`).test(wordsOf(line)));
  return start < 0 ? undefined : {start, end: start + 1};
}

function variableOf({name, job = ''}: CronArguments): Line {
  return lineOf(joinTexts([[`${name}="`], asText(job) ?? [], ['"']]));
}

function entryOf(args: CronArguments): readonly Line[] {
  const {name, job = '', special_time: special, disabled, user = 'root', cron_file: file} = args;
  const {minute = '*', hour = '*', day = '*', month = '*', weekday = '*'} = args;
  const time = special === undefined ? `${minute} ${hour} ${day} ${month} ${weekday}` : `@${special}`;
  const words: Text = [`${disabled ? '#' : ''}${time} ${file === undefined ? '' : `${user} `}`];
  return [lineOf(toText(`${mark}${name}`)), lineOf(joinTexts([words, asText(job) ?? []]))];
}
