import {quote} from '../shell/index.ts';
import {markPrefix} from './marks.ts';

/**
 * What the session's shell reads first. Each request then is one line: `__v SEQUENCE 'script'`.
 *
 * - The script is one quoted word for `eval` in a subshell: a syntax error, `exit` or a failing `.` ends the
 *   subshell only, and a word of the shell's own is not bound by the kernel's limit for arguments (128 KiB).
 * - One fork a request: everything else is built in (`echo`, as mksh has no `printf` of its own).
 * - The pid comes from `/proc/self/stat`: `$$` in a subshell is the parent's.
 * - Descriptor 9 is the host's lock, opened here so that a request which takes it by flock(1) leaves it held for the
 *   life of the session. Nothing is locked by opening it. Its folder is everybody's: so the file is made only where
 *   there is nothing (noclobber follows no link), and a link, or what is no file, is not taken for one ('!').
 * - mksh closes such descriptors for programs unless it is told to follow POSIX.
 * - The blank before the script keeps `eval` from reading `-x` as an option (bash).
 */
export function sessionPrelude(nonce: string): string {
  return `LC_ALL=C LANG=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL LANG PATH
unset LANGUAGE ENV BASH_ENV CDPATH
umask 022
cd "\${HOME:-/}" 2>/dev/null || cd /
case \${KSH_VERSION:-} in *MIRBSD*) set -o posix ;; esac
VPROV_LOCK=/run/lock/vprov.lock
[ -e "$VPROV_LOCK" ] || [ -L "$VPROV_LOCK" ] || ( set -C; : >"$VPROV_LOCK" ) 2>/dev/null
if [ -L "$VPROV_LOCK" ] || { [ -e "$VPROV_LOCK" ] && ! [ -f "$VPROV_LOCK" ]; }; then VPROV_LOCK='!'
elif ( : >>"$VPROV_LOCK" ) 2>/dev/null; then
exec 9>>"$VPROV_LOCK"
if [ -L "$VPROV_LOCK" ] || ! [ "$VPROV_LOCK" -ef "/proc/$$/fd/9" ]; then exec 9>&-; VPROV_LOCK='!'; fi
elif [ -r "$VPROV_LOCK" ]; then exec 9<"$VPROV_LOCK"
else VPROV_LOCK=
fi
__m=${quote(markPrefix(nonce))}
__v() {
  (
    IFS=' ' read -r __p __s </proc/self/stat
    echo "\${__m}begin $1"
    echo "\${__m}begin $1 $__p" >&2
    __s=$2
    set --
    eval " $__s"
  ) </dev/null
  __s=$?
  echo "\${__m}end $1 $__s"
  echo "\${__m}end $1 $__s" >&2
}
`;
}

/**
 * One request as the session's shell reads it.
 * @throws VprovError on a NUL, which no shell word can hold
 */
export function requestLine(sequence: number, script: string): string {
  return `__v ${sequence} ${quote(script)}\n`;
}
