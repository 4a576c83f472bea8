import {type Script, sh} from '../../shell/index.ts';
import {Unknown, UnknownRead} from '../../text/index.ts';
import {
  type Change,
  type Observed,
  type ProbeOutput,
  type Ref,
  type RefKey,
  type ResourceKind,
  refKey,
  type Want,
} from '../contract.ts';
import {mountName, pathProblem} from '../path/index.ts';

/** What is mounted at a path. Absent: nothing is. */
export interface MountState {
  readonly source: string | undefined;
  readonly fstype: string | undefined;
}

export interface MountDesired {
  readonly mounted: boolean;
  /** What to mount, and how; without it /etc/fstab says. */
  readonly from?: {readonly source: string; readonly fstype: string; readonly options: string};
}

export type MountWant = Want<'mount', MountDesired>;
type MountChange = Change<'mount', MountState, MountDesired>;

export function mountWant(path: string, after: MountDesired): MountWant {
  return {ref: mountRef(path), after};
}

function mountRef(path: string): Ref<'mount'> {
  return {kind: 'mount', id: path, facets: ['state']};
}

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
    if (before.status === 'unknown') throw new UnknownRead(new Unknown(before.reason));
    const mounted = before.status === 'present';
    const wanted = desiredOf(want).mounted;
    return mounted === wanted ? [] : [{name: 'mounted', before: mounted, after: wanted}];
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
      ? {status: 'present', state: {source: undefined, fstype: undefined}}
      : {status: 'absent'},
};

function stepOf(path: string, {mounted, from}: MountDesired): Script {
  if (!mounted) return sh`umount ${path}`;
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
      const name = mountName(ref.id);
      const line = lines.findLast((one) => one.split(' ')[4] === name);
      if (line === undefined) return [refKey(ref), {status: 'absent'}];
      const [fstype, source] = line.slice(line.indexOf(' - ') + 3).split(' ');
      return [refKey(ref), {status: 'present', state: {source, fstype}}];
    }),
  );
}

function desiredOf(want: MountWant): MountDesired {
  if (want.after === 'absent') throw new Error('what shall not be mounted is wanted as not mounted');
  return want.after;
}
