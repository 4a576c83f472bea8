import {hostname} from 'node:os';
import {join} from 'node:path';
import {quote} from '../shell/index.ts';
import type {Secret} from '../text/index.ts';
import {canonicalAddress} from './address.ts';
import type {ConnectOptions} from './contract.ts';
import type {Address} from './dial.ts';
import {ownHome, passwdEntry} from './own-home.ts';
import {quotedValue} from './ssh-arguments.ts';
import {expandTokens, type LoginMethod, loginMethods, type SshSettings} from './ssh-settings.ts';

/** Of connecting, where nobody says. */
export const defaultTimeoutMs = 30_000;

/** A connection to make: what was asked for, and, for a host on the way to another, what may help there. */
export interface Errand extends ConnectOptions {
  /** The hosts that lead here, the one that is meant first. */
  readonly through?: readonly string[];
  readonly spareKeyFile?: string;
  readonly spareKnownHostsFile?: string;
  /** The inventory's name of the host that is meant. */
  readonly trustName?: string;
}

/** Where and how to log in, all of it decided. */
export interface Target extends Address {
  readonly user: string;
  /** As it was asked for, before ssh's configuration made an address of it. */
  readonly originalHost: string;
  /** The configuration that is read instead of the user's own. */
  readonly sshConfigFile?: string;
  /** The host of the inventory whose keys `vprov trust` is to be asked for. */
  readonly trustName: string;
  /** Under what name known_hosts has the host. */
  readonly keyAddress: {readonly host: string; readonly port: number};
  /** The key that the inventory names: the only one. */
  readonly namedKeyFile?: string;
  /** Otherwise: those that are there, in this order. */
  readonly keyFiles: readonly string[];
  /** The agent's keys, beside those files. */
  readonly agentKeys: boolean;
  readonly agentSocket?: string;
  /** What names that socket. */
  readonly agentSetting: 'SSH_AUTH_SOCK' | 'IdentityAgent';
  readonly password?: Secret;
  /** What may be tried. */
  readonly loginMethods: readonly LoginMethod[];
  /** The only algorithms of host keys that may be used. */
  readonly hostKeyAlgorithms?: readonly string[];
  /** Of keys that no host may show. */
  readonly revokedKeysFile?: string;
  readonly knownHostsFiles: readonly string[];
  /** The inventory names the file, which then must be there. */
  readonly knownHostsNamed: boolean;
  /** Also such a file need not be there: it is about to be made. */
  readonly knownHostsMayMiss?: boolean;
  /** Where keys are kept that become trusted; undefined where ssh's configuration has no file of the user (`none`, /dev/null). */
  readonly newKeysFile: string | undefined;
  readonly acceptsNewKeys: boolean;
  readonly hashesNames: boolean;
  /** Hosts on the way, the first one first, as `[USER@]HOST[:PORT]`. */
  readonly jumps: readonly string[];
  /** It is said to be behind itself, which is left out: the system's ssh would start itself without end. */
  readonly skipsItself: boolean;
  /** The program of ssh's configuration that leads there, which is for the system's ssh to run. */
  readonly proxyCommand?: string;
  /** The host computes ChaCha20 several times as fast as AES. */
  readonly lacksAes: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The environment variables of the person who runs this. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the inventory says, else ssh's configuration, else ssh's defaults. */
export function targetOf(
  options: Errand,
  settings: SshSettings | undefined,
  environment: Environment,
): Target {
  const {hostName, signal, privateKeyFile, password} = options;
  const port = options.port ?? settings?.port ?? 22;
  const host = canonicalAddress(settings?.hostName || options.host);
  const user = options.user ?? (settings?.user || localUser(environment));
  const to = {host, originalHost: options.host, port, user};
  const expand = expandFor(to, environment);
  const jump = expandJump(options.proxyJump ?? settings?.proxyJump ?? 'none', to);
  const jumps = jumpsOf(jump, options.host, port);
  const agent = agentSocketOf(settings?.identityAgent, environment);
  return {
    hostName,
    host,
    originalHost: options.host,
    port,
    user,
    trustName: options.trustName ?? hostName,
    isHop: options.through !== undefined,
    ...(options.sshConfigFile === undefined ? {} : {sshConfigFile: options.sshConfigFile}),
    keyAddress: settings?.hostKeyAlias === undefined ? {host, port} : {host: settings.hostKeyAlias, port: 22},
    ...(privateKeyFile === undefined ? {} : {namedKeyFile: expand(privateKeyFile)}),
    keyFiles: [
      ...(options.spareKeyFile === undefined ? [] : [options.spareKeyFile]),
      ...(settings?.identityFiles ?? defaultKeyFiles).map(expand),
    ],
    agentKeys: privateKeyFile === undefined && !settings?.identitiesOnly,
    ...(agent === undefined ? {} : {agentSocket: expand(agent)}),
    agentSetting: settings?.identityAgent === undefined ? 'SSH_AUTH_SOCK' : 'IdentityAgent',
    ...(password === undefined ? {} : {password}),
    ...limitsOf(settings, expand),
    ...knownHosts(options, settings, expand),
    acceptsNewKeys: settings?.acceptsNewKeys ?? false,
    hashesNames: settings?.hashesNames ?? false,
    jumps,
    skipsItself: jump !== 'none' && jumps.length === 0,
    ...commandOf(options, jumps, settings),
    ...(options.onWaiting === undefined ? {} : {onWaiting: options.onWaiting}),
    lacksAes: options.lacksAes === true,
    timeoutMs: options.timeoutMs ?? settings?.connectTimeoutMs ?? defaultTimeoutMs,
    signal,
  };
}

function commandOf(
  {proxyJump}: Errand,
  jumps: readonly string[],
  settings: SshSettings | undefined,
): Pick<Target, 'proxyCommand'> {
  const {proxyCommand} = settings ?? {};
  return proxyCommand === undefined || proxyJump !== undefined || jumps.length > 0 ? {} : {proxyCommand};
}

/** What ssh's configuration does not permit. */
function limitsOf(
  settings: SshSettings | undefined,
  expand: (file: string) => string,
): Pick<Target, 'loginMethods' | 'hostKeyAlgorithms' | 'revokedKeysFile' | 'family'> {
  if (!settings) return {loginMethods};
  const {hostKeyAlgorithms, revokedKeysFile, addressFamily: family} = settings;
  return {
    loginMethods: settings.loginMethods,
    ...(hostKeyAlgorithms ? {hostKeyAlgorithms} : {}),
    ...(revokedKeysFile === undefined ? {} : {revokedKeysFile: expand(revokedKeysFile)}),
    ...(family === undefined ? {} : {family}),
  };
}

/** Replaces the tokens that ssh knows in values of its configuration. */
export function expandFor(
  to: Pick<Target, 'host' | 'originalHost' | 'port' | 'user'>,
  environment: Environment,
): (value: string) => string {
  const own = {home: ownHome(), localUser: localUser(environment), localHost: hostname(), environment};
  const {host, originalHost, port, user} = to;
  return (value) => expandTokens(value, {...own, host, originalHost, port, user});
}

/** @see ssh_config(5), TOKENS: those of ProxyJump, which `ssh -G` leaves as they are */
function expandJump(
  jump: string,
  {host, originalHost, port, user}: Pick<Target, 'host' | 'originalHost' | 'port' | 'user'>,
): string {
  const values: Readonly<Record<string, string>> = {
    '%': '%',
    h: host,
    n: originalHost,
    p: String(port),
    r: user,
  };
  return jump.replace(/%(.)/g, (token, letter: string) => values[letter] ?? token);
}

const defaultKeyFiles = ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => `~/.ssh/${name}`);

