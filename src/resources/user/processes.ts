import {type Script, sh} from '../../shell/index.ts';
import type {Observed} from '../contract.ts';
import type {UserState} from './state.ts';

/**
 * Prints for each user who runs something what keeps `userdel` from removing it: as that does, by the numbers in
 * /proc/PID/status, but for what has another root. Sessions of this very connection are ended before. busybox does not
 * mind. @see userdel(8), exit code 8
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
[ "$q" != "$o" ] || continue
c=
{ read -r c <"$p/comm"; } 2>/dev/null || continue
printf '/process:%s:%s (%s)\n' "$n" "$c" "\${p#/proc/}"
break
done
done
fi`;
}

/** What `readProcesses` printed, behind all else. */
export function processesIn(stdout: Buffer, marker: string): ReadonlyMap<string, string> {
  const text = stdout.subarray(stdout.lastIndexOf(`\n${marker}\n`) + marker.length + 2).toString('utf8');
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, name, process] = /^\/process:([^:]+):(.+)$/.exec(line) ?? [];
      return name === undefined || process === undefined ? [] : [[name, process] as const];
    }),
  );
}

/** Who will run something by then, nobody knows. */
export function withoutProcess(observed: Observed<UserState>): Observed<UserState> {
  return observed.status === 'present' && observed.state.process !== undefined
    ? {status: 'present', state: {...observed.state, process: undefined}}
    : observed;
}
