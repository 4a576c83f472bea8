import {HclError, type Token} from './lexer.ts';

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/** What a literal stands for. @throws HclError for an escape that is none */
export function literalValue(token: Token, written: string): string | number | boolean {
  switch (token.type) {
    case 'boolean':
      return written === 'true';
    case 'number':
      return numberOf(written);
    case 'heredoc':
      return heredocOf(written);
    default:
      return unquoted(written, token.start);
  }
}

/** A leading zero makes it octal, as in Go. */
function numberOf(written: string): number {
  const [, sign = '', digits = ''] = /^(-?)0([0-7]+)$/.exec(written) ?? [];
  if (digits !== '') return Number(`0o${digits}`) * (sign === '-' ? -1 : 1);
  return written.startsWith('-') ? -Number(written.slice(1)) : Number(written);
}

/** @see https://github.com/hashicorp/hcl/blob/v1.0.0/hcl/strconv/quote.go */
function unquoted(written: string, start: number): string {
  let text = '';
  let braces = 0;
  for (let at = 1; at < written.length - 1; at += 1) {
    const sign = written[at] ?? '';
    if (braces === 0 && sign === '$' && written[at + 1] === '{') {
      braces = 1;
      text += '${';
      at += 1;
    } else if (braces > 0) {
      if (sign === '{') braces += 1;
      if (sign === '}') braces -= 1;
      text += sign;
    } else if (sign === '\\') {
      const [character, length] = escaped(written.slice(at + 1, -1), start + at);
      text += character;
      at += length;
    } else text += sign;
  }
  return text;
}

/** @returns the character that an escape stands for, and the length of the escape without its backslash */
function escaped(after: string, offset: number): readonly [character: string, length: number] {
  const short = escapes[after[0] ?? ''];
  if (short !== undefined) return [short, 1];
  const code = /^(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|([0-7]{3}))/.exec(after);
  if (!code) throw new HclError(`unknown escape sequence '\\${after[0] ?? ''}' in a string`, offset);
  const [all, two, four, eight, octal] = code;
  const point =
    octal === undefined ? Number.parseInt(two ?? four ?? eight ?? '', 16) : Number.parseInt(octal, 8);
  if (point > 0x10ffff) throw new HclError(`'\\${all}' is no character`, offset);
  return [String.fromCodePoint(point), all.length];
}

/** The lines between the first and the last, of `<<-` without what all of them are indented by. */
function heredocOf(written: string): string {
  const lines = written.split('\n').slice(1, -1);
  const indented = written.startsWith('<<-');
  const indent = indented ? Math.min(...lines.map((line) => /^\s*/.exec(line)?.[0].length ?? 0)) : 0;
  return lines.map((line) => `${line.slice(indent)}\n`).join('');
}
