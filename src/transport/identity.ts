import {statSync} from 'node:fs';
import {homedir} from 'node:os';
import {TransportError} from './contract.ts';
import {abortedError} from './failures.ts';
import type {KeyPair, Keyring, NoKey} from './keyring.ts';
import {ownHome} from './own-home.ts';
import type {AgentState} from './ssh-agent.ts';
import {orStopped} from './stopped.ts';
import type {Target} from './target.ts';

/** A key to try, by the name that a message gives it. */
export interface Identity {
  readonly name: string;
  readonly fromAgent: boolean;
  readonly key: KeyPair;
}

/** The keys to try, in this order, and what may be missing among them. */
export interface Identities {
  readonly keys: readonly Identity[];
  /** Files that need a passphrase which nobody can be asked for. */
  readonly locked: readonly string[];
  /** What became of asking the agent; undefined where there is none to ask. */
  readonly agentState: AgentState | undefined;
}

/**
 * The keys to log in with, in ssh's order: files whose keys the agent has, the agent's other keys, other files.
 * A key that the inventory names is the only one.
 * @throws TransportError `authentication` when there is neither a key nor a password
 */
export async function identities(target: Target, keyring: Keyring): Promise<Identities> {
  const {namedKeyFile, loginMethods} = target;
  if (!loginMethods.includes('publickey')) return withoutKeys(target);
  if (namedKeyFile !== undefined) return namedIdentity(target, namedKeyFile, keyring);
  const {agent, agentState} = await agentKeys(target, keyring);
  const byAgent: Identity[] = [];
  const byFile: Identity[] = [];
  const locked: string[] = [];
  for (const file of target.keyFiles) {
    const inAgent = agent.length > 0 ? find(agent, await keyring.publicKey(file)) : undefined;
    const own = inAgent ?? (await keyring.file(file));
    if (inAgent) byAgent.push(identity(file, inAgent, true));
    else if ('sign' in own) byFile.push(identity(file, own, false));
    else if (own.reason === 'locked') locked.push(file);
  }
  const others = target.agentKeys
    ? agent.filter((key) => !byAgent.some((one) => one.key === key)).map((key) => agentIdentity(key))
    : [];
  const keys = [...byAgent, ...others, ...byFile];
  if (keys.length > 0 || target.password) return {keys, locked, agentState};
  throw nothingToLogInWith(target, locked, agentState);
}

/** What to do where ssh's configuration permits no keys. */
export const noKeysHint =
  "give a password with -k, or change PubkeyAuthentication or PreferredAuthentications in ssh's configuration";

/** @throws TransportError when there is no password either */
function withoutKeys({password, hostName}: Target): Identities {
  if (password) return {keys: [], locked: [], agentState: undefined};
  throw new TransportError(
    'authentication',
    `nothing to log in to ${hostName} with: ssh's configuration permits no keys, and there is no password`,
    noKeysHint,
  );
}

async function namedIdentity(target: Target, file: string, keyring: Keyring): Promise<Identities> {
  const key = await keyring.file(file);
  const only = (one: KeyPair, fromAgent: boolean, state?: AgentState): Identities => {
    return {keys: [identity(file, one, fromAgent)], locked: [], agentState: state};
  };
  if ('sign' in key && !key.locked) return only(key, false);
  const {agent, agentState} = await agentKeys(target, keyring);
  const inAgent = agent.length > 0 ? find(agent, await keyring.publicKey(file)) : undefined;
  if (inAgent) return only(inAgent, true);
  if ('sign' in key) return only(key, false, agentState);
  throw unusable(target, file, key, agentState);
}

async function agentKeys(
  target: Target,
  keyring: Keyring,
): Promise<{agent: readonly KeyPair[]; agentState: AgentState | undefined}> {
  const {agentSocket, hostName, signal} = target;
  if (agentSocket === undefined) return {agent: [], agentState: undefined};
  const keys = await orStopped(keyring.agent(agentSocket), signal).catch((error: unknown) => {
    throw signal.aborted ? abortedError(hostName) : error;
  });
  if (keys === 'silent') tellSilentAgent(target);
  return typeof keys === 'string' ? {agent: [], agentState: keys} : {agent: keys, agentState: 'answers'};
}

