import type {Fleet} from './fleet.ts';

/** A mark in time on a host: everything that is changed after it is found by `changedSince`. */
export async function mark(fleet: Fleet): Promise<void> {
  await Promise.all(fleet.hosts.map(({name}) => fleet.read(name, 'touch /run/vprov-test-mark')));
}

/** What a host writes by itself: login records, logs, sudo's and systemd's notes, the running server's own data. */
const itsOwn = [
  // The mount point of a tmpfs.
  /^\/run$/,
  // sudo's note of its first use by a member of its group: sudo(8), sudo_as_admin_successful.
  /^\/home\/pi(\/\.sudo_as_admin_successful)?$/,
  /^\/var\/log\//,
  /^\/var\/lib\/systemd\//,
  /^\/var\/lib\/vault\//,
  /^\/var\/lib\/sudo\//,
  /^\/var\/lib\/lastlog\//,
  /^\/var\/lib\/wtmpdb\//,
  // Debian's daily timers, when a test runs across their time.
  /^\/var\/(lib|cache)\/(apt|dpkg|man)\//,
];

/** The paths of a host that were changed since the mark and are not the host's own doing. Asked of find, not of vprov. */
export async function changedSince(fleet: Fleet, host: string): Promise<readonly string[]> {
  const found = await fleet.read(host, 'find / -xdev -cnewer /run/vprov-test-mark');
  return found.split('\n').filter((path) => path !== '' && !itsOwn.some((pattern) => pattern.test(path)));
}

/** What of a resource can be seen by other means than vprov's: attribute → value. Absent things have no attributes. */
export type Seen = Readonly<Record<string, string>>;

/** Looks at resources (`path:/etc/x`, `user:vault`…) with stat, getent and systemctl. */
export async function witness(
  fleet: Fleet,
  host: string,
  refs: readonly string[],
): Promise<ReadonlyMap<string, Seen>> {
  const script = refs.map((ref) => `echo '@ ${ref}'; ${question(ref)}`).join('\n');
  const seen = new Map<string, Seen>();
  let current: Record<string, string> = {};
  for (const line of (await fleet.read(host, script)).split('\n')) {
    if (line.startsWith('@ ')) {
      current = {};
      seen.set(line.slice(2), current);
      continue;
    }
    const at = line.indexOf('=');
    if (at > 0) current[line.slice(0, at)] = line.slice(at + 1);
  }
  return seen;
}

function question(ref: string): string {
  const kind = ref.slice(0, ref.indexOf(':'));
  const id = ref.slice(kind.length + 1);
  switch (kind) {
    case 'path':
      return `if [ -L ${id} ]; then echo "type=link"; echo "target=$(readlink ${id})"; stat -c 'owner=%U
group=%G' ${id}
elif [ -e ${id} ]; then stat -c 'type=%F
mode=0%a
owner=%U
group=%G' ${id} | sed 's/^type=regular.*file$/type=file/'; [ -f ${id} ] && echo "content=$(sha256sum <${id} | cut -c1-64)"; fi; :`;
    case 'user':
      return `getent passwd ${id} | while IFS=: read -r n x u g c h s; do echo exists=true; echo "group=$(getent group "$g" | cut -d: -f1)"; echo "home=$h"; echo "shell=$s"; echo "comment=$c"; done`;
    case 'group':
      return `getent group ${id} >/dev/null && echo exists=true; :`;
    case 'unit':
      return `echo "enabled=$(systemctl is-enabled ${id} 2>/dev/null)"; echo "active=$(systemctl is-active ${id})"; echo "invocation=$(systemctl show -p InvocationID --value ${id})"; :`;
    default:
      throw new Error(`nobody can say what ${ref} looks like`);
  }
}
