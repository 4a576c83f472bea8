import {type Script, sh} from '../shell/index.ts';
import type {NameFinding} from './model.ts';

/**
 * For each name a line `NAME SYSTEM FILES DNS`, each `y`, `n` or `?`: whether the host's system resolves it (mDNS and
 * all), whether /etc/hosts has it, whether DNS does. Without getent (busybox, musl), nslookup is asked for DNS.
 * @see getent(1): -s the sources to ask; hosts(5)
 */
export function askNames(names: readonly string[]): Script {
  return sh`has() { command -v "$1" >/dev/null 2>&1; }
yes() { if "$@" >/dev/null 2>&1 </dev/null; then echo y; else echo n; fi; }
in_hosts() {
  while read -r address names || [ -n "$address" ]; do
    case $address in '#'*) continue ;; esac
    for one in $names; do
      case $one in '#'*) break ;; esac
      [ "$one" = "$1" ] && return 0
    done
  done </etc/hosts
  return 1
}
set -f
for name in ${names}; do
  system='?' dns='?'
  if has getent; then system=$(yes getent hosts "$name") dns=$(yes getent -s dns hosts "$name")
  elif has nslookup; then dns=$(yes nslookup "$name"); fi
  echo "$name $system $(yes in_hosts "$name") $dns"
done`;
}

export function namesOf(host: string, said: string): readonly NameFinding[] {
  return said.split('\n').flatMap((line) => {
    const [name, system, files, dns] = line.trim().split(' ');
    if (name === undefined || system === undefined || files === undefined || dns === undefined) return [];
    const inHosts = answer(files);
    return [
      {
        host,
        name,
        bySystem: inHosts === true ? true : answer(system),
        byGo: inHosts === true ? true : answer(dns),
      },
    ];
  });
}

function answer(letter: string): boolean | undefined {
  return letter === '?' ? undefined : letter === 'y';
}
