import {type Command, Option} from 'commander';
import type {RunOptions} from '../engine/index.ts';
import {promptAt} from './ask.ts';
import {collect, collectNames, count} from './options.ts';
import type {OutputFormat} from './reporter.ts';
import type {Terminal} from './terminal.ts';

/** What `-i` is. */
export const inventoryHelp =
  'inventory, or hosts: a,b, with a comma (repeatable; default: the only file in inventory/)';

/** What opens encrypted files. */
export interface KeyFlags {
  readonly identity?: readonly string[];
  readonly vaultPasswordFile?: string;
}

/** What every command that goes to hosts understands. */
export interface HostFlags extends KeyFlags {
  readonly inventory?: readonly string[];
  readonly limit?: string;
  readonly extraVars?: readonly string[];
  readonly verbose?: number;
  readonly output: OutputFormat;
  readonly color: boolean;
}

/** What every command that reads a playbook understands. */
export interface PlaybookFlags extends HostFlags {
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
}

const usualFormats = {pretty: 'for people', json: 'one JSON event per line'};

/** @param formats of the output, the usual one first */
export function addPlaybookFlags(
  command: Command,
  formats: Readonly<Record<string, string>> = usualFormats,
): Command {
  return addHostFlags(command, formats)
    .option('-t, --tags <tags>', 'only tasks with one of these tags, separated by commas', collectNames)
    .option('--skip-tags <tags>', 'no tasks with one of these tags', collectNames);
}

/** @param formats of the output, the usual one first */
export function addHostFlags(
  command: Command,
  formats: Readonly<Record<string, string>> = usualFormats,
): Command {
  return command
    .option('-i, --inventory <file>', inventoryHelp, collect)
    .option('-l, --limit <pattern>', 'only hosts that match: a name, a group, wall*, a:b, a:!b, a:&b')
    .option(
      '-e, --extra-vars <vars>',
      'variables: key=value, JSON, or @file (repeatable, strongest of all)',
      collect,
    )
    .option('--identity <file>', 'identity of age that opens what is encrypted (repeatable)', collect)
    .option('--vault-password-file <file>', 'holds the password of what ansible-vault encrypted')
    .option('-v, --verbose', 'also show what did not change; -vv: also places and durations', count)
    .addOption(
      new Option('--output <format>', Object.values(formats).join(', or '))
        .choices(Object.keys(formats))
        .default(Object.keys(formats)[0]),
    )
    .option('--no-color', 'no colours (as does the environment variable NO_COLOR)');
}

/** What opens encrypted files: the flags, and the person at the terminal. */
export function keyOptions(
  {identity, vaultPasswordFile}: KeyFlags,
  terminal: Terminal,
): Pick<RunOptions, 'keys' | 'prompt'> {
  const prompt = promptAt(terminal);
  return {
    keys: {identityFiles: identity ?? [], ...(vaultPasswordFile === undefined ? {} : {vaultPasswordFile})},
    ...(prompt ? {prompt} : {}),
  };
}

type Decided = 'mode' | 'diff' | 'forks' | 'detailedExitcode' | 'printProbes' | 'records';

/** The part of the engine's options that these flags and the terminal decide. */
export function sharedOptions(
  playbook: string,
  flags: PlaybookFlags,
  terminal: Terminal,
): Omit<RunOptions, Decided> {
  return {
    playbook,
    tags: flags.tags ?? [],
    skipTags: flags.skipTags ?? [],
    ...hostOptions(flags, terminal),
  };
}

export function hostOptions(
  flags: HostFlags,
  terminal: Terminal,
): Omit<RunOptions, Decided | 'playbook' | 'tags' | 'skipTags'> {
  return {
    inventory: flags.inventory ?? [],
    ...(flags.limit === undefined ? {} : {limit: flags.limit}),
    extraVars: (flags.extraVars ?? []).map((text) => ({text})),
    cwd: terminal.cwd,
    signal: terminal.interruption.signal,
    hardSignal: terminal.interruption.hardSignal,
    now: terminal.now,
    environment: terminal.environment,
    ...keyOptions(flags, terminal),
  };
}
