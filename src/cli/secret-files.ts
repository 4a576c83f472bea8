import {existsSync, mkdirSync, realpathSync, statSync} from 'node:fs';
import {dirname, join, relative, resolve} from 'node:path';
import {
  isRefusal,
  newIdentityFile,
  openFile,
  openValues,
  refusalOf,
  replaceFile,
  type SealTo,
  sealText,
  utf8Text,
} from '../source/index.ts';
import type {SecretDesk} from './secret-desk.ts';
import type {Terminal} from './terminal.ts';

/** Encrypts a file in place. @returns whether it did */
export async function encryptFile(file: string, desk: SecretDesk): Promise<boolean> {
  const read = await openPlain(file, desk);
  if (read === undefined) return false;
  const to = await desk.sealTo(file);
  if (to === undefined) return false;
  return (
    put(file, await sealText(read, to), desk) &&
    tell(`encrypted ${nameOf(file, desk.terminal)}`, desk.terminal)
  );
}

async function openPlain(file: string, desk: SecretDesk): Promise<string | undefined> {
  const {terminal, refuse, lockbox} = desk;
  const text = terminal.readText(file);
  if (text !== undefined && /^\s*(?:age-encryption\.org\/|-----BEGIN AGE|\$ANSIBLE_VAULT)/.test(text)) {
    const name = nameOf(file, terminal);
    refuse(`${name} is encrypted already\n  hint: vprov secrets rekey ${name} encrypts it anew`);
    return undefined;
  }
  const opened = await openFile(file, lockbox);
  if (!('text' in opened)) {
    refuse(opened);
    return undefined;
  }
  return hasOneName(file, desk, 'readable') ? opened.text : undefined;
}

/**
 * Whether a file has no other names (hard links), which would keep what is there now; else that is told.
 * @param how what it would stay under these
 */
export function hasOneName(file: string, {terminal, refuse}: SecretDesk, how = 'as it is'): boolean {
  if (!existsSync(file) || statSync(file).nlink === 1) return true;
  // Of a link, `find` would look for the link.
  const name = nameOf(realpathSync(file), terminal);
  return refuse(
    `${name} has other names (hard links), and would stay ${how} under these\n  hint: 'find . -samefile ${name}' prints them: remove all but one`,
  );
}

/** Prints a value as it stands in a file of variables. @returns whether it did */
export async function encryptValue(name: string, desk: SecretDesk): Promise<boolean> {
  const {terminal, refuse} = desk;
  const to = await desk.sealTo(join(terminal.cwd, 'value'));
  if (to === undefined) return false;
  const value = await (terminal.readInput?.() ?? terminal.ask?.(`${name}: `, false));
  const given = typeof value === 'object' ? utf8Text(value) : value;
  if (value !== undefined && given === undefined)
    return refuse('the value is not text in UTF-8\n  hint: give it in UTF-8; bytes can be given as base64');
  const [text = '', isCut] = [given?.replace(/\r?\n$/, ''), given?.endsWith('\n') === true];
  if (!text) return refuse('there is no value: give it on standard input, or type it in a terminal');
  const armour = (await sealText(text, to)).trimEnd().replaceAll('\n', '\n  ');
  terminal.stdout.write(`${name}: !age |\n  ${armour}\n`);
  // That of echo is hardly meant; that of a key in PEM may be.
  if (isCut) tell('the line end behind the value was left out; of two, the first is kept', terminal);
  return true;
}

/** Decrypts a file in place, or the values in it. @returns whether it did */
export async function decryptFile(file: string, desk: SecretDesk): Promise<boolean> {
  const opened = await openSealed(file, desk);
  if (opened === undefined || !hasOneName(file, desk)) return false;
  return (
    put(file, opened.plain, desk) &&
    tell(`decrypted ${opened.name}: it is there for everybody to read`, desk.terminal)
  );
}

/** Prints a file, decrypted. @returns whether it did */
export async function viewFile(file: string, desk: SecretDesk): Promise<boolean> {
  const opened = await openSealed(file, desk);
  if (opened === undefined) return false;
  const {plain} = opened;
  const {stdout} = desk.terminal;
  // For people the prompt stands on a line of its own; a file gets what there is, byte for byte.
  stdout.write(plain.endsWith('\n') || !stdout.isTTY ? plain : `${plain}\n`);
  return true;
}

/** Encrypts a file anew, or the values in it, to who may open it now. @returns whether it did */
export async function rekeyFile(file: string, desk: SecretDesk): Promise<boolean> {
  const opened = await openSealed(file, desk);
  if (opened === undefined || !hasOneName(file, desk)) return false;
  const to = await desk.sealTo(file);
  if (to === undefined) return false;
  const sealed = await opened.sealedAnew(to);
  const how = 'passphrase' in to ? 'with a passphrase' : `to ${countOf(to.recipients.length, 'recipient')}`;
  return put(file, sealed, desk) && tell(`encrypted ${opened.name} anew, ${how}`, desk.terminal);
}

interface Opened {
  /** The file, or how many values in it. */
  readonly name: string;
  readonly plain: string;
  readonly sealedAnew: (to: SealTo) => Promise<string>;
}

/** A file that is encrypted as a whole, or that has encrypted values. What cannot be opened is told. */
async function openSealed(file: string, desk: SecretDesk): Promise<Opened | undefined> {
  const {terminal, lockbox} = desk;
  const opened = await openFile(file, lockbox);
  const refused = (why: Parameters<SecretDesk['refuse']>[0]): undefined => void desk.refuse(why);
  if (!('text' in opened)) return refused(opened);
  const {text, format} = opened;
  const name = nameOf(file, terminal);
  if (format !== 'none') return {name, plain: text, sealedAnew: (to) => sealText(text, to)};
  const values = await openValues(text, file, lockbox);
  if (values === undefined) return refused(notEncrypted(file, terminal));
  if (!('plain' in values)) return refused(values);
  return {...values, name: `${countOf(values.count, 'value')} of ${name}`};
}

/** Makes an identity. @param file undefined: it is printed. @returns whether it did */
export async function newIdentity(file: string | undefined, terminal: Terminal): Promise<boolean> {
  const {text, recipient} = await newIdentityFile(terminal.now());
  if (file === undefined) {
    terminal.stdout.write(text);
    return true;
  }
  const path = resolve(terminal.cwd, file);
  if (existsSync(path)) {
    terminal.stderr.write(`error: ${file} is there already, and an identity is not replaced\n`);
    return false;
  }
  try {
    mkdirSync(dirname(path), {recursive: true, mode: 0o700});
    replaceFile(path, text);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    terminal.stderr.write(`error: ${file} cannot be written: ${refusalOf(error)}\n`);
    return false;
  }
  terminal.stdout.write(`${recipient}\n`);
  return true;
}

/** Puts a text into the place of a file, all of it or nothing. @returns whether it did; why not is told */
export function put(file: string, text: string, {terminal, refuse}: SecretDesk): boolean {
  try {
    replaceFile(file, text);
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return refuse(`${nameOf(file, terminal)} cannot be written, and is as it was: ${refusalOf(error)}`);
  }
}

export function countOf(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}

/** What is said of a file that nobody encrypted. */
function notEncrypted(file: string, terminal: Terminal): string {
  const name = nameOf(file, terminal);
  return `${name} is not encrypted\n  hint: vprov secrets encrypt ${name}`;
}

function tell(words: string, {stderr}: Terminal): true {
  stderr.write(`${words}\n`);
  return true;
}

/** A file as it is called from here. */
export function nameOf(file: string, {cwd}: Terminal): string {
  const seen = relative(cwd, file);
  return seen.startsWith('..') ? file : seen;
}
