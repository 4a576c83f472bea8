import {Secret} from './secret.ts';

/** A text in which secrets stay marked. A plain text is a list of one string, the empty text a list of none. */
export type Text = readonly (string | Secret)[];

/** A plain string, a secret or a text as a text. */
export function toText(value: string | Secret | Text): Text {
  if (typeof value === 'string') return value === '' ? [] : [value];
  return value instanceof Secret ? [value] : value;
}

/** The bytes themselves, secrets opened: for the host only. */
export function reveal(text: Text): string {
  return text.map((part) => (typeof part === 'string' ? part : part.reveal())).join('');
}

/** What people may see: `‹name›` in the place of each secret. */
export function mask(text: Text): string {
  return text.map(String).join('');
}

export function holdsSecret(text: Text): boolean {
  return text.some((part) => part instanceof Secret);
}

/** Texts one after the other; neighbouring plain parts are merged. */
export function joinTexts(texts: readonly Text[], separator = ''): Text {
  const parts: (string | Secret)[] = [];
  const add = (part: string | Secret): void => {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else if (part !== '') parts.push(part);
  };
  texts.forEach((text, index) => {
    if (index > 0) add(separator);
    text.forEach(add);
  });
  return parts;
}

/** A part of a text, as `slice` of what it reveals; of a secret a part is a secret. */
export function sliceText(text: Text, start: number, end: number): Text {
  const parts: (string | Secret)[] = [];
  let from = 0;
  for (const part of text) {
    const plain = typeof part === 'string' ? part : part.reveal();
    const cut = plain.slice(Math.max(0, start - from), Math.max(0, end - from));
    if (cut !== '') parts.push(typeof part === 'string' ? cut : new Secret(part.name, cut));
    from += plain.length;
  }
  return parts;
}
