import {
  type Observed,
  onlyRead,
  type ProbeOutput,
  type Ref,
  type ResourceKind,
  refKey,
} from '../resources/index.ts';
import {type Script, sh} from '../shell/index.ts';
import {readOnlyPoints, type Volume, volumesOf} from './volumes.ts';

/** A place that is swapped out to. */
export interface Swap {
  readonly name: string;
  /** `file` or `partition`. */
  readonly type: string;
  readonly sizeBytes: number;
}

/** An address that /etc/hosts gives a name. */
export interface HostsEntry {
  readonly name: string;
  readonly address: string;
}

/** How a host is beyond its facts: what may keep a server from working well there. */
export interface Condition {
  readonly swaps: readonly Swap[];
  /** Which hierarchy of control groups there is. */
  readonly cgroups: 'v1' | 'v2' | 'none';
  /** The kernel can account for memory in control groups. */
  readonly countsMemory: boolean;
  /** Where the kernel's command line is written on a Raspberry Pi; empty elsewhere. */
  readonly commandLineFile: string;
  readonly volumes: readonly Volume[];
  /** Of the names that were asked for. */
  readonly hosts: readonly HostsEntry[];
}

/** The id is the names to look for in /etc/hosts, by blanks: those by which the host and its peers reach one another. */
export function conditionRef(names: readonly string[]): Ref<'condition'> {
  return {kind: 'condition', id: names.join(' '), facets: ['state']};
}

/** How a host is. Read-only. */
export const conditionKind: ResourceKind<'condition', Condition, never> = {
  kind: 'condition',
  probe: (refs) => askCondition(namesIn(refs)),
  parse(output, refs) {
    const found: Observed<Condition> = {status: 'present', state: parseCondition(output)};
    return new Map(refs.map((ref) => [refKey(ref), found]));
  },
  ...onlyRead,
};

function namesIn(refs: readonly Ref[]): readonly string[] {
  return [...new Set(refs.flatMap(({id}) => id.split(' ')))].filter((name) => name !== '');
}

/**
 * Two programs (`df`, twice); all else the shell reads by itself. Lines of a name, a tab, and a value.
 * @see proc(5), cgroups(7), df(1)
 */
function askCondition(names: readonly string[]): Script {
  return sh`one() { printf '%s\t%s\n' "$1" "$2"; }
if [ -r /proc/swaps ]; then
  while read -r name type size rest; do
    case $size in '' | *[!0-9]*) ;; *) one swap "$type $size $name" ;; esac
  done </proc/swaps
fi
if [ -r /sys/fs/cgroup/cgroup.controllers ]; then
  read -r line </sys/fs/cgroup/cgroup.controllers
  one v2 "$line"
elif [ -r /proc/cgroups ]; then
  while read -r name hierarchy groups enabled; do
    [ "$name" != memory ] || one v1 "$enabled"
  done </proc/cgroups
fi
for file in /boot/firmware/cmdline.txt /boot/cmdline.txt; do
  [ ! -f "$file" ] || { one command_line "$file"; break; }
done
df -Pk / /var/lib 2>/dev/null | while IFS= read -r line; do one blocks "$line"; done
df -Pi / /var/lib 2>/dev/null | while IFS= read -r line; do one inodes "$line"; done
if [ -r /proc/mounts ]; then
  while read -r device point type options rest; do
    case ,$options, in *,ro,*) one read_only "$point" ;; *) one writable "$point" ;; esac
  done </proc/mounts
fi
set -f
if [ -r /etc/hosts ]; then
  while read -r address names || [ -n "$address" ]; do
    case $address in '' | '#'*) continue ;; esac
    for one in $names; do
      case $one in '#'*) break ;; esac
      for name in ${names}; do
        [ "$one" != "$name" ] || one hosts "$address $name"
      done
    done
  done </etc/hosts
fi
one end ''`;
}

/** @throws Error when it is not what the script prints */
function parseCondition({stdout}: Pick<ProbeOutput, 'stdout'>): Condition {
  const lines = stdout
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('\t'));
  const all = (name: string): readonly string[] =>
    lines.flatMap(([key, value = '']) => (key === name ? [value] : []));
  if (all('end').length !== 1) throw new Error('it breaks off');
  const [v2] = all('v2');
  const [v1] = all('v1');
  return {
    swaps: all('swap').flatMap(swapOf),
    cgroups: v2 !== undefined ? 'v2' : v1 !== undefined ? 'v1' : 'none',
    countsMemory: v2 === undefined ? v1 === '1' : v2.split(' ').includes('memory'),
    commandLineFile: all('command_line')[0] ?? '',
    volumes: volumesOf(all('blocks'), all('inodes'), readOnlyPoints(lines)),
    hosts: all('hosts').flatMap((line) => {
      const [address = '', name = ''] = line.split(' ');
      return [{name, address}];
    }),
  };
}

function swapOf(line: string): readonly Swap[] {
  const [type = '', size = '', name = ''] = line.split(' ');
  return [{name, type, sizeBytes: Number(size) * 1024}];
}
