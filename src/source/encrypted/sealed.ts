import type {Source} from '../../errors/index.ts';
import type {Secret} from '../../text/index.ts';
import {utf8Text} from '../utf8.ts';

export type SealedFormat = 'age' | 'ansible-vault';

/** An encrypted text as it stands in a file: all of the file, a value after `!age` or `!vault`, or a message of OpenPGP. */
export interface Sealed {
  readonly format: SealedFormat | 'openpgp';
  /** In armour or not. */
  readonly bytes: Uint8Array;
  readonly source: Source;
}

/** What became of opening it. `told`: nothing more is to be said of it. */
export type Opening =
  | {readonly text: string}
  | {readonly problem: string; readonly hint: string; readonly told?: boolean};

/**
 * Opens what is encrypted while files are read. Reading answers at once, and keys and people do not: so what is not open
 * yet is noted, reading goes on without it, and is done again once it is.
 */
export interface Opener {
  /** Undefined: not open yet. */
  open(sealed: Sealed): Opening | undefined;
  /** Told of every secret that a file turned out to hold. */
  keep(secret: Secret): void;
}

const beginnings: readonly (readonly [string, SealedFormat])[] = [
  ['age-encryption.org/', 'age'],
  ['-----BEGIN AGE ENCRYPTED FILE-----', 'age'],
  ['$ANSIBLE_VAULT;', 'ansible-vault'],
];

/** How bytes are encrypted; undefined when they are not. */
export function sealedFormatOf(bytes: Uint8Array): SealedFormat | undefined {
  const start = Buffer.from(bytes.subarray(0, 80)).toString('latin1').trimStart();
  return beginnings.find(([beginning]) => start.startsWith(beginning))?.[1];
}

/** Whether bytes are encrypted in a way that is known here. */
export function isEncrypted(bytes: Uint8Array): boolean {
  return sealedFormatOf(bytes) !== undefined;
}

/** The text that was encrypted. */
export function textOf(bytes: Uint8Array): Opening {
  const text = utf8Text(bytes);
  return text === undefined
    ? {problem: 'what is encrypted is not text in UTF-8', hint: 'encrypt text only'}
    : {text};
}

/** What a text is encrypted with. */
export type SealTo =
  | {readonly recipients: readonly string[]}
  /** `workFactor`: how hard it is to try another, as a power of two; that of age where nobody says. */
  | {readonly passphrase: string; readonly workFactor?: number};
