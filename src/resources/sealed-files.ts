import type {Secret} from '../text/index.ts';

/** Why a sealed file cannot be opened or written. */
export interface SealedProblem {
  readonly problem: string;
  readonly hint?: string;
}

/** A public key of OpenPGP, of somebody who is to hold something. */
export interface Holder {
  /** Whose key, for people: what the key says of its owner, and its fingerprint. */
  readonly name: string;
  /** The key without armour. */
  readonly key: Uint8Array;
  /** Why a message to it is not opened on this machine; undefined: it is. */
  readonly closed?: SealedProblem;
}

/**
 * Files of this machine that are encrypted to recipients of age. Paths are relative to the folder that vprov runs in.
 * Where no recipients are named, those of the nearest `.age-recipients` are.
 */
export interface SealedFiles {
  /** All of it; undefined: there is no such file. */
  open(file: string): Promise<Secret | SealedProblem | undefined>;
  /** Whether what would be sealed there can be opened here. Nothing is written. */
  prove(file: string, recipients: readonly string[]): Promise<SealedProblem | undefined>;
  /** Writes it whole, and to the disk, once it was seen to open again. */
  seal(file: string, text: Secret, recipients: readonly string[]): Promise<SealedProblem | undefined>;
  /** The same for what is no text, without armour; the keys were seen to open something else that was sealed so. */
  sealBytes(
    file: string,
    bytes: Uint8Array,
    recipients: readonly string[],
  ): Promise<SealedProblem | undefined>;
  /** Writes what is no secret, as durably. */
  note(file: string, text: string): Promise<SealedProblem | undefined>;
  /** What was noted; undefined: nothing is. */
  noted(file: string): Promise<string | SealedProblem | undefined>;
  remove(file: string): Promise<SealedProblem | undefined>;
  /** What a message of OpenPGP says, opened with a key that this machine has. @param name of what is in it */
  openMessage(message: Uint8Array, name: string): Promise<Secret | SealedProblem>;
  /** Whose public keys these are, in armour or base64, each tried by a message to it; or why one of them is of no use. */
  holdersOf(keys: readonly string[], nowMs: number): Promise<readonly Holder[] | SealedProblem>;
  /** From now on it is shown nowhere. */
  keep(secret: Secret): void;
}
