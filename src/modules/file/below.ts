import {posix} from 'node:path';
import {
  normalPath,
  type PathWant,
  pathWant,
  type Refusal,
  resolveMode,
  type StateView,
  type TreeMember,
  type TreeState,
  treeRef,
} from '../../resources/index.ts';
import {type Ownership, ownershipOf} from '../ownership.ts';
import type {FileArguments} from './schema.ts';

/**
 * Files and directories below a directory that are not as wanted. Links, and what is neither, are left as they are.
 * @throws UnknownRead when what is there depends on changes not yet made
 */
export function wantsBelow(args: FileArguments, seen: StateView): readonly PathWant[] | Refusal {
  const observed = seen.get<TreeState>(treeRef(normalPath(args.path)));
  if (observed.status === 'unreadable') return {refused: `${args.path} cannot be read: ${observed.reason}`};
  if (observed.status !== 'present') return [];
  // In the order of their names: a file system lists what is there in another order than it is foretold.
  const members = (observed.state.members ?? []).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return members.flatMap((member): readonly PathWant[] => {
    const {type} = member;
    if (type !== 'file' && type !== 'directory') return [];
    const wanted = ownershipFor(type, args);
    return isAsWanted(member, wanted)
      ? []
      : [pathWant(posix.join(args.path, member.name), {type, ...ownershipOf(wanted)})];
  });
}

/** What a path of this type shall have. */
export function ownershipFor(type: 'file' | 'directory', args: FileArguments): Ownership {
  const mode = type === 'directory' ? (args.directory_mode ?? args.mode) : args.mode;
  return {...ownershipOf(args), mode};
}

function isAsWanted(member: TreeMember, {mode, owner, group}: Ownership): boolean {
  const {mode: before, uid, gid} = member;
  if (before === undefined) return false;
  return (
    (mode === undefined || resolveMode(mode, before, member.type === 'directory') === before) &&
    isAccount(owner, member.owner, uid) &&
    isAccount(group, member.group, gid)
  );
}

function isAccount(wanted: string | undefined, name: string | undefined, id: number | undefined): boolean {
  if (wanted === undefined) return true;
  return /^\d+$/.test(wanted) ? Number(wanted) === id : wanted === name;
}
