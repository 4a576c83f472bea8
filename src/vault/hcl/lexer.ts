/** What is wrong with an HCL text, and where. */
export class HclError extends Error {
  /** Into the text, in UTF-16 units. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.name = 'HclError';
    this.offset = offset;
  }
}

export type TokenType =
  | 'identifier'
  | 'boolean'
  | 'number'
  | 'string'
  | 'heredoc'
  | 'comment'
  | '{'
  | '}'
  | '['
  | ']'
  | '='
  | ','
  | 'end';

export interface Token {
  readonly type: TokenType;
  readonly start: number;
  readonly end: number;
}

const identifier = /[\p{L}_][\p{L}\p{Nd}_.-]*/uy;
const number = /-?(?:0[xX][\dA-Fa-f]+|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)(?![\p{L}\p{Nd}_.])/uy;
const opening = /<<-?([\p{L}\p{Nd}_]+)\r?\n/uy;

/**
 * The tokens of HCL 1, the language of Vault's and OpenBao's configuration, comments among them; the last is `end`.
 * @throws HclError for what is no token: a string or comment that is not closed, a sign that means nothing
 * @see https://github.com/hashicorp/hcl/blob/v1.0.0/hcl/scanner/scanner.go
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = text.startsWith('\uFEFF') ? 1 : 0;
  for (;;) {
    while (' \t\r\n'.includes(text[offset] ?? 'x')) offset += 1;
    const token = tokenAt(text, offset);
    tokens.push(token);
    if (token.type === 'end') return tokens;
    offset = token.end;
  }
}

function tokenAt(text: string, start: number): Token {
  const sign = text[start];
  switch (sign) {
    case undefined:
      return {type: 'end', start, end: start};
    case '{':
    case '}':
    case '[':
    case ']':
    case '=':
    case ',':
      return {type: sign, start, end: start + 1};
    case '"':
      return {type: 'string', start, end: endOfString(text, start)};
    case '#':
      return {type: 'comment', start, end: endOfLine(text, start)};
    case '/':
      return {type: 'comment', start, end: endOfComment(text, start)};
    case '<':
      return {type: 'heredoc', start, end: endOfHeredoc(text, start)};
    default:
      return wordAt(text, start);
  }
}

function wordAt(text: string, start: number): Token {
  const word = matchAt(identifier, text, start);
  if (word)
    return {
      type: word[0] === 'true' || word[0] === 'false' ? 'boolean' : 'identifier',
      start,
      end: start + word[0].length,
    };
  const digits = matchAt(number, text, start);
  if (digits) return {type: 'number', start, end: start + digits[0].length};
  throw new HclError(`'${String.fromCodePoint(text.codePointAt(start) ?? 0)}' means nothing here`, start);
}

/** Quotes inside of `${…}` are not the string's end, and lines may end in there. */
function endOfString(text: string, start: number): number {
  let braces = 0;
  for (let at = start + 1; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '\n' && braces === 0) break;
    if (sign === '\\') at += 1;
    else if (sign === '"' && braces === 0) return at + 1;
    else if (braces === 0 && sign === '$' && text[at + 1] === '{') {
      braces = 1;
      at += 1;
    } else if (braces > 0 && sign === '{') braces += 1;
    else if (braces > 0 && sign === '}') braces -= 1;
  }
  throw new HclError('a quote is never closed', start);
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  const last = end === -1 ? text.length : end;
  return text[last - 1] === '\r' ? last - 1 : last;
}

function endOfComment(text: string, start: number): number {
  if (text[start + 1] === '/') return endOfLine(text, start);
  if (text[start + 1] !== '*') throw new HclError("'/' begins no comment", start);
  const end = text.indexOf('*/', start + 2);
  if (end === -1) throw new HclError('a comment is never closed', start);
  return end + 2;
}

/** Up to the end of the line that has its name and nothing else. */
function endOfHeredoc(text: string, start: number): number {
  const [begin, name] = matchAt(opening, text, start) ?? [];
  if (begin === undefined) throw new HclError("'<' begins no text of several lines (<<NAME)", start);
  let line = start + begin.length;
  while (line < text.length) {
    const end = endOfLine(text, line);
    if (text.slice(line, end).trim() === name) return end;
    const next = text.indexOf('\n', line);
    if (next === -1) break;
    line = next + 1;
  }
  throw new HclError(`there is no line '${name}' that ends the text`, start);
}

function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(text);
}
