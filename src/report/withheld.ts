import {isSecretName, mayNameSecret, withoutAddressSecrets} from '../errors/index.ts';
import type {ReadLine} from './reporter.ts';

/** What stands in an excerpt for what nobody may see. */
export const withheld = '‹not shown›';

/** A line as it may be quoted: a plain password in a vars file is not shown because something beside it is wrong. */
export function withoutSecrets(line: string): string {
  const shown = withoutAddressSecrets(line);
  const value = secretValues(shown).find(({text}) => text !== '' && !isHarmless(text));
  if (value === undefined) return shown;
  const [quote = ''] = /^["']/.exec(value.text) ?? [];
  return shown.slice(0, value.start) + quote + withheld + quote;
}

interface SecretValue {
  /** `:` or `=` */
  readonly sign: string;
  readonly start: number;
  /** All that follows in the line. */
  readonly text: string;
}

/** The values in a line that stand behind the name of a secret. */
function secretValues(line: string): readonly SecretValue[] {
  if (!mayNameSecret(line)) return [];
  return [...line.matchAll(/(?<![\w.-])([\w.-]+)["']?\s*([:=])\s*/g)].flatMap((found) => {
    const [all, name = '', sign = ''] = found;
    const start = found.index + all.length;
    return isSecretName(name) ? [{sign, start, text: line.slice(start)}] : [];
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
export function belongsToSecret(readLine: ReadLine, file: string, line: number): boolean {
  let open: Open | undefined;
  for (let number = 1; number < line; number++) {
    const text = readLine(file, number);
    if (text === undefined || text.trim() === '') continue;
    open = open && belongs(text, open) ? {...open, quote: quoteBehind(text, open.quote)} : opened(text);
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

function opened(line: string): Open | undefined {
  const text = line.trimStart();
  if (text.startsWith('#')) return undefined;
  const [dashes = ''] = /^(?:[-?]\s+)*/.exec(text) ?? [];
  const column = columnOf(line) + dashes.length;
  const [explicit] = dashes.includes('?') ? secretValues(`${text.slice(dashes.length)}:`) : [];
  if (explicit) return {column: columnOf(line), quote: undefined, isLoose: true};
  const values = secretValues(line);
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

/** Where the text of a line begins; a tab goes as far as it may. */
function columnOf(line: string): number {
  const [space = ''] = /^\s*/.exec(line) ?? [];
  return space.replaceAll('\t', ' '.repeat(8)).length;
}
