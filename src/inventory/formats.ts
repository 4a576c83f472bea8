import {errorDiagnostic, hasError} from '../errors/index.ts';
import {
  isEncrypted,
  isRefused,
  type Opener,
  type Parsed,
  readLocalBytes,
  readYamlFile,
  standingAt,
  utf8Text,
} from '../source/index.ts';
import {inventoryCodes} from './codes.ts';
import {parseIni} from './ini.ts';

type Encryption = NonNullable<Parameters<typeof readYamlFile>[1]>;

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
  if (text !== undefined && ending === 'ini' && looksLikeYaml(text))
    return misnamed(readYamlFile(file, encrypted).node, text, file);
  if (text === undefined || !isIni(text)) return readYaml(file, encrypted, known);
  return parseIni(text, file, known);
}

/** What is INI is only looked for where it is no YAML. */
function readYaml(file: string, encrypted: Encryption | undefined, known: ReadonlySet<string>): Parsed {
  const parsed = readYamlFile(file, encrypted);
  if (parsed.node?.type === 'map' && !hasError(parsed.diagnostics)) return parsed;
  const text = textOf(file);
  return text !== undefined && looksLikeIni(text)
    ? misnamed(parseIni(text, file, known).node, text, file)
    : parsed;
}

/** One form under the name of the other: all lines are wrong then, and one thing is to be mended. */
function misnamed(node: Parsed['node'], text: string, file: string): Parsed {
  const isYaml = looksLikeYaml(text);
  const lines = text.split('\n');
  const line = lines.findIndex((one) => !isRemark(one));
  const source = {file, line: line + 1, column: 1, length: lines[line]?.trimEnd().length ?? 1};
  const [form, stem] = [isYaml ? 'YAML' : 'INI', file.replace(/^.*\//, '').replace(/\.\w+$/, '')];
  const message = `this is an inventory in ${form}, under a name that says ${isYaml ? 'INI' : 'YAML'}`;
  const hint = `call it ${stem}.${isYaml ? 'yml' : 'ini'}`;
  return {node, diagnostics: [errorDiagnostic(inventoryCodes, 'INV013', message, {source, hint})]};
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
  const bytes = readLocalBytes(file);
  if (isRefused(bytes) || isEncrypted(bytes)) return undefined;
  return utf8Text(bytes)?.replace(/^\uFEFF/, '');
}

/** The first line that says anything is a document's start, a key with nothing or a map behind it, or a map in braces. */
function looksLikeYaml(text: string): boolean {
  const first = text.split('\n').find((line) => !isRemark(line));
  return first !== undefined && /^(---|%YAML|\{|['"]?[\w.-]+['"]?:(\s|$))/.test(first);
}

/** The first line that says anything is a header, or a host with variables behind it. */
function looksLikeIni(text: string): boolean {
  const first = text.split('\n').find((line) => !isRemark(line));
  return first !== undefined && /^(\[[^\]]+\]\s*([#;].*)?|[\w.-]+(\s+[\w.-]+=\S*)+)\s*$/.test(first);
}

function isRemark(line: string): boolean {
  return /^\s*([#;].*)?$/.test(line);
}
