import {toText} from '../../text/index.ts';
import {insertLines, joinLines, type Line, lineOf, splitLines, wordsOf} from '../lines.ts';
import type {Edit} from '../text-edit.ts';
import type {MountArguments} from './schema.ts';

/** The path has this one entry, where it stands. A line that differs in blanks only stays. @see fstab(5) */
export function withEntry(args: MountArguments): Edit {
  const {path, src = '', fstype = '', opts = 'defaults', dump = 0, passno = 0} = args;
  const wanted = [src, path, fstype, opts].map(escaped).concat(String(dump), String(passno));
  return (before) => {
    const lines = splitLines(before);
    const index = lines.findIndex((line) => isOf(line, path));
    const entry = lineOf(toText(wanted.join(' ')));
    if (index < 0) return joinLines(insertLines(lines, lines.length, [entry]));
    const kept = lines.filter((line, at) => at === index || !isOf(line, path));
    return joinLines(
      kept.map((line) => (isOf(line, path) && !isSame(line, wanted) ? lineOf(entry.text, line) : line)),
    );
  };
}

export function withoutEntry(path: string): Edit {
  return (before) => joinLines(splitLines(before).filter((line) => !isOf(line, path)));
}

function isOf(line: Line, path: string): boolean {
  const fields = fieldsOf(line);
  return !fields[0]?.startsWith('#') && fields[1] === escaped(path);
}

/** The last two fields may be left out: they are 0 then. */
function isSame(line: Line, wanted: readonly string[]): boolean {
  const fields = [...fieldsOf(line), '0', '0'].slice(0, 6);
  return fields.join(' ') === wanted.join(' ');
}

function fieldsOf(line: Line): readonly string[] {
  return wordsOf(line).trim().split(/\s+/);
}

function escaped(field: string): string {
  return field.replaceAll(/[ \t\\]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
