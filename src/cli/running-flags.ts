import type {Command} from 'commander';
import type {RunOptions} from '../engine/index.ts';
import {forksOption} from './options.ts';
import {askBecomePassOption, askedPasswords, askPassOption, type PasswordFlags} from './passwords.ts';
import type {Terminal} from './terminal.ts';

/** What every command understands that brings hosts to a state, or says what that would change. */
export interface RunningFlags extends PasswordFlags {
  readonly diff?: boolean;
  readonly verify?: boolean;
  readonly forks: number;
}

export function addRunningFlags(command: Command): Command {
  return command
    .option('-D, --diff', 'show the differences in the contents of files')
    .option('--verify', 'read large files again, also those whose checksum a host remembers')
    .addOption(forksOption())
    .addOption(askPassOption())
    .addOption(askBecomePassOption());
}

/**
 * The part of the engine's options that these flags decide; passwords are asked for.
 * @returns undefined when a password is not to be had; that is said
 */
export async function runningOptions(
  flags: RunningFlags,
  terminal: Terminal,
): Promise<Pick<RunOptions, 'diff' | 'verify' | 'forks' | 'password' | 'becomePassword'> | undefined> {
  const passwords = await askedPasswords(flags, terminal);
  return (
    passwords && {...passwords, diff: flags.diff === true, verify: flags.verify === true, forks: flags.forks}
  );
}
