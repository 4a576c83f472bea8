import {createDecipheriv, createHmac, pbkdf2, timingSafeEqual} from 'node:crypto';
import {promisify} from 'node:util';

const iterations = 10_000;

/** A text of `ansible-vault`, taken apart. */
export interface VaultText {
  readonly salt: Buffer;
  readonly hmac: Buffer;
  readonly ciphertext: Buffer;
}

/**
 * Takes the formats 1.1 and 1.2 apart (1.2 adds a label, which names a password and proves nothing).
 * @returns the reason why it cannot, as the rest of "it …"
 * @see https://docs.ansible.com/ansible/latest/vault_guide/vault_using_encrypted_content.html#ansible-vault-payload-format-1-1-1-2
 */
export function parseVault(text: string): VaultText | string {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const [, version = '', cipher = ''] = header.split(';').map((part) => part.trim());
  if (version !== '1.1' && version !== '1.2')
    return `has the format ${version || 'of no version'}, not 1.1 or 1.2`;
  if (cipher !== 'AES256') return `is encrypted with ${cipher || 'nothing'}, not AES256`;
  const parts = unhex(lines.map((line) => line.trim()).join(''))
    ?.toString('latin1')
    .split('\n');
  const [salt, hmac, ciphertext] = (parts ?? []).map(unhex);
  if (parts?.length !== 3 || !salt || hmac?.length !== 32 || !ciphertext?.length)
    return 'is damaged: its payload is not what ansible-vault writes';
  return {salt, hmac, ciphertext};
}

function unhex(text: string): Buffer | undefined {
  return /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

/** The plaintext; undefined when the password is not the right one, or a byte of it was changed. */
export async function openVault(
  {salt, hmac, ciphertext}: VaultText,
  password: string,
): Promise<Buffer | undefined> {
  const keys = await promisify(pbkdf2)(password, salt, iterations, 80, 'sha256');
  const found = createHmac('sha256', keys.subarray(32, 64)).update(ciphertext).digest();
  if (!timingSafeEqual(found, hmac)) return undefined;
  // Padded as PKCS #7 asks for, though the counter mode would not.
  const cipher = createDecipheriv('aes-256-ctr', keys.subarray(0, 32), keys.subarray(64, 80));
  const padded = Buffer.concat([cipher.update(ciphertext), cipher.final()]);
  return padded.subarray(0, padded.length - (padded.at(-1) ?? 0));
}
