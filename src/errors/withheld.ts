/** What stands for what nobody may see. */
export const withheld = '‹not shown›';

/** Shorter values are replaced only where they are quoted: else they are parts of words. */
const shortest = 4;

/** A text in which something else stands for a value, however it is quoted: as it is, with escapes, its beginning. */
export function withoutText(text: string, value: string, instead: string = withheld): string {
  const escaped = JSON.stringify(value).slice(1, -1);
  const shown = [value, value.trim(), escaped].reduce((left, one) => withoutWord(left, one, instead), text);
  if (!shown.includes('…')) return shown;
  return shown.replaceAll(/(?<=['"])([^\n'"]+)…(?=['"])/g, (found, beginning: string) =>
    value.startsWith(beginning) || escaped.startsWith(beginning) ? instead : found,
  );
}

/** The words for where a variable's value came from, without the value. */
export function originWithoutValue(message: string): string {
  return message.replace(/^('\w+') is .*, from (.*)$/s, '$1 comes from $2');
}

/** Wherever it is no part of a longer word. */
function withoutWord(text: string, value: string, instead: string): string {
  if (value === '' || !text.includes(value)) return text;
  const escaped = value.replaceAll(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`);
  const [before, behind] =
    value.length < shortest
      ? [`(?<=['"])`, `(?=['"])`]
      : [boundary('<', value.at(0)), boundary('', value.at(-1))];
  return text.replaceAll(new RegExp(before + escaped + behind, 'g'), () => instead);
}

function boundary(direction: '<' | '', character = ''): string {
  return /\w/.test(character) ? String.raw`(?${direction}!\w)` : '';
}

/**
 * A text for people without what addresses in it give away, and without age keys: values of variables are quoted in
 * messages, whoever kept a password or a token in one.
 */
export function withoutAddressSecrets(text: string): string {
  // Nearly all texts have neither.
  if (!text.includes('://') && !text.includes('AGE-SECRET-KEY-')) return text;
  return (
    text
      .replaceAll(/AGE-SECRET-KEY-[^\s…)]{6,}/g, withheld)
      // What stands before the host of an address: `name:password@`, and of a web address a token alone.
      .replaceAll(/:\/\/[^\s/"'@:]*:[^\s"']*@/g, `://${withheld}@`)
      .replaceAll(/(https?:\/\/)[^\s/"'@]+@/gi, `$1${withheld}@`)
      .replaceAll(
        /(https?:\/\/[^\s"'?]*\?)([^\s"'#]+)/gi,
        (_found, address: string, query: string) => address + queryWithoutSecrets(query),
      )
  );
}

/** Any parameter may be a token, whatever it is called; none are templates, words like `true`, small numbers, and what is withheld already. */
function queryWithoutSecrets(query: string): string {
  return query
    .split('&')
    .map((parameter) => {
      const [, name = '', value = ''] = /^([^={]*=)?(.*)$/s.exec(parameter) ?? [];
      const isPlain = name === '' ? value.length < 12 : /^(?:true|false|yes|no|\d{0,3}|…)$/.test(value);
      return isPlain || /^(?:\{\{|‹)/.test(value) ? parameter : `${name}${withheld}`;
    })
    .join('&');
}
