import {hostname, userInfo} from 'node:os';
import {type Script, sh} from '../shell/index.ts';

/** sysexits.h EX_TEMPFAIL: what a request ends with when another run holds the host's lock. */
export const lockHeldExitCode = 75;

/** Who holds a lock, for whoever finds it held: run, playbook, person, machine and process. */
export function holderOf(run: string, playbook: string): string {
  return `run ${run} of ${playbook} by ${userName()}@${hostname()}, pid ${process.pid}`;
}

/** There may be nobody of this number in passwd, as in some containers. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? ''}`.trim();
  }
}

/**
 * Takes the host's lock, or ends the request with code 75 and the holder's words on standard error. The lock is an
 * flock(2) on file descriptor 9, which the session's own shell opened: it holds as long as the session lives, and a
 * dead session's lock is free at once. Where there is no flock(1) or no lock folder, runs are not kept apart.
 */
export function lockScript(user: string, holder: string): Script {
  return sh`{ if [ -n "$VPROV_LOCK" ] && command -v flock >/dev/null 2>&1; then flock -n 9 || { cat "$VPROV_LOCK" >&2; exit ${lockHeldExitCode}; }; printf '%s, since %s\n' ${`${holder}, as ${user}`} "$(date)" > "$VPROV_LOCK" 2>/dev/null || :; fi; }`;
}
