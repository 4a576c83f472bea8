import {existsSync, realpathSync, statSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {type Diagnostic, errorDiagnostic, type Source} from '../../errors/index.ts';
import {sourceCodes} from '../codes.ts';
import {refusedFile} from '../file.ts';
import {isRefused, readHandedText} from '../local-file.ts';

const usualName = '.age-recipients';

/** To whom a file is encrypted: recipients of age (`age1…`), each once. */
export interface Recipients {
  readonly recipients: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The recipients that are named, or else those of the nearest file `.age-recipients`: in the folder of the file that is
 * encrypted, or above it. Above the folder that vprov runs in only as far as nobody else may write: whoever may put a file
 * there could open what is encrypted.
 * @param named `age1…`, each as typed
 * @param files of recipients, one a line, `#` begins a comment
 */
export async function recipientsFor(
  encrypted: string,
  named: readonly string[],
  files: readonly string[],
  cwd: string,
): Promise<Recipients> {
  const {isRecipient} = await import('./age.ts');
  const isNamed = named.length + files.length > 0;
  const usual = isNamed ? undefined : nearestFile(folderOf(encrypted), cwd);
  const all = usual === undefined ? files : [usual];
  const read = all.map((file) => ({file, text: readHandedText(file)}));
  const diagnostics: Diagnostic[] = read.flatMap(({text}) =>
    isRefused(text) ? [refusedFile(text, undefined)] : [],
  );
  const written: readonly Written[] = [
    ...named.map((text) => ({text})),
    ...read.flatMap(({file, text}) => (isRefused(text) ? [] : linesOf(file, text))),
  ];
  const wrong = written.filter(({text}) => !isRecipient(text)).map(wrongRecipient);
  const recipients = new Set(written.map(({text}) => text));
  if (recipients.size === 0 && diagnostics.length === 0) diagnostics.push(nobody(encrypted, usual));
  return {recipients: [...recipients], diagnostics: [...diagnostics, ...wrong]};
}

/** A recipient as it was typed, or stands in a file. */
interface Written {
  readonly text: string;
  readonly source?: Source;
}

function linesOf(file: string, contents: string): readonly Written[] {
  return contents.split(/\r?\n/).flatMap((line, index) => {
    const text = line.replace(/#.*/, '').trim();
    const source = {file, line: index + 1, column: line.indexOf(text) + 1, length: text.length};
    return text === '' ? [] : [{text, source}];
  });
}

/** Where the file is, not a link to it: who may read it must not depend on the name that it is called by. */
function folderOf(file: string): string {
  return dirname(existsSync(file) ? realpathSync(file) : file);
}

function nearestFile(from: string, cwd: string): string | undefined {
  const ends = [resolve(cwd), realpathSync(cwd)];
  let isAbove = false;
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    if (isAbove && !isOwn(directory)) return undefined;
    const file = join(directory, usualName);
    if (existsSync(file)) return file;
    if (directory === dirname(directory)) return undefined;
    isAbove ||= ends.includes(directory);
  }
}

/** Whether it is this user's, or root's, and nobody else may write to it. */
function isOwn(directory: string): boolean {
  const {uid, mode} = statSync(directory);
  return (uid === process.getuid?.() || uid === 0) && (mode & 0o022) === 0;
}

function wrongRecipient({text: recipient, source}: Written): Diagnostic {
  const isIdentity = recipient.startsWith('AGE-SECRET-KEY');
  const message = isIdentity
    ? 'an identity stands where a recipient belongs: it opens files, and must be kept secret'
    : `'${recipient.slice(0, 20)}${recipient.length > 20 ? '…' : ''}' is no recipient of age`;
  const hint = recipient.startsWith('ssh-')
    ? 'keys of ssh are not supported: vprov secrets keygen makes a key of age'
    : 'a recipient begins with age1; vprov secrets keygen prints that of a new identity';
  return errorDiagnostic(sourceCodes, 'SRC016', message, {source, hint});
}

function nobody(encrypted: string, usual: string | undefined): Diagnostic {
  return errorDiagnostic(sourceCodes, 'SRC016', 'nobody could open it: there are no recipients', {
    source: {file: usual ?? encrypted, line: 1, column: 1},
    hint: `name one with -r age1…, write them into a file ${usualName}, one a line, or encrypt with a passphrase: -p`,
  });
}
