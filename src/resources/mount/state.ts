import type {Change, Facet, Ref, Want} from '../contract.ts';

/** What is mounted at a path. Absent: nothing is. */
export interface MountState {
  readonly source: string | undefined;
  readonly fstype: string | undefined;
  /** Those of the mount, not of its file system. */
  readonly options: string | undefined;
  /** Those of its file system: a size. */
  readonly superOptions: string | undefined;
  /** Which part of the file system: all of it is `/`. */
  readonly root: string | undefined;
  /** How many are mounted there, one over the other; what systemd mounts something at when it is looked into (autofs) is none. */
  readonly times?: number | undefined;
  /** As the kernel calls them: what else is mounted below it. */
  readonly below?: readonly string[] | undefined;
  /** Facet `processes`: one that keeps it from being unmounted, `name (number)`. */
  readonly process?: string | undefined;
}

export interface MountDesired {
  readonly mounted: boolean;
  /** What to mount, and how; without it /etc/fstab says. */
  readonly from?: {readonly source: string; readonly fstype: string; readonly options: string};
  /** Just this is mounted; without it anything counts. */
  readonly just?: Partial<MountState>;
}

export type MountWant = Want<'mount', MountDesired>;
export type MountChange = Change<'mount', MountState, MountDesired>;

export function mountWant(path: string, after: MountDesired): MountWant {
  return {ref: mountRef(path, facetsFor(after)), after};
}

export function facetsFor(after: MountDesired | 'absent'): readonly Facet[] {
  return after !== 'absent' && !after.mounted ? ['state', 'processes'] : ['state'];
}

export function mountRef(path: string, facets: readonly Facet[] = ['state']): Ref<'mount'> {
  return {kind: 'mount', id: path, facets};
}

/**
 * What is mounted at a path, by the lines of /proc/self/mountinfo; undefined: nothing is. @see proc_pid_mountinfo(5)
 * @param name as the kernel calls it; undefined: all lines are of the path
 */
export function mountedAt(name: string | undefined, lines: readonly string[]): MountState | undefined {
  const own = lines.filter((one) => (name === undefined ? one !== '' : one.split(' ')[4] === name));
  const mounted = own.filter((one) => !one.includes(' - autofs '));
  const line = mounted.at(-1) ?? own.at(-1);
  if (line === undefined) return undefined;
  const [fstype, source, superOptions] = line.slice(line.indexOf(' - ') + 3).split(' ');
  const [, , , root, , options] = line.split(' ');
  const all = {source: unescaped(source), fstype, options, superOptions, root: unescaped(root)};
  if (name === undefined) return all;
  const below = lines.flatMap((one) => one.split(' ')[4] ?? []).filter((one) => one.startsWith(`${name}/`));
  return {...all, times: mounted.length, below: below.map((one) => unescaped(one) ?? one)};
}

/** The kernel writes blanks and backslashes as octal numbers. */
function unescaped(name: string | undefined): string | undefined {
  return name?.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
