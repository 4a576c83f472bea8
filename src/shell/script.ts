import {errorDiagnostic, VprovError} from '../errors/index.ts';
import {joinTexts, Secret, type Text, toText} from '../text/index.ts';
import {shellCodes} from './codes.ts';

/**
 * Text that a POSIX sh may run. Made by `sh` (which quotes what is put in) or, in few files, by `rawScript`.
 * Secrets inside stay marked until the bytes leave for the host.
 */
export class Script {
  readonly text: Text;

  constructor(text: Text) {
    this.text = text;
  }
}

type Quotable = string | number | Secret | Script | readonly (string | number | Secret | Script)[];

/**
 * The one way to build shell text: everything interpolated is quoted as one word (a list as several);
 * another `Script` is put in as it is.
 *
 *     sh`chown ${owner} ${path}`
 *
 * Backslashes are the shell's own (`printf '\n'`). Only `\${` loses its backslash: so the shell's own `${` is written.
 */
export function sh(strings: TemplateStringsArray, ...values: readonly Quotable[]): Script {
  const parts: Text[] = [];
  strings.raw.forEach((raw, index) => {
    parts.push(toText(raw.replaceAll('\\${', '${')));
    const value = values[index];
    if (value !== undefined && index < values.length) parts.push(quotable(value));
  });
  return new Script(joinTexts(parts));
}

function quotable(value: Quotable): Text {
  if (value instanceof Script) return value.text;
  if (value instanceof Secret || typeof value !== 'object')
    return quoteText(toText(typeof value === 'number' ? String(value) : value));
  return joinTexts(value.map(quotable), ' ');
}

/**
 * A text as one word of POSIX sh: in single quotes unless it is plainly harmless
 * (`=` is not: as the first word it would assign).
 * @throws VprovError on a NUL, which no shell word can hold: what a host wrote may have one
 * @see POSIX.1-2017, Shell Command Language, 2.2.2 Single-Quotes
 */
export function quote(value: string): string {
  if (value.includes('\0')) throw noWord();
  if (/^[A-Za-z0-9_./:@%+-]+$/.test(value)) return value;
  return `'${escapeQuotes(value)}'`;
}

/** A text with secrets as one quoted word; the secrets stay marked. */
export function quoteText(text: Text): Text {
  if (text.every((part) => typeof part === 'string')) return toText(quote(text.join('')));
  const inner = text.map((part) => {
    const value = typeof part === 'string' ? part : part.reveal();
    if (value.includes('\0')) throw noWord();
    return typeof part === 'string' ? escapeQuotes(part) : new Secret(part.name, escapeQuotes(value));
  });
  return joinTexts([toText("'"), inner, toText("'")]);
}

function noWord(): VprovError {
  return new VprovError(
    errorDiagnostic(shellCodes, 'SHL001', 'there is a NUL in it, which no word of a command can hold', {
      hint: "what a host wrote may have one: take it out there, as by tr -d '\\0'",
    }),
  );
}

function escapeQuotes(value: string): string {
  return value.replaceAll("'", `'\\''`);
}

/** Shell text as it stands, for preludes kept in files. Whoever calls this vouches for every byte. */
export function rawScript(text: string): Script {
  return new Script(toText(text));
}

/** Scripts one after the other, each on lines of its own. */
export function joinScripts(scripts: readonly Script[], separator = '\n'): Script {
  return new Script(
    joinTexts(
      scripts.map((script) => script.text),
      separator,
    ),
  );
}
