import {beyondOurs} from './ssh-setting-table.ts';

/** How somebody proves who they are, by ssh's names. */
export const loginMethods = ['publickey', 'password', 'keyboard-interactive'] as const;
export type LoginMethod = (typeof loginMethods)[number];

/** What `ssh -G` says of one host, as far as we follow it. */
export interface SshSettings {
  readonly hostName: string;
  readonly port: number;
  readonly user: string;
  /** The name that known_hosts has for the host, where it is not the host's own. */
  readonly hostKeyAlias?: string;
  readonly identityFiles: readonly string[];
  /** No other keys than those, even where the agent has some. */
  readonly identitiesOnly: boolean;
  /** A socket, or `none`; undefined: that of the environment. */
  readonly identityAgent?: string;
  readonly userKnownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  /** A host that is not known yet is trusted, and its key kept. */
  readonly acceptsNewKeys: boolean;
  /** Names of hosts are written to known_hosts as hashes. */
  readonly hashesNames: boolean;
  readonly connectTimeoutMs?: number;
  /** Addresses of this family only. */
  readonly addressFamily?: 4 | 6;
  /** Those that may be tried. */
  readonly loginMethods: readonly LoginMethod[];
  /** The only algorithms of host keys that may be used. */
  readonly hostKeyAlgorithms?: readonly string[];
  /** Of keys that no host may show. */
  readonly revokedKeysFile?: string;
  /** Settings, in lower case, that only the system's ssh obeys. */
  readonly beyondOurs: readonly string[];
  readonly proxyJump?: string;
  /** A program to connect by, which is not for us to run. */
  readonly proxyCommand?: string;
  readonly certificateFiles: readonly string[];
  readonly pkcs11Provider?: string;
  /** Logging in by Kerberos is tried. */
  readonly gssapi: boolean;
}

/**
 * Reads the output of `ssh -G`: a line for each value, the keyword in lower case.
 * Tokens that ssh expands later stand as they are: see `expandTokens`.
 * @param defaultsText the same where nobody has configured anything
 * @see ssh_config(5)
 */
export function parseSshSettings(text: string, defaultsText: string): SshSettings {
  const values = valuesOf(text);
  const defaults = valuesOf(defaultsText);
  const first = (keyword: string): string | undefined => {
    const value = values.get(keyword)?.[0];
    return value === undefined || value === 'none' ? undefined : value;
  };
  // ssh prints names as they are: one with a blank in it cannot be told from two.
  const files = (keyword: string): readonly string[] => first(keyword)?.split(/\s+/) ?? [];
  // 0: no limit of its own, as `none`.
  const timeoutS = Number(first('connecttimeout') ?? 0);
  // `none` and SSH_AUTH_SOCK mean something here.
  const agent = values.get('identityagent')?.[0];
  const [alias, jump, command] = [first('hostkeyalias'), first('proxyjump'), first('proxycommand')];
  const pkcs11 = first('pkcs11provider');
  const family = {inet: 4, inet6: 6}[first('addressfamily') ?? ''] as 4 | 6 | undefined;
  const algorithms = first('hostkeyalgorithms');
  const limitsAlgorithms = algorithms !== undefined && algorithms !== defaults.get('hostkeyalgorithms')?.[0];
  const revoked = first('revokedhostkeys');
  return {
    hostName: first('hostname') ?? '',
    port: Number(first('port') ?? 22),
    user: first('user') ?? '',
    identityFiles: (values.get('identityfile') ?? []).filter((file) => file !== 'none'),
    identitiesOnly: first('identitiesonly') === 'yes',
    userKnownHostsFiles: files('userknownhostsfile'),
    globalKnownHostsFiles: files('globalknownhostsfile'),
    acceptsNewKeys: ['accept-new', 'false', 'no', 'off'].includes(first('stricthostkeychecking') ?? ''),
    hashesNames: first('hashknownhosts') === 'yes',
    ...(alias === undefined ? {} : {hostKeyAlias: alias}),
    ...(agent === undefined || agent === 'SSH_AUTH_SOCK' ? {} : {identityAgent: agent}),
    ...(timeoutS > 0 ? {connectTimeoutMs: timeoutS * 1000} : {}),
    ...(family === undefined ? {} : {addressFamily: family}),
    loginMethods: loginMethodsOf(first),
    ...(limitsAlgorithms ? {hostKeyAlgorithms: algorithms.split(',')} : {}),
    ...(revoked === undefined ? {} : {revokedKeysFile: revoked}),
    beyondOurs: beyondOurs(values, defaults),
    ...(jump === undefined ? {} : {proxyJump: jump}),
    ...(command === undefined ? {} : {proxyCommand: command}),
    certificateFiles: values.get('certificatefile') ?? [],
    ...(pkcs11 === undefined ? {} : {pkcs11Provider: pkcs11}),
    gssapi: first('gssapiauthentication') === 'yes',
  };
}

/** The order that PreferredAuthentications gives them is ours to choose; what it leaves out is not tried. */
function loginMethodsOf(first: (keyword: string) => string | undefined): readonly LoginMethod[] {
  const preferred = first('preferredauthentications')?.split(',');
  const isOff = (keyword: string): boolean => ['no', 'false'].includes(first(keyword) ?? '');
  const off: Readonly<Record<LoginMethod, boolean>> = {
    publickey: isOff('pubkeyauthentication'),
    password: isOff('passwordauthentication'),
    'keyboard-interactive': isOff('kbdinteractiveauthentication'),
  };
  return loginMethods.filter((method) => !off[method] && (preferred?.includes(method) ?? true));
}

/** All values of each keyword. */
function valuesOf(text: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, keyword, value] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    if (keyword === undefined || value === undefined) continue;
    const known = values.get(keyword);
    if (known) known.push(value);
    else values.set(keyword, [value]);
  }
  return values;
}

/** What the tokens in names of files stand for. */
export interface Tokens {
  readonly home: string;
  readonly localUser: string;
  readonly localHost: string;
  readonly host: string;
  readonly originalHost: string;
  readonly port: number;
  readonly user: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The name of a file with `~/`, `%h` and the like, and `${NAME}` replaced; a token that is not known stays.
 * @see ssh_config(5), TOKENS
 */
export function expandTokens(file: string, tokens: Tokens): string {
  const values: Readonly<Record<string, string>> = {
    '%': '%',
    d: tokens.home,
    h: tokens.host,
    L: tokens.localHost.replace(/\..*$/, ''),
    l: tokens.localHost,
    n: tokens.originalHost,
    p: String(tokens.port),
    r: tokens.user,
    u: tokens.localUser,
  };
  return file
    .replace(/^~(?=\/|$)/, tokens.home)
    .replace(/%(.)/g, (token, letter: string) => values[letter] ?? token)
    .replace(/\$\{([A-Za-z_]\w*)\}/g, (token, name: string) => tokens.environment[name] ?? token);
}
