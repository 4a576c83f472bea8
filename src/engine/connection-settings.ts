import {dirname, isAbsolute, resolve} from 'node:path';
import {
  type Diagnostic,
  didYouMean,
  errorDiagnostic,
  type Source,
  VprovError,
  warningDiagnostic,
} from '../errors/index.ts';
import type {Host} from '../inventory/index.ts';
import {lacksAes} from '../releases/index.ts';
import {isRefused, lookAt} from '../source/index.ts';
import {reveal, Secret, Unknown} from '../text/index.ts';
import {
  type BecomeMeans,
  becomeMethods,
  ownHome,
  readSshArguments,
  type SshArguments,
  type TransportName,
  withoutBrackets,
} from '../transport/index.ts';
import {
  asText,
  createScope,
  type Layer,
  layerOfData,
  type Ports,
  type Scope,
  type Value,
} from '../values/index.ts';
import {areJumps, problemOfAddress} from './address-words.ts';
import {engineCodes} from './codes.ts';
import {inventoryLayers} from './hostvars.ts';
import {isUserName} from './users.ts';

/** How to reach a host, from its connection variables: what they do not say, ssh's configuration may. Paths are absolute. */
export interface ConnectionSettings {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly privateKeyFile?: string;
  readonly knownHostsFile?: string;
  readonly sshConfigFile?: string;
  readonly proxyJump?: string;
  /** Of ssh's configuration, over what its files say. */
  readonly sshOptions?: readonly string[];
  readonly password?: Secret;
  /** Over what the playbook says. */
  readonly become?: boolean;
  readonly becomeUser?: string;
  readonly becomePassword?: Secret;
  readonly becomeMeans?: BecomeMeans;
  readonly transport?: TransportName;
  readonly lacksAes?: boolean;
  readonly timeoutMs?: number;
}

/** @throws VprovError for a port that is no port, a path that is no text, … with the place of the value */
export function connectionSettings(host: Host, extraVars: Layer, ports: Ports): ConnectionSettings {
  const scope = connectionScope(host, extraVars, ports);
  const privateKeyFile = pathOf('private_key_file', scope);
  const knownHostsFile = pathOf('known_hosts_file', scope);
  const {options: sshOptions, configFile} = sshArgumentsOf(scope);
  const sshConfigFile =
    textOf('ssh_config_file', scope) === 'none' ? 'none' : (pathOf('ssh_config_file', scope) ?? configFile);
  const proxyJump = jumpsOf(scope);
  const password = textOf('ssh_password', scope);
  const become = booleanOf('become', scope);
  const becomeUser = becomeUserOf(scope);
  const becomePassword = textOf('become_password', scope);
  const transport = transportOf(scope);
  const becomeMeans = becomeOf(scope);
  const port = numberOf('port', scope, 65_535);
  const user = wordOf('user', scope);
  const slowAes = lacksAes(textOf('board', scope), textOf('arch', scope));
  const timeoutSeconds = numberOf('timeout', scope, 3_600);
  return {
    host: withoutBrackets(addressOf(scope) ?? host.name),
    ...(port === undefined ? {} : {port}),
    ...(user === undefined ? {} : {user}),
    ...(timeoutSeconds === undefined ? {} : {timeoutMs: timeoutSeconds * 1000}),
    ...(slowAes ? {lacksAes: true} : {}),
    ...(sshConfigFile ? {sshConfigFile} : {}),
    ...(proxyJump === undefined ? {} : {proxyJump}),
    ...(sshOptions.length > 0 ? {sshOptions} : {}),
    ...(transport === undefined ? {} : {transport}),
    ...(becomeMeans === undefined ? {} : {becomeMeans}),
    ...(password === undefined ? {} : {password: new Secret('ssh_password', password)}),
    ...(privateKeyFile ? {privateKeyFile} : {}),
    ...(knownHostsFile ? {knownHostsFile} : {}),
    ...(become === undefined ? {} : {become}),
    ...(becomeUser === undefined ? {} : {becomeUser}),
    ...(becomePassword === undefined ? {} : {becomePassword: new Secret('become_password', becomePassword)}),
  };
}

