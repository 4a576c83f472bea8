import {type Script, sh} from '../../shell/index.ts';
import {type Observed, type Ref, type RefKey, type ResourceKind, refKey} from '../contract.ts';
import {Cursor} from '../cursor.ts';
import {mountedOver} from '../mount/covers.ts';
import {onlyRead} from '../only-read.ts';
import {comesBack} from '../path/react.ts';
import {isWithin} from '../path/state.ts';

/** What is in a directory. A path that is none has nothing in it. */
export interface FolderState {
  /** At most 1000 names. */
  readonly names: readonly string[];
  /** Those of them that are not just as in /etc/skel, of which every new home is made. */
  readonly own: readonly string[];
}

const mostNames = 1000;

export function folderRef(path: string): Ref<'folder'> {
  return {kind: 'folder', id: path, facets: ['state']};
}

/** What is in directories: looked at only, before one is taken away. The id is the absolute path. */
export const folder: ResourceKind<'folder', FolderState, never> = {
  kind: 'folder',
  probe: (refs, marker) => list(refs, marker),
  parse(output, refs, marker) {
    const cursor = new Cursor(output.stdout);
    return new Map(
      refs.map((ref): [RefKey, Observed<FolderState>] => {
        const entries = cursor.block(marker).toString().split('/\n').slice(0, -1);
        const names = entries.map((entry) => entry.slice(1));
        const own = entries.filter((entry) => entry.startsWith('o')).map((entry) => entry.slice(1));
        return [refKey(ref), {status: 'present', state: {names, own}}];
      }),
    );
  },
  ...onlyRead,
  react(ref, observed, planned) {
    const covered = mountedOver(ref.id, planned);
    if (covered !== undefined) return {status: 'unknown', reason: covered};
    if (planned.ref.kind !== 'path' || observed.status !== 'present') return observed;
    if (ref.id === planned.ref.id || isWithin(ref.id, planned.ref.id)) return comesBack(planned) ?? observed;
    const at = planned.ref.id.lastIndexOf('/');
    if (ref.id !== (planned.ref.id.slice(0, at) || '/')) return observed;
    const name = planned.ref.id.slice(at + 1);
    const without = (names: readonly string[] = []): readonly string[] => names.filter((one) => one !== name);
    const {names, own} = observed.state;
    if (planned.want.after === 'absent')
      return {status: 'present', state: {names: without(names), own: without(own)}};
    return {status: 'present', state: {names: [...without(names), name], own: [...without(own), name]}};
  },
};

/** No program but cmp(1), and that only for names that /etc/skel has. `/` ends a name: no other character can. */
function list(refs: readonly Ref<'folder'>[], marker: string): Script {
  return sh`for d in ${refs.map((ref) => ref.id)}; do
n=0
if [ -d "$d" ] && [ ! -L "$d" ]; then
for f in "$d"/* "$d"/.[!.]* "$d"/..?*; do
if [ -e "$f" ] || [ -L "$f" ]; then
n=$((n+1)) k=o b=\${f##*/}
[ "$n" -le ${mostNames} ] || break
if [ -f "/etc/skel/$b" ] && [ -f "$f" ] && cmp -s "$f" "/etc/skel/$b" 2>/dev/null; then k=s; fi
printf '%s%s/\n' "$k" "$b"
fi
done
fi
printf '\n%s\n' ${marker}
done`;
}
