import {type Diagnostic, VprovError, warningDiagnostic} from '../errors/index.ts';
import type {Host} from '../inventory/index.ts';
import {lacksAes} from '../releases/index.ts';
import {isRefused, lookAt} from '../source/index.ts';
import {Secret} from '../text/index.ts';
import {
  type BecomeMeans,
  becomeMethods,
  readSshArguments,
  type SshArguments,
  type TransportName,
  withoutBrackets,
} from '../transport/index.ts';
import {createScope, type Layer, layerOfData, type Ports, type Scope} from '../values/index.ts';
import {engineCodes} from './codes.ts';
import {
  addressOf,
  becomeUserOf,
  booleanOf,
  jumpsOf,
  numberOf,
  pathOf,
  placeOf,
  textOf,
  wordOf,
  wrong,
} from './connection-variables.ts';
import {inventoryLayers} from './hostvars.ts';

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

/** Reads variables; undefined where that is a mistake, which is noted. */
type Read = <T>(variable: (scope: Scope) => T) => T | undefined;

/** @throws VprovError with all that is wrong: a port that is no port, a path that is no text, … at the place of its value */
export function connectionSettings(host: Host, extraVars: Layer, ports: Ports): ConnectionSettings {
  const scope = connectionScope(host, extraVars, ports);
  const mistakes: Diagnostic[] = [];
  const read: Read = (variable) => {
    try {
      return variable(scope);
    } catch (error) {
      if (!(error instanceof VprovError)) throw error;
      mistakes.push(...error.diagnostics);
      return undefined;
    }
  };
  const privateKeyFile = read((own) => pathOf('private_key_file', own));
  const knownHostsFile = read((own) => pathOf('known_hosts_file', own));
  const {options: sshOptions, configFile} = sshArgumentsOf(read);
  const sshConfigFile = read((own) => configFileOf(own, configFile));
  const proxyJump = read(jumpsOf);
  const password = read((own) => textOf('ssh_password', own));
  const become = read((own) => booleanOf('become', own));
  const becomeUser = read(becomeUserOf);
  const becomePassword = read((own) => textOf('become_password', own));
  const transport = read(transportOf);
  const becomeMeans = becomeOf(read);
  const port = read((own) => numberOf('port', own, 65_535));
  const user = read((own) => wordOf('user', own));
  const board = read((own) => textOf('board', own));
  const slowAes = lacksAes(
    board,
    read((own) => textOf('arch', own)),
  );
  const timeoutSeconds = read((own) => numberOf('timeout', own, 3_600));
  const address = read(addressOf);
  if (mistakes.length > 0) throw new VprovError(mistakes);
  return {
    host: withoutBrackets(address ?? host.name),
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

/** @param named by the arguments of ssh */
function configFileOf(scope: Scope, named: string | undefined): string | undefined {
  return textOf('ssh_config_file', scope) === 'none' ? 'none' : (pathOf('ssh_config_file', scope) ?? named);
}

function becomeMethodOf(scope: Scope): BecomeMeans['method'] {
  const name = textOf('become_method', scope)?.replace(/^(ansible\.builtin|community\.general)\./, '');
  const method = becomeMethods.find((known) => known === name);
  if (name === undefined || method !== undefined) return method;
  const expected = `one of ${becomeMethods.join(', ')}`;
  throw new VprovError(wrong('become_method', scope, name, expected, becomeMethods));
}

/** @param read notes what is wrong with one of them */
function becomeOf(read: Read): BecomeMeans | undefined {
  const method = read(becomeMethodOf);
  const program = read((scope) => textOf('become_exe', scope));
  const options = read((scope) => textOf('become_flags', scope))
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
function sshArgumentsOf(read: Read): SshArguments {
  const all = ['ssh_args', 'ssh_common_args', 'ssh_extra_args'].flatMap(
    (name) => read((scope) => sshArgumentsIn(name, scope)) ?? [],
  );
  const [configFile] = all.flatMap((one) => one.configFile ?? []);
  return {options: all.flatMap(({options}) => options), ...(configFile === undefined ? {} : {configFile})};
}

function sshArgumentsIn(name: string, scope: Scope): SshArguments {
  const found = readSshArguments(textOf(name, scope) ?? '');
  if (!('problem' in found)) return found;
  const wanted = `a list of ssh's options that vprov understands: ${found.problem}`;
  throw new VprovError({...wrong(name, scope, null, wanted), hint: sshArgumentsHint});
}

const sshArgumentsHint =
  "-o KEYWORD=VALUE takes every setting of ssh's configuration; beside it stand -4 -6 -B -b -C -c -F -I -i -J -K -l -m -p";
