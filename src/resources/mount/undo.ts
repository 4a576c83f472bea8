import {type Script, sh} from '../../shell/index.ts';
import type {Kept, Refusal, StateView, TakenBack, Undoing} from '../contract.ts';
import {mountName, type PathState, pathRef} from '../path/index.ts';
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
  reads: (kept) => [mountRef(kept.id), pathRef(kept.version, ['text'])],
  takeBack(kept: Kept, view: StateView): TakenBack | Refusal {
    const {id, attributes, before} = kept;
    const mounted = attributes.find(({name}) => name === 'mounted');
    const left = mountWant(id, leftBy(kept, mounted?.after === true, view));
    if (mounted?.before !== true) return {left, back: [mountWant(id, {mounted: false})]};
    const {source, fstype, options, root} = (before ?? {}) as Partial<MountState>;
    // A part of a file system that is mounted elsewhere (a bind, a subvolume): only /etc/fstab knows how.
    if (root !== '/') return {left, back: [mountWant(id, {mounted: true})]};
    if (source === undefined || fstype === undefined || options === undefined)
      return {refused: `what was mounted at ${id} is not kept`};
    return {left, back: [mountWant(id, {mounted: true, from: {source, fstype, options}})]};
  },
};

/** After the mount, where the change is kept: what is mounted there now, as the kernel tells it. */
export function keepMounted(path: string): Script {
  return sh`{ [ -z "\${m-}" ] || (umask 077; grep -F ${` ${mountName(path)} `} /proc/self/mountinfo >"$m") || :; }`;
}

/** Where it was not written down (the run was cut short), anything that is mounted counts. */
function leftBy({id, version}: Kept, mounted: boolean, view: StateView): MountDesired {
  const seen = mounted ? view.get<PathState>(pathRef(version, ['text'])) : undefined;
  const text = seen?.status === 'present' ? seen.state.text : undefined;
  const just = text === undefined ? undefined : mountedAt(id, text.split('\n'));
  return {mounted, ...(just ? {just} : {})};
}
