import {joinScripts, type Script, sh} from '../../shell/index.ts';
import type {Step} from '../contract.ts';
import {desiredOf, installFlags, type PackageChange, type PackageDesired} from './state.ts';

/** How long the locks of apt and dpkg are waited for: on a first boot unattended upgrades hold them for minutes. */
const lockTimeoutMs = 600_000;

/**
 * Waits for the locks, then one `apt-get` for all that the task wants installed: the changes after the first find it
 * done. Nothing asks; configuration that was changed on the host stays.
 * @see apt-get(8), apt.conf(5) "DPkg::Lock::Timeout"
 */
export function stepsForPackage(change: PackageChange): readonly Step[] {
  const after = desiredOf(change.want);
  return [
    packageLocks,
    {
      type: 'script',
      script: joinScripts([
        aptPrelude,
        sh`if ${isDone(change, after)}; then :; else
${after.installed ? installation(after) : removal(change.ref.id, after)}
fi`,
        ...(after.installed && after.automatic ? [automatically(change.ref.id)] : []),
      ]),
    },
  ];
}

/** Prints `apt-get`'s last words only where it fails. */
export const aptPrelude: Script = sh`LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none
export LC_ALL PATH DEBIAN_FRONTEND APT_LISTCHANGES_FRONTEND
command -v apt-get >/dev/null 2>&1 || { echo 'apt-get is not on the host' >&2; exit 1; }
apt() {
o=$(apt-get -y -q -o DPkg::Lock::Timeout=60 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" 2>&1) || { printf '%s\n' "$o" | tail -n 20 >&2; exit 1; }
}`;

function isDone({ref, attributes}: PackageChange, after: PackageDesired): Script {
  const version = attributes.find(({name}) => name === 'version')?.after;
  if (!after.installed)
    return after.purge
      ? sh`[ -z "$(dpkg-query -W -f='\${db:Status-Status}' -- ${ref.id} 2>/dev/null)" ]`
      : sh`[ "$(dpkg-query -W -f='\${db:Status-Status}' -- ${ref.id} 2>/dev/null)" != installed ]`;
  if (typeof version === 'string')
    return sh`[ "$(dpkg-query -W -f='\${db:Status-Status} \${Version}' -- ${ref.id} 2>/dev/null)" = ${`installed ${version}`} ]`;
  return sh`[ "$(dpkg-query -W -f='\${db:Status-Status}' -- ${ref.id} 2>/dev/null)" = installed ]`;
}

function installation({options}: PackageDesired): Script {
  return sh`apt ${installFlags(options)} install -- ${options.together}`;
}

/** What nobody has asked for goes with an `apt-get autoremove` when nothing needs it any more. @see apt-mark(8) */
function automatically(name: string): Script {
  return sh`o=$(apt-mark auto -- ${name} 2>&1) || { printf '%s\n' "$o" | tail -n 20 >&2; exit 1; }`;
}

function removal(name: string, {purge, options}: PackageDesired): Script {
  if (options.onlyItself)
    return sh`o=$(dpkg ${purge ? '--purge' : '--remove'} -- ${name} 2>&1) || { printf '%s\n' "$o" | tail -n 20 >&2; exit 1; }`;
  const flags = options.autoremove ? ['--auto-remove'] : [];
  return sh`apt ${flags} ${purge ? 'purge' : 'remove'} -- ${name}`;
}

/**
 * Says who holds a lock of apt or dpkg, as the kernel lists them by inode.
 * @see proc_locks(5)
 */
export const packageLocks: Step = {
  type: 'wait',
  timeoutMs: lockTimeoutMs,
  script: sh`set --
for f in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
if [ -e "$f" ]; then set -- "$@" "$f"; fi
done
[ $# -gt 0 ] && [ -r /proc/locks ] || exit 0
i=" $(stat -c %i "$@" | tr '\n' ' ')"
while read -r x x x x p l x; do
case $i in *" \${l##*:} "*)
c='another process'
if [ -r "/proc/$p/comm" ]; then read -r c <"/proc/$p/comm"; fi
printf '%s\n' "the lock of dpkg, which $c ($p) holds"
exit 1 ;;
esac
done </proc/locks
exit 0`,
};
