import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {type Diagnostic, errorDiagnostic} from '../../errors/index.ts';
import {sourceCodes} from '../codes.ts';
import {refusedFile} from '../file.ts';
import {isRefused, readLocalBytes, textOf} from '../local-file.ts';
import type {Lockbox} from './lockbox.ts';
import {type Opening, type SealedFormat, type SealTo, sealedFormatOf} from './sealed.ts';

/** A file that is encrypted as a whole, opened. */
export interface OpenedFile {
  readonly text: string;
  /** `none`: it is not encrypted. */
  readonly format: SealedFormat | 'none';
  /** It is encrypted with this passphrase, and to nobody. */
  readonly passphrase?: string;
}

/** Opens a file, or says why it cannot. */
export async function openFile(file: string, lockbox: Lockbox): Promise<OpenedFile | Diagnostic> {
  const bytes = readLocalBytes(file);
  if (isRefused(bytes)) return refusedFile(bytes, undefined);
  const format = sealedFormatOf(bytes);
  if (format === undefined) return openPlain(file, bytes);
  const sealed = {format, bytes, source: {file, line: 1, column: 1}};
  lockbox.open(sealed);
  await lockbox.unlock();
  const opening = lockbox.open(sealed);
  if (opening !== undefined && 'text' in opening) {
    const passphrase = format === 'age' && (await byPassphrase(bytes)) ? lockbox.passphrase() : undefined;
    return {text: opening.text, format, ...(passphrase === undefined ? {} : {passphrase})};
  }
  const {problem = 'it was not opened', hint} = opening ?? {};
  return errorDiagnostic(sourceCodes, 'SRC012', `the file cannot be read: ${problem}`, {
    source: sealed.source,
    hint,
  });
}

/** Opens a message of OpenPGP, or says why it cannot. */
export async function openMessage(message: Uint8Array, lockbox: Lockbox): Promise<Opening> {
  const source = {file: 'a message of OpenPGP', line: 1, column: 1};
  const sealed = {format: 'openpgp', bytes: message, source} as const;
  lockbox.open(sealed);
  await lockbox.unlock();
  const nothing: Opening = {problem: 'it was not opened', hint: 'run it again'};
  return lockbox.open(sealed) ?? nothing;
}

/** Quotes nothing of it: what shall be encrypted is nothing to show. */
function openPlain(file: string, bytes: Buffer): OpenedFile | Diagnostic {
  const text = textOf(bytes, file);
  if (!isRefused(text)) return {text, format: 'none'};
  const {line, column} = text.at ?? {line: 1, column: 1};
  const hint = `what is none begins at line ${line}, column ${column}: save it as UTF-8, the only encoding that files of variables are read in`;
  return errorDiagnostic(sourceCodes, 'SRC002', `${file} is not text in UTF-8`, {hint});
}

async function byPassphrase(bytes: Uint8Array): Promise<boolean> {
  const {readAge} = await import('./age.ts');
  return readAge(bytes).passphrase;
}

/** Encrypts a text to recipients (`age1…`), or with a passphrase. */
export async function sealText(text: string, to: SealTo): Promise<string> {
  const {sealAge} = await import('./age.ts');
  return sealAge(Buffer.from(text), to);
}

/** Encrypts what is no text, without armour: `age --decrypt` opens it. */
export async function sealBytes(bytes: Uint8Array, to: SealTo): Promise<Uint8Array> {
  const {sealAgeBytes} = await import('./age.ts');
  return sealAgeBytes(bytes, to);
}

/** A new identity as `age-keygen` writes it, and the recipient that belongs to it. */
export async function newIdentityFile(
  nowMs: number,
): Promise<{readonly text: string; readonly recipient: string}> {
  const {newIdentity} = await import('./age.ts');
  const {identity, recipient} = await newIdentity();
  const created = new Date(nowMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return {text: `# created: ${created}\n# public key: ${recipient}\n${identity}\n`, recipient};
}

/**
 * Writes a file so that it is there as it was or as it shall be, whatever happens. A file that is new is its owner's.
 * Where a link stands, what it leads to is written: in place of the link, that would stay as it was.
 * @throws Error of the file system
 */
export function replaceFile(name: string, text: string | Uint8Array): void {
  const file = behindLinks(name);
  const mode = statSync(file, {throwIfNoEntry: false})?.mode ?? 0o600;
  const beside = join(dirname(file), `.${basename(file)}.vprov-${process.pid}`);
  try {
    const fd = openSync(beside, 'wx', mode & 0o777);
    try {
      // Not writeSync: where the disk becomes full in the middle, that writes a part and says nothing.
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, {force: true});
    throw error;
  }
}

/** What links lead to, also where it is not there yet. @throws Error of the file system: links in a circle */
function behindLinks(file: string): string {
  // The system follows them to what is there, and knows a circle.
  if (statSync(file, {throwIfNoEntry: false}) !== undefined) return realpathSync(file);
  const isLink = lstatSync(file, {throwIfNoEntry: false})?.isSymbolicLink();
  return isLink ? behindLinks(resolve(realpathSync(dirname(file)), readlinkSync(file))) : file;
}
