import {keepaliveMs} from './login.ts';
import type {Passphrases} from './passphrases.ts';
import type {Prompts} from './prompts.ts';
import type {AgentState} from './ssh-agent.ts';
import {optionWords, quotedValue} from './ssh-arguments.ts';
import type {SshSettings} from './ssh-settings.ts';
import {type Environment, type Errand, type Target, wayWords} from './target.ts';

/** What a login by the system's ssh needs. */
export interface OpensshLogin {
  readonly target: Target;
  readonly errand: Errand;
  readonly settings: SshSettings | undefined;
  readonly environment: Environment;
  /** Of the run, for all hosts. */
  readonly passphrases: Passphrases | undefined;
  readonly prompts: Prompts;
  /** What became of asking the agent. While one is silent, ssh would wait for it as long as we let it. */
  readonly agentState: AgentState | undefined;
  readonly leftMs: number;
}

/**
 * The arguments by which the system's ssh makes the connection that later ones share. What nobody says is left to its
 * own configuration; host keys stay strictly checked.
 * @param answers whether its questions are answered
 * @param hops the command that leads to the host, where it is known
 * @see ssh(1), ssh_config(5)
 */
export function masterArguments(
  {target, errand, settings, agentState, leftMs}: OpensshLogin,
  controlPath: string,
  answers: boolean,
  hops: string | undefined,
): readonly string[] {
  const {sshConfigFile, sshOptions, knownHostsFile, user, port, proxyJump} = errand;
  const options: Readonly<Record<string, string>> = {
    ControlPath: controlPath.replaceAll('%', '%%'),
    ControlMaster: 'yes',
    ControlPersist: 'no',
    // Which keys were offered, and what came of each; and a configuration may want it quiet.
    LogLevel: 'DEBUG1',
    BatchMode: answers ? 'no' : 'yes',
    ClearAllForwardings: 'yes',
    RemoteCommand: 'none',
    PermitLocalCommand: 'yes',
    LocalCommand: `echo ${readyWord}`,
    // A host on the way may ask for a passphrase meanwhile, which takes its time: ours is kept by us.
    ConnectTimeout: answers && wayWords(target) !== '' ? '0' : String(Math.max(1, Math.ceil(leftMs / 1000))),
    ConnectionAttempts: '1',
    ServerAliveInterval: String(Math.ceil(keepaliveMs(target) / 1000)),
    ServerAliveCountMax: '3',
    // A refused password must not lock the account.
    NumberOfPasswordPrompts: target.password ? '1' : '3',
    // Where nobody offered one, nobody is asked for one: a key that is refused would wait for a person.
    ...(target.password ? {} : {PasswordAuthentication: 'no'}),
    // `no` in ssh's configuration would let a changed key pass, too.
    StrictHostKeyChecking: settings?.acceptsNewKeys ? 'accept-new' : 'yes',
    ...(agentState === 'silent' ? {IdentityAgent: 'none'} : {}),
    ...namedKey(target),
    ...(knownHostsFile === undefined
      ? {}
      : {UserKnownHostsFile: quotedValue(knownHostsFile), GlobalKnownHostsFile: '/dev/null'}),
  };
  return [
    ...(sshConfigFile === undefined ? [] : ['-F', sshConfigFile]),
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...wayArguments(target, proxyJump, hops),
    ...optionWords(sshOptions),
    // Neither a command, nor a terminal, nor our agent or screen for the host.
    '-N',
    '-T',
    '-a',
    '-x',
    '--',
    errand.host,
  ];
}

/** By which way the host is reached. */
export function wayArguments(
  {skipsItself}: Target,
  proxyJump: string | undefined,
  hops: string | undefined,
): readonly string[] {
  if (hops !== undefined) return ['-o', `ProxyCommand=${hops}`];
  if (skipsItself || proxyJump === 'none') return ['-o', 'ProxyJump=none'];
  return proxyJump === undefined ? [] : ['-J', proxyJump];
}

/** What ssh writes when it is logged in and shares its connection. */
export const readyWord = 'vprov-is-logged-in';

/** The arguments by which another ssh uses the connection, and never makes one of its own. */
export function sharingArguments(controlPath: string, logFile: string | undefined): readonly string[] {
  return [
    ...[
      '-F',
      'none',
      '-S',
      controlPath.replaceAll('%', '%%'),
      '-o',
      'ControlMaster=no',
      '-o',
      'ProxyCommand=false',
    ],
    ...(logFile === undefined ? [] : ['-E', logFile]),
    ...['-T', '-a', '-x'],
  ];
}

/**
 * The only key. By `-i`, a file that is not there would be passed over, and others tried.
 * @see ssh_config(5): tokens in IdentityFile
 */
export function namedKey({namedKeyFile}: Target): Readonly<Record<string, string>> {
  if (namedKeyFile === undefined) return {};
  return {IdentitiesOnly: 'yes', IdentityFile: quotedValue(namedKeyFile.replaceAll('%', '%%'))};
}
