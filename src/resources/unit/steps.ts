import {joinScripts, Script, sh} from '../../shell/index.ts';
import type {Step} from '../contract.ts';
import {desiredNow, desiredOf, type UnitChange, type UnitDesired} from './state.ts';

/** A service that was started must last this long, unless its type says itself when it is ready. */
const settleSeconds = 2;

/** One script: reload of the files where needed, unmask, enable, then the unit's own state, mask last. */
export function stepsForUnit(change: UnitChange): readonly Step[] {
  const changed = new Set(change.attributes.map(({name}) => name));
  const {enabled, masked} = desiredOf(change.want);
  const state = change.before.status === 'present' ? change.before.state : undefined;
  const parts: Script[] = [prelude(change.ref.id)];
  parts.push(state?.needDaemonReload === false ? reloadIfNeeded : sh`systemctl daemon-reload || exit 1`);
  if (changed.has('masked') && masked === false) parts.push(alsoAtRuntime(sh`unmask`));
  if (changed.has('enabled')) parts.push(enabled ? sh`systemctl --quiet enable "$u" || exit 1` : disable);
  parts.push(...running(change, changed.has('active')));
  if (changed.has('masked') && masked === true) parts.push(sh`systemctl --quiet mask "$u" || exit 1`);
  return [{type: 'script', script: joinScripts(parts)}];
}

/** What was masked or enabled until the next boot only (`--runtime`) has its links in /run. */
function alsoAtRuntime(verb: Script): Script {
  return sh`systemctl --quiet --runtime ${verb} "$u" && systemctl --quiet ${verb} "$u" || exit 1`;
}

/** With the links of `enable` systemctl(1) takes away that of `link`, by which a unit whose file is elsewhere is known. */
const disable = sh`l=$(readlink "/etc/systemd/system/$u")
${alsoAtRuntime(sh`disable`)}
case $l in
/usr/lib/systemd/*|/lib/systemd/*|/etc/systemd/*|/run/systemd/*|/dev/null) ;;
/*) [ -L "/etc/systemd/system/$u" ] || systemctl --quiet link "$l" || exit 1 ;;
esac`;

/** Asked again in the script that acts: a file of it may have been changed since it was looked at, by a name that nobody knows. */
const reloadIfNeeded = sh`case $(systemctl show -p NeedDaemonReload "$u") in *=yes) systemctl daemon-reload || exit 1 ;; esac`;

/** What starts, stops or reloads the unit. */
function running({before, want}: UnitChange, activeDiffers: boolean): readonly Script[] {
  const {active, transition, onlyIf, onlyRunning, verify} = desiredNow(want, before);
  const starts = transition === 'restart' || (active === true && activeDiffers);
  const stops = active === false && activeDiffers;
  const parts: Script[] = [];
  if (onlyIf !== undefined && (stops || transition !== undefined)) parts.push(guard(onlyIf));
  if (transition !== undefined && verify !== undefined) parts.push(sh`since=@$(date +%s.%6N)`);
  // A start limit that was hit stands until then.
  if (starts && before.status === 'present' && before.state.activeState === 'failed')
    parts.push(sh`systemctl reset-failed "$u" || exit 1`);
  if (starts) parts.push(start(verbOf(transition, onlyRunning)));
  if (stops) parts.push(sh`systemctl stop "$u" || exit 1`);
  if (transition === 'reload') parts.push(sh`systemctl reload "$u" || exit 1`);
  if (transition !== undefined && verify !== undefined) parts.push(verified(transition, verify));
  return parts;
}

function verbOf(transition: UnitDesired['transition'], onlyRunning: boolean | undefined): Script {
  if (transition !== 'restart') return sh`start`;
  return onlyRunning ? sh`try-restart` : sh`restart`;
}

/** Asked in the script that acts, so that what it says still holds then: a question of an earlier task may be out of date. */
function guard(command: string): Script {
  return sh`if m=$(/bin/sh -c ${command} 2>&1 </dev/null); then :; else
fail "$u was left as it is, as only_if does not hold\${m:+: $m}"
fi`;
}

/** systemd takes a signal that was sent for a reload that was done. */
function verified(transition: 'restart' | 'reload', command: string): Script {
  return sh`if m=$(since=$since /bin/sh -c ${command} 2>&1 </dev/null); then :; else
fail "$u had its ${new Script([transition])}, but verify does not hold\${m:+: $m}"
fi`;
}

function prelude(unit: string): Script {
  return sh`LC_ALL=C
export LC_ALL
u=${unit}
fail() { printf '%s\n' "$1" >&2; exit 1; }`;
}

/**
 * Starts, then looks: a condition that is not met makes `systemctl start` succeed with nothing running, and a `simple`
 * service counts as started before it has read its configuration.
 */
function start(verb: Script): Script {
  return sh`look() {
a='' i='' n='' t='' c='' r='' w=0
while IFS='=' read -r k v; do
case $k in
ActiveState) a=$v ;; InvocationID) i=$v ;; NRestarts) n=$v ;; Type) t=$v ;; ConditionResult) c=$v ;; RemainAfterExit) r=$v ;; ConditionTimestampMonotonic) w=$v ;;
esac
done <<EOF
$(systemctl show -p ActiveState,InvocationID,NRestarts,Type,ConditionResult,ConditionTimestampMonotonic,RemainAfterExit "$u")
EOF
}
systemctl ${verb} "$u" || exit 1
look
# A oneshot that has ended may be forgotten already: then nothing is known of its conditions.
case $c.$t.$r.$w in no.oneshot.no.0) ;; no.*) fail "$u was not started: a condition in its file is not met" ;; esac
case $t.$r.$a in
oneshot.no.inactive|oneshot.*.active|notify*.active|.*.active) ;;
*.*.active)
i0=$i n0=$n s=0
while [ "$s" -lt ${settleSeconds * 2} ]; do
sleep 0.5
s=$((s+1))
look
[ "$n" = "$n0" ] && [ "$i" = "$i0" ] || fail "$u ended within ${new Script([String(settleSeconds)])} s of its start, and systemd started it again"
if [ "$a" != active ]; then
fail "$u was started, but did not last ${new Script([String(settleSeconds)])} s: it is $a"
fi
done ;;
*) fail "$u was started, but is $a" ;;
esac`;
}

/** How much earlier than the change was begun words may be: the way to the host is not always as long. */
const slackMs = 50;

/** The unit's last words since the change was begun. */
export function explainUnit({ref, before}: UnitChange, agoMs: number): Script {
  return lastWordsOf((before.status === 'present' ? before.state.realName : undefined) ?? ref.id, agoMs);
}

/**
 * Prints the last words of a unit; a busy journald may not have written them down yet. With `--since`, the `-n` of systemd
 * 252 gives the first lines.
 * @param agoMs since when, in milliseconds before now
 */
export function lastWordsOf(name: string, agoMs: number): Script {
  return sh`journalctl --sync 2>/dev/null || :
journalctl -u ${name} --no-pager -o cat --since=${`-${(agoMs + slackMs) / 1000}s`} | tail -n 20`;
}
