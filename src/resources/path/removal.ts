import {type Script, sh} from '../../shell/index.ts';
import {parentPath} from './state.ts';

/**
 * Sets `$m` to what is mounted at or below the directory `$d`; empty: nothing. Who may not enter it cannot tell.
 * @see proc_pid_mountinfo(5)
 */
export const mountedBelow: Script = sh`m=''
if [ -r /proc/self/mountinfo ] && r=$(cd -P "$d" && pwd -P); then
case $r in *[\\\ \	]*) r=$(printf '%s\n' "$r" | sed 's/\\/\\134/g; s/ /\\040/g; s/\t/\\011/g') ;; esac
while read -r x x x x n x; do
case $n in "$r"|"$r"/*) m=$n; break ;; esac
done </proc/self/mountinfo
fi`;

/**
 * Removes a path, a directory with all below it, but never what is mounted there: not another file system, nor a
 * bind mount of the same one, which `rm --one-file-system` cannot tell. @see proc_pid_mountinfo(5)
 */
export function removal(path: string): Script {
  return sh`LC_ALL=C
export LC_ALL
d=${path} p=${parentPath(path)}
fail() { [ $# -eq 0 ] || printf '%s\n' "$1" >&2; exit 1; }
if [ -d "$d" ] && [ ! -L "$d" ]; then
cd -P "$d" || fail
cd /
${mountedBelow}
[ -z "$m" ] || fail "$m is mounted there: unmount it first"
if ! m=$(rm -rf --one-file-system "$d" 2>&1); then
case $m in
*nrecognized*|*nvalid*|*llegal*) rm -rf "$d" || fail ;;
*) fail "$m" ;;
esac
fi
else
rm -f "$d" || fail
fi
# What was removed may have been the link that its folder was named by.
[ ! -d "$p" ] || sync "$p" || fail`;
}