function find(keys: readonly KeyPair[], wanted: KeyPair['publicKey'] | undefined): KeyPair | undefined {
  return wanted && keys.find(({publicKey}) => publicKey.getPublicSSH().equals(wanted.getPublicSSH()));
}

function identity(file: string, key: KeyPair, fromAgent: boolean): Identity {
  return {name: `the key ${file}`, key, fromAgent};
}

function agentIdentity(key: KeyPair): Identity {
  return {name: `ssh-agent's key ${key.publicKey.comment || key.publicKey.type}`, key, fromAgent: true};
}

/** What to do about a file that is no key that we can read. */
function otherKeyHint(file: string): string {
  return statSync(file, {throwIfNoEntry: false})?.size === 0
    ? `it is empty: copy it again, or correct \`private_key_file\``
    : `correct \`private_key_file\`; a key in another format (PKCS#8) is written anew by ssh-keygen -p -f ${file}, and taken as it is by transport: openssh`;
}

function unusable(
  target: Target,
  file: string,
  {reason, message}: NoKey,
  agentState: AgentState | undefined,
): TransportError {
  const without = agentState === 'silent' || agentState === 'gone';
  return new TransportError(
    'authentication',
    `no key to log in to ${target.hostName}: ${message}${without ? ', and ssh-agent does not answer' : ''}`,
    reason === 'locked'
      ? `${startHint(target, agentState)}, and add the key: ssh-add ${file}`
      : message.includes('Unsupported key format')
        ? otherKeyHint(file)
        : 'correct `private_key_file`',
  );
}

/** There is neither a key nor a password. @param locked files that need a passphrase */
export function nothingToLogInWith(
  target: Target,
  locked: readonly string[],
  agentState: AgentState | undefined,
  cause?: Error,
): TransportError {
  const {hostName, agentSocket, agentSetting, keyFiles} = target;
  const none =
    agentSetting === 'IdentityAgent'
      ? "IdentityAgent in ssh's configuration names no ssh-agent"
      : 'SSH_AUTH_SOCK is not set, which names the ssh-agent';
  const agent =
    agentState === undefined
      ? none
      : {
          answers: `the ssh-agent at ${agentSocket} has no key`,
          silent: 'ssh-agent does not answer',
          gone: `no ssh-agent listens at ${agentSocket}`,
        }[agentState];
  const files = keyFiles.length === 0 ? '' : `, and none of ${keyFiles.join(', ')} can be used`;
  const start = startHint(target, agentState);
  const hint =
    locked[0] === undefined
      ? `set \`private_key_file\`; or ${start}, and ssh-add a key; or give a password: -k`
      : `${start}, and add the key: ssh-add ${locked[0]}`;
  return new TransportError(
    'authentication',
    `no key to log in to ${hostName}: ${agent}${files}`,
    `${hint}${homeWords(keyFiles)}`,
    {cause},
  );
}

/** Whoever has set `HOME` looks for keys there. */
function homeWords(keyFiles: readonly string[]): string {
  const own = ownHome();
  return homedir() === own || !keyFiles.some((file) => file.startsWith(`${own}/`))
    ? ''
    : `. As for ssh, the home is the one in passwd, ${own}, and not HOME`;
}

/** What to do to have an agent. */
function startHint(target: Target, state: AgentState | undefined): string {
  return agentHint(target, state) ?? 'start ssh-agent';
}

/** What to do about an agent that gives nothing; undefined where it does, or there is none. */
export function agentHint(target: Target, state: AgentState | undefined): string | undefined {
  if (state === 'silent') return silentAgentHint(target);
  return state === 'gone'
    ? `start ssh-agent: ${settingOf(target)} names ${target.agentSocket}, where none listens`
    : undefined;
}

function settingOf({agentSetting}: Target): string {
  return agentSetting === 'IdentityAgent' ? "IdentityAgent in ssh's configuration" : 'SSH_AUTH_SOCK';
}

/** Says that the login goes on without the agent, after some seconds of waiting for it. */
export function tellSilentAgent(target: Target): void {
  target.onWaiting?.(`going on without ssh-agent: ${silentAgentHint(target)}`);
}

function silentAgentHint(target: Target): string {
  return `see to the ssh-agent at ${target.agentSocket}, which ${settingOf(target)} names: it takes connections and answers nothing`;
}
