import type {ValueMap} from '../../values/index.ts';
import {Cursor} from '../cursor.ts';

/** The same as `Facts` of the modules' room, which lies above this one. */
export interface HostFacts extends ValueMap {
  /** Without a domain. */
  readonly hostname: string;
  /** Best effort, from the host's own name and /etc/hosts; the name without a domain where none is known. */
  readonly fqdn: string;
  readonly machine: string;
  readonly architecture: string;
  readonly kernel: string;
  readonly long_bit: number;
  readonly os: ValueMap;
  readonly memory_mb: number;
  readonly cpus: number;
  readonly init: string;
  readonly boot_id: string;
  /** Of global scope; empty where the host has no `ip`. */
  readonly addresses: readonly string[];
}

/** @throws Error when the output is not what the probe prints */
export function parseFacts(stdout: Buffer, marker: string): HostFacts {
  const cursor = new Cursor(stdout);
  const values = assignments(cursor.block(marker).toString());
  const release = assignments(cursor.block(marker).toString());
  const hosts = cursor.block(marker).toString();
  const addresses = cursor.block(marker).toString();
  const head = cursor.block(marker);
  const [nodename = '', kernel = '', machine = ''] = (values.get('uname') ?? '').split(' ');
  if (machine === '') throw new Error('uname said nothing');
  const longBit = head[4] === 1 ? 32 : head[4] === 2 ? 64 : bitsOf(machine);
  return {
    hostname: nodename.split('.')[0] ?? nodename,
    fqdn: fqdnOf(nodename, hosts),
    machine,
    architecture: architectureOf(machine, longBit),
    kernel,
    long_bit: longBit,
    os: osOf(release),
    memory_mb: Math.round(Number(values.get('memory') || '0') / 1024),
    cpus: cpusOf(values.get('cpus') ?? ''),
    init: values.get('init') ?? 'other',
    boot_id: values.get('boot') ?? '',
    addresses: [...addresses.matchAll(/ inet6? ([0-9a-f.:]+)/g)].map((match) => match[1] ?? ''),
  };
}

/** @see os-release(5) */
function osOf(release: ReadonlyMap<string, string>): ValueMap {
  return {
    id: release.get('ID') ?? 'linux',
    id_like: (release.get('ID_LIKE') ?? '').split(' ').filter((id) => id !== ''),
    version_id: release.get('VERSION_ID') ?? '',
    codename: release.get('VERSION_CODENAME') ?? '',
    pretty_name: release.get('PRETTY_NAME') ?? 'Linux',
  };
}

/** Lines `NAME=value`, the value in quotes or not. */
function assignments(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value = ''] = /^([A-Za-z_]+)=(.*)$/.exec(line.trim()) ?? [];
    if (name !== undefined) found.set(name, unquoted(value));
  }
  return found;
}

function unquoted(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value)?.[2];
  return quoted === undefined ? value : quoted.replaceAll(/\\(["'`$\\])/g, '$1');
}

function bitsOf(machine: string): number {
  return /64$|^s390x$/.test(machine) ? 64 : 32;
}

/**
 * What the userland's programs are made for: the kernel's machine, narrowed where the userland has 32 bits. To a 32-bit process
 * a 64-bit ARM kernel may call itself armv8l.
 * @see `COMPAT_UTS_MACHINE` of arch/arm64/include/asm/compat.h, personality(2)
 */
function architectureOf(machine: string, longBit: number): string {
  const name = machine === 'arm64' ? 'aarch64' : machine === 'amd64' ? 'x86_64' : machine;
  if (/^armv8[a-z]*l$/.test(name)) return 'armv7l';
  if (longBit === 64) return name;
  if (name === 'aarch64') return 'armv7l';
  if (name === 'x86_64' || /^i[3-6]86$/.test(name)) return 'i686';
  return name;
}

/** How many CPUs `0-3` or `0,2-3` are; 1 where the kernel does not say. @see /sys/devices/system/cpu/online */
function cpusOf(online: string): number {
  const counts = online.split(',').map((range) => {
    const [first = '', last = first] = range.split('-');
    return first === '' ? 0 : Number(last) - Number(first) + 1;
  });
  return Math.max(
    1,
    counts.reduce((sum, count) => sum + count, 0),
  );
}

function fqdnOf(nodename: string, hosts: string): string {
  if (nodename.includes('.')) return nodename;
  const names = hosts.split('\n').flatMap((line) => {
    const [, ...aliases] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    return aliases.includes(nodename) ? aliases : [];
  });
  return names.find((name) => name.startsWith(`${nodename}.`)) ?? nodename;
}
