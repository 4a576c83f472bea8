import {createHmac} from 'node:crypto';
import {toText} from '../../text/index.ts';
import {insertLines, joinLines, type Line, lineOf, splitLines, wordsOf} from '../lines.ts';
import type {Edit} from '../text-edit.ts';

export interface HostKey {
  readonly type: string;
  readonly key: string;
}

const keyPattern = /^(?:(\S+)\s+)??((?:ssh|ecdsa|sk)-[a-z0-9@.-]+)\s+([A-Za-z0-9+/]+={0,2})(?:\s.*)?$/;

/** The keys of a text, one a line; undefined where a line is none, or is of another host. */
export function keysOf(text: string, name: string): readonly HostKey[] | undefined {
  const keys: HostKey[] = [];
  for (const line of text.split('\n').filter((one) => one.trim() !== '' && !one.startsWith('#'))) {
    const [, hosts, type, key] = keyPattern.exec(line.trim()) ?? [];
    if (type === undefined || key === undefined || (hosts !== undefined && !names(hosts, name)))
      return undefined;
    keys.push({type, key});
  }
  return keys.length > 0 ? keys : undefined;
}

/** Each of these keys is there, and no other of its type. */
export function withKeys(name: string, keys: readonly HostKey[]): Edit {
  return (before) => {
    const missing = [...keys];
    const kept = splitLines(before).flatMap((line): readonly Line[] => {
      const entry = entryOf(line);
      const wanted = entry && names(entry.hosts, name) && keys.find(({type}) => type === entry.type);
      if (!entry || !wanted) return [line];
      const index = missing.indexOf(wanted);
      const isSame = wanted.key === entry.key;
      if (index < 0 || !isSame) return withoutName(line, entry.hosts, name);
      missing.splice(index, 1);
      return [line];
    });
    const added = missing.map(({type, key}) => lineOf(toText(`${name} ${type} ${key}`)));
    return joinLines(insertLines(kept, kept.length, added));
  };
}

/** No line names the host. */
export function withoutHost(name: string): Edit {
  return (before) =>
    joinLines(
      splitLines(before).flatMap((line) => {
        const entry = entryOf(line);
        return entry && names(entry.hosts, name) ? withoutName(line, entry.hosts, name) : [line];
      }),
    );
}

/** A line with other names too keeps those. */
function withoutName(line: Line, hosts: string, name: string): readonly Line[] {
  const others = hosts.split(',').filter((one) => !names(one, name));
  if (others.length === 0) return [];
  return [lineOf(toText(wordsOf(line).replace(hosts, () => others.join(','))), line)];
}

function entryOf(line: Line): ({readonly hosts: string} & HostKey) | undefined {
  // Lines that begin with a mark (@cert-authority, @revoked) are the administrator's own.
  const [hosts = '', type = '', key = ''] = wordsOf(line).trim().split(/\s+/);
  return /^[#@]/.test(hosts) || key === '' ? undefined : {hosts, type, key};
}

/** Whether the names of an entry are of this host; hashed ones are tried. @see sshd(8) "SSH_KNOWN_HOSTS FILE FORMAT" */
function names(hosts: string, name: string): boolean {
  return hosts.split(',').some((one) => {
    const [, salt, hash] = /^\|1\|([^|]+)\|([^|]+)$/.exec(one) ?? [];
    if (salt === undefined) return one === name;
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  });
}
