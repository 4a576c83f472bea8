import {TransportError} from './contract.ts';
import type {Link} from './link.ts';

/** The connection was lost while a shell was to begin: what that means where it is the first in the connection. */
export function lostBeforeShell({hostName, loginUser, learned}: Link, lost: TransportError): TransportError {
  const byUs = lost.hint === undefined;
  if (learned.hasShell || byUs) return lost;
  return new TransportError(
    'lost',
    `${lost.message.replace(/\.$/, '')}, before a shell of ${loginUser} began`,
    `if it is so each time, see ${hostName}'s log (journalctl -u ssh): ${loginUser === 'root' ? 'PermitRootLogin forced-commands-only, ' : ''}a ChrootDirectory in its sshd_config that is not there or that others may write, or limits on processes and memory; else the network`,
    {cause: lost.cause},
  );
}

/**
 * Output and errors of the login shell go the same way, or the errors nowhere: a profile has redirected them, and what a
 * command says could not be told from its errors.
 * @param whither where errors go
 */
export function redirectedShell(
  {hostName, loginUser}: Link,
  whither: 'the same place' | 'nowhere',
): TransportError {
  return new TransportError(
    'unreachable',
    whither === 'nowhere'
      ? `the login shell of ${loginUser} on ${hostName} sends what goes to standard error nowhere`
      : `the login shell of ${loginUser} on ${hostName} sends standard output and standard error to the same place`,
    `a profile of ${loginUser} there redirects them (exec 2>&1, exec 2>/dev/null in .bashrc, .zshenv or what they read): let it do so where there is a terminal only, behind [ -t 0 ]`,
  );
}

/** Our shell ended of itself before it was told anything: nothing comes to it from us. */
export function closedInput({hostName, loginUser}: Link): TransportError {
  return new TransportError(
    'unreachable',
    `the login shell of ${loginUser} on ${hostName} gives what it starts no standard input`,
    `a profile of ${loginUser} there takes it away (exec </dev/null in .bashrc, .zshenv or what they read): let it do so where there is a terminal only, behind [ -t 0 ]`,
  );
}
