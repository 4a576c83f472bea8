import {holdsSecret, reveal, type Text} from '../text/index.ts';
import {type GroupEntry, groupsIn, type PasswdEntry, usersIn} from './accounts.ts';
import type {Change, Content, Observed} from './contract.ts';
import {changesContents, isWithin} from './path/state.ts';

// Accounts are kept in files, which may be changed as files too: each way is seen by the other.

/** What a planned change of a file makes of the accounts that are kept in it. */
export type EditedAccounts =
  | {readonly users: readonly PasswdEntry[]}
  | {readonly groups: readonly GroupEntry[]}
  | {readonly passwords: true}
  /** Nobody can say. */
  | {readonly reason: string};

const keepers = ['/etc/passwd', '/etc/group', '/etc/shadow'] as const;

/** What accounts there will be by a planned change of the files that they are kept in; undefined: it changes none. */
export function accountsEditedBy(planned: Change): EditedAccounts | undefined {
  const {ref} = planned;
  if (ref.kind !== 'path' || !changesContents(planned)) return undefined;
  const kept = keepers.find((file) => isWithin(file, ref.id));
  if (kept === undefined) return undefined;
  if (ref.id === '/etc/shadow') return {passwords: true};
  const text = ref.id === kept ? textOf(planned.want.after) : undefined;
  if (text === undefined) return {reason: `it is kept in ${kept}, which is changed before`};
  return kept === '/etc/passwd' ? {users: usersIn(text)} : {groups: groupsIn(text)};
}

function textOf(after: object | 'absent'): string | undefined {
  const text: Text | undefined =
    after !== 'absent' && 'content' in after ? (after.content as Content).text : undefined;
  return text === undefined || holdsSecret(text) ? undefined : reveal(text);
}

const filesOf: Readonly<Record<string, readonly string[]>> = {
  exists: ['passwd', 'group', 'shadow', 'gshadow', 'subuid', 'subgid'],
  gid: ['group', 'passwd'],
  groups: ['group', 'gshadow'],
  password: ['shadow'],
};

/** Whether a planned change of a user or group rewrites a file. @see useradd(8), "Files" */
export function rewrites(planned: Change, path: string): boolean {
  const name = /^\/etc\/(\w+)-?$/.exec(path)?.[1];
  return (
    name !== undefined &&
    planned.attributes.some((attribute) => (filesOf[attribute.name] ?? ['passwd']).includes(name))
  );
}

/** Of a file that is rewritten: whose it is and who may read it stay. */
export function rewritten<S extends object>(observed: Observed<S>): Observed<S> {
  if (observed.status !== 'present') return observed;
  const gone = {
    sha256: undefined,
    text: undefined,
    textOmitted: undefined,
    marked: undefined,
    sizeBytes: undefined,
    mtime: undefined,
    inode: undefined,
  };
  return {status: 'present', state: {...observed.state, ...gone}};
}
