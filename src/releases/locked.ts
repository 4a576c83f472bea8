import {basename} from 'node:path';
import {type BuildName, type CachedProgram, cachedProgram, digestOf} from './cache.ts';
import {ReleaseTrouble} from './trouble.ts';

/** What `vprov.lock` says of a program, as far as anything is said. */
export interface Locked {
  readonly programSha256?: string;
  readonly programBytes?: number;
  /** Fingerprint of who stands for it; null: nobody but the play's checksum. */
  readonly signer?: string | null;
}

/** What was fetched or proved anew is what the lock file says. @throws ReleaseTrouble */
export function sameAsLocked(
  {sha256, sizeBytes, signer}: Pick<CachedProgram, 'sha256' | 'sizeBytes' | 'signer'>,
  locked: Locked,
  archiveName: string,
): void {
  if (locked.programSha256 !== undefined && locked.programSha256 !== sha256)
    throw new ReleaseTrouble(
      `${archiveName} holds another program than vprov.lock says: ${sha256} instead of ${locked.programSha256}`,
      takeItBack,
      {isOfLock: true},
    );
  sameSize(sizeBytes, locked, `the program in ${archiveName}`);
  // Where the play's checksum alone stands for it, nobody need have signed it.
  if (locked.signer === undefined || signer === null || signer === locked.signer) return;
  throw new ReleaseTrouble(
    `${archiveName} is signed by ${signer}, and vprov.lock says ${locked.signer ?? 'nobody'}`,
    'somebody changed vprov.lock, or another key signs now: compare with the publisher',
    {isOfLock: true},
  );
}

const takeItBack = 'somebody changed vprov.lock: take the committed one back';

/** @param what holds the program, for messages @throws ReleaseTrouble */
export function sameSize(sizeBytes: number, {programBytes = sizeBytes}: Locked, what: string): void {
  if (programBytes === sizeBytes) return;
  throw new ReleaseTrouble(
    `${what} has ${sizeBytes} bytes, and vprov.lock says ${programBytes}`,
    takeItBack,
    {isOfLock: true},
  );
}

/**
 * Whether the size that the lock file says is that of the program in the cache, if it is there: a host is asked for
 * room for it, and would be sent what cannot be whole. Reads the program only where it is not.
 * @throws ReleaseTrouble
 */
export async function checkLockedSize(name: BuildName, locked: Locked, cache: string): Promise<void> {
  const cached = await cachedProgram(name, cache);
  if (!cached || cached.sha256 !== locked.programSha256 || cached.sizeBytes === locked.programBytes) return;
  const {sha256, sizeBytes} = await digestOf(cached.file);
  if (sha256 === cached.sha256) sameSize(sizeBytes, locked, basename(cached.file));
}
