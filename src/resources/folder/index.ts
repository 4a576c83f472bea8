import {posix} from 'node:path';
import {type Script, sh} from '../../shell/index.ts';
import {
  type Change,
  type Observed,
  type Ref,
  type RefKey,
  type ResourceKind,
  refKey,
  type StandingAt,
} from '../contract.ts';
import {Cursor} from '../cursor.ts';
import {mountedOver} from '../mount/covers.ts';
import {onlyRead} from '../only-read.ts';
import {comingBack} from '../path/react.ts';
import {resolve} from '../path/resolve.ts';
import {isWithin, parentPath} from '../path/state.ts';

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
  see: seeFolder,
  react: reactFolder,
};

/** Links above it are gone through as they will be then, one at its own name is not: nothing is in a link. */
function seeFolder(ref: Ref<'folder'>, at: StandingAt): Observed<FolderState> {
  const here = resolve(ref.id, false, at);
  return here === undefined ? holding([], []) : at({...ref, id: here});
}

/** Both by the names that no link leads to. */
function reactFolder(
  ref: Ref<'folder'>,
  observed: Observed<FolderState>,
  planned: Change,
  now: StandingAt,
  before: StandingAt = now,
): Observed<FolderState> {
  const covered = mountedOver(ref.id, planned);
  if (covered !== undefined) return {status: 'unknown', reason: covered};
  if (planned.ref.kind !== 'path' || observed.status !== 'present') return observed;
  const {id} = planned.ref;
  if (isWithin(ref.id, id)) {
    // What becomes a directory, or is one no longer, has nothing in it.
    const isOther = planned.attributes.some(({name}) => name === 'type');
    return isOther ? (comingBack(ref, planned, before) ?? holding([], [])) : observed;
  }
  if (ref.id !== parentPath(id)) return observed;
  const name = posix.basename(id);
  const {names = [], own = []} = observed.state;
  const without = (some: readonly string[]): readonly string[] => some.filter((one) => one !== name);
  if (planned.want.after === 'absent') return holding(without(names), without(own));
  return holding([...without(names), name], [...without(own), name]);
}

function holding(names: readonly string[], own: readonly string[]): Observed<FolderState> {
  return {status: 'present', state: {names, own}};
}

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
