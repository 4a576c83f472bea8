const magic = 'openssh-key-v1\0';

/**
 * The public key of a private key in OpenSSH's own format, where it stands in clear even when the private part is
 * encrypted; as a line `TYPE BASE64`.
 * @see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
export function publicKeyOf(text: string): string | undefined {
  const base64 = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)-----END OPENSSH PRIVATE KEY-----/.exec(
    text,
  )?.[1];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  if (!bytes.toString('latin1', 0, magic.length).startsWith(magic)) return undefined;
  let offset = magic.length;
  /** A string of SSH's wire format: its length, then its bytes. */
  const next = (): Buffer | undefined => {
    if (offset + 4 > bytes.length) return undefined;
    const end = offset + 4 + bytes.readUInt32BE(offset);
    if (end > bytes.length) return undefined;
    const value = bytes.subarray(offset + 4, end);
    offset = end;
    return value;
  };
  // Cipher, key derivation and its options; then the number of keys.
  if (!next() || !next() || !next()) return undefined;
  offset += 4;
  const blob = next();
  const type = blob && blob.length > 4 ? blob.toString('latin1', 4, 4 + blob.readUInt32BE(0)) : undefined;
  return blob && type ? `${type} ${blob.toString('base64')}` : undefined;
}
