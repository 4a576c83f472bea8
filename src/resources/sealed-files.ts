import type {Secret} from '../text/index.ts';

/** Why a sealed file cannot be opened or written. */
export interface SealedProblem {
  readonly problem: string;
  readonly hint?: string;
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
  /** From now on it is shown nowhere. */
  keep(secret: Secret): void;
}
