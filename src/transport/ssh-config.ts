import {execFile} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {type ConnectOptions, TransportError} from './contract.ts';
import {abortedError, lastWords} from './failures.ts';
import {parseSshSettings, type SshSettings} from './ssh-settings.ts';

/** A configuration may run programs (`Match exec`), which may hang. */
const readTimeoutMs = 10_000;

/**
 * What ssh's configuration says of a host, as ssh itself understands it: `Include`, `Match` and all. Nothing when there
 * is no configuration: the program is not asked then, which takes longer than many a login.
 * @see ssh(1): -G prints the configuration after evaluating Host and Match blocks
 * @throws TransportError `unreachable` when it cannot be read
 */
export async function readSshConfig(
  options: ConnectOptions,
  when: 'if configured' | 'always' = 'if configured',
): Promise<SshSettings | undefined> {
  const {sshConfigFile: file, hostName, host, user, port, signal} = options;
  if (file === 'none' || (file === undefined && when === 'if configured' && !hasConfiguration()))
    return undefined;
  const args = [
    '-G',
    ...(file === undefined ? [] : ['-F', file]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    host,
  ];
  return new Promise((resolve, reject) => {
    execFile('ssh', args, {signal, timeout: readTimeoutMs}, (error, stdout, stderr) => {
      if (signal.aborted) return reject(abortedError(hostName));
      if (!error) return resolve(parseSshSettings(stdout));
      const missing = 'code' in error && error.code === 'ENOENT';
      const words = missing
        ? 'there is a configuration of ssh, but no program ssh to read it'
        : lastWords(Buffer.from(stderr));
      reject(
        new TransportError(
          'unreachable',
          `ssh's configuration cannot be read for ${hostName}: ${words || error.message}`,
          missing ? 'install openssh-client' : 'see what `ssh -G HOST` says',
          {cause: error},
        ),
      );
    });
  });
}

/** Whether anybody has configured ssh here. The system's main file is as the distribution made it: people use drop-ins. */
function hasConfiguration(): boolean {
  return existsSync(join(homeOfUser(), '.ssh', 'config')) || configurationDropIns().length > 0;
}

function configurationDropIns(): readonly string[] {
  try {
    return readdirSync('/etc/ssh/ssh_config.d').filter((name) => name.endsWith('.conf'));
  } catch {
    // No such directory: no drop-ins.
    return [];
  }
}

/** Where ssh looks, which does not ask $HOME. */
function homeOfUser(): string {
  try {
    return userInfo().homedir;
  } catch {
    // A user without an entry in passwd, as in some containers, has no configuration either.
    return '/nonexistent';
  }
}
