import {Option} from 'commander';
import type {RunOptions} from '../engine/index.ts';
import {Secret} from '../text/index.ts';
import {interruptedExitCode} from './interruption.ts';
import type {Terminal} from './terminal.ts';

export interface PasswordFlags {
  readonly askPass?: boolean;
  readonly askBecomePass?: boolean;
}

export function askPassOption(): Option {
  return new Option(
    '-k, --ask-pass',
    'ask for the password to log in with, for hosts of which none is known',
  );
}

export function askBecomePassOption(): Option {
  return new Option(
    '-K, --ask-become-pass',
    'ask for the password of sudo, su or doas, for hosts of which none is known',
  );
}

/** The exit code of a command that has no password that it was to ask for. */
export function withoutPassword({interruption: {signal}}: Terminal): number {
  return signal.aborted ? interruptedExitCode(signal.reason) : 1;
}

/**
 * The passwords that `-k` and `-K` ask for, once and before anything else.
 * @returns undefined when one is not to be had; that is said
 */
export async function askedPasswords(
  {askPass, askBecomePass}: PasswordFlags,
  {ask, stderr, interruption}: Terminal,
): Promise<Pick<RunOptions, 'password' | 'becomePassword'> | undefined> {
  if (!askPass && !askBecomePass) return {};
  if (!ask) {
    stderr.write(
      'error: there is no terminal to ask for a password at\n  hint: set ssh_password and become_password in the inventory, encrypted or as {{ env "NAME" }}\n',
    );
    return undefined;
  }
  const takeBack = interruption.announce('interrupted; no host was contacted');
  const password = askPass ? await ask('Password to log in with: ', false) : undefined;
  const typed =
    askBecomePass && !interruption.signal.aborted
      ? await ask(`Password of sudo, su or doas${askPass ? ' (the same, if none is typed)' : ''}: `, false)
      : undefined;
  takeBack();
  if (interruption.signal.aborted) return undefined;
  const becomePassword = typed === '' ? password : typed;
  if ((askPass && !password) || (askBecomePass && !becomePassword)) {
    stderr.write('error: no password was typed\n');
    return undefined;
  }
  return {
    ...(password ? {password: new Secret('the password typed', password)} : {}),
    ...(becomePassword ? {becomePassword: new Secret('the password typed for sudo', becomePassword)} : {}),
  };
}
