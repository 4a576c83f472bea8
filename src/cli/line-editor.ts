/** What is being typed on one line, and whether it has ended. */
export interface TypedLine {
  readonly text: string;
  readonly state: 'open' | 'done' | 'given-up' | 'interrupted';
}

export const emptyLine: TypedLine = {text: '', state: 'open'};

/**
 * The line after some more was typed, as a terminal in raw mode sends it: Enter ends it, Backspace takes the last
 * character back, Ctrl-U all, Ctrl-D on an empty line gives up, Ctrl-C interrupts. Keys that write nothing are left out.
 */
export function typed(line: TypedLine, chunk: string): TypedLine {
  let {text} = line;
  for (const character of chunk.replace(escapeSequences, '')) {
    switch (character) {
      case '\r':
      case '\n':
        return {text, state: 'done'};
      case '\u0003':
        return {text: '', state: 'interrupted'};
      case '\u0004':
        if (text === '') return {text, state: 'given-up'};
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
  return {text, state: 'open'};
}

/** Arrow keys and their like. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what terminals send
const escapeSequences = /\u001b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])/g;
