import {TransportError} from './contract.ts';
import type {KeyPair, Keyring, NoKey} from './keyring.ts';
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
}

/**
 * The keys to log in with, in ssh's order: files whose keys the agent has, the agent's other keys, other files.
 * A key that the inventory names is the only one.
 * @throws TransportError `authentication` when there is neither a key nor a password
 */
export async function identities(target: Target, keyring: Keyring): Promise<Identities> {
  const {namedKeyFile, hostName} = target;
  if (namedKeyFile !== undefined) return namedIdentity(target, namedKeyFile, keyring);
  const agent = await agentKeys(target, keyring);
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
  if (keys.length > 0 || target.password) return {keys, locked};
  throw nothingToLogInWith(hostName, target, locked);
}

async function namedIdentity(target: Target, file: string, keyring: Keyring): Promise<Identities> {
  const key = await keyring.file(file);
  if ('sign' in key && !key.locked) return {keys: [identity(file, key, false)], locked: []};
  const agent = await agentKeys(target, keyring);
  const inAgent = agent.length > 0 ? find(agent, await keyring.publicKey(file)) : undefined;
  if (inAgent) return {keys: [identity(file, inAgent, true)], locked: []};
  if ('sign' in key) return {keys: [identity(file, key, false)], locked: []};
  throw unusable(target.hostName, file, key);
}

async function agentKeys({agentSocket}: Target, keyring: Keyring): Promise<readonly KeyPair[]> {
  return agentSocket === undefined ? [] : keyring.agent(agentSocket);
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

function unusable(hostName: string, file: string, {reason, message}: NoKey): TransportError {
  return new TransportError(
    'authentication',
    `no key to log in to ${hostName}: ${message}`,
    reason === 'locked' ? `start ssh-agent and add the key: ssh-add ${file}` : 'correct `private_key_file`',
  );
}

function nothingToLogInWith(hostName: string, target: Target, locked: readonly string[]): TransportError {
  const agent = target.agentSocket === undefined ? 'no ssh-agent runs' : 'ssh-agent has no key';
  const files = target.keyFiles.join(', ');
  return new TransportError(
    'authentication',
    `no key to log in to ${hostName}: ${agent}, and none of ${files} can be used`,
    locked[0] === undefined
      ? 'set `private_key_file`, or start ssh-agent and ssh-add a key'
      : `start ssh-agent and add the key: ssh-add ${locked[0]}`,
  );
}