/**
 * A key that the inventory names, and that is not there. A warning only: a task of the control node may write it, and
 * who validates may sit at another machine.
 */
export function missingKey(
  host: Host,
  extraVars: Layer,
  ports: Ports,
  {privateKeyFile, transport}: ConnectionSettings,
): Diagnostic | undefined {
  // What stands for the user, the host, … is known to the connection only.
  if (privateKeyFile === undefined || transport === 'local' || /[%$]/.test(privateKeyFile)) return undefined;
  const found = lookAt(privateKeyFile);
  if (!isRefused(found)) return undefined;
  return warningDiagnostic(
    engineCodes,
    'ENG005',
    `the connection variable private_key_file names ${privateKeyFile}: ${found.reason === 'no such file' ? 'there is no such file' : found.reason}`,
    {
      source: placeOf('private_key_file', connectionScope(host, extraVars, ports)),
      hint: 'correct the path, which is relative to the file that it stands in, or make a key: ssh-keygen -t ed25519',
    },
  );
}

function connectionScope(host: Host, extraVars: Layer, ports: Ports): Scope {
  const own = layerOfData({inventory_hostname: host.name}, 'magic variable');
  return createScope([...inventoryLayers(host), extraVars, own], ports);
}

function placeOf(name: string, scope: Scope): Source | undefined {
  const variable = scope.variable(name);
  return variable && 'node' in variable ? variable.node.source : variable?.origin.source;
}

/** Ours, and what Ansible calls them; undefined: the one that fits. */
const transports: ReadonlyMap<string, TransportName | undefined> = new Map([
  ['auto', undefined],
  ['ssh', undefined],
  ['smart', undefined],
  ['ssh2', 'ssh'],
  ['paramiko', 'ssh'],
  ['paramiko_ssh', 'ssh'],
  ['openssh', 'openssh'],
  ['local', 'local'],
]);

function transportOf(scope: Scope): TransportName | undefined {
  const name = textOf('transport', scope)?.replace(/^ansible\.(builtin|netcommon)\./, '');
  if (name === undefined) return undefined;
  if (!transports.has(name))
    throw new VprovError(
      wrong('transport', scope, name, 'one of auto, ssh2, openssh, local', transports.keys()),
    );
  return transports.get(name);
}

function becomeOf(scope: Scope): BecomeMeans | undefined {
  const name = textOf('become_method', scope)?.replace(/^(ansible\.builtin|community\.general)\./, '');
  const method = becomeMethods.find((known) => known === name);
  if (name !== undefined && method === undefined)
    throw new VprovError(
      wrong('become_method', scope, name, `one of ${becomeMethods.join(', ')}`, becomeMethods),
    );
  const program = textOf('become_exe', scope);
  const options = textOf('become_flags', scope)
    ?.split(/\s+/)
    .filter((word) => word !== '');
  if (!method && program === undefined && options === undefined) return undefined;
  return {
    ...(method === undefined ? {} : {method}),
    ...(program === undefined ? {} : {program}),
    ...(options === undefined ? {} : {options}),
  };
}

/** What the arguments of ssh come to, in Ansible's order. What of them is not for ssh is a mistake. */
function sshArgumentsOf(scope: Scope): SshArguments {
  const all = ['ssh_args', 'ssh_common_args', 'ssh_extra_args'].map((name) => {
    const read = readSshArguments(textOf(name, scope) ?? '');
    if (!('problem' in read)) return read;
    const wanted = `a list of ssh's options that vprov understands: ${read.problem}`;
    throw new VprovError({...wrong(name, scope, null, wanted), hint: sshArgumentsHint});
  });
  const [configFile] = all.flatMap((one) => one.configFile ?? []);
  return {options: all.flatMap(({options}) => options), ...(configFile === undefined ? {} : {configFile})};
}

const sshArgumentsHint =
  "-o KEYWORD=VALUE takes every setting of ssh's configuration; beside it stand -4 -6 -B -b -C -c -F -I -i -J -K -l -m -p";

