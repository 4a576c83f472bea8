import {Argument, type Command} from 'commander';
import type {ReachOptions} from '../engine/index.ts';
import {visible} from '../report/index.ts';
import {collect, forksOption} from './options.ts';
import {askedPasswords, askPassOption, type PasswordFlags} from './passwords.ts';
import {inventoryHelp, type KeyFlags, keyOptions} from './playbook-flags.ts';
import type {Terminal} from './terminal.ts';

/** What every command understands that goes to hosts without a playbook. */
export interface ReachFlags extends KeyFlags, PasswordFlags {
  readonly inventory?: readonly string[];
  readonly limit?: string;
  readonly extraVars?: readonly string[];
  readonly forks: number;
  readonly color: boolean;
}

/** Which hosts, for commands that go to all of them where nobody says. */
export function hostsArgument(): Argument {
  return new Argument('[pattern]', 'hosts: a name, a group, wall*, a:b, a:!b, a:&b').default('all');
}

/** @param several whether it goes to more than one host */
export function addReachFlags(command: Command, several = true): Command {
  command.option('-i, --inventory <file>', inventoryHelp, collect);
  if (several)
    command.option('-l, --limit <pattern>', 'only hosts that match this, too').addOption(forksOption());
  return command
    .option('-e, --extra-vars <vars>', 'variables: key=value, JSON, or @file (repeatable)', collect)
    .addOption(askPassOption())
    .option('--identity <file>', 'identity of age that opens what is encrypted (repeatable)', collect)
    .option('--vault-password-file <file>', 'holds the password of what ansible-vault encrypted')
    .option('--no-color', 'no colours (as does the environment variable NO_COLOR)');
}

/** @returns undefined when a password was to be asked for and is not to be had; that is said */
export async function reachOptions(
  pattern: string,
  flags: ReachFlags,
  terminal: Terminal,
): Promise<ReachOptions | undefined> {
  const passwords = await askedPasswords(flags, terminal);
  if (!passwords) return undefined;
  return {
    patterns: [pattern, ...(flags.limit === undefined ? [] : [flags.limit])],
    inventory: flags.inventory ?? [],
    extraVars: (flags.extraVars ?? []).map((text) => ({text})),
    cwd: terminal.cwd,
    environment: terminal.environment,
    signal: terminal.interruption.signal,
    onWaiting: (message) => void terminal.stderr.write(`${visible(message)}\n`),
    ...passwords,
    ...keyOptions(flags, terminal),
  };
}
