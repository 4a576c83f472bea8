import {TransportError} from './contract.ts';
import {sshCommand, type Target} from './target.ts';

/** What is said of a password that must be changed first: by sudo, and by PAM to whoever is asked for it. */
export const mustChange =
  /account or password is expired|required to change your password|authentication token is no longer valid|password change required|your password has expired|unable to change expired password/i;

/** The password that was right has expired: the host asks for another one, and lets nobody in before. */
export function expiredAtLogin(target: Target, cause: Error): TransportError {
  const {hostName, user} = target;
  return new TransportError(
    'authentication',
    `the password of ${user} on ${hostName} has expired: it lets ${user} in only after it was changed`,
    `change it by \`${sshCommand(target)}\`, which asks for another one; or give it no end, as root there: chage -d -1 -M -1 ${user}`,
    {cause},
  );
}
