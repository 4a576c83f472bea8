import {type Script, sh} from '../../shell/index.ts';
import {mountName} from '../path/index.ts';

/** Prints how mountinfo calls a path: by no link, with blanks and backslashes as octal numbers. */
export function kernelName(path: Script): Script {
  return sh`readlink -f ${path} 2>/dev/null | sed ${'s/\\\\/\\\\134/g; s/ /\\\\040/g; s/\t/\\\\011/g'}`;
}

/** Sets `$r` to how mountinfo calls a path; one that stands there by its own name is not looked at, since it may not answer. */
export function named(path: Script, own: Script): Script {
  return sh`r=${own}
cut -d' ' -f5 /proc/self/mountinfo | grep -qxF -e "$r" || r=$(${kernelName(path)})`;
}

/**
 * Prints for each path what keeps the last of what is mounted there from being unmounted: a process of this mount
 * namespace with an open file, a directory, a root or a program on it. What is there is not looked at but by what these have open.
 * @see proc_pid_fdinfo(5) "mnt_id"
 */
export function readHolders(paths: readonly string[]): Script {
  return sh`holds() {
j=
{ while read -r k v; do [ "$k" != mnt_id: ] || j=$v; done <"$1"; } 2>/dev/null
[ "$j" = "$i" ]
}
set -- ${paths.flatMap((path) => [path, mountName(path)])}
while [ $# -gt 0 ]; do
${named(sh`"$1"`, sh`$2`)}
i=
while read -r a b c d e f; do
case "$e $f" in "$r "*' - autofs '*) ;; "$r "*) i=$a ;; esac
done </proc/self/mountinfo
case $r in *\\*) i= ;; esac
if [ -n "$i" ]; then
ls -ld /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/exe /proc/[0-9]*/fd/* 2>/dev/null | grep -F -e " -> $r" | sed 's|^.* \(/proc/[0-9]*\)/\([^ ]*\) -> .*|\1 \2|' | while read -r p l; do
[ "$p/ns/mnt" -ef /proc/self/ns/mnt ] || continue
case $l in
fd/*) holds "$p/fdinfo/\${l#fd/}" || continue ;;
*) { holds /proc/self/fdinfo/9; } 2>/dev/null 9<"$p/$l" || continue ;;
esac
c=
{ read -r c <"$p/comm"; } 2>/dev/null || continue
printf '/process %s %s (%s)\n' "$2" "$c" "\${p#/proc/}"
break
done
fi
shift 2
done`;
}

/** What `readHolders` printed, by the paths as mountinfo would call them. */
export function holdersIn(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.flatMap((line) => {
      const [, path, process] = /^\/process (\S+) (.+)$/.exec(line) ?? [];
      return path === undefined || process === undefined ? [] : [[path, process] as const];
    }),
  );
}
