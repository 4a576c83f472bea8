import {type Script, sh} from '../../shell/index.ts';
import {type Observed, type Ref, type RefKey, type ResourceKind, refKey} from '../contract.ts';
import {onlyRead} from '../only-read.ts';

/** How much room there is where a directory is, or would be made. */
export interface SpaceState {
  /** For the user that asks; undefined where the host does not say. */
  readonly freeBytes: number | undefined;
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
        const kibibytes = /^\d+$/.exec(lines[index] ?? '')?.[0];
        const freeBytes = kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
        return [refKey(ref), {status: 'present', state: {freeBytes}}];
      }),
    );
  },
  ...onlyRead,
};

/** A line each, in KiB: of the nearest directory that is there. @see df(1), POSIX format */
function ask(refs: readonly Ref<'space'>[]): Script {
  return sh`for d in ${refs.map((ref) => ref.id)}; do
until [ -d "$d" ]; do case $d in */*) d=\${d%/*} ;; *) d=/ ;; esac; done
o=$(df -Pk "$d" 2>/dev/null) || o=''
set -- \${o##*"
"}
printf '%s\n' "\${4:--}"
done`;
}
