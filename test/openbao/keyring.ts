import {execFileSync} from 'node:child_process';
import {cpSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** A keyring of gpg, with an agent of its own. */
export interface Keyring {
  /** What a program runs in to use it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes a key. @returns its public half, in armour */
  newKey(user: string, passphrase?: string): string;
  /** Another keyring, with the secret halves of these alone. */
  holding(...users: readonly string[]): Keyring;
  decrypt(message: Uint8Array): string;
  /** Its agent forgets passphrases. */
  lock(): void;
  remove(): void;
}

/** @param from whose files it begins with */
export function newKeyring(from?: string): Keyring {
  // Short: the agent's socket is in it.
  const home = mkdtempSync(join(tmpdir(), 'gpg-'));
  if (from !== undefined)
    cpSync(from, home, {recursive: true, filter: (file) => !/[/]S[.]|[.]lock$/.test(file)});
  const environment = {GNUPGHOME: home, PATH: process.env.PATH ?? '', HOME: home};
  const gpg = (words: readonly string[], input?: Uint8Array): string =>
    execFileSync('gpg', ['--batch', '--quiet', '--no-tty', '--yes', ...words], {
      env: environment,
      encoding: 'utf8',
      input,
      stdio: 'pipe',
    });
  const users = new Set<string>();
  const keyring: Keyring = {
    environment,
    newKey(user, passphrase = '') {
      users.add(user);
      const words = ['--pinentry-mode', 'loopback', '--passphrase', passphrase];
      gpg([...words, '--quick-generate-key', user, 'future-default', 'default', 'never']);
      return gpg(['--armor', '--export', user]);
    },
    holding(...kept) {
      const other = newKeyring(home);
      for (const user of users) {
        if (kept.includes(user)) continue;
        const listed = gpg(['--with-colons', '--list-keys', user]);
        const [, fingerprint = ''] = /^fpr:+([0-9A-F]+):/m.exec(listed) ?? [];
        execFileSync('gpg', ['--batch', '--yes', '--delete-secret-keys', fingerprint], {
          env: other.environment,
          stdio: 'pipe',
        });
      }
      return other;
    },
    decrypt: (message) => gpg(['--decrypt'], message),
    lock: () => void execFileSync('gpgconf', ['--kill', 'gpg-agent'], {env: environment}),
    remove() {
      keyring.lock();
      rmSync(home, {recursive: true, force: true});
    },
  };
  return keyring;
}
