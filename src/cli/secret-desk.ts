import {resolve} from 'node:path';
import type {Diagnostic} from '../errors/index.ts';
import {formatDiagnostic} from '../report/index.ts';
import {
  createLockbox,
  keySources,
  type Lockbox,
  type OpenedFile,
  recipientsFor,
  type SealTo,
} from '../source/index.ts';
import {promptAt} from './ask.ts';
import type {KeyFlags} from './playbook-flags.ts';
import {lineReader} from './reporter.ts';
import {type Terminal, wantsColour} from './terminal.ts';

/** To whom something is encrypted. */
export interface SealFlags {
  readonly recipient?: readonly string[];
  readonly recipientsFile?: readonly string[];
  readonly passphrase?: boolean;
}

/** What every command over secrets needs. */
export interface SecretDesk {
  readonly terminal: Terminal;
  readonly lockbox: Lockbox;
  /** Says what is wrong. @returns false, as whoever did not do what was asked */
  refuse(mistake: Diagnostic | string): false;
  /** What a file shall be encrypted with; undefined: that was told to be a mistake. */
  sealTo(file: string, before?: OpenedFile): Promise<SealTo | undefined>;
}

export function createDesk(flags: KeyFlags & SealFlags, terminal: Terminal): SecretDesk {
  const {cwd, environment} = terminal;
  const sources = keySources({
    identityFiles: flags.identity ?? [],
    vaultPasswordFile: flags.vaultPasswordFile,
    environment,
    cwd,
    ask: promptAt(terminal),
  });
  const readLine = lineReader(terminal.readText);
  const refuse: SecretDesk['refuse'] = (mistake) => {
    const look = {colour: wantsColour(terminal, true), cwd, columns: terminal.stderr.columns};
    const text =
      typeof mistake === 'string' ? `error: ${mistake}` : formatDiagnostic(mistake, readLine, look);
    terminal.stderr.write(`${text}\n`);
    return false;
  };
  let chosen: Promise<string | undefined> | undefined;
  return {
    terminal,
    lockbox: createLockbox(sources),
    refuse,
    async sealTo(file, before) {
      const named = flags.recipient ?? [];
      const files = (flags.recipientsFile ?? []).map((one) => resolve(cwd, one));
      if (flags.passphrase) {
        chosen ??= newPassphrase(terminal, refuse);
        const passphrase = await chosen;
        return passphrase === undefined ? undefined : {passphrase};
      }
      if (before?.passphrase !== undefined && named.length + files.length === 0)
        return {passphrase: before.passphrase};
      const {recipients, diagnostics} = await recipientsFor(file, named, files, cwd);
      diagnostics.forEach(refuse);
      return diagnostics.length > 0 ? undefined : {recipients};
    },
  };
}

async function newPassphrase(
  {ask, environment}: Terminal,
  refuse: SecretDesk['refuse'],
): Promise<string | undefined> {
  if (ask === undefined) {
    const given = environment.VPROV_AGE_PASSPHRASE;
    if (!given) refuse('there is no terminal to ask for a passphrase: set VPROV_AGE_PASSPHRASE');
    return given || undefined;
  }
  const first = await ask('new passphrase: ', false);
  if (!first) {
    refuse('no passphrase was typed');
    return undefined;
  }
  if ((await ask('the same again: ', false)) === first) return first;
  refuse('the two are not the same');
  return undefined;
}
