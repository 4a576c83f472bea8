import {hostname} from 'node:os';
import {type Script, sh} from '../shell/index.ts';

/** sysexits.h EX_TEMPFAIL: what a request ends with when another run holds the host's lock. */
export const lockHeldExitCode = 75;

/**
 * Takes the host's lock, or ends the request with code 75 and the holder's words on standard error. The lock is an
 * flock(2) on file descriptor 9, which the session's own shell opened: it holds as long as the session lives, and a
 * dead session's lock is free at once. Where there is no flock(1) or no lock folder, runs are not kept apart.
 */
export function lockScript(user: string, run: string): Script {
  const holder = `run ${run} of ${hostname()} as ${user}`;
  return sh`{ if [ -n "$VPROV_LOCK" ] && command -v flock >/dev/null 2>&1; then flock -n 9 || { cat "$VPROV_LOCK" >&2; exit ${lockHeldExitCode}; }; printf '%s, since %s\n' ${holder} "$(date)" > "$VPROV_LOCK" 2>/dev/null || :; fi; }`;
}
