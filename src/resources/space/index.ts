import {type Script, sh} from '../../shell/index.ts';
import {type Observed, type Ref, type RefKey, type ResourceKind, refKey} from '../contract.ts';
import {onlyRead} from '../only-read.ts';

/** How much room there is where a directory is, or would be made. */
export interface SpaceState {
  /** For the user that asks; undefined where the host does not say. */
  readonly freeBytes: number | undefined;
  /** The file system is a tmpfs: what is written there takes memory. */
  readonly inMemory: boolean;
}

export function spaceRef(directory: string): Ref<'space'> {
  return {kind: 'space', id: directory, facets: ['state']};
}

/** Free space of file systems: only looked at, and only before something large is written. The id is a directory. */
export const space: ResourceKind<'space', SpaceState, never> = {
  kind: 'space',
  probe: (refs) => ask(refs),
  parse({stdout}, refs) {
    const lines = stdout.toString('utf8').split('\n');
    return new Map(
      refs.map((ref, index): [RefKey, Observed<SpaceState>] => {
        return [refKey(ref), {status: 'present', state: parseLine(lines[index] ?? '')}];
      }),
    );
  },
  ...onlyRead,
};

/** Memory sets no limit where the kernel does not say what is to be had. */
function parseLine(line: string): SpaceState {
  const [free = '', type, memory = ''] = line.split(' ');
  const kibibytes = [free, memory].filter((text) => /^\d+$/.test(text)).map(Number);
  const freeBytes = /^\d+$/.test(free) ? Math.min(...kibibytes) * 1024 : undefined;
  return {freeBytes, inMemory: type === 'tmpfs'};
}

/**
 * A line each, of the nearest directory that is there: free KiB, the type of the file system, for a tmpfs the KiB of
 * memory that it can be given. Copies of files that the kernel keeps are given up for it, and what is in memory may be
 * swapped out, so that is MemAvailable and SwapFree, and not MemFree. A tmpfs by itself may be larger than that.
 * @see df(1), POSIX format
 * @see proc_meminfo(5)
 */
function ask(refs: readonly Ref<'space'>[]): Script {
  return sh`for d in ${refs.map((ref) => ref.id)}; do
until [ -d "$d" ]; do case $d in */*) d=\${d%/*} ;; *) d=/ ;; esac; done
o=$(df -Pk "$d" 2>/dev/null) || o=''
set -- \${o##*"
"}
t=$(stat -f -c %T -- "$d" 2>/dev/null) || t=-
a='' s=0
if [ "$t" = tmpfs ] && [ -r /proc/meminfo ]; then
while read -r k v x; do case $k in MemAvailable:) a=$v ;; SwapFree:) s=$v ;; esac; done </proc/meminfo
fi
[ -z "$a" ] || a=$((a + s))
printf '%s %s %s\n' "\${4:--}" "$t" "\${a:--}"
done`;
}
