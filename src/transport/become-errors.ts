import {TransportError} from './contract.ts';
import type {Ending} from './exec-channel.ts';
import {lastWords} from './failures.ts';
import type {Link} from './link.ts';

/** Why no shell said hello, in words, from what sudo or the login shell left. */
export function becomeError(link: Link, user: string, ending: Ending, prompted: boolean): TransportError {
  const said = lastWords(ending.stderr.length > 0 ? ending.stderr : ending.stdout);
  const exit = ending.exitCode === undefined ? 'by a signal' : `with exit code ${ending.exitCode}`;
  const words = said === '' ? `it ended ${exit}` : said;
  if (user === link.loginUser) {
    return new TransportError(
      'unreachable',
      `the login shell of ${user} on ${link.hostName} gave us no shell: ${words}`,
      'see that `ssh HOST /bin/sh -c true` works for this user',
    );
  }
  if (prompted) return refusedPassword(link);
  if (/password is required|terminal is required|askpass/.test(said)) {
    return new TransportError(
      'become',
      `sudo on ${link.hostName} asks ${link.loginUser} for a password to become ${user}`,
      `set become_password, or give ${link.loginUser} NOPASSWD in sudoers`,
    );
  }
  if (link.loginUser === 'root') {
    return new TransportError('become', `root cannot become ${user} on ${link.hostName}: ${words}`);
  }
  if (ending.exitCode === 127) {
    return new TransportError(
      'become',
      `no sudo on ${link.hostName} to become ${user}: ${words}`,
      `install sudo there, or log in as ${user}`,
    );
  }
  return new TransportError(
    'become',
    `sudo on ${link.hostName} does not let ${link.loginUser} become ${user}: ${words}`,
  );
}

export function refusedPassword(link: Link): TransportError {
  return new TransportError(
    'become',
    `sudo on ${link.hostName} refused the password of ${link.loginUser}`,
    'correct become_password',
  );
}

/** A password was ready, but sudo showed another prompt than the one we asked for: it was not sent. */
export function silentSudo(link: Link, user: string, stderr: Buffer): TransportError {
  const said = lastWords(stderr);
  return new TransportError(
    'become',
    `sudo on ${link.hostName} gave neither our prompt nor a shell of ${user}${said ? `: ${said}` : ''}`,
    'the password was not sent: another program than sudo may have asked',
  );
}
