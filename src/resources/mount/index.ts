import {type Script, sh} from '../../shell/index.ts';
import type {Change, Observed, Refusal, ResourceKind, StateView} from '../contract.ts';
import {refuseUnlessRoot, rootFolder} from '../only-root.ts';
import {ancestorsOf, mountName, type PathState, pathRef} from '../path/index.ts';
import {isMounting} from './covers.ts';
import {named} from './holders.ts';
import {parseMounts, probeMounts} from './probe.ts';
import {aimMount, seeMount} from './resolve.ts';
import {
  facetsFor,
  type MountChange,
  type MountDesired,
  type MountState,
  type MountWant,
  mountRef,
} from './state.ts';
import {keepMounted, undoMount} from './undo.ts';

export {type MountDesired, type MountState, mountRef, mountWant} from './state.ts';

/** What is mounted where. The id is the path, links on it or not; of several mounts the last counts. @see proc_pid_mountinfo(5) */
export const mount: ResourceKind<'mount', MountState, MountDesired> = {
  kind: 'mount',
  probe: probeMounts,
  parse: parseMounts,
  reads: ({ref, after}) => [
    mountRef(ref.id, facetsFor(after)),
    rootFolder,
    ...ancestorsOf(ref.id),
    ...(isOpenToUsers(desiredOf({ref, after})) ? [table] : []),
  ],
  refuse(want, view) {
    const observed = view.get<MountState>(mountRef(want.ref.id));
    if (observed.status === 'unreadable') return {refused: observed.reason};
    return observed.status === 'present' && isMounted(observed.state) && !desiredOf(want).mounted
      ? refuseUnmounting(want.ref.id, observed.state)
      : undefined;
  },
  diff(before, want) {
    const {mounted: wanted, just} = desiredOf(want);
    const mounted = before.status === 'present' && (wanted || isMounted(before.state));
    if (mounted !== wanted) return [{name: 'mounted', before: mounted, after: wanted}];
    if (!just || before.status !== 'present' || described(before.state) === described(just)) return [];
    // Mounted by a change that is planned: what will be mounted is what it was before, as far as anybody can say.
    if (before.state.source === undefined) return [];
    return [{name: 'mounted', before: described(before.state), after: described(just)}];
  },
  forbids: forbidMount,
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
  leaves: unheld,
  react: (_, observed, planned) => heldThen(observed, planned),
  see: seeMount,
  aim: aimMount,
  undo: undoMount,
};

const table = pathRef('/etc/fstab', ['meta', 'text']);

/** What /etc/fstab lets others than root do, where it says so: not to mount something by other words. */
function isOpenToUsers({mounted, from}: MountDesired): boolean {
  return !(mounted && from);
}

/** @see mount(8) "Non-superuser mounts" */
function forbidMount({ref, want, before}: MountChange, view: StateView): Refusal | undefined {
  const desired = desiredOf(want);
  const refusal = refuseUnlessRoot(`${desired.mounted ? 'mount' : 'unmount'} ${ref.id}`, view);
  if (!refusal || !isOpenToUsers(desired)) return refusal;
  if (before.status === 'present' && before.state.fstype?.startsWith('fuse')) return undefined;
  const seen = view.get<PathState>(table);
  const text = seen.status === 'present' ? seen.state.text : '';
  // What is not known is not refused.
  if (text === undefined) return undefined;
  const isOpen = text.split('\n').some((line) => {
    const [, path, , options = ''] = line.trim().split(/\s+/);
    return path === mountName(ref.id) && /(?:^|,)(?:users?|owner|group)(?:,|$)/.test(options);
  });
  return isOpen ? undefined : refusal;
}

function stepOf(path: string, desired: MountDesired): Script {
  // Of several, one over the other, each is one.
  if (!desired.mounted)
    return sh`${named(sh`${path}`, sh`${mountName(path)}`)}
while
m=
while read -r a b c d e f; do
case "$e $f" in "$r "*' - autofs '*) ;; "$r "*) m=1 ;; esac
done </proc/self/mountinfo
[ -n "$m" ]
do umount ${path} || exit 1
done`;
  return sh`${mounting(path, desired)} && ${keepMounted(path)}`;
}

function mounting(path: string, {from}: MountDesired): Script {
  if (!from) return sh`mount ${path}`;
  const isBind = /(?:^|,)r?bind(?:,|$)/.test(from.options);
  const type = isBind || from.fstype === 'none' ? [] : ['-t', from.fstype];
  return sh`mount ${type} -o ${from.options} ${from.source} ${path}`;
}

/** That something would be mounted when somebody looks into it is not yet a mount. */
function isMounted({times}: Readonly<Partial<MountState>>): boolean {
  return times !== 0;
}

/** What umount(8) calls busy. */
function refuseUnmounting(
  path: string,
  {below = [], process}: Readonly<Partial<MountState>>,
): Refusal | undefined {
  const [other] = below;
  if (other !== undefined)
    return {
      refused: `${path} is not unmounted while something is mounted below it: ${other}`,
      hint: `unmount that in a task before: 'mount: {path: ${other}, state: unmounted}'`,
    };
  if (process === undefined) return undefined;
  return {
    refused: `${path} is not unmounted while something uses it: ${process}`,
    hint: 'let that end in a task before, as by stopping its service',
  };
}

/** What is there as it was; but who uses it then, nobody knows. */
function unheld(observed: Observed<MountState>): Observed<MountState> {
  return observed.status === 'present'
    ? {status: 'present', state: {...observed.state, below: undefined, process: undefined}}
    : observed;
}

function heldThen(observed: Observed<MountState>, planned: Change): Observed<MountState> {
  if (observed.status !== 'present') return observed;
  const {below = []} = observed.state;
  const {id, kind: of} = planned.ref;
  if (of === 'unit') return unheld(observed);
  if (of !== 'mount' || isMounting(planned)) return observed;
  return {status: 'present', state: {...observed.state, below: below.filter((one) => one !== id)}};
}

/** As people read it. */
function described({source, fstype, root}: Partial<MountState>): string {
  const part = root === undefined || root === '/' ? '' : `${root} of `;
  return `${part}${source ?? ''} (${fstype ?? ''})`;
}

function desiredOf(want: MountWant): MountDesired {
  if (want.after === 'absent') throw new Error('what shall not be mounted is wanted as not mounted');
  return want.after;
}
