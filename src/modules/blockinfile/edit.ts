import type {Refusal} from '../../resources/index.ts';
import type {Text} from '../../text/index.ts';
import {toText} from '../../text/index.ts';
import {insertLines, joinLines, type Line, lineOf, splitLines, wordsOf} from '../lines.ts';
import {patternOf, searching} from '../pattern.ts';
import type {Edit} from '../text-edit.ts';
import type {BlockinfileArguments} from './schema.ts';

interface Markers {
  readonly begin: string;
  readonly end: string;
}

export function markersOf({
  marker = '# {mark} ANSIBLE MANAGED BLOCK',
  marker_begin: begin = 'BEGIN',
  marker_end: end = 'END',
}: Pick<BlockinfileArguments, 'marker' | 'marker_begin' | 'marker_end'>): Markers {
  return {begin: marker.replaceAll('{mark}', begin), end: marker.replaceAll('{mark}', end)};
}

/** The block stands between its markers, where they are or where it is to come. Without lines: neither is there. */
export function withBlock(args: BlockinfileArguments, block: Text): Edit {
  const markers = markersOf(args);
  return (before) => {
    const lines = splitLines(before);
    const found = blockIn(lines, markers);
    if ('refused' in found) return found;
    const wanted = block.length === 0 ? [] : framed(block, markers, lines[found.start]);
    if (wanted.length === 0 && found.end === found.start) return before;
    const rest = [...lines.slice(0, found.start), ...lines.slice(found.end)];
    const index = found.end > found.start ? found.start : placeOfNew(rest, args);
    return joinLines(spaced(rest, index, wanted, args));
  };
}

function framed(block: Text, {begin, end}: Markers, place: Line | undefined): readonly Line[] {
  const line = (text: Text): Line => lineOf(text, place);
  return [line(toText(begin)), ...splitLines(block).map(({text}) => line(text)), line(toText(end))];
}

/** The lines from the first marker to the last, as a range; an empty one where there are none. */
function blockIn(
  lines: readonly Line[],
  {begin, end}: Markers,
): {readonly start: number; readonly end: number} | Refusal {
  const at = (marker: string): readonly number[] =>
    lines.flatMap((line, index) => (wordsOf(line) === marker ? [index] : []));
  const [begins, ends] = [at(begin), at(end)];
  if (begins.length === 0 && ends.length === 0) return {start: 0, end: 0};
  const [first = -1, last = -1] = [begins[0], ends[0]];
  if (begins.length === 1 && ends.length === 1 && first < last) return {start: first, end: last + 1};
  return {
    refused: `the lines '${begin}' and '${end}' do not stand there as a pair: ${begins.length} of the first, ${ends.length} of the second`,
    hint: 'put the file right by hand; several blocks in a file need a marker each',
  };
}

function placeOfNew(lines: readonly Line[], {insertafter, insertbefore}: BlockinfileArguments): number {
  if (insertbefore === 'BOF') return 0;
  const anchor = insertafter ?? insertbefore;
  if (anchor === undefined || anchor === 'EOF') return lines.length;
  const pattern = patternOf(anchor);
  const words = lines.map(wordsOf);
  const found = searching(anchor, words, () => words.findLastIndex((line) => pattern.test(line)));
  if (found < 0) return lines.length;
  return insertafter === undefined ? found : found + 1;
}

const emptyLine: Line = {text: [], ending: '\n'};

function spaced(
  rest: readonly Line[],
  index: number,
  wanted: readonly Line[],
  {prepend_newline: prepend, append_newline: append}: BlockinfileArguments,
): readonly Line[] {
  const isText = (line: Line | undefined): boolean => line !== undefined && line.text.length > 0;
  const before = wanted.length > 0 && prepend && isText(rest[index - 1]) ? [emptyLine] : [];
  const after = wanted.length > 0 && append && isText(rest[index]) ? [emptyLine] : [];
  return insertLines(rest, index, [...before, ...wanted, ...after]);
}
