import {
  isSchemaFile,
  isSecretName,
  mayNameSecret,
  type Source,
  withheld,
  withoutAddressSecrets,
} from '../errors/index.ts';
import {columnOf, isPrivateDefault} from './hushed.ts';
import type {ReadLine} from './reporter.ts';

/** A line of a file, which decides what is a secret in it. */
export interface Line {
  readonly file: string;
  readonly number: number;
  readonly text: string;
  /** Those that stand before secrets, too, beside the usual ones. */
  readonly secretNames?: readonly string[] | undefined;
}

/** A line as it may be quoted: a plain password in a vars file is not shown because something beside it is wrong. */
export function withoutSecrets(line: Line, readLine: ReadLine): string {
  const shown = withoutAddressSecrets(line.text);
  const [value] = harmful({...line, text: shown}, readLine);
  if (value === undefined) return shown;
  const [quote = ''] = /^["']/.exec(value.text) ?? [];
  return shown.slice(0, value.start) + quote + withheld + quote;
}

/** The values that `withoutSecrets` does not show. What a role's schema says of a secret is none. */
export function valuesWithheld(line: Line, readLine: ReadLine): readonly string[] {
  if (isSchemaFile(line.file)) return [];
  return harmful(line, readLine).map(({sign, start, text}) =>
    writtenValue(text, sign, /[[{]/.test(line.text.slice(0, start))),
  );
}

/** A value as a mistake may quote it: without its quotes and what YAML sees in its first character, and its words. */
export function formsOf(value: string): readonly string[] {
  const words = value.split(/\s+/).map(bare);
  return [value, bare(value), ...words.filter((word) => word.length > 3)].sort((a, b) => b.length - a.length);
}

function bare(text: string): string {
  return text.replaceAll(/^[!"&'*,:>[{|]+|[\]"',:}]+$/g, '');
}

/** The value at the beginning of a text: what comes behind it may be somebody else's. */
export function writtenValue(text: string, sign: string, isFlow: boolean): string {
  const [, quote, quoted] = /^(["'])(.*?)\1/.exec(text) ?? [];
  if (quote !== undefined && quoted !== undefined) return quoted;
  if (sign === '=') return text.replace(/\s.*$/s, '');
  return (isFlow ? text.replace(/[,}\]].*$/s, '') : text).trim();
}

interface SecretValue {
  /** `:` or `=`; '' where it was left out. */
  readonly sign: string;
  readonly start: number;
  /** All that follows in the line. */
  readonly text: string;
}

function harmful(line: Line, readLine: ReadLine): readonly SecretValue[] {
  const {file, number, text, secretNames} = line;
  const isHidden = isPrivateDefault(readLine, file, number, secretNames);
  const values = [...secretValues(text, isHidden, secretNames), ...valuesWithoutSign(line)];
  return values.filter(({text}) => text !== '' && !isHarmless(text));
}

type Names = readonly string[];

function isSecret(name: string, names: Names): boolean {
  return isSecretName(name) || names.includes(name);
}

function mayName(text: string, names: Names): boolean {
  return mayNameSecret(text) || names.some((name) => text.includes(name));
}

/** The values in a line that stand behind the name of a secret. @param ofPrompt so is `default` */
function secretValues(line: string, ofPrompt = false, names: Names = []): readonly SecretValue[] {
  if (!ofPrompt && !mayName(line, names)) return [];
  return [...line.matchAll(/(?<![\w.-])([\w.-]+)["']?\s*([:=])\s*/g)].flatMap((found) => {
    const [all, name = '', sign = ''] = found;
    const start = found.index + all.length;
    return isSecret(name, names) || (ofPrompt && name === 'default')
      ? [{sign, start, text: line.slice(start)}]
      : [];
  });
}

/** In an INI file somebody may forget the `=`. */
function valuesWithoutSign({file, text, secretNames = []}: Line): readonly SecretValue[] {
  if (/\.(?:ya?ml|json|hbs|j2)$/.test(file) || !mayName(text, secretNames)) return [];
  return [...text.matchAll(/(?<![^\s])([\w.-]+)\s+(?![\s:=])/g)].flatMap((found) => {
    const [all, name = ''] = found;
    const start = found.index + all.length;
    return isSecret(name, secretNames) ? [{sign: '', start, text: text.slice(start)}] : [];
  });
}

/** Only a template, or one that goes on; the mere head of a block, or a tag that is known; what is withheld already. */
function isHarmless(value: string): boolean {
  return (
    /^["']?\{\{[^}]*(?:\}\}["']?\s*(?:[,}\]#]|\w+=|$)|$)/.test(value) ||
    /^(?:!(?:age|vault)|(?:!\w+\s+)?[|>][\d+-]*)\s*$/.test(value) ||
    value.startsWith('‹')
  );
}

/** The value of a secret that may go on in the lines below. */
interface Open {
  /** The column of the first key of its line: what is deeper belongs to the value. */
  readonly column: number;
  /** Set inside a quoted text: all up to its end belongs to the value. */
  readonly quote: string | undefined;
  /** Of a `key:`, what begins nothing of its own belongs to the value wherever it stands. */
  readonly isLoose: boolean;
}

/**
 * Whether a line belongs to the value of a secret that begins above it: of a block, a folded or quoted text, a list, a
 * map. Seen from the lines alone, since files are quoted that cannot be parsed; in doubt it does.
 */
export function belongsToSecret(
  readLine: ReadLine,
  {file, line, secretNames}: Pick<Source, 'file' | 'line' | 'secretNames'>,
): boolean {
  let open: Open | undefined;
  for (let number = 1; number < line; number++) {
    const text = readLine(file, number);
    if (text === undefined || text.trim() === '') continue;
    open =
      open && belongs(text, open)
        ? {...open, quote: quoteBehind(text, open.quote)}
        : opened(text, isPrivateDefault(readLine, file, number, secretNames), secretNames);
  }
  return open !== undefined && belongs(readLine(file, line) ?? '', open);
}

function belongs(line: string, {column, quote, isLoose}: Open): boolean {
  if (quote !== undefined) return true;
  const indent = columnOf(line);
  const text = line.trimStart();
  if (indent === 0 && /^(?:---|\.\.\.)(?:\s|$)/.test(text)) return false;
  if (indent > column || (indent === column && /^-(?:\s|$)/.test(text))) return true;
  return isLoose && !/^(?:[-?](?:\s|$)|#|["']?[\w./ -]+["']?\s*:(?:\s|$))/.test(text);
}

function opened(line: string, ofPrompt: boolean, names: Names = []): Open | undefined {
  const text = line.trimStart();
  if (text.startsWith('#')) return undefined;
  const [dashes = ''] = /^(?:[-?]\s+)*/.exec(text) ?? [];
  const column = columnOf(line) + dashes.length;
  const [explicit] = dashes.includes('?') ? secretValues(`${text.slice(dashes.length)}:`, false, names) : [];
  if (explicit) return {column: columnOf(line), quote: undefined, isLoose: true};
  const values = secretValues(line, ofPrompt, names);
  if (values.length === 0) return undefined;
  const quote = values.map(quoteLeftOpen).find((one) => one !== undefined);
  return {column, quote, isLoose: values.some(({sign}) => sign === ':')};
}

function quoteLeftOpen({text}: SecretValue): string | undefined {
  const [, quote, rest = ''] = /^(?:[!&]\S*\s+)*(["'])(.*)$/s.exec(text) ?? [];
  return quoteBehind(rest, quote);
}

/** The quote that is open still at the end of a line that is inside of one. */
function quoteBehind(line: string, quote: string | undefined): string | undefined {
  if (quote === undefined) return undefined;
  const end = quote === '"' ? /^(?:[^"\\]|\\.)*"/s : /^(?:[^']|'')*'(?!')/;
  return end.test(line) ? undefined : quote;
}
