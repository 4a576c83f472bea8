import {type Script, sh} from '../../shell/index.ts';
import {parentPath} from './state.ts';

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
if [ -r /proc/self/mountinfo ]; then
r=$(cd -P "$d" && pwd -P) || fail
case $r in *[\\\ \	]*) r=$(printf '%s\n' "$r" | sed 's/\\/\\134/g; s/ /\\040/g; s/\t/\\011/g') ;; esac
while read -r x x x x m x; do
case $m in "$r"|"$r"/*) fail "$m is mounted there: unmount it first" ;; esac
done </proc/self/mountinfo
fi
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
