import {type Script, sh} from '../../shell/index.ts';
import type {Observed} from '../contract.ts';
import type {UserState} from './state.ts';

/**
 * Prints for each user who runs something what keeps `userdel` from removing it: as that does, by the numbers in
 * /proc/PID/status, but for what has another root. Sessions of this very connection are ended before; of who logged in, what
 * serves it is told besides, which keeps `usermod` from giving them another home. busybox does not mind.
 * @see userdel(8), usermod(8), exit code 8
 */
export function readProcesses(names: readonly string[]): Script {
  return sh`above() {
u=0
{ while read -r k v; do [ "$k" != PPid: ] || u=$v; done <"/proc/$q/status"; } 2>/dev/null
q=$u
[ "$q" -gt 1 ]
}
if PATH=$PATH:/usr/sbin:/sbin command -v userdel >/dev/null 2>&1; then
q=$$ o=none
while above; do
c=
{ read -r c <"/proc/$q/comm"; } 2>/dev/null || break
case $c in sh|dash|bash|ash|busybox|mksh|zsh|fish|sudo*|doas|su) ;; *) o=$q; break ;; esac
done
for n in ${names}; do
i=$(id -u "$n" 2>/dev/null) || continue
for f in $(grep -lE "^Uid:([[:space:]]+[0-9]+){0,2}[[:space:]]+$i[[:space:]]" /proc/[0-9]*/status 2>/dev/null); do
p=\${f%/status}
[ "$p/root" -ef / ] || continue
q=\${p#/proc/}
while [ "$q" != "$o" ] && above; do :; done
w=process
if [ "$q" = "$o" ]; then
[ "\${p#/proc/}" = "$o" ] || continue
w=login
fi
c=
{ read -r c <"$p/comm"; } 2>/dev/null || continue
printf '/%s:%s:%s (%s)\n' $w "$n" "$c" "\${p#/proc/}"
[ $w = login ] || break
done
done
fi`;
}

/** What `readProcesses` printed, behind all else: by user. */
export function processesIn(
  stdout: Buffer,
  marker: string,
  what: 'process' | 'login',
): ReadonlyMap<string, string> {
  const text = stdout.subarray(stdout.lastIndexOf(`\n${marker}\n`) + marker.length + 2).toString('utf8');
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, word, name, process] = /^\/(\w+):([^:]+):(.+)$/.exec(line) ?? [];
      return word !== what || name === undefined || process === undefined ? [] : [[name, process] as const];
    }),
  );
}

/** Who will run something by then, nobody knows. */
export function withoutProcess(observed: Observed<UserState>): Observed<UserState> {
  return observed.status === 'present' && observed.state.process !== undefined
    ? {status: 'present', state: {...observed.state, process: undefined}}
    : observed;
}
