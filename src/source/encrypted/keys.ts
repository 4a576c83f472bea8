import {join, resolve} from 'node:path';
import type {Secret} from '../../text/index.ts';
import {isRefused, readHandedBytes} from '../local-file.ts';

/** What only a person can tell while files are opened. `again`: the answer before was not the right one. */
export type SecretQuestion =
  | {readonly type: 'age-passphrase'; readonly file: string; readonly again: boolean}
  | {readonly type: 'vault-password'; readonly file: string; readonly again: boolean}
  | {readonly type: 'openpgp-passphrase'; readonly key: string; readonly again: boolean};

/** Undefined: there is no answer, and none is to be had by asking again. */
export type AskSecret = (question: SecretQuestion) => Promise<Secret | undefined>;

/** What encrypted files are opened with, before any of it is read. */
export interface KeySources {
  /** Of age, as `age-keygen` writes them; each may itself be encrypted with a passphrase. */
  readonly identityFiles: readonly string[];
  /** Whether somebody named these files, so that a missing one is a mistake. */
  readonly named: boolean;
  readonly passphrase?: string;
  readonly vaultPassword?: string;
  readonly vaultPasswordFile?: string;
  /** Of a key that gpg has. */
  readonly gpgPassphrase?: string;
  /** What gpg runs in. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly ask?: AskSecret;
}

export interface KeyOptions {
  /** `--identity`, as typed. */
  readonly identityFiles?: readonly string[];
  /** `--vault-password-file`, as typed. */
  readonly vaultPasswordFile?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly ask?: AskSecret | undefined;
}

/** Options are stronger than the environment, and that than the usual place, `~/.config/vprov/identity.txt`. */
export function keySources(options: KeyOptions): KeySources {
  const {environment, cwd, ask} = options;
  const named = options.identityFiles?.length
    ? options.identityFiles
    : (environment.VPROV_IDENTITY ?? '').split(':').filter((file) => file !== '');
  const passwordFile =
    options.vaultPasswordFile ??
    environment.VPROV_VAULT_PASSWORD_FILE ??
    environment.ANSIBLE_VAULT_PASSWORD_FILE;
  const passphrase = environment.VPROV_AGE_PASSPHRASE;
  const vaultPassword = environment.VPROV_VAULT_PASSWORD;
  const gpgPassphrase = environment.VPROV_GPG_PASSPHRASE;
  return {
    environment,
    identityFiles: named.length > 0 ? named.map((file) => resolve(cwd, file)) : usualPlace(environment),
    named: named.length > 0,
    ...(passphrase ? {passphrase} : {}),
    ...(vaultPassword ? {vaultPassword} : {}),
    ...(gpgPassphrase ? {gpgPassphrase} : {}),
    ...(passwordFile ? {vaultPasswordFile: resolve(cwd, passwordFile)} : {}),
    ...(ask ? {ask} : {}),
  };
}

function usualPlace({XDG_CONFIG_HOME, HOME}: KeyOptions['environment']): readonly string[] {
  const config = XDG_CONFIG_HOME || (HOME ? join(HOME, '.config') : undefined);
  return config === undefined ? [] : [join(config, 'vprov', 'identity.txt')];
}

/** A file of keys; the reason where it cannot be read. */
export function readKeyFile(file: string): Buffer | {readonly missing: boolean; readonly reason: string} {
  const read = readHandedBytes(file);
  if (!isRefused(read)) return read;
  const missing = read.refused === 'missing';
  return {missing, reason: missing ? 'there is no such file' : read.reason};
}
