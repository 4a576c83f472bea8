import {TransportError} from './contract.ts';
import {noKeysHint, silentAgentHint} from './identity.ts';
import type {Target} from './target.ts';

/** What is known about a login that a host refused. */
export interface Refusal {
  /** The methods that it takes, as it said. */
  readonly takes?: readonly string[];
  /** It ended the connection after some keys. */
  readonly tooMany: boolean;
  /** A password was offered. */
  readonly passwordOffered: boolean;
  /** Keys that it would have taken, and that could not sign: why, each a clause of a message. */
  readonly unsigned: readonly string[];
  readonly silentAgent: boolean;
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
  const {hostName, user} = target;
  const {takes, unsigned} = refusal;
  const words = takes && takes.length > 0 ? `: it takes ${takes.join(', ')}` : '';
  let message: string;
  if (unsigned.length > 0) message = `${hostName} does not let ${user} in: ${unsigned.join('; ')}`;
  else if (!offered) message = `${hostName} does not let ${user} in by the system's ssh${words}`;
  else if (offered.length > 0) message = `${hostName} does not let ${user} in with ${offered.join(' or ')}`;
  else message = `${hostName} does not let ${user} in: there is nothing to offer${words}`;
  return new TransportError('authentication', message, hintOf(target, refusal), {cause});
}

function hintOf(target: Target, refusal: Refusal): string {
  const {takes, tooMany, passwordOffered, unsigned, silentAgent} = refusal;
  if (unsigned.some((why) => why.includes('passphrase')))
    return 'try the passphrase with `ssh-keygen -yf FILE`, or add the key to ssh-agent: ssh-add FILE';
  if (!target.loginMethods.includes('publickey') && !passwordOffered) return noKeysHint;
  if (silentAgent) return silentAgentHint(target);
  if (tooMany)
    return "it hears only a few keys (MaxAuthTries in its sshd_config): name the right one by `private_key_file` in the inventory, or by IdentityFile with IdentitiesOnly yes in ssh's configuration";
  if (passwordOffered) return 'correct `user` and `ssh_password` in the inventory, or what was typed for -k';
  if (takes && takes.length > 0 && !takes.includes('publickey'))
    return takes.some((method) => method === 'password' || method === 'keyboard-interactive')
      ? 'it wants a password: give it with -k, or set `ssh_password` in the inventory'
      : 'it takes neither keys nor passwords: see PubkeyAuthentication and AuthenticationMethods in its sshd_config';
  return `see \`user\` and \`private_key_file\` in the inventory, and ~${target.user}/.ssh/authorized_keys on the host`;
}
