import {rawScript, type Script, sh} from '../shell/index.ts';
import type {Change, Ref, StateView} from './contract.ts';
import {Cursor} from './cursor.ts';

/** A line of /etc/passwd. @see passwd(5) */
export interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
}

/** A line of /etc/group. @see group(5) */
export interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

export interface Accounts {
  readonly users: readonly PasswdEntry[];
  readonly groups: readonly GroupEntry[];
}

/** Prints the local users and groups. One program: `getent` is not everywhere, and the shell reads byte by byte. */
export function readAccounts(marker: string): Script {
  // Not by a pipe: its writer would be one more process.
  return sh`cat /etc/passwd - /etc/group <<END

${rawScript(marker)}
END
printf '\n%s\n' ${marker}`;
}

/** What `readAccounts` printed. */
export function parseAccounts(stdout: Buffer, marker: string): Accounts {
  const cursor = new Cursor(stdout);
  const text = (): string => cursor.block(marker).toString();
  return {users: usersIn(text()), groups: groupsIn(text())};
}

/** The users that a text of /etc/passwd has. */
export function usersIn(text: string): readonly PasswdEntry[] {
  return linesOf(text).flatMap(([name = '', , uid, gid, comment = '', home = '', shell = '']) =>
    uid && gid ? [{name, uid: Number(uid), gid: Number(gid), comment, home, shell}] : [],
  );
}

/** The groups that a text of /etc/group has. */
export function groupsIn(text: string): readonly GroupEntry[] {
  return linesOf(text).flatMap(([name = '', , gid, members = '']) =>
    gid ? [{name, gid: Number(gid), members: members.split(',').filter((member) => member !== '')}] : [],
  );
}

/** Comments, NIS lines (`+`) and broken lines are passed over. */
function linesOf(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => /^[^#+-]/.test(line))
    .map((line) => line.split(':'));
}

/** A name that every system takes: no option, no separator. @see useradd(8), "Caveats" */
export function isAccountName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?$/.test(name);
}

/** Who has a number, as a reference: no name begins with this sign. */
export function holderRef<K extends 'user' | 'group'>(kind: K, number: number): Ref<K> {
  return {kind, id: `#${number}`, facets: ['state']};
}

/** The number of a `holderRef`; undefined for a name. */
export function heldNumber({id}: Pick<Ref, 'id'>): number | undefined {
  return id.startsWith('#') ? Number(id.slice(1)) : undefined;
}

/** Who has a number, where it is not this one. */
export function otherHolder(
  kind: 'user' | 'group',
  number: number | undefined,
  own: string,
  view: StateView,
): string | undefined {
  if (number === undefined) return undefined;
  const seen = view.get<{readonly holder?: string}>(holderRef(kind, number));
  const holder = seen.status === 'present' ? seen.state.holder : undefined;
  return holder === own ? undefined : holder;
}

export const accountPrelude: Script = sh`LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH
has() { command -v "$1" >/dev/null 2>&1; }
lacks() { printf '%s\n' "neither $1 nor $2 is on the host" >&2; exit 1; }`;

/**
 * Whether a planned change makes a user or group that may get one of these ids: an owner that is shown as a bare number
 * has no name now, and what the new one's number will be nobody knows before.
 */
export function mayGetId(planned: Change, owners: readonly (string | undefined)[]): boolean {
  const makes = planned.attributes.some(
    ({name, before, after}) => name === 'exists' && !before && after === true,
  );
  return makes && hasNoName(owners);
}

/** Whether one of these owners is shown as a bare number. */
export function hasNoName(owners: readonly (string | undefined)[]): boolean {
  return owners.some((owner) => owner !== undefined && /^\d+$/.test(owner));
}

export function newIdReason(planned: Change): string {
  return `the new ${planned.ref.kind} ${planned.ref.id} may get a number that is in use without a name`;
}
