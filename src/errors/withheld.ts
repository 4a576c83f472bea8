const withheld = '‹not shown›';

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