function knownHosts(
  {knownHostsFile, spareKnownHostsFile}: Errand,
  settings: SshSettings | undefined,
  expand: (file: string) => string,
): Pick<Target, 'knownHostsFiles' | 'knownHostsNamed' | 'newKeysFile'> {
  if (knownHostsFile !== undefined)
    return {knownHostsFiles: [knownHostsFile], knownHostsNamed: true, newKeysFile: knownHostsFile};
  const own = settings?.userKnownHostsFiles.map(expand) ?? [join(ownHome(), '.ssh', 'known_hosts')];
  const ofAll = settings?.globalKnownHostsFiles.map(expand) ?? ['/etc/ssh/ssh_known_hosts'];
  const kept = spareKnownHostsFile === undefined ? own : [spareKnownHostsFile, ...own];
  return {
    knownHostsFiles: [...kept, ...ofAll],
    knownHostsNamed: false,
    newKeysFile: kept.find((file) => file !== '/dev/null'),
  };
}

/** A host with itself on the way, as `Host *` with ProxyJump has it, is reached straight. */
function jumpsOf(jump: string, host: string, port: number): readonly string[] {
  if (jump === 'none') return [];
  const jumps = jump.split(',').map((one) => one.trim());
  const last = hopOf(jumps.at(-1) ?? '');
  return last?.host === host && (last.port ?? port) === port ? [] : jumps;
}