function textOf(name: string, scope: Scope): string | undefined {
  if (!scope.has(name)) return undefined;
  const value = scope.get(name);
  // Validation runs no command that a lookup names.
  if (value instanceof Unknown) return undefined;
  const text = typeof value === 'number' ? [String(value)] : asText(value);
  if (!text) throw new VprovError(wrong(name, scope, value, 'a string'));
  if (reveal(text).includes('\0')) throw new VprovError(wrong(name, scope, null, 'a text without a NUL'));
  return reveal(text);
}

/** A name or an address: what is empty would be passed on to ssh and DNS, whose words for it tell nobody the place. */
function wordOf(name: string, scope: Scope): string | undefined {
  const text = textOf(name, scope);
  if (text?.trim() === '') throw new VprovError(wrong(name, scope, null, 'a name: it is empty'));
  return text;
}

function addressOf(scope: Scope): string | undefined {
  const address = wordOf('host', scope);
  if (address === undefined) return undefined;
  const isNumber = scope.has('host') && typeof scope.get('host') === 'number';
  const problem = isNumber ? {expected: 'a name or an address'} : problemOfAddress(address);
  if (!problem) return address;
  const {expected, ...better} = problem;
  throw new VprovError({...wrong('host', scope, address, expected), ...better});
}

function jumpsOf(scope: Scope): string | undefined {
  const jumps = textOf('proxy_jump', scope);
  if (jumps === undefined || areJumps(jumps)) return jumps;
  throw new VprovError(wrong('proxy_jump', scope, jumps, 'a list of hosts to go through, USER@HOST:PORT'));
}

function becomeUserOf(scope: Scope): string | undefined {
  const user = textOf('become_user', scope);
  if (user === undefined || isUserName(user)) return user;
  throw new VprovError(wrong('become_user', scope, user, 'the name of a user'));
}

/** `-e become=true` is a text. */
function booleanOf(name: string, scope: Scope): boolean | undefined {
  if (!scope.has(name)) return undefined;
  const value = scope.get(name);
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  if (value instanceof Unknown) return undefined;
  throw new VprovError(wrong(name, scope, value, 'true or false'));
}

function numberOf(name: string, scope: Scope, most: number): number | undefined {
  if (!scope.has(name)) return undefined;
  const value = scope.get(name);
  if (value instanceof Unknown) return undefined;
  const text = asText(value);
  const written = text && reveal(text);
  const number = written !== undefined && /^\d+$/.test(written) ? Number(written) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > most) {
    throw new VprovError(wrong(name, scope, value, `a whole number from 1 to ${most}`));
  }
  return number;
}

/** A path as the person who wrote it meant it: relative to the file that it stands in. */
function pathOf(name: string, scope: Scope): string | undefined {
  const path = textOf(name, scope);
  if (path === undefined) return undefined;
  if (path.startsWith('~/')) return resolve(ownHome(), path.slice(2));
  const file = scope.origins(name)[0]?.source?.file;
  return isAbsolute(path) || !file ? resolve(path) : resolve(dirname(file), path);
}

const examples: Readonly<Record<string, string>> = {
  port: '22',
  timeout: '30',
  host: '192.168.1.21',
  user: 'pi',
  become: 'true',
  become_user: 'root',
  become_method: 'su',
  transport: 'openssh',
  proxy_jump: 'pi@bastion:22',
  private_key_file: '~/.ssh/id_ed25519',
  known_hosts_file: '~/.ssh/known_hosts',
  ssh_config_file: 'none',
};

function exampleOf(name: string): string {
  const example = examples[name];
  return example === undefined ? 'quote it, or take it out' : `for example '${name}: ${example}'`;
}

function wrong(
  name: string,
  scope: Scope,
  value: Value,
  expected: string,
  known: Iterable<string> = [],
): Diagnostic {
  const shown = typeof value === 'string' || typeof value === 'number' ? ` '${value}'` : '';
  return errorDiagnostic(
    engineCodes,
    'ENG005',
    `the connection variable ${name}${shown} is not ${expected}`,
    {
      source: placeOf(name, scope),
      hint: (shown === '' ? undefined : didYouMean(String(value), known)) ?? exampleOf(name),
    },
  );
}
