import {type Script, sh} from '../../shell/index.ts';
import type {ResourceKind} from '../contract.ts';
import {ancestorsOf} from '../path/index.ts';
import {parseMounts, probeMounts} from './probe.ts';
import {aimMount, seeMount} from './resolve.ts';
import {type MountChange, type MountDesired, type MountState, type MountWant, mountRef} from './state.ts';
import {keepMounted, undoMount} from './undo.ts';

export {type MountDesired, type MountState, mountRef, mountWant} from './state.ts';

/** What is mounted where. The id is the path, links on it or not; of several mounts the last counts. @see proc_pid_mountinfo(5) */
export const mount: ResourceKind<'mount', MountState, MountDesired> = {
  kind: 'mount',
  probe: probeMounts,
  parse: parseMounts,
  reads: ({ref}) => [mountRef(ref.id), ...ancestorsOf(ref.id)],
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
      // One place may have several names.
      {type: 'kinds', kinds: ['mount']},
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
  see: seeMount,
  aim: aimMount,
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

/** As people read it. */
function named({source, fstype, root}: Partial<MountState>): string {
  const part = root === undefined || root === '/' ? '' : `${root} of `;
  return `${part}${source ?? ''} (${fstype ?? ''})`;
}

function desiredOf(want: MountWant): MountDesired {
  if (want.after === 'absent') throw new Error('what shall not be mounted is wanted as not mounted');
  return want.after;
}
