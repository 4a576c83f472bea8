import {accessSync, constants} from 'node:fs';
import {delimiter, join} from 'node:path';
import type {ConnectOptions} from './contract.ts';
import {hungUpLine} from './hangup.ts';
import {namedKey, wayArguments} from './openssh-arguments.ts';
import {hopsCommand} from './openssh-hops.ts';
import {optionWords, quotedValue} from './ssh-arguments.ts';
import {readSshConfig} from './ssh-config.ts';
import {type Environment, targetOf} from './target.ts';

/**
 * The arguments by which the system's ssh opens a terminal on a host as the inventory says, or a command there.
 * Undefined where it cannot be told so: a password, unless there is a ProxyCommand.
 * Host keys are checked as strictly as everywhere.
 * @param command instead of the login shell; the host's shell reads it
 * @param atTerminal whether there is a terminal here; without one the command gets none, and ends with the connection all the same
 * @see ssh(1)
 * @throws TransportError when ssh's configuration or the way cannot be read, or the way goes in a circle
 */
export async function interactiveArguments(
  options: ConnectOptions,
  environment: Environment,
  command?: string,
  atTerminal = true,
): Promise<readonly string[] | undefined> {
  const {host, user, port, password, knownHostsFile, sshConfigFile, sshOptions, proxyJump} = options;
  if (!isInstalled('ssh', environment)) return undefined;
  const settings = await readSshConfig(options);
  const target = targetOf(options, settings, environment);
  // A ProxyCommand is for the system's ssh alone: whoever sits there types the password.
  if (password !== undefined && target.proxyCommand === undefined) return undefined;
  const hops = await hopsCommand(target, options, environment, true);
  const {timeoutMs, acceptsNewKeys} = target;
  const set: Readonly<Record<string, string>> = {
    ConnectTimeout: String(Math.max(1, Math.ceil(timeoutMs / 1000))),
    // `no` in ssh's configuration would let a changed key pass, too.
    StrictHostKeyChecking: acceptsNewKeys ? 'accept-new' : 'yes',
    ...namedKey(target),
    ...(knownHostsFile === undefined
      ? {}
      : {UserKnownHostsFile: quotedValue(knownHostsFile), GlobalKnownHostsFile: '/dev/null'}),
  };
  return [
    ...(sshConfigFile === undefined ? [] : ['-F', sshConfigFile]),
    ...Object.entries(set).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...wayArguments(target, proxyJump, hops),
    ...optionWords(sshOptions),
    ...(command === undefined ? [] : [atTerminal ? '-t' : '-T']),
    '--',
    host,
    ...(command === undefined ? [] : [atTerminal ? command : hungUpLine(command)]),
  ];
}

function isInstalled(program: string, {PATH = ''}: Environment): boolean {
  return PATH.split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      // Not in this directory.
      return false;
    }
  });
}
