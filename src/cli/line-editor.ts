/** What is being typed on one line, and whether it has ended. */
export interface TypedLine {
  readonly text: string;
  readonly state: 'open' | 'done' | 'given-up' | 'interrupted';
  /** What was typed behind the end of the line: for the next question. */
  readonly ahead: string;
}

export const emptyLine: TypedLine = {text: '', state: 'open', ahead: ''};

/**
 * The line after some more was typed, as a terminal in raw mode sends it: Enter ends it, Backspace takes the last
 * character back, Ctrl-U all, Ctrl-D on an empty line gives up, Ctrl-C interrupts. Keys that write nothing are left out.
 */
export function typed(line: TypedLine, chunk: string): TypedLine {
  let {text} = line;
  const written = chunk.replace(escapeSequences, '');
  let next = 0;
  for (const character of written) {
    next += character.length;
    const ahead = written.slice(next);
    switch (character) {
      case '\r':
      case '\n':
        return {text, state: 'done', ahead: character === '\r' ? ahead.replace(/^\n/, '') : ahead};
      case '\u0003':
        return {text: '', state: 'interrupted', ahead: ''};
      // What was typed before the question came has passed the terminal's own line editor, which makes Ctrl-D a zero.
      case '\u0000':
      case '\u0004':
        if (text === '') return {text, state: 'given-up', ahead};
        break;
      case '\u0015':
        text = '';
        break;
      case '\b':
      case '\u007f':
        text = [...text].slice(0, -1).join('');
        break;
      default:
        if (character >= ' ') text += character;
    }
  }
  return {text, state: 'open', ahead: ''};
}

/** Arrow keys and their like. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what terminals send
const escapeSequences = /\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])/g;
