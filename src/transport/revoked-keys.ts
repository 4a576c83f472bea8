import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import {TransportError} from './contract.ts';

/** The keys that a file of `RevokedHostKeys` takes back, each as `ALGORITHM:HEX` of its hash. */
export type RevokedKeys = ReadonlySet<string>;

/** @param blob the public key as on the wire */
export function isRevoked(revoked: RevokedKeys, blob: Buffer): boolean {
  return algorithms.some((algorithm) => revoked.has(hashOf(algorithm, blob)));
}

/**
 * Reads a file of revoked keys: lines of public keys, or a key revocation list of ssh-keygen. What such a list says of
 * certificates is left to the system's ssh, which alone checks those.
 * @throws TransportError `host-key` when it cannot be read: then no host is to be trusted, as with ssh
 * @see ssh_config(5), RevokedHostKeys
 */
export async function readRevokedKeys(file: string, hostName: string): Promise<RevokedKeys> {
  try {
    const bytes = await readFile(file);
    return bytes.subarray(0, magic.length).equals(magic) ? ofList(bytes) : ofLines(bytes.toString('utf8'));
  } catch (error) {
    throw new TransportError(
      'host-key',
      `cannot read the revoked host keys for ${hostName}: ${error instanceof Error ? error.message : file}`,
      "correct RevokedHostKeys in ssh's configuration: while its file cannot be read, no key is trusted",
      {cause: error},
    );
  }
}

const algorithms = ['sha1', 'sha256'] as const;

function hashOf(algorithm: (typeof algorithms)[number], blob: Buffer): string {
  return `${algorithm}:${createHash(algorithm).update(blob).digest('hex')}`;
}

/** Comments and what is no key are passed over; options before a key, too. */
function ofLines(text: string): RevokedKeys {
  const keys = text.split('\n').flatMap((line) => {
    if (line.trim().startsWith('#')) return [];
    const base64 = /(?:^|\s)(?:ssh-|ecdsa-|sk-)\S+\s+(AAAA\S+)/.exec(line)?.[1];
    return base64 === undefined ? [] : [hashOf('sha256', Buffer.from(base64, 'base64'))];
  });
  return new Set(keys);
}

const magic = Buffer.from('SSHKRL\n\0');

/** Version (4 bytes), the list's own version, date and flags (8 each). */
const headerLength = magic.length + 4 + 3 * 8;

/** Of a section's contents: each a string of SSH's wire format. @see PROTOCOL.krl */
const sections: Readonly<Record<number, (entry: Buffer) => string>> = {
  2: (key) => hashOf('sha256', key),
  3: (digest) => `sha1:${digest.toString('hex')}`,
  5: (digest) => `sha256:${digest.toString('hex')}`,
};

function ofList(bytes: Buffer): RevokedKeys {
  const revoked = new Set<string>();
  let offset = headerLength;
  /** What is reserved, and a comment. */
  for (let skipped = 0; skipped < 2; skipped++) offset += 4 + bytes.readUInt32BE(offset);
  while (offset < bytes.length) {
    const entryOf = sections[bytes.readUInt8(offset)];
    const section = stringAt(bytes, offset + 1);
    offset += 1 + 4 + section.length;
    if (!entryOf) continue;
    for (let at = 0; at < section.length; ) {
      const entry = stringAt(section, at);
      revoked.add(entryOf(entry));
      at += 4 + entry.length;
    }
  }
  return revoked;
}

function stringAt(bytes: Buffer, offset: number): Buffer {
  const end = offset + 4 + bytes.readUInt32BE(offset);
  if (end > bytes.length) throw new Error('the key revocation list ends too early');
  return bytes.subarray(offset + 4, end);
}
