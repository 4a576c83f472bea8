/** A word of a line, quotes removed. */
export interface Word {
  readonly text: string;
  /** Of its first character, counted from 0. */
  readonly at: number;
  /** As many characters as it takes in the line, quotes included. */
  readonly length: number;
  /** Where quotes stand around the value behind `=`, or around the whole word. */
  readonly quoted: boolean;
}

/** Why a line cannot be cut, and where, counted from 0. */
export interface WordProblem {
  readonly problem: string;
  readonly hint: string;
  readonly at: number;
  readonly length: number;
}

/**
 * Cuts a host's line into words as a shell would: quotes and backslashes, and `#` at the beginning of a word ends the
 * line. Ansible ends it at a `#` within a word as well, and so cuts a password short without a word: here that is a
 * mistake.
 * @see https://docs.python.org/3/library/shlex.html, which Ansible cuts these lines with
 */
export function wordsOf(line: string): readonly Word[] | WordProblem {
  const words: Word[] = [];
  let index = 0;
  while (index < line.length) {
    if (/\s/.test(line[index] ?? '')) {
      index++;
      continue;
    }
    if (line[index] === '#') break;
    const word = wordAt(line, index);
    if ('problem' in word) return word;
    words.push(word);
    index += word.length;
  }
  return words;
}

function wordAt(line: string, at: number): Word | WordProblem {
  const whole = (problem: string, hint: string): WordProblem => ({problem, hint, at: 0, length: line.length});
  let text = '';
  let index = at;
  let quoted = false;
  while (index < line.length && !/\s/.test(line[index] ?? '')) {
    const char = line[index] ?? '';
    if (char === '"' || char === "'") {
      quoted ||= text === '' || text.endsWith('=');
      const end = closing(line, index + 1, char);
      if (end === undefined) {
        const hint = 'close it in the same line';
        return {problem: 'a quote does not end', hint, at: index, length: line.trimEnd().length - index};
      }
      text += unescaped(line.slice(index + 1, end), char);
      index = end + 1;
    } else if (char === '\\') {
      if (index + 1 === line.length)
        return whole('a backslash ends the line', 'write two for one, or quote it');
      text += line[index + 1];
      index += 2;
    } else if (char === '#') {
      const hint = "quote the value to have the '#' in it, or put a blank before a remark";
      return {problem: "for Ansible a '#' ends the line here", hint, at: index, length: 1};
    } else {
      text += char;
      index++;
    }
  }
  return {text, at, length: index - at, quoted};
}

function closing(line: string, from: number, quote: string): number | undefined {
  for (let index = from; index < line.length; index++) {
    if (line[index] === quote) return index;
    if (line[index] === '\\' && quote === '"') index++;
  }
  return undefined;
}

function unescaped(text: string, quote: string): string {
  return quote === '"' ? text.replace(/\\(["\\])/g, '$1') : text;
}
