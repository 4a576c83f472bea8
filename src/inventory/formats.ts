import {readFileSync} from 'node:fs';
import {isEncrypted, type Opener, type Parsed, readYamlFile, standingAt} from '../source/index.ts';
import {inventoryCodes} from './codes.ts';
import {parseIni} from './ini.ts';
import {inventoryOfProgram} from './program.ts';

/**
 * Reads an inventory's file in its form: an executable is run, `.yml`, `.yaml` and `.json` are YAML, `.ini` and what
 * does not look like YAML is INI, of encrypted files by what is in them. Whichever it is, it comes out as the YAML form's groups.
 * @param known groups of the files before
 */
export function readInventoryFile(
  file: string,
  opener: Opener | undefined,
  known: ReadonlySet<string>,
): Parsed {
  const ending = /\.(ya?ml|json|ini)$/i.exec(file)?.[1]?.toLowerCase();
  const isIni = (text: string): boolean => ending === 'ini' || (ending === undefined && !looksLikeYaml(text));
  const otherForm = (text: string): Parsed | undefined =>
    isIni(text) ? withoutContents(parseIni(text, file, known), file) : undefined;
  const encrypted = opener && {opener, whole: true, otherForm};
  if (ending === undefined && isExecutable(file)) return inventoryOfProgram(file);
  const text = ending === undefined || ending === 'ini' ? textOf(file) : undefined;
  if (text === undefined || !isIni(text)) return readYamlFile(file, encrypted);
  return parseIni(text, file, known);
}

/** What is wrong with a decrypted text is told without a word of it. */
function withoutContents({node, diagnostics}: ReturnType<typeof parseIni>, file: string): Parsed {
  const hint = `vprov secrets edit ${file}`;
  const message = `in the decrypted text: ${inventoryCodes.INV013.title}`;
  return {node, diagnostics: diagnostics.map((one) => ({...one, message, hint}))};
}

function isExecutable(file: string): boolean {
  const found = standingAt(file);
  return found?.isFile() === true && (found.mode & 0o111) !== 0;
}

/** Undefined for what the reader of YAML has to say more about: a file that is missing, unreadable, encrypted, not UTF-8. */
function textOf(file: string): string | undefined {
  if (standingAt(file)?.isFile() !== true) return undefined;
  try {
    const bytes = readFileSync(file);
    return isEncrypted(bytes) ? undefined : new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The first line that says anything is a document's start, a key with nothing or a map behind it, or a map in braces. */
function looksLikeYaml(text: string): boolean {
  const first = text.split('\n').find((line) => !/^\s*([#;].*)?$/.test(line));
  return first !== undefined && /^(---|%YAML|\{|['"]?[\w.-]+['"]?:(\s|$))/.test(first);
}
