import {randomUUID} from 'node:crypto';

/**
 * A number of a JSON text that JavaScript would write otherwise (beyond 2^53, or `1.50`), as it stands there. Servers keep
 * numbers of secrets so, too: https://pkg.go.dev/encoding/json#Number
 */
export class ExactNumber {
  readonly written: string;

  constructor(written: string) {
    this.written = written;
  }
}

let made: {readonly mark: string; readonly marked: RegExp} | undefined;

/** No text of anybody's begins so. Made when a server is asked first: a validation loads nothing for it. */
function marks(): NonNullable<typeof made> {
  made ??= marksOf(randomUUID());
  return made;
}

function marksOf(mark: string): NonNullable<typeof made> {
  return {mark, marked: new RegExp(`"${mark}([^"]+)"`, 'g')};
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** As JSON.parse, but for numbers that would be others. @throws SyntaxError */
export function parseExact(text: string): unknown {
  const {mark} = marks();
  const kept = text.replace(tokens, (token) =>
    token.startsWith('"') || String(Number(token)) === token ? token : `"${mark}${token}"`,
  );
  return JSON.parse(kept, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? new ExactNumber(value.slice(mark.length)) : value,
  );
}

/** As JSON.stringify, with numbers as `parseExact` has read them. */
export function printExact(value: unknown): string {
  const {mark, marked} = marks();
  return JSON.stringify(value, (_key, one: unknown) =>
    one instanceof ExactNumber ? `${mark}${one.written}` : one,
  ).replace(marked, '$1');
}
