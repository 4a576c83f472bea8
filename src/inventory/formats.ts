import {readFileSync} from 'node:fs';
import {isEncrypted, type Opener, type Parsed, readYamlFile, standingAt} from '../source/index.ts';
import {inventoryCodes} from './codes.ts';
import {parseIni} from './ini.ts';

/** What the programs among inventories say, by their files. */
export type ProgramAnswers = ReadonlyMap<string, Parsed>;

/**
 * Reads an inventory's file in its form: an executable has answered before, `.yml`, `.yaml` and `.json` are YAML, `.ini` and what
 * does not look like YAML is INI, of encrypted files by what is in them. Whichever it is, it comes out as the YAML form's groups.
 * @param answers of the programs
 * @param known groups of the files before
 */
export function readInventoryFile(
  file: string,
  opener: Opener | undefined,
  answers: ProgramAnswers,
  known: ReadonlySet<string>,
): Parsed {
  const answer = answers.get(file);
  if (answer) return answer;
  const ending = endingOf(file);
  const isIni = (text: string): boolean => ending === 'ini' || (ending === undefined && !looksLikeYaml(text));
  const otherForm = (text: string): Parsed | undefined =>
    isIni(text) ? withoutContents(parseIni(text, file, known), file) : undefined;
  const encrypted = opener && {opener, whole: true, otherForm};
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

function endingOf(file: string): string | undefined {
  return /\.(ya?ml|json|ini)$/i.exec(file)?.[1]?.toLowerCase();
}

/** Whether an inventory's file is one to be run: it has an x bit, and is by its name no text. */
export function isProgram(file: string): boolean {
  if (endingOf(file) !== undefined) return false;
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
