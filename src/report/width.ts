const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const zero = /\p{Mn}|\p{Me}|[\u200b-\u200f\u2060]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Columns that a text without control characters takes on a terminal. */
export function displayWidth(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

function widthOf(character: string): number {
  if (zero.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** The text if it fits into so many columns, else its beginning and `…`. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return columns > 0 ? `${kept.trimEnd()}…` : '';
}

/** The text and spaces up to so many columns. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - displayWidth(text))) + text;
}

/**
 * Breaks a line at spaces so that no part is wider than `columns`. A word that is too wide by itself (a path,
 * a digest) stays whole: people copy it.
 */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  const [first = '', ...words] = text.split(' ');
  let line = first;
  for (const word of words) {
    const longer = `${line} ${word}`;
    if (displayWidth(longer) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/**
 * Breaks a text at blanks. Its lines stay lines; whatever is not the first of all is indented, beyond what it is by itself.
 * @param indent of what follows the first line
 */
export function fill(text: string, columns: number, indent: string): readonly string[] {
  const [head = '', ...others] = text.split('\n');
  const own = blanksBefore(head);
  const [first = '', ...more] = wrap(head.slice(own.length), columns - own.length);
  const following = more.length === 0 ? [] : indented(more.join(' '), columns, indent);
  return [own + first, ...following, ...others.flatMap((line) => indented(line, columns, indent))];
}

function indented(line: string, columns: number, indent: string): readonly string[] {
  const before = indent + blanksBefore(line);
  return wrap(line.trimStart(), columns - before.length).map((part) => before + part);
}

function blanksBefore(line: string): string {
  return /^ */.exec(line)?.[0] ?? '';
}

/**
 * Text from a host or a file made safe to show: control characters (a terminal obeys them) and those that
 * reverse the direction of reading become visible. Tabs and line ends stay.
 */
export function visible(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(control, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '␡' : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
