import {createHash} from 'node:crypto';
import type {Secret} from '../../text/index.ts';
import {type AgeKeys, createAgeKeys, openAgeText} from './age-keys.ts';
import type {createGpg} from './gpg.ts';
import type {KeySources} from './keys.ts';
import type {Opener, Opening, Sealed} from './sealed.ts';
import {createVaultKeys} from './vault-keys.ts';

type Kept = Opening & {readonly once?: boolean};

/** What a project keeps encrypted: opened once, however often its files are read. */
export interface Lockbox extends Opener {
  /** Every secret that the last reading found. */
  secrets(): readonly Secret[];
  /** The passphrase that opened something last. */
  passphrase(): string | undefined;
  /** Opens what the last reading could not. @returns whether there was anything: then it is worth reading again */
  unlock(): Promise<boolean>;
}

export function createLockbox(sources: KeySources): Lockbox {
  const opened = new Map<string, Kept>();
  const waiting = new Map<string, Sealed>();
  const told = new Set<string>();
  let secrets: Secret[] = [];
  let open: ReturnType<typeof opening> | undefined;
  return {
    open(sealed) {
      const key = keyOf(sealed);
      const found = opened.get(key);
      if (found === undefined) waiting.set(key, sealed);
      if (found === undefined || 'text' in found || !found.once) return found;
      const again = told.has(found.problem);
      told.add(found.problem);
      return {...found, told: again};
    },
    keep: (secret) => void secrets.push(secret),
    secrets: () => secrets,
    passphrase: () => open?.passphrase(),
    async unlock() {
      if (waiting.size === 0) return false;
      open ??= opening(sources);
      for (const [key, sealed] of waiting) opened.set(key, await open.open(sealed));
      waiting.clear();
      told.clear();
      secrets = [];
      return true;
    },
  };
}

/** Reads something, and reads it again until all that is encrypted in it is open, or cannot be opened. */
export async function readSealed<T>(lockbox: Lockbox, read: (opener: Opener) => T): Promise<T> {
  let result = read(lockbox);
  while (await lockbox.unlock()) result = read(lockbox);
  return result;
}

interface Keys {
  open(sealed: Sealed): Promise<Kept>;
  passphrase(): string | undefined;
}

function opening(sources: KeySources): Keys {
  const vault = createVaultKeys(sources);
  let ageKeys: AgeKeys | undefined;
  let gpg: ReturnType<typeof createGpg> | undefined;
  return {
    passphrase: () => ageKeys?.passphrase(),
    async open({format, bytes, source}) {
      if (format === 'ansible-vault') return vault(Buffer.from(bytes).toString('utf8'), source.file);
      if (format === 'openpgp') {
        gpg ??= (await import('./gpg.ts')).createGpg(sources);
        return gpg(bytes);
      }
      ageKeys ??= createAgeKeys(sources);
      return openAgeText(ageKeys, bytes, source.file);
    },
  };
}

function keyOf({format, bytes}: Sealed): string {
  return createHash('sha256').update(`${format}\0`).update(bytes).digest('base64');
}
