import {type Script, sh} from '../../shell/index.ts';
import {
  type Observed,
  type ProbeOutput,
  type Ref,
  type RefKey,
  type ResourceKind,
  refKey,
} from '../contract.ts';
import {pathProblem} from '../path/index.ts';
import {
  type MountChange,
  type MountDesired,
  type MountState,
  type MountWant,
  mountedAt,
  mountRef,
} from './state.ts';
import {keepMounted, undoMount} from './undo.ts';

export {type MountDesired, type MountState, mountRef, mountWant} from './state.ts';

/** What is mounted where. The id is the path, of which the last thing mounted counts. @see proc_pid_mountinfo(5) */
export const mount: ResourceKind<'mount', MountState, MountDesired> = {
  kind: 'mount',
  probe: () => sh`cat /proc/self/mountinfo`,
  parse: parseMounts,
  reads: (want) => [mountRef(want.ref.id)],
  refuse(want, view) {
    const observed = view.get(mountRef(want.ref.id));
    return observed.status === 'unreadable' ? {refused: observed.reason} : undefined;
  },
  diff(before, want) {
    const mounted = before.status === 'present';
    const {mounted: wanted, just} = desiredOf(want);
    if (mounted !== wanted) return [{name: 'mounted', before: mounted, after: wanted}];
    if (!just || before.status !== 'present' || named(before.state) === named(just)) return [];
    // Mounted by a change that is planned: what will be mounted is what it was before, as far as anybody can say.
    if (before.state.source === undefined) return [];
    return [{name: 'mounted', before: named(before.state), after: named(just)}];
  },
  steps: ({ref, want}) => [{type: 'script', script: stepOf(ref.id, desiredOf(want))}],
  effects: ({ref}) => ({
    type: 'several',
    effects: [
      {type: 'refs', keys: [refKey(ref)]},
      {type: 'subtree', path: ref.id},
    ],
  }),
  predict: ({want}: MountChange) =>
    desiredOf(want).mounted
      ? {
          status: 'present',
          state: {
            source: undefined,
            fstype: undefined,
            options: undefined,
            superOptions: undefined,
            root: undefined,
          },
        }
      : {status: 'absent'},
  undo: undoMount,
};

function stepOf(path: string, desired: MountDesired): Script {
  if (!desired.mounted) return sh`umount ${path}`;
  return sh`${mounting(path, desired)} && ${keepMounted(path)}`;
}

function mounting(path: string, {from}: MountDesired): Script {
  if (!from) return sh`mount ${path}`;
  const isBind = /(?:^|,)r?bind(?:,|$)/.test(from.options);
  const type = isBind || from.fstype === 'none' ? [] : ['-t', from.fstype];
  return sh`mount ${type} -o ${from.options} ${from.source} ${path}`;
}

function parseMounts(
  {stdout}: ProbeOutput,
  refs: readonly Ref<'mount'>[],
): ReadonlyMap<RefKey, Observed<MountState>> {
  const lines = stdout.toString('utf8').split('\n');
  return new Map(
    refs.map((ref): [RefKey, Observed<MountState>] => {
      const problem = pathProblem(ref.id);
      if (problem !== undefined) return [refKey(ref), {status: 'unreadable', reason: problem}];
      const state = mountedAt(ref.id, lines);
      return [refKey(ref), state ? {status: 'present', state} : {status: 'absent'}];
    }),
  );
}

/** As people read it. */
function named({source, fstype, root}: Partial<MountState>): string {
  const part = root === undefined || root === '/' ? '' : `${root} of `;
  return `${part}${source ?? ''} (${fstype ?? ''})`;
}

function desiredOf(want: MountWant): MountDesired {
  if (want.after === 'absent') throw new Error('what shall not be mounted is wanted as not mounted');
  return want.after;
}
