const digits = String.raw`\d(?:_?\d)*`;
const fraction = String.raw`(?:${digits})?\.${digits}|${digits}\.`;
const exponent = `[eE][-+]?${digits}`;
const float = `(?:${fraction})(?:${exponent})?|${digits}${exponent}`;
const whole = String.raw`0[xX](?:_?[\da-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?0)*|[1-9](?:_?\d)*`;
const pattern = new RegExp(String.raw`^([-+]?)\s*(${float}|${whole})(?![\w.])`);

/**
 * The number that a text begins with, as Python reads it: `0x1f`, `1_000`, `.5`, `1e3`; not `007`.
 * @returns its value, its text (as written where that is decimal), and what is behind it. A whole number that JavaScript
 * does not have exactly is its text
 * @see https://docs.python.org/3/reference/lexical_analysis.html#numeric-literals
 */
export function pythonNumberAt(
  text: string,
): {readonly value: number | string; readonly text: string; readonly rest: string} | undefined {
  const [written, sign = '', number = ''] = pattern.exec(text) ?? [];
  if (written === undefined) return undefined;
  const rest = text.slice(written.length);
  const plain = number.replaceAll('_', '');
  const size = Number(plain);
  const value = sign === '-' && size !== 0 ? -size : size;
  const isDecimal = /^[\d.]+$/.test(plain);
  const decimal = isDecimal ? `${sign === '-' ? '-' : ''}${plain}` : String(value);
  const isWhole = !/[.eE]/.test(plain) || /^0[xX]/.test(plain);
  if (!Number.isFinite(value) || (isWhole && !Number.isSafeInteger(value)))
    return {value: decimal, text: decimal, rest};
  return {value, text: /^0[oO]/.test(plain) ? written : decimal, rest};
}
