import {type Script, sh} from '../../shell/index.ts';
import {type Observed, type ProbeOutput, type Ref, type RefKey, refKey} from '../contract.ts';
import {mountName, pathProblem} from '../path/index.ts';
import {holdersIn, kernelName, readHolders} from './holders.ts';
import {type MountState, mountedAt} from './state.ts';

function isAskable({id}: Ref): boolean {
  return pathProblem(id) === undefined && !id.includes('\n');
}

/**
 * Prints for each path how the kernel calls it, and then what is mounted. A path through links is not its name; of one that
 * is mounted by its own name nothing more is asked: what is there may not answer (a server that is gone).
 */
export function probeMounts(refs: readonly Ref<'mount'>[]): Script {
  const names = refs.filter(isAskable).map(({id}) => id);
  const asked = names.length === 0 ? sh`:` : namesOfKernel(names);
  const leaving = refs.filter((ref) => isAskable(ref) && ref.facets.includes('processes')).map(({id}) => id);
  return sh`${asked}
cat /proc/self/mountinfo
${leaving.length === 0 ? sh`:` : readHolders(leaving)}`;
}

function namesOfKernel(paths: readonly string[]): Script {
  return sh`nl='
'
m=$nl$(cut -d' ' -f5 /proc/self/mountinfo)$nl
set -- ${paths.flatMap((path) => [path, mountName(path)])}
while [ $# -gt 0 ]; do
r=$2
case $m in
*"$nl$2$nl"*) ;;
*) r=$(${kernelName(sh`"$1"`)}) && [ -n "$r" ] || r=$2 ;;
esac
printf '%s\n' "$r"
shift 2
done`;
}

export function parseMounts(
  {stdout}: ProbeOutput,
  refs: readonly Ref<'mount'>[],
): ReadonlyMap<RefKey, Observed<MountState>> {
  const lines = stdout.toString('utf8').split('\n');
  const asked = refs.filter(isAskable);
  const names = new Map(asked.map((ref, index) => [ref.id, lines[index] ?? '']));
  const mounts = lines.slice(asked.length).filter((line) => !line.startsWith('/process '));
  const holders = holdersIn(lines);
  return new Map(
    refs.map((ref): [RefKey, Observed<MountState>] => {
      const problem = pathProblem(ref.id);
      if (problem !== undefined) return [refKey(ref), {status: 'unreadable', reason: problem}];
      const state = mountedAt(names.get(ref.id) ?? mountName(ref.id), mounts);
      if (!state) return [refKey(ref), {status: 'absent'}];
      const process = ref.facets.includes('processes') ? {process: holders.get(mountName(ref.id))} : {};
      return [refKey(ref), {status: 'present', state: {...state, ...process}}];
    }),
  );
}
