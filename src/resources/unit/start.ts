import type {Refusal, StateView} from '../contract.ts';
import {type PathState, pathRef} from '../path/index.ts';
import {isUnitName, ownDirectory, type UnitState, unitRef} from './state.ts';

type State = Readonly<Partial<UnitState>>;

/** Settings by which its program may be another one than is there now, or be made as it starts. */
const bringing = [
  'ExecStartPre',
  'ExecCondition',
  'ExecSearchPath',
  'RootDirectory',
  'RootImage',
  'RequiresMountsFor',
  'BindPaths',
  'BindReadOnlyPaths',
  'MountImages',
  'ExtensionImages',
  'ExtensionDirectories',
  'TemporaryFileSystem',
] as const;

/** What is read of a unit's files to know what it runs: of each, the first word suffices. */
export const programSettings: readonly string[] = ['ExecStart', ...bringing];

/**
 * The program that a service runs first; undefined where that cannot be told. Without it, and without the right to run it,
 * a start fails.
 * @param lists what the settings of `programSettings` name in all of its files, word by word
 * @see systemd.service(5) "COMMAND LINES"
 */
export function programOf(lists: (name: string) => readonly string[]): string | undefined {
  if (bringing.some((name) => lists(name).length > 0)) return undefined;
  // `-`: its failure is none. What is quoted or made of specifiers and variables is not looked at.
  return /^[@:+!|]*(\/[^%$"'\\]+)$/.exec(lists('ExecStart')[0] ?? '')?.[1];
}

/** The same, of lines as files have them, its own first and then its drop-ins; undefined, too, where it was seen to be ready. */
export function programIn(lines: readonly string[]): string | undefined {
  const lists = new Map<string, readonly string[]>();
  for (const line of lines) {
    const [, name = '', word = ''] = /^\s*(\w+)\s*=\s*(\S*)/.exec(line) ?? [];
    lists.set(name, word === '' ? [] : [...(lists.get(name) ?? []), word]);
  }
  const program = programOf((name) => lists.get(name) ?? []);
  return program === undefined || lists.get('Ready')?.includes(program) ? undefined : program;
}

/** Units without which it is not started. Those that systemd itself has added are there, as are the mount points of paths. */
export function requiredIn(names: readonly string[]): readonly string[] {
  return names.filter(
    (name) => isUnitName(name) && !/\.(?:slice|mount|device)$/.test(name) && name !== 'sysinit.target',
  );
}

/** Why a start cannot succeed: what the unit needs is not there, and nothing before will bring it. */
export function refuseStart(id: string, state: State, view: StateView): Refusal | undefined {
  for (const name of state.requires ?? []) {
    const seen = view.get<UnitState>(unitRef(name));
    if (seen.status === 'absent' && seen.mayCome === undefined)
      return {
        refused: `unit ${id} cannot be started: ${name}, which it requires, is not known to systemd`,
        hint: `put it at ${ownDirectory}${name} by a task before`,
      };
    if (seen.status === 'present' && seen.state.masked === true)
      return {
        refused: `unit ${id} cannot be started: ${name}, which it requires, is masked`,
        hint: `a task before with name: ${name}, masked: false`,
      };
  }
  return state.program === undefined ? undefined : refuseProgram(id, state.program, state, view);
}

function refuseProgram(
  id: string,
  program: string,
  {pulls = []}: State,
  view: StateView,
): Refusal | undefined {
  // What is started with it may bring its program.
  if (requiredIn(pulls).some((name) => !/\.(?:target|socket)$/.test(name))) return undefined;
  const seen = view.get<PathState>(pathRef(program, ['meta', 'link']));
  if (seen.status === 'absent' && seen.mayCome === undefined)
    return {
      refused: `unit ${id} cannot be started: its program ${program} is not there`,
      hint: `its file names it: systemctl cat ${id}`,
    };
  if (seen.status !== 'present') return undefined;
  const {type, mode} = seen.state;
  const isRefused = type === 'directory' || (type === 'file' && mode !== undefined && !isExecutable(mode));
  return isRefused
    ? {
        refused: `unit ${id} cannot be started: its program ${program} is not executable`,
        hint: type === 'file' ? `mode: 0755 for ${program}` : `its file names it: systemctl cat ${id}`,
      }
    : undefined;
}

function isExecutable(mode: string): boolean {
  return (Number.parseInt(mode, 8) & 0o111) !== 0;
}
