import {quote} from '../shell/index.ts';
import {TransportError} from './contract.ts';
import {expiredAtLogin} from './expired-password.ts';
import {agentHint, noKeysHint} from './identity.ts';
import type {AgentState} from './ssh-agent.ts';
import type {Target} from './target.ts';

/** Why a key has not signed. */
export interface UnsignedKey {
  /** A clause of a message. */
  readonly why: string;
  readonly hint?: string;
}

/** What is known about a login that a host refused. */
export interface Refusal {
  /** The methods that it takes, as it said. */
  readonly takes?: readonly string[];
  /** It ended the connection after some keys. */
  readonly tooMany: boolean;
  /** It took a key, and let nobody in by that alone. */
  readonly tookKey?: boolean;
  /** The password was right, and must be changed first. */
  readonly mustChange?: boolean;
  /** A password was offered. */
  readonly passwordOffered: boolean;
  /** Keys that it would have taken, and that could not sign. */
  readonly unsigned: readonly UnsignedKey[];
  readonly agentState: AgentState | undefined;
}

/**
 * Why a host does not let us in, with the setting that leads on.
 * @param offered what it refused, for the message; undefined: by the system's ssh
 */
export function notLetIn(
  target: Target,
  refusal: Refusal,
  offered: readonly string[] | undefined,
  cause: Error,
): TransportError {
  if (refusal.mustChange) return expiredAtLogin(target, cause);
  const {hostName, user} = target;
  const {takes, unsigned} = refusal;
  const words = takes && takes.length > 0 ? `: it takes ${takes.join(', ')}` : '';
  let message: string;
  if (unsigned.length > 0)
    message = `${hostName} does not let ${user} in: ${unsigned.map(({why}) => why).join('; ')}`;
  else if (!offered) message = `${hostName} does not let ${user} in by the system's ssh${words}`;
  else if (offered.length > 0)
    message = `${hostName} does not let ${user} in with ${offered.join(' or ')}${refusal.tookKey ? ' alone, though it takes such a key' : ''}`;
  else message = `${hostName} does not let ${user} in: there is nothing to offer${words}`;
  return new TransportError('authentication', message, hintOf(target, refusal, offered), {cause});
}

/**
 * A host that ends the connection after it took a key (or was given a password), without letting us in. That may be the
 * network as well, unless the host has said more.
 * @param taken the names of messages
 * @param said by the host, before the login: its banner
 */
export function endedAfterProof(
  {hostName, user}: Target,
  taken: string,
  said: string,
  cause: Error,
): TransportError {
  const isSure = /expired|pam|denied|not (?:allowed|permitted)|nologin/i.test(said);
  return new TransportError(
    isSure ? 'authentication' : 'unreachable',
    `${hostName} ended the connection after ${taken} was offered${said === '' ? '' : `: ${said}`}`,
    `see its log (journalctl -u ssh): an account that has expired (chage -l ${user}), PAM's access rules, or a full disk; if it says nothing, the network`,
    {cause},
  );
}

/** What to do about an agent that has a key and does not sign with it. */
export function unwillingAgentHint({agentSocket, agentSetting}: Target): string {
  return `see whether the ssh-agent at ${agentSocket} (${agentSetting}) waits for a confirmation or a touch, or hangs`;
}

/** What to do about a passphrase that was not right, or not given. */
export function passphraseHint(file: string): string {
  const word = quote(file);
  return `try the passphrase with \`ssh-keygen -yf ${word}\`, or add the key to ssh-agent: ssh-add ${word}`;
}

/** Keys by their names, or how many where they are more than a line holds. */
export function keyNames(
  keys: readonly {readonly name: string; readonly fromAgent: boolean}[],
): readonly string[] {
  // One that was taken is offered again.
  if (keys.length <= 3) return [...new Set(keys.map(({name}) => name))];
  const ofAgent = keys.filter(({fromAgent}) => fromAgent).length;
  return [`one of ${keys.length} keys${ofAgent > 0 ? ` (${ofAgent} of ssh-agent)` : ''}`];
}

function hintOf(target: Target, refusal: Refusal, offered: readonly string[] | undefined): string {
  const {takes, tooMany, passwordOffered, unsigned, agentState} = refusal;
  const mending = unsigned.find(({hint}) => hint !== undefined)?.hint;
  if (mending !== undefined) return mending;
  if (unsigned.length > 0 && target.agentSocket !== undefined) return unwillingAgentHint(target);
  if (!target.loginMethods.includes('publickey') && !passwordOffered) return noKeysHint;
  if (agentState === 'silent') return agentHint(target, agentState) ?? '';
  const isRoot = target.user === 'root';
  // It was heard, so nothing before it was too much.
  if (passwordOffered)
    return `correct \`user\` and \`ssh_password\` in the inventory, or what was typed for -k${isRoot ? '; and see PermitRootLogin in its sshd_config' : ''}`;
  if (tooMany && target.password && !offered)
    return "it hears only a few tries (MaxAuthTries in its sshd_config), which were over before the password's turn: raise it, set PreferredAuthentications password in ssh's configuration, or `transport: ssh2`";
  if (tooMany)
    return "it hears only a few keys (MaxAuthTries in its sshd_config): name the right one by `private_key_file` in the inventory, or by IdentityFile with IdentitiesOnly yes in ssh's configuration";
  if (takes && takes.length > 0 && !takes.includes('publickey'))
    return takes.some((method) => method === 'password' || method === 'keyboard-interactive')
      ? 'it wants a password: give it with -k, or set `ssh_password` in the inventory'
      : 'it takes neither keys nor passwords: see PubkeyAuthentication and AuthenticationMethods in its sshd_config';
  if (refusal.tookKey)
    return "its sshd_config may want more than one proof (AuthenticationMethods): give it the others, too: another key (in ssh-agent, or by IdentityFile in ssh's configuration instead of `private_key_file`), or a password with -k. Else its log (journalctl -u ssh) tells what PAM has against the account";
  const agent = agentState === 'gone' ? `${agentHint(target, agentState)}; else ` : '';
  return `${agent}see \`user\` and \`private_key_file\` in the inventory, and ~${target.user}/.ssh/authorized_keys on the host. Its log (journalctl -u ssh) tells if it is ${isRoot ? 'PermitRootLogin, ' : ''}AllowUsers, PubkeyAcceptedAlgorithms (which wants another type of key), an expired account or a missing login shell`;
}
