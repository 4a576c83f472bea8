import {joinTexts, reveal, Secret, type Text} from '../text/index.ts';

/** A line of a text, apart from what ends it. Secrets in it are still marked. */
export interface Line {
  readonly text: Text;
  /** The last line of a text may end without a newline. */
  readonly ending: '' | '\n' | '\r\n';
}

/** A text as its lines. The empty text has none. */
export function splitLines(text: Text): readonly Line[] {
  const lines: Line[] = [];
  let parts: (string | Secret)[] = [];
  for (const part of text) {
    const pieces = (typeof part === 'string' ? part : part.reveal()).split(/(\r?\n)/);
    pieces.forEach((piece, index) => {
      if (index % 2 === 1) {
        lines.push({text: joinTexts([parts]), ending: piece === '\n' ? '\n' : '\r\n'});
        parts = [];
      } else if (piece !== '') parts.push(typeof part === 'string' ? piece : new Secret(part.name, piece));
    });
  }
  return parts.length > 0 ? [...lines, {text: joinTexts([parts]), ending: ''}] : lines;
}

export function joinLines(lines: readonly Line[]): Text {
  return joinTexts(lines.flatMap(({text, ending}) => [text, ending === '' ? [] : [ending]]));
}

/** What stands in a line, secrets opened: to compare, never to show. */
export function wordsOf(line: Line): string {
  return reveal(line.text);
}

/** Lines with others put in at an index, which end as those of the text do. What stands before them ends with a newline. */
export function insertLines(
  lines: readonly Line[],
  index: number,
  inserted: readonly Line[],
): readonly Line[] {
  const ending = endingOf(lines);
  const ours = inserted.map((line) => (line.ending === '' ? line : {...line, ending}));
  return putLines(lines, index, ours);
}

/** As `insertLines`, with lines that keep their ends. */
export function putLines(lines: readonly Line[], index: number, put: readonly Line[]): readonly Line[] {
  if (put.length === 0) return lines;
  const ending = endingOf(lines);
  const above = lines.slice(0, index).map((line, at) => (at === index - 1 ? ended(line, ending) : line));
  return [...above, ...put, ...lines.slice(index)];
}

/** How the lines of a text end, by the first of them. */
export function endingOf(lines: readonly Line[]): '\n' | '\r\n' {
  return lines.find((line) => line.ending !== '')?.ending || '\n';
}

/** A line of this text, with the ending of the one whose place it takes. */
export function lineOf(text: Text, place?: Line): Line {
  return {text, ending: place?.ending || '\n'};
}

function ended(line: Line, ending: Line['ending']): Line {
  return line.ending === '' ? {...line, ending} : line;
}
