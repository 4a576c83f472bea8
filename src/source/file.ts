import {type Diagnostic, errorDiagnostic, type Source} from '../errors/index.ts';
import {sourceCodes} from './codes.ts';
import {type Opener, type SealedFormat, sealedFormatOf} from './encrypted/sealed.ts';
import {decryptedNode} from './encrypted/values.ts';
import type {KeptDocuments} from './kept-documents.ts';
import {isRefused, type Refused, readLocalBytes, textOf} from './local-file.ts';
import type {Node} from './node.ts';
import {type Parsed, parseYaml} from './yaml.ts';

/** What of a file may be encrypted: single values (`inside`), or all of it as well (`whole`). */
export interface MayBeEncrypted {
  readonly opener: Opener;
  readonly whole: boolean;
  /**
   * Reads a decrypted text that is no YAML, as plain as if it had not been encrypted; undefined where it is YAML. Its
   * diagnostics must have nothing of the text: its lines are secrets.
   */
  readonly otherForm?: ((text: string) => Parsed | undefined) | undefined;
}

/**
 * Reads a YAML file in UTF-8. Never throws: a file that is missing or cannot be read is a diagnostic.
 * @param encrypted without it, nothing in the file may be encrypted
 * @param documents what the file came to before
 * @param namedAt where the file is named: what cannot be read is a mistake there
 */
export function readYamlFile(
  file: string,
  encrypted?: MayBeEncrypted,
  documents?: Pick<KeptDocuments, 'recall'>,
  namedAt?: Source,
): Parsed {
  const bytes = readLocalBytes(file);
  if (isRefused(bytes)) return notRead(bytes, namedAt);
  const format = sealedFormatOf(bytes);
  if (format !== undefined) return readEncrypted(file, bytes, format, encrypted);
  const text = textOf(bytes, file);
  if (isRefused(text)) return notRead(text, namedAt);
  const read = (): Parsed => parseYaml(text, file, {opener: encrypted?.opener});
  return documents ? documents.recall(file, text, read) : read();
}

function notRead(refused: Refused, namedAt: Source | undefined): Parsed {
  return {node: undefined, diagnostics: [refusedFile(refused, namedAt)]};
}

/** A file that cannot be read, as a mistake: where it is named, and of what is no text, in the file. */
export function refusedFile({file, refused, reason, at}: Refused, namedAt: Source | undefined): Diagnostic {
  if (at) {
    const source = {file, ...at, length: 1};
    const related = namedAt && [{message: 'named here', source: namedAt}];
    const hint = 'save it as UTF-8';
    return errorDiagnostic(sourceCodes, 'SRC002', 'the file is not UTF-8', {source, hint, related});
  }
  const code = refused === 'too large' ? 'SRC009' : 'SRC001';
  return errorDiagnostic(sourceCodes, code, `cannot read ${file}: ${reason}`, {source: namedAt});
}

function readEncrypted(
  file: string,
  bytes: Buffer,
  format: SealedFormat,
  encrypted: MayBeEncrypted | undefined,
): Parsed {
  if (!encrypted?.whole) {
    const hint = "files of variables may be encrypted as a whole; here, single values after '!age'";
    return unread('SRC014', file, `this file is encrypted with ${format}, and cannot be`, hint);
  }
  const source = {file, line: 1, column: 1};
  const opening = encrypted.opener.open({format, bytes, source});
  if (opening === undefined) return {node: undefined, diagnostics: []};
  if ('text' in opening) return parseDecrypted(opening.text, file, encrypted);
  if (opening.told) return {node: undefined, diagnostics: []};
  return unread('SRC012', file, `the file cannot be read: ${opening.problem}`, opening.hint);
}

function parseDecrypted(text: string, file: string, {opener, otherForm}: MayBeEncrypted): Parsed {
  const other = otherForm?.(text);
  if (!other) return withoutContents(parseYaml(text, file, {opener, whole: true}), file);
  const diagnostics = [...other.diagnostics];
  const report = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic);
  const node = other.node && asDecrypted(other.node, '', {opener, report});
  return {node, diagnostics};
}

type Decryption = Pick<Parameters<typeof decryptedNode>[1], 'opener' | 'report'>;

/** What was read from a decrypted text, its values as secrets. */
function asDecrypted(node: Node, name: string, how: Decryption): Node {
  switch (node.type) {
    case 'scalar':
      return decryptedNode(node, {...how, name});
    case 'list':
      return {...node, items: node.items.map((item) => asDecrypted(item, name, how))};
    case 'map': {
      const entries = node.entries.map((one) => ({...one, value: asDecrypted(one.value, one.key, how)}));
      return {...node, entries};
    }
  }
}

/** What is wrong with a decrypted text is told without a word of it: its lines are secrets. */
function withoutContents({node, diagnostics, ...more}: Parsed, file: string): Parsed {
  return {
    ...more,
    node,
    diagnostics: diagnostics.map(({code, severity, message, source}): Diagnostic => {
      if (severity === 'warning') return {code, severity, message, ...(source ? {source} : {})};
      const title = code in sourceCodes ? sourceCodes[code as keyof typeof sourceCodes].title : code;
      const hint = `vprov secrets edit ${file}`;
      return {code, severity, message: `in the decrypted text: ${title}`, hint, ...(source ? {source} : {})};
    }),
  };
}

function unread(code: 'SRC012' | 'SRC014', file: string, message: string, hint: string): Parsed {
  const source = {file, line: 1, column: 1, length: 1};
  return {node: undefined, diagnostics: [errorDiagnostic(sourceCodes, code, message, {source, hint})]};
}