/** What is to be said of a host that is named as the way to itself, where it is not reached; else undefined. */
export function itselfHint(
  {hostName, jumps, skipsItself}: Target,
  {proxyJump}: ConnectOptions,
): string | undefined {
  const byName = jumps.some((jump) => hopOf(jump)?.host === hostName);
  if (!skipsItself && !byName) return undefined;
  const setting = proxyJump === undefined ? "ProxyJump in ssh's configuration" : '`proxy_jump`';
  return `${setting} names ${hostName} itself${skipsItself ? ', and is left out: the host is reached straight' : ' as a host on the way there'}`;
}

/** By what way the host is reached, for a message; '' where it is dialled. */
export function wayWords({jumps, proxyCommand}: Target): string {
  if (jumps.length > 0) return ` through ${jumps.join(' and ')}`;
  return proxyCommand === undefined ? '' : ` by ProxyCommand ${proxyCommand}`;
}

/** What somebody types to go the same way by ssh itself: what the inventory says is in it. */
export function sshCommand({
  user,
  originalHost,
  port,
  sshConfigFile,
  namedKeyFile,
  knownHostsFiles: [known = ''],
  knownHostsNamed,
  jumps,
}: Pick<
  Target,
  | 'user'
  | 'originalHost'
  | 'port'
  | 'sshConfigFile'
  | 'namedKeyFile'
  | 'knownHostsFiles'
  | 'knownHostsNamed'
  | 'jumps'
>): string {
  const words = [
    ...(sshConfigFile === undefined ? [] : ['-F', sshConfigFile]),
    ...(port === 22 ? [] : ['-p', String(port)]),
    ...(namedKeyFile === undefined ? [] : ['-i', namedKeyFile]),
    ...(knownHostsNamed ? ['-o', `UserKnownHostsFile=${/\s/.test(known) ? quotedValue(known) : known}`] : []),
    ...(jumps.length === 0 ? [] : ['-J', jumps.join(',')]),
    `${user}@${originalHost}`,
  ];
  return ['ssh', ...words.map(quote)].join(' ');
}

const highestPort = 65_535;

/** `[USER@]HOST[:PORT]`, or `ssh://` and the same; undefined when it is neither. */
export function hopOf(text: string): {host: string; user?: string; port?: number} | undefined {
  const [, user, bracketed, plain, port] =
    /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:@]+))(?::(\d+))?\/?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return undefined;
  if (port !== undefined && (Number(port) < 1 || Number(port) > highestPort)) return undefined;
  return {
    host,
    ...(user === undefined ? {} : {user}),
    ...(port === undefined ? {} : {port: Number(port)}),
  };
}

/** `IdentityAgent` may name a socket, a variable that does, or none. */
function agentSocketOf(configured: string | undefined, environment: Environment): string | undefined {
  if (configured === undefined) return environment.SSH_AUTH_SOCK || undefined;
  if (configured === 'none') return undefined;
  return configured.startsWith('$') && !configured.startsWith('${')
    ? environment[configured.slice(1)] || undefined
    : configured;
}

/** Who runs this. */
export function localUser(environment: Environment): string {
  return passwdEntry()?.username ?? environment.USER ?? environment.LOGNAME ?? 'root';
}
