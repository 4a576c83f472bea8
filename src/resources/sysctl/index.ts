import {type Script, sh} from '../../shell/index.ts';
import {
  type Observed,
  type ProbeOutput,
  type Ref,
  type RefKey,
  type Refusal,
  type ResourceKind,
  refKey,
} from '../contract.ts';
import {
  type SysctlChange,
  type SysctlDesired,
  type SysctlState,
  type SysctlWant,
  sysctlRef,
} from './state.ts';
import {undoSysctl} from './undo.ts';

export {type SysctlDesired, type SysctlState, sysctlRef, sysctlWant} from './state.ts';

/** Whether a text can be the name of a setting: dots between its parts, or slashes. */
function isSysctlName(name: string): boolean {
  return /^[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_:-]+)+$/.test(name);
}

/** Of two signs the one that comes first separates; the other stands for it within a part. @see sysctl(8) */
function fileOf(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  const swapped = first === '/' ? name : name.replaceAll(/[./]/g, (sign) => (sign === '.' ? '/' : '.'));
  return `/proc/sys/${swapped}`;
}

/** Settings of the kernel as it runs; what it gets at boot is in files. The id is the name. */
export const sysctl: ResourceKind<'sysctl', SysctlState, SysctlDesired> = {
  kind: 'sysctl',
  probe: probeSettings,
  parse: parseSettings,
  reads: (want) => [sysctlRef(want.ref.id)],
  refuse(want, view) {
    const {id} = want.ref;
    if (!isSysctlName(id)) return {refused: `'${id}' is not the name of a kernel setting`};
    const observed = view.get<SysctlState>(sysctlRef(id));
    if (observed.status === 'unreadable') return {refused: observed.reason};
    if (observed.status === 'present') return refuseReadOnly(want, observed.state);
    if (observed.status !== 'absent') return undefined;
    return {
      refused: `the kernel of the host has no setting ${id}`,
      hint: 'it may come with a kernel module that is not loaded',
    };
  },
  diff(before, want) {
    const value = before.status === 'present' ? before.state.value : undefined;
    const wanted = normal(desiredOf(want).value);
    return value === wanted
      ? []
      : [{name: 'value', ...(value === undefined ? {} : {before: value}), after: wanted}];
  },
  steps: ({ref, want}) => [
    {
      type: 'script',
      script: sh`printf '%s\n' ${desiredOf(want).value} >${fileOf(ref.id)}`,
    },
  ],
  effects: (change) => ({type: 'refs', keys: [refKey(change.ref)]}),
  predict: ({want}: SysctlChange) => ({status: 'present', state: {value: normal(desiredOf(want).value)}}),
  undo: undoSysctl,
};

function refuseReadOnly(
  want: SysctlWant,
  {value, writable}: Readonly<Partial<SysctlState>>,
): Refusal | undefined {
  if (writable !== false || value === normal(desiredOf(want).value)) return undefined;
  return {
    refused: `the kernel setting ${want.ref.id} cannot be set here: it is read-only`,
    hint: 'in a container /proc/sys often is, for all but what is its own: set it on the machine that it runs on',
  };
}

/** One `grep` for all: the shell's own `read` asks byte by byte, which these files do not bear. */
function probeSettings(refs: readonly Ref<'sysctl'>[]): Script {
  const files = refs.filter(({id}) => isSysctlName(id)).map(({id}) => fileOf(id));
  if (files.length === 0) return sh`:`;
  return sh`set --
for f in ${files}; do if [ -r "$f" ] && [ -f "$f" ]; then set -- "$@" "$f"; [ -w "$f" ] || printf '!%s\n' "$f"; fi; done
[ $# -eq 0 ] || grep '' /dev/null "$@" || [ $? -eq 1 ]`;
}

function parseSettings(
  {stdout}: ProbeOutput,
  refs: readonly Ref<'sysctl'>[],
): ReadonlyMap<RefKey, Observed<SysctlState>> {
  const lines = stdout.toString('utf8').split('\n');
  return new Map(
    refs.map((ref): [RefKey, Observed<SysctlState>] => {
      if (!isSysctlName(ref.id))
        return [
          refKey(ref),
          {status: 'unreadable', reason: `'${ref.id}' is not the name of a kernel setting`},
        ];
      const start = `${fileOf(ref.id)}:`;
      const line = lines.find((one) => one.startsWith(start));
      if (line === undefined) return [refKey(ref), {status: 'absent'}];
      const writable = !lines.includes(`!${fileOf(ref.id)}`);
      return [refKey(ref), {status: 'present', state: {value: normal(line.slice(start.length)), writable}}];
    }),
  );
}

function normal(value: string): string {
  return value.trim().replaceAll(/\s+/g, ' ');
}

function desiredOf(want: SysctlWant): SysctlDesired {
  if (want.after === 'absent') throw new Error('a setting of the kernel cannot be removed');
  return want.after;
}
