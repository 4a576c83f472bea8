import {createHash} from 'node:crypto';
import {isSecretSetting} from '../../errors/index.ts';
import {quoteText} from '../../shell/index.ts';
import {joinTexts, Secret, type Text} from '../../text/index.ts';
import {fromText} from '../value.ts';
import {ArgumentError, defineFunction, type FunctionGroup} from './define.ts';
import {scalarText} from './text.ts';

const text = {name: 'text', type: 'text'} as const;
const scalar = {name: 'value', type: 'scalar', asWritten: true} as const;

export const encodingFunctions: FunctionGroup = {
  title: 'Encoding and quoting',
  functions: [
    defineFunction({
      name: 'base64',
      summary: 'The bytes of a text (UTF-8) in base64',
      example: {call: 'base64 name', gives: 'd2FsbHBp'},
      parameters: [text],
      secrets: 'opened',
      call: ([value]) => Buffer.from(String(value)).toString('base64'),
    }),
    defineFunction({
      name: 'base64_decode',
      summary: 'The text (UTF-8) that a base64 text stands for',
      example: {call: 'base64_decode "d2FsbHBp"', gives: 'wallpi'},
      parameters: [text],
      secrets: 'opened',
      call: ([value]) => decodeBase64(String(value)),
    }),
    defineFunction({
      name: 'sha256',
      summary: 'The SHA-256 of a text (UTF-8), in hexadecimal',
      example: {
        call: 'sha256 name',
        gives: 'e439ef9fa93acff483556483fa5967a6403636d31afbbc37b3a2c63184458bd1',
      },
      parameters: [text],
      secrets: 'opened',
      call: ([value]) => createHash('sha256').update(String(value)).digest('hex'),
    }),
    defineFunction({
      name: 'url_encode',
      summary: 'A text as one part of a URL',
      example: {call: 'url_encode "a b/c"', gives: 'a%20b%2Fc'},
      parameters: [scalar],
      secrets: 'opened',
      call: ([value]) => urlEncoded(String(value)),
    }),
    defineFunction({
      name: 'quote',
      summary: 'A value as one word of a POSIX shell',
      example: {call: 'quote "it\'s"', gives: `'it'\\''s'`},
      parameters: [scalar],
      secrets: 'kept',
      call: ([value]) => {
        const words = scalarText('quote', value ?? '');
        if (words.some((part) => (part instanceof Secret ? part.reveal() : part).includes('\0'))) {
          throw new ArgumentError('quote: a shell word cannot hold a NUL byte');
        }
        return fromText(quoteText(words));
      },
    }),
    defineFunction({
      name: 'secret_if_named',
      summary: 'A value, as a secret where its name says that it is one: DB_PASSWORD, AWS_SECRET_ACCESS_KEY',
      example: {call: 'secret_if_named "LANG" "C"', gives: 'C'},
      parameters: [{name: 'name', type: 'text'}, scalar],
      secrets: 'kept',
      call: ([name, value]) =>
        typeof value === 'string' && value !== '' && isSecretSetting(String(name))
          ? new Secret(String(name), value)
          : (value ?? null),
    }),
    defineFunction({
      name: 'quote_hcl',
      summary: 'A text as a string of HCL, quotes included',
      example: {call: 'quote_hcl name', gives: '"wallpi"'},
      parameters: [scalar],
      secrets: 'kept',
      call: ([value]) => fromText(hclText(scalarText('quote_hcl', value ?? ''))),
    }),
  ],
};

function decodeBase64(text: string): string {
  const compact = text.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(compact)) throw new ArgumentError('base64_decode: this is not base64');
  const bytes = Buffer.from(compact, 'base64');
  const decoded = bytes.toString('utf8');
  if (!Buffer.from(decoded).equals(bytes))
    throw new ArgumentError('base64_decode: what it stands for is no text');
  return decoded;
}

/**
 * A text as a string of HCL, quotes included.
 * `${` and `%{` start interpolations. Their first character is written as a Unicode escape, which HCL 1
 * (Vault, OpenBao) and HCL 2 read alike; the `$${` of HCL 2 would stay doubled in HCL 1.
 * @see https://github.com/hashicorp/hcl/blob/v1.0.0/hcl/strconv/quote.go
 */
export function hclText(text: Text): Text {
  const parts: (string | Secret)[] = [];
  text.forEach((part, index) => {
    const plain = part instanceof Secret ? part.reveal() : part;
    const next = text[index + 1];
    const following = next instanceof Secret ? next.reveal() : (next ?? '');
    const written = escapeHcl(plain, following.startsWith('{'));
    parts.push(part instanceof Secret ? new Secret(part.name, written) : written);
  });
  return joinTexts([['"'], parts, ['"']]);
}

function escapeHcl(text: string, beforeBrace: boolean): string {
  const marks = beforeBrace ? /[$%](?=\{|$(?![\s\S]))/g : /[$%](?=\{)/g;
  return text
    .replace(/["\\\p{Cc}\u2028\u2029]/gu, (character) => {
      if (character === '"' || character === '\\') return `\\${character}`;
      const short = {'\n': '\\n', '\r': '\\r', '\t': '\\t'}[character];
      return short ?? unicodeEscape(character);
    })
    .replace(marks, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** @throws ArgumentError for a text that was cut within a character, which has no bytes */
function urlEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw new ArgumentError('url_encode: the text was cut in the middle of a character');
  }
}
