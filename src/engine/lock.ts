import {hostname, userInfo} from 'node:os';
import {type Script, sh} from '../shell/index.ts';

/** sysexits.h EX_TEMPFAIL: what a request ends with when another run holds the host's lock. */
export const lockHeldExitCode = 75;

/** Who holds a lock, for whoever finds it held: run, playbook, person, machine and process. */
export function holderOf(run: string, playbook: string): string {
  return `run ${run} of ${playbook} by ${userName()}@${hostname()}, pid ${process.pid}`;
}

/** What is said besides where nobody of that run will do any more. */
const gone =
  'that session has ended: a command of it still runs, or the lock is held by a user who may not write a name to it';
const cut = 'that run is gone, and what it began here still runs, below process';

/** What the lock of a host says: who holds it, and under which name the inventory has that host. */
export function holderOn(holder: string, host: string): string {
  return `${holder}, on ${host}`;
}

/** Which run holds the lock that was found held; undefined where that is not said, or the run itself is gone. */
export function runIn(words: string): string | undefined {
  if ([gone, cut].some((one) => words.includes(` (${one}`))) return undefined;
  return /^run (\S+) of /.exec(words)?.[1];
}

/** The name under which this run holds the lock that was found held; undefined where another run does. */
export function ownNameIn(words: string, holder: string): string | undefined {
  return words.startsWith(`${holder}, on `)
    ? /^(.*?), as \S+, since /.exec(words.slice(holderOn(holder, '').length))?.[1]
    : undefined;
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
 * dead session's lock is free at once. With the words stand the number of that shell and of those above it, which tell
 * whether it and its connection are still there. A user who may lock the file and not write it, as it is of a run of root,
 * writes them beside it. Where there is no flock(1) or no lock folder, runs are not kept apart.
 * @param lost a session of this holder was lost, and the host may not hear of it for hours: where it is that which holds
 * the lock, and runs nothing, its shell is ended, and the next try finds the lock free
 */
export function lockScript(user: string, holder: string, {lost = false}: {lost?: boolean} = {}): Script {
  const words =
    'what stands at /run/lock/vprov.lock is no lock of vprov, but a link or something else: remove it';
  const tab = '\t';
  return sh`{ if [ "$VPROV_LOCK" = '!' ]; then echo ${words} >&2; exit ${lockHeldExitCode}; fi
if [ -n "$VPROV_LOCK" ] && command -v flock >/dev/null 2>&1; then
${ancestors}
# Before it is taken: whoever finds it held reads at once who holds it.
up $$
s=$(date)
if flock -n 9; then
# Through the descriptor: it is the lock, whatever stands at the path by now. The last line counts.
w=$(printf '%s, since %s\t%s' ${`${holder}, as ${user}`} "$s" "$a")
{ ! [ -O "$VPROV_LOCK" ] || : >"$VPROV_LOCK"; printf '%s\n' "$w" >&9; } 2>/dev/null || {
f=$VPROV_LOCK.$(id -u)
[ -e "$f" ] || [ -L "$f" ] || ( set -C; : >"$f" )
[ -L "$f" ] || ! [ -f "$f" ] || ! [ -O "$f" ] || printf '%s\n' "$w" >"$f"
} 2>/dev/null || :
else
holder() { h=''; while IFS= read -r l; do h=$l; done <"$VPROV_LOCK"; }
holder
# It was taken this moment, and the name is being written.
if [ -z "$h" ]; then sleep 1; holder; fi
b=\${h##*${tab}} h=\${h%${tab}*}
p=\${b%% *}
# Whoever may not see that process, may not signal it either, and is told so.
gone() { case $(LC_ALL=C; kill -0 "$1" 2>&1) in *o\ such*) return 0 ;; esac; return 1; }
if [ -z "$h" ] || gone "$p"; then
${besideTheLock}
fi
${lost ? endIdle(holder) : sh`:`}
up "$p"
if gone "$p"; then h="$h ("${gone}")"; else
case "$a " in "$b "*) ;; *) case "$b " in "$a "*) ;; *) h="$h ("${cut}" $p)" ;; esac ;; esac
fi
printf '%s\n' "$h" >&2
exit ${lockHeldExitCode}
fi
fi; }`;
}

/** Who took the lock and may not write to it: `$h`, `$b` and `$p` are theirs where they are still there. */
const besideTheLock: Script = sh`for f in "$VPROV_LOCK".*; do
[ -f "$f" ] && [ ! -L "$f" ] && IFS= read -r l <"$f" || continue
c=\${l##*${'\t'}}
up "\${c%% *}"
case "$a " in "$c "*) h=\${l%${'\t'}*} b=$c p=\${c%% *}; break ;; esac
done 2>/dev/null`;

/**
 * Sets `$a` to a process and those above it, up to the first that may not be looked at. A session whose connection is
 * gone has lost those at the end. @see proc_pid_status(5)
 */
const ancestors: Script = sh`up() {
a=$1 q=$1
while [ "$q" -gt 1 ] 2>/dev/null; do
n=''
while read -r k v x; do case $k in PPid:) n=$v; break ;; esac; done 2>/dev/null <"/proc/$q/status"
q=$n a="$a\${n:+ $n}"
done
}`;

/**
 * Ends the shell `$p` where it is the holder's, has the lock, and no process below it.
 * @see proc_pid_stat(5): after the name come the state and the parent
 */
function endIdle(holder: string): Script {
  return sh`idle() {
for d in /proc/[0-9]*; do
read -r l <"$d/stat" || continue
l=\${l##*) } l=\${l#* }
[ "\${l%% *}" != "$1" ] || return 1
done
}
case $h in ${`${holder}, as `}*) [ ! "/proc/$p/fd/9" -ef "$VPROV_LOCK" ] || ! idle "$p" || kill -KILL "$p" ;; esac 2>/dev/null`;
}
