import {spanAt} from '../position.ts';
import {ProblemError} from '../problem.ts';
import {type Token, tokensOf} from './tokens.ts';

/** An expression in CEL's own words, and the way back to what was written. */
export interface Rewritten {
  readonly text: string;
  /** The offset in the written text of an offset in `text`. */
  readonly written: (offset: number) => number;
}

/**
 * Turns the words `and`, `or`, `not`, `not in`, `is defined` and `is not defined` into CEL. `not` takes the whole
 * comparison after it, as in Python: `not a == b` is `!(a == b)`.
 * @throws ProblemError for words in places where they mean nothing
 */
export function rewriteWords(text: string): Rewritten {
  if (!/\b(?:and|or|not|is)\b/.test(text)) return {text, written: (offset) => offset};
  const reader = new Reader(text);
  const writer = new Writer(text);
  writeSequence(reader, writer);
  // A bracket too many: CEL says so.
  for (let token = reader.next(); token; token = reader.next()) {
    writer.add(token.text, token.offset);
    writeSequence(reader, writer);
  }
  return writer.finish();
}

class Reader {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = tokensOf(text);
  }

  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#index + ahead];
  }

  next(): Token | undefined {
    return this.#tokens[this.#index++];
  }

  /** Whether the coming token is this word, and not a member (`x.not`). */
  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    const before = this.#tokens[this.#index + ahead - 1];
    return token?.type === 'word' && token.text === word && before?.text !== '.';
  }
}

class Writer {
  readonly #written: string;
  readonly #pieces: {text: string; offset: number}[] = [];

  constructor(written: string) {
    this.#written = written;
  }

  get length(): number {
    return this.#pieces.length;
  }

  /** @param offset where in the written text this comes from */
  add(text: string, offset: number): void {
    this.#pieces.push({text, offset});
  }

  insert(index: number, text: string, offset: number): void {
    this.#pieces.splice(index, 0, {text, offset});
  }

  finish(): Rewritten {
    const starts: {at: number; offset: number}[] = [];
    let text = '';
    for (const piece of this.#pieces) {
      if (text !== '') text += ' ';
      starts.push({at: text.length, offset: piece.offset});
      text += piece.text;
    }
    const end = this.#written.length;
    const written = (offset: number): number => {
      const start = starts.findLast(({at}) => at <= offset);
      return start ? Math.min(end, start.offset + (offset - start.at)) : 0;
    };
    return {text, written};
  }
}

const closing: Readonly<Record<string, string>> = {'(': ')', '[': ']', '{': '}'};
const separators = new Set(['&&', '||', ',', '?', ':']);

/** Conditions up to the end or a closing bracket, with what separates them. */
function writeSequence(reader: Reader, writer: Writer): void {
  for (;;) {
    writeCondition(reader, writer);
    const token = reader.peek();
    if (!token || ')]}'.includes(token.text)) return;
    reader.next();
    if (token.type === 'word') writer.add(token.text === 'and' ? '&&' : '||', token.offset);
    else writer.add(token.text, token.offset);
  }
}

/** What stands between two of `and or && || , ? :`. */
function writeCondition(reader: Reader, writer: Writer): void {
  const first = reader.peek();
  if (reader.isWord('not')) {
    reader.next();
    writer.add('!(', first?.offset ?? 0);
    writeCondition(reader, writer);
    writer.add(')', first?.offset ?? 0);
    return;
  }
  const start = writer.length;
  for (let token = reader.peek(); token; token = reader.peek()) {
    if (isEnd(reader, token)) return;
    if (reader.isWord('is')) {
      writeDefined(reader, writer, start);
    } else if (reader.isWord('not')) {
      writeNotIn(reader, writer, start);
    } else {
      reader.next();
      writer.add(token.text, token.offset);
      const close = token.type === 'symbol' ? closing[token.text] : undefined;
      if (close !== undefined) writeGroup(reader, writer, close);
    }
  }
}

function isEnd(reader: Reader, token: Token): boolean {
  if (token.type === 'symbol') return separators.has(token.text) || ')]}'.includes(token.text);
  return reader.isWord('and') || reader.isWord('or');
}

function writeGroup(reader: Reader, writer: Writer, close: string): void {
  writeSequence(reader, writer);
  const token = reader.peek();
  if (token?.text !== close) return;
  reader.next();
  writer.add(token.text, token.offset);
}

function writeDefined(reader: Reader, writer: Writer, start: number): void {
  const is = reader.next();
  const offset = is?.offset ?? 0;
  const negated = reader.isWord('not');
  if (negated) reader.next();
  const test = reader.peek();
  const name = test?.text ?? '';
  if (name !== 'defined' && name !== 'undefined') throw unknownTest(reader.text, offset, negated, name);
  reader.next();
  writer.insert(start, negated !== (name === 'undefined') ? '!defined(' : 'defined(', offset);
  writer.add(')', offset);
}

function writeNotIn(reader: Reader, writer: Writer, start: number): void {
  const not = reader.next();
  const offset = not?.offset ?? 0;
  const token = reader.next();
  if (token?.text !== 'in') {
    const hint = "write 'and not', or != for 'is not equal to'";
    throw new ProblemError({
      code: 'VAL008',
      message: "'not' stands where no condition begins",
      span: spanAt(reader.text, offset, 3),
      hint,
    });
  }
  writer.insert(start, '!(', offset);
  writer.add('in', token.offset);
  writeCondition(reader, writer);
  writer.add(')', offset);
}

function unknownTest(text: string, offset: number, negated: boolean, name: string): ProblemError {
  const operator = negated ? '!=' : '==';
  const not = negated ? 'not ' : '';
  const hints: Readonly<Record<string, string>> = {
    none: `x ${operator} null`,
    true: `x ${operator} true`,
    false: `x ${operator} false`,
    match: 'x.matches("^…")',
    search: 'x.matches("…")',
    version: 'version(x) >= version("1.2")',
    failed: `${not}x.failed`,
    changed: `${not}x.changed`,
    skipped: `${not}x.skipped`,
    success: `${negated ? '' : 'not '}x.failed`,
    succeeded: `${negated ? '' : 'not '}x.failed`,
    in: `x ${negated ? 'not in' : 'in'} list`,
  };
  return new ProblemError({
    code: 'VAL013',
    message: `'is${negated ? ' not' : ''} ${name}' is Jinja; conditions here are CEL`,
    span: spanAt(text, offset, 2),
    hint: hints[name.toLowerCase()] ?? "the only tests are 'is defined' and 'is not defined'",
  });
}
