import {joinTexts, reveal, type Text, toText} from '../../text/index.ts';
import type {Body, Item, Value} from './tree.ts';

/**
 * The one way to write a configuration: a key a line, two spaces a level, an empty line around blocks and where there
 * was one. Literals and comments stay as they were written. What was printed is read as what was read before.
 */
export function printHcl(body: Body): Text {
  return joinTexts(linesOf(body).map((line) => joinTexts([line, ['\n']])));
}

/** @returns lines without their ends; of a text of several lines the ends within are part of its line */
function linesOf({items, comments}: Body): readonly Text[] {
  const lines: Text[] = [];
  items.forEach((item, index) => {
    if (index > 0 && (item.apart || isBlock(item) || isBlock(items[index - 1]))) lines.push([]);
    lines.push(...item.comments, ...linesOfItem(item));
  });
  if (comments.length > 0 && items.length > 0) lines.push([]);
  return [...lines, ...comments];
}

function isBlock(item: Item | undefined): boolean {
  return item?.value.type === 'object' && !item.assigned;
}

function linesOfItem({keys, value, assigned, comment}: Item): readonly Text[] {
  const head = joinTexts([
    joinTexts(
      keys.map(({text}) => text),
      ' ',
    ),
    [assigned ? ' = ' : ' '],
  ]);
  const [first = [], ...rest] = linesOfValue(value);
  const lines = [joinTexts([head, first]), ...rest];
  if (comment === undefined) return lines;
  // Nothing may stand behind the name that ends a text of several lines.
  if (value.type === 'literal' && isHeredoc(value.text)) return [comment, ...lines];
  return [...lines.slice(0, -1), joinTexts([lines.at(-1) ?? [], [' '], comment])];
}

function linesOfValue(value: Value): readonly Text[] {
  switch (value.type) {
    case 'literal':
      return [value.text];
    case 'object': {
      const lines = linesOf(value.body);
      return lines.length === 0 ? [['{}']] : [['{'], ...indented(lines), ['}']];
    }
    case 'list':
      return linesOfList(value.elements, value.comments);
  }
}

/** On one line, unless comments or what has lines of its own is in it. */
function linesOfList(elements: readonly Value[], comments: readonly (readonly Text[])[]): readonly Text[] {
  const lines = elements.map(linesOfValue);
  const plain = comments.every((some) => some.length === 0) && lines.every((some) => some.length === 1);
  if (plain && !elements.some((one) => one.type === 'literal' && isHeredoc(one.text)))
    return [
      joinTexts([
        ['['],
        joinTexts(
          lines.map(([line = []]) => line),
          ', ',
        ),
        [']'],
      ]),
    ];
  const inner = lines.flatMap((some, index) => {
    const element = elements[index];
    const heredoc = element?.type === 'literal' && isHeredoc(element.text);
    const last = some.at(-1) ?? [];
    return [
      ...(comments[index] ?? []),
      ...(heredoc ? [...some, [',']] : [...some.slice(0, -1), joinTexts([last, [',']])]),
    ];
  });
  return [['['], ...indented([...inner, ...(comments[elements.length] ?? [])]), [']']];
}

function isHeredoc(text: Text): boolean {
  return reveal(text).startsWith('<<');
}

/** The lines inside of a text are its own. */
function indented(lines: readonly Text[]): readonly Text[] {
  return lines.map((line) => (line.length === 0 ? line : joinTexts([toText('  '), line])));
}
