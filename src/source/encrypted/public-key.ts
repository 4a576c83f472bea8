/** A public key of OpenPGP that a message can be encrypted to now. */
export interface PublicKey {
  /** Of the primary key, in capital letters. */
  readonly fingerprint: string;
  /** Of whom it is, as the key says; empty: it does not say. */
  readonly user: string;
  /** The key without armour. */
  readonly bytes: Uint8Array;
  /** Encrypts a text to it, without armour. */
  seal(text: string): Promise<Uint8Array>;
}

/** Reads a key, in armour or as base64. Resolves with why it is of no use: it is none, or nothing can be encrypted to it any more. */
export async function readPublicKey(
  text: string,
  nowMs: number,
): Promise<PublicKey | {readonly problem: string; readonly hint: string}> {
  const openpgp = await import('openpgp');
  const hint = 'it is what gpg --armor --export NAME prints, one key each';
  if (/BEGIN PGP PRIVATE KEY/.test(text))
    return {problem: 'a private key was given', hint: 'give the public one: gpg --armor --export NAME'};
  try {
    const isArmoured = text.trimStart().startsWith('-----BEGIN');
    const [key, ...more] = isArmoured
      ? await openpgp.readKeys({armoredKeys: text})
      : await openpgp.readKeys({binaryKeys: Buffer.from(text, 'base64')});
    if (!key || more.length > 0)
      return {problem: `${more.length + (key ? 1 : 0)} keys stand in one text`, hint};
    const fingerprint = key.getFingerprint().toUpperCase();
    const date = new Date(nowMs);
    try {
      await key.getEncryptionKey(undefined, date);
    } catch {
      // It has expired, was revoked, or is for signing alone.
      return {
        problem: `nothing can be encrypted to the key ${fingerprint}: it has expired, was revoked, or is for signing alone`,
        hint: 'its owner prolongs it, or makes another',
      };
    }
    return {
      fingerprint,
      user: key.getUserIDs()[0] ?? '',
      bytes: key.write(),
      async seal(plain) {
        const message = await openpgp.createMessage({text: plain});
        return openpgp.encrypt({message, encryptionKeys: key, format: 'binary', date});
      },
    };
  } catch {
    // The library's words are about bytes.
    return {problem: 'what was given is no public key of OpenPGP', hint};
  }
}

/**
 * Whether bytes are a message that is encrypted to a key: its first packet is a session key's.
 * @see https://www.rfc-editor.org/rfc/rfc9580#section-4.2
 */
export function isOpenPgpMessage(bytes: Uint8Array): boolean {
  const [first = 0] = bytes;
  const isNewFormat = (first & 0xc0) === 0xc0;
  const tag = isNewFormat ? first & 0x3f : (first >> 2) & 0x0f;
  return bytes.length > 64 && (first & 0x80) !== 0 && tag === 1;
}
