/** A text as Python writes it, without its prefix: between single, double or three quotes. */
const quoted = /^(r|u|b|br|rb|)("""|'''|"|')/i;

const simple: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/**
 * The text between quotes that something begins with, as Python reads it; several beside each other are one.
 * @returns undefined where none stands, it does not end, or an escape in it is wrong
 * @see https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals
 */
export function pythonTextAt(text: string): {readonly value: string; readonly rest: string} | undefined {
  let value: string | undefined;
  for (let rest = text; ; ) {
    const begun = rest.trimStart();
    const [opening, prefix = '', quote = ''] = quoted.exec(begun) ?? [];
    if (opening === undefined) return value === undefined ? undefined : {value, rest};
    const end = endOf(begun, opening.length, quote);
    if (end === undefined) return undefined;
    const inner = begun.slice(opening.length, end);
    const read = /r/i.test(prefix) ? inner : unescaped(inner, /b/i.test(prefix));
    if (read === undefined) return undefined;
    value = (value ?? '') + read;
    rest = begun.slice(end + quote.length);
  }
}

function endOf(text: string, from: number, quote: string): number | undefined {
  for (let index = from; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text.startsWith(quote, index)) return index;
  }
  return undefined;
}

/** An escape that Python does not know stays as it is; one that is cut short is a mistake. */
function unescaped(inner: string, bytes: boolean): string | undefined {
  let isWrong = false;
  const value = inner.replace(
    /\\([0-7]{1,3}|x.{0,2}|u.{0,4}|U.{0,8}|N\{[^}]*\}?|.)/gsu,
    (written, body: string) => {
      const known = simple[body];
      if (known !== undefined) return known;
      if (/^[0-7]+$/.test(body)) return String.fromCodePoint(Number.parseInt(body, 8));
      const kind = body[0] ?? '';
      if (bytes && kind !== 'x') return written;
      if (!'xuUN'.includes(kind)) return written;
      const length = {x: 3, u: 5, U: 9}[kind];
      const code = Number.parseInt(body.slice(1), 16);
      // Names of characters (\N) are not known here.
      if (body.length !== length || !/^[\da-f]+$/i.test(body.slice(1)) || code > 0x10ffff) {
        isWrong = true;
        return '';
      }
      return String.fromCodePoint(code);
    },
  );
  return isWrong ? undefined : value;
}
