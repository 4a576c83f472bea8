import {quote} from '../shell/index.ts';
import {markPrefix} from './marks.ts';

export type Become =
  | {readonly how: 'login'}
  | {readonly how: 'su'; readonly user: string}
  | {readonly how: 'sudo'; readonly user: string; readonly password: boolean};

/**
 * The command for an exec channel that runs `script` in `/bin/sh` as a user. The shell is named because the
 * user's own may be `nologin`. The shell says `hello PID` on both streams before `script`: whatever the login
 * shell's profile or sudo wrote before is not ours, and what we send before may be eaten by sudo.
 *
 * @see sudo(8): -n never asks, -S reads the password from standard input, -p sets the prompt
 * @see su(1): -s the shell, -c the command; busybox knows both
 */
export function shellCommand(nonce: string, become: Become, script: string): string {
  const mark = markPrefix(nonce);
  const hello = `m=${quote(mark)}; echo "\${m}hello $$"; echo "\${m}hello $$" >&2; `;
  const run = quote(hello + script);
  switch (become.how) {
    case 'login':
      return `exec /bin/sh -c ${run}`;
    case 'su':
      return `exec su -s /bin/sh -c ${run} ${quote(become.user)}`;
    case 'sudo': {
      const asking = become.password ? `-S -p ${quote(`${mark}prompt\n`)}` : '-n';
      return `exec sudo ${asking} -u ${quote(become.user)} -- /bin/sh -c ${run}`;
    }
  }
}

/** How a login becomes a user: root needs no sudo, which minimal hosts lack. */
export function becomeFor(loginUser: string, user: string, password: boolean): Become {
  if (user === loginUser) return {how: 'login'};
  return loginUser === 'root' ? {how: 'su', user} : {how: 'sudo', user, password};
}
