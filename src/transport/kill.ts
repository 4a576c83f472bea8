import {sh} from '../shell/index.ts';
import {reveal} from '../text/index.ts';
import {TransportError} from './contract.ts';
import type {Link} from './link.ts';
import {openShellChannel} from './shell-channel.ts';

/** How long the processes have to end by themselves before they are killed, in tenths of a second. */
const politeTenths = 10;

/**
 * Ends what a session's subshell runs: the subshell, all its descendants, and the process groups that they lead.
 * Runs in a channel of its own, as the session's user, with builtins only (`ps` differs from host to host).
 * All are stopped before the first is ended, so that none forks away meanwhile. First TERM, then KILL.
 *
 * @returns the reason when it could not be done
 * @see proc(5), /proc/pid/stat: after the name in parentheses come state, ppid, pgrp
 */
export async function killRequest(
  link: Link,
  user: string,
  shellPid: number,
  requestPid: number,
): Promise<TransportError | undefined> {
  const script = sh`shell=${shellPid} root=${requestPid} polite=${politeTenths}
stat() { state=; read -r line 2>/dev/null </proc/$1/stat || return 1; set -- \${line##*) }; state=$1 parent=$2 group=$3; }
stat $shell || exit 0
own=$group
stat $root && [ "$parent" = $shell ] || exit 0
victims=" $root " groups=
kill -STOP $root
grown=1
while [ $grown = 1 ]; do
  grown=0
  for directory in /proc/[0-9]*; do
    pid=\${directory#/proc/}
    case $victims in *" $pid "*) continue ;; esac
    stat $pid || continue
    case $victims in *" $parent "*) kill -STOP $pid; victims="$victims$pid " grown=1 ;; esac
  done
done
for pid in $victims; do
  stat $pid && [ $group != $own ] && groups="$groups -$group"
done
signal() { kill -$1 $victims; [ -z "$groups" ] || kill -$1 -- $groups; } 2>/dev/null
alive() { for pid in $victims; do stat $pid && [ $state != Z ] && return; done; return 1; }
signal TERM
signal CONT
while alive && [ $polite -gt 0 ]; do sleep 0.1 2>/dev/null || sleep 1; polite=$((polite - 1)); done
signal KILL
exit 0`;
  try {
    const shell = await openShellChannel(link, {
      user,
      script: reveal(script.text),
      onMark: () => undefined,
      signal: AbortSignal.timeout(link.timeoutMs),
    });
    await shell.ended;
    return undefined;
  } catch (error) {
    if (error instanceof TransportError) return error;
    throw error;
  }
}
