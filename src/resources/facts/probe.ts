import {type Script, sh} from '../../shell/index.ts';

/**
 * One script, three programs (`uname`, `head`, and `ip` where it is); the rest is read by the shell itself.
 * Prints lines `name=value`, then between markers os-release, /etc/hosts, addresses, and last the first bytes of a
 * program, which say whether the userland has 32 or 64 bits: a 64-bit kernel may run one of 32.
 * @see elf(5), os-release(5)
 */
export function probeFacts(marker: string): Script {
  return sh`show() { while IFS= read -r l || [ -n "$l" ]; do printf '%s\n' "$l"; done <"$1"; }
end() { printf '\n%s\n' ${marker}; }
b='' k='' c='' i=other
[ ! -r /proc/sys/kernel/random/boot_id ] || read -r b </proc/sys/kernel/random/boot_id
[ ! -r /proc/meminfo ] || read -r x k x </proc/meminfo
[ ! -r /sys/devices/system/cpu/online ] || read -r c </sys/devices/system/cpu/online
[ ! -d /run/systemd/system ] || i=systemd
printf 'boot=%s\nmemory=%s\ncpus=%s\ninit=%s\nuname=%s\n' "$b" "$k" "$c" "$i" "$(uname -n -r -m)"
end
if [ -r /etc/os-release ]; then show /etc/os-release; elif [ -r /usr/lib/os-release ]; then show /usr/lib/os-release; fi
end
[ ! -r /etc/hosts ] || show /etc/hosts
end
if command -v ip >/dev/null 2>&1; then ip -o addr show scope global; fi
end
head -c 5 /proc/self/exe
end`;
}
