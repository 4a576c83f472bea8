import {type Script, sh} from '../../shell/index.ts';
import type {Kept, Refusal, StateView, TakenBack, Undoing} from '../contract.ts';
import {mountName, type PathState, pathRef} from '../path/index.ts';
import {kernelName} from './holders.ts';
import {
  type MountChange,
  type MountDesired,
  type MountState,
  mountedAt,
  mountRef,
  mountWant,
} from './state.ts';

/** What was mounted is unmounted, and what was unmounted mounted as it was. /etc/fstab is taken back by itself. */
export const undoMount: Undoing<MountChange> = {
  note: ({ref, attributes, before}) => ({
    id: ref.id,
    attributes,
    ...(before.status === 'present' ? {before: {...before.state}} : {}),
  }),
  // Before the change nobody knows how the kernel will call what /etc/fstab names: the step itself writes it down.
  keep: ({want}) => (want.after !== 'absent' && want.after.mounted ? sh`k=later m=$v` : undefined),
  reads: (kept) => [mountRef(kept.id), pathRef(kept.version, ['text']), pathRef(table, ['text'])],
  takeBack(kept: Kept, view: StateView): TakenBack | Refusal {
    const {id, attributes, before} = kept;
    const mounted = attributes.find(({name}) => name === 'mounted');
    const left = mountWant(id, leftBy(kept, mounted?.after === true, view));
    if (mounted?.before !== true) return {left, back: [mountWant(id, {mounted: false})]};
    const was = (before ?? {}) as Partial<MountState>;
    const lost = lostBeneath(id, was);
    const {source, fstype, options, superOptions} = was;
    if (isOfTable(id, was, view)) return {left, back: [mountWant(id, {mounted: true})], ...lost};
    if (source === undefined || fstype === undefined || options === undefined)
      return {refused: `what was mounted at ${id} is not kept`};
    return {
      left,
      back: [
        mountWant(id, {mounted: true, from: {source, fstype, options: together(options, superOptions)}}),
      ],
      ...lost,
    };
  },
};

/** Only the last that was mounted there is kept. */
function lostBeneath(id: string, {times = 1}: Partial<MountState>): {readonly lost?: string} {
  return times > 1 ? {lost: `what was mounted at ${id} beneath it (${times - 1}) is not mounted again`} : {};
}

const table = '/etc/fstab';

/** Of these the kernel tells every option; of others it is told some that it keeps for itself (credentials, a name for a device). */
const told = new Set(['tmpfs', 'ramfs']);

/** Whether /etc/fstab says how it is mounted. Of a part of a file system (a bind, a subvolume), nothing else does. */
function isOfTable(
  id: string,
  {source = '', fstype = '', root}: Partial<MountState>,
  view: StateView,
): boolean {
  if (root !== '/') return true;
  if (told.has(fstype)) return false;
  const seen = view.get<PathState>(pathRef(table, ['text']));
  const lines = seen.status === 'present' ? (seen.state.text ?? '').split('\n') : [];
  return lines.some((line) => {
    const [what = '', where, type] = line.trim().split(/\s+/);
    const isSame = what === mountName(source) || /^(?:[A-Z]+=|\/dev\/)/.test(what);
    return where === mountName(id) && (type === fstype || type === 'auto') && isSame;
  });
}

/** The kernel tells apart what mount(8) takes together; what it tells of itself, and would not take, is left out. */
function together(options: string, superOptions = ''): string {
  const own = options.split(',');
  const others = superOptions.split(',').filter((one) => !['', 'rw', 'ro', 'seclabel'].includes(one));
  return [...new Set([...own, ...others])].join(',');
}

/** After the mount, where the change is kept: what is mounted there now, as the kernel tells it. */
export function keepMounted(path: string): Script {
  return sh`{ [ -z "\${m-}" ] || (
umask 077
r=$(${kernelName(sh`${path}`)})
while read -r a b c d e f; do
if [ "$e" = "$r" ]; then printf '%s\n' "$a $b $c $d $e $f"; fi
done </proc/self/mountinfo >"$m"
) || :; }`;
}

/** Where it was not written down (the run was cut short), anything that is mounted counts. */
function leftBy({version}: Kept, mounted: boolean, view: StateView): MountDesired {
  const seen = mounted ? view.get<PathState>(pathRef(version, ['text'])) : undefined;
  const text = seen?.status === 'present' ? seen.state.text : undefined;
  const just = text === undefined ? undefined : mountedAt(undefined, text.split('\n'));
  return {mounted, ...(just ? {just} : {})};
}
