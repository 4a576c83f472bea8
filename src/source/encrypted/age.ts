import {createCipheriv, createDecipheriv, randomBytes, scrypt} from 'node:crypto';
import {
  armor,
  Decrypter,
  Encrypter,
  generateIdentity,
  type Identity,
  identityToRecipient,
  type Recipient,
  Stanza,
} from 'age-encryption';

import type {SealTo} from './sealed.ts';

/*
 * The only file that knows age: loaded when the first encrypted text is met.
 * https://github.com/C2SP/C2SP/blob/main/age.md
 */

/** How a text can be opened, read from its header without any key. */
export interface AgeHeader {
  readonly file: Uint8Array;
  /** By a passphrase, and by nothing else. */
  readonly passphrase: boolean;
  /** The kinds of recipients: `X25519`, `ssh-ed25519`, … */
  readonly kinds: readonly string[];
}

/** Takes the armour off and reads the header. @throws Error when it is damaged */
export function readAge(bytes: Uint8Array): AgeHeader {
  const text = Buffer.from(bytes).toString('latin1');
  const file = text.trimStart().startsWith('-----') ? armor.decode(text) : bytes;
  const [header = ''] = Buffer.from(file).toString('latin1').split('\n--- ', 1);
  const lines = header.split('\n');
  if (lines[0] !== 'age-encryption.org/v1') throw new Error('invalid header');
  const kinds = lines.filter((line) => line.startsWith('-> ')).map((line) => line.split(' ')[1] ?? '');
  if (kinds.length === 0) throw new Error('no recipients');
  return {file, passphrase: kinds.includes('scrypt'), kinds: [...new Set(kinds)]};
}

/** What opens a text: identities as `age-keygen` writes them, or a passphrase. */
export type AgeKey = {readonly identities: readonly string[]} | {readonly passphrase: string};

/**
 * Opens a text; undefined when the key is not for it.
 * @throws Error when it is damaged
 */
export async function openAge({file}: AgeHeader, key: AgeKey): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter();
  if ('passphrase' in key) decrypter.addIdentity(passphraseIdentity(key.passphrase));
  else for (const identity of key.identities) decrypter.addIdentity(identity);
  try {
    return await decrypter.decrypt(file);
  } catch (error) {
    if (error instanceof Error && /no identity matched/.test(error.message)) return undefined;
    throw error;
  }
}

/** Encrypts to recipients (`age1…`) or with a passphrase, in armour. @throws Error for a recipient that is none */
export async function sealAge(text: Uint8Array, to: SealTo): Promise<string> {
  return armor.encode(await sealAgeBytes(text, to));
}

/** The same without armour, which makes a third less of it. */
export async function sealAgeBytes(bytes: Uint8Array, to: SealTo): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  if ('passphrase' in to) encrypter.addRecipient(passphraseRecipient(to.passphrase, to.workFactor));
  else for (const recipient of to.recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(bytes);
}

/** Whether a text is an identity. @returns the recipient that belongs to it */
export async function recipientOf(identity: string): Promise<string | undefined> {
  try {
    return await identityToRecipient(identity);
  } catch {
    // The library says so by throwing.
    return undefined;
  }
}

/** Whether texts can be encrypted to it. */
export function isRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    // The library says so by throwing.
    return false;
  }
}

/** A new identity, and the recipient that belongs to it. */
export async function newIdentity(): Promise<{readonly identity: string; readonly recipient: string}> {
  const identity = await generateIdentity();
  return {identity, recipient: await identityToRecipient(identity)};
}

/** As age itself: a second on a good machine, and 256 MiB. */
const usualWorkFactor = 18;
/** A gigabyte of memory. */
const workFactorLimit = 20;
const saltLabel = Buffer.from('age-encryption.org/v1/scrypt');

/*
 * A passphrase as an identity and as a recipient, with the scrypt of Node: several times as fast as the library's.
 * https://github.com/C2SP/C2SP/blob/main/age.md#the-scrypt-recipient-type
 */

function passphraseIdentity(passphrase: string): Identity {
  return {
    async unwrapFileKey(stanzas: Stanza[]) {
      const stanza = stanzas.find(({args}) => args[0] === 'scrypt');
      if (stanza === undefined) return null;
      const [, salt = '', factor = ''] = stanza.args;
      if (!/^[1-9]\d?$/.test(factor) || Number(factor) > workFactorLimit || stanza.body.length !== 32)
        throw new Error('invalid scrypt stanza');
      return unwrapped(await scryptKey(passphrase, Buffer.from(salt, 'base64'), Number(factor)), stanza.body);
    },
  };
}

function passphraseRecipient(passphrase: string, workFactor = usualWorkFactor): Recipient {
  return {
    async wrapFileKey(fileKey: Uint8Array) {
      const salt = randomBytes(16);
      const key = await scryptKey(passphrase, salt, workFactor);
      const cipher = createCipheriv('chacha20-poly1305', key, Buffer.alloc(12), {authTagLength: 16});
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
      const args = ['scrypt', salt.toString('base64').replace(/=+$/, ''), String(workFactor)];
      return [new Stanza(args, new Uint8Array(body))];
    },
  };
}

function scryptKey(passphrase: string, salt: Uint8Array, logN: number): Promise<Buffer> {
  const N = 2 ** logN;
  return new Promise((resolve, reject) => {
    scrypt(
      passphrase,
      Buffer.concat([saltLabel, salt]),
      32,
      {N, r: 8, p: 1, maxmem: 2048 * N},
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}

/** A file key out of its stanza; null when the key does not fit. */
function unwrapped(key: Buffer, body: Uint8Array): Uint8Array | null {
  const cipher = createDecipheriv('chacha20-poly1305', key, Buffer.alloc(12), {authTagLength: 16});
  cipher.setAuthTag(body.subarray(16));
  const fileKey = cipher.update(body.subarray(0, 16));
  try {
    cipher.final();
    return new Uint8Array(fileKey);
  } catch {
    // That is how Node says that a tag is wrong.
    return null;
  }
}
