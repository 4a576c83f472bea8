import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {errorCode} from '../errors/index.ts';
import {quote} from '../shell/index.ts';
import {type ConnectOptions, TransportError} from './contract.ts';
import {abortedError} from './failures.ts';
import {passwdHome} from './own-home.ts';
import {printedSettings, TooSlow} from './printed-settings.ts';
import {optionWords} from './ssh-arguments.ts';
import {saysMore} from './ssh-setting-table.ts';
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
  const {sshConfigFile: file, sshOptions = [], hostName, host, user, port, signal} = options;
  if (sshOptions.length === 0 && (file === 'none' || (when === 'if configured' && !isConfigured(file))))
    return undefined;
  const args = [
    ...(file === undefined ? [] : ['-F', file]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...optionWords(sshOptions),
    '--',
    host,
  ];
  try {
    const withinMs = Math.min(readTimeoutMs, options.timeoutMs ?? readTimeoutMs);
    const [text, defaults] = await Promise.all([printedSettings(args, withinMs, signal), printedByDefault()]);
    return parseSshSettings(text, defaults);
  } catch (error) {
    throw signal.aborted ? abortedError(hostName) : unread(error, options, args);
  }
}

/** @param args of the ssh that could not read it */
function unread(
  error: unknown,
  {hostName, sshOptions = []}: ConnectOptions,
  args: readonly string[],
): TransportError {
  const failed = (words: string, hint: string): TransportError =>
    new TransportError('unreachable', `ssh's configuration cannot be read for ${hostName}: ${words}`, hint, {
      cause: error,
    });
  if (!(error instanceof Error)) return failed(String(error), unreadHint(args, sshOptions));
  if (errorCode(error) === 'ENOENT')
    return failed('there is a configuration of ssh, but no program ssh to read it', 'install openssh-client');
  return failed(error.message, error instanceof TooSlow ? slowHint : unreadHint(args, sshOptions));
}

let byDefault: Promise<string> | undefined;

/** What ssh does where nobody has configured anything: another version has other defaults. */
function printedByDefault(): Promise<string> {
  byDefault ??= printedSettings(['-F', 'none', '--', 'localhost'], readTimeoutMs);
  return byDefault;
}

/** @param file the only one; undefined: those of the user and the system */
function isConfigured(file: string | undefined): boolean {
  return file !== undefined || hasConfiguration();
}

/** @param args of the ssh that could not read it */
function unreadHint(args: readonly string[], sshOptions: readonly string[]): string {
  const own =
    sshOptions.length > 0 ? ', and `ssh_args`, `ssh_common_args` and `ssh_extra_args` in the inventory' : '';
  return `see what \`${['ssh', '-G', ...args].map(quote).join(' ')}\` says${own}`;
}

const slowHint =
  'run that by itself to see what it waits for; let it give up sooner, or set `ssh_config_file: none` in the inventory';

/** Whether anybody has configured ssh here, beyond what a distribution does in the system's main file. */
function hasConfiguration(): boolean {
  // Who has no entry in passwd has no configuration either.
  const home = passwdHome();
  return (
    (home !== undefined && existsSync(join(home, '.ssh', 'config'))) ||
    configurationDropIns().length > 0 ||
    saysMore(mainFile())
  );
}

function mainFile(): string {
  try {
    return readFileSync('/etc/ssh/ssh_config', 'utf8');
  } catch {
    // Not there, or not for us: ssh could not read it either.
    return '';
  }
}

function configurationDropIns(): readonly string[] {
  try {
    return readdirSync('/etc/ssh/ssh_config.d').filter((name) => name.endsWith('.conf'));
  } catch {
    // No such directory: no drop-ins.
    return [];
  }
}
