import {type Script, sh} from '../../shell/index.ts';
import {Unknown, UnknownRead} from '../../text/index.ts';
import {
  type Observed,
  type ProbeOutput,
  type Ref,
  type RefKey,
  type ResourceKind,
  refKey,
} from '../contract.ts';
import {mountName, pathProblem} from '../path/index.ts';
import {type MountChange, type MountDesired, type MountState, type MountWant, mountRef} from './state.ts';
import {undoMount} from './undo.ts';

export {type MountDesired, type MountState, mountWant} from './state.ts';

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
      ? {
          status: 'present',
          state: {source: undefined, fstype: undefined, options: undefined, root: undefined},
        }
      : {status: 'absent'},
  undo: undoMount,
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
      const [, , , root, , options] = line.split(' ');
      const names = {source: unescaped(source), fstype, options, root: unescaped(root)};
      return [refKey(ref), {status: 'present', state: names}];
    }),
  );
}

/** The kernel writes blanks and backslashes as octal numbers. */
function unescaped(name: string | undefined): string | undefined {
  return name?.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

function desiredOf(want: MountWant): MountDesired {
  if (want.after === 'absent') throw new Error('what shall not be mounted is wanted as not mounted');
  return want.after;
}
