import {Unknown, UnknownRead} from '../../text/index.ts';
import type {Observed, Ref, Refusal, StateView} from '../contract.ts';
import {type SpaceState, spaceRef} from '../space/index.ts';
import {diffPath, replacesContent} from './diff.ts';
import {refuseForbidden} from './forbidden.ts';
import {managed, mayCome} from './managed.ts';
import {isMode} from './mode.ts';
import {
  facetsFor,
  type PathDesired,
  type PathState,
  type PathWant,
  parentPath,
  pathProblem,
  pathRef,
} from './state.ts';
import {ancestorsOf} from './tree.ts';

/** What judging a want looks at: the path, the folders above it, and the owner and group that it names. */
export function readsOfPath(want: PathWant): readonly Ref[] {
  const {after, ref} = want;
  const refs: Ref[] = [pathRef(ref.id, facetsFor(after)), ...ancestorsOf(ref.id)];
  if (after === 'absent') return refs;
  if (parentPath(ref.id) === '/') refs.push(pathRef('/'));
  if (isName(after.owner)) refs.push({kind: 'user', id: after.owner, facets: ['state']});
  if (isName(after.group)) refs.push({kind: 'group', id: after.group, facets: ['state']});
  return refs;
}

function isName(owner: string | undefined): owner is string {
  return owner !== undefined && !/^\d+$/.test(owner);
}

/** Why the want cannot be reached, in check and run alike. */
export function refusePath(want: PathWant, view: StateView): Refusal | undefined {
  const {after} = want;
  const {id} = want.ref;
  const problem = pathProblem(id);
  if (problem !== undefined) return {refused: problem};
  const observed = view.get<PathState>(want.ref);
  if (observed.status === 'unreadable') return {refused: `${id} cannot be read: ${observed.reason}`};
  if (after === 'absent')
    return (
      refuseRemoval(id, observed) ??
      refuseFixed(want, observed, view) ??
      refuseForbidden(want, observed, view)
    );
  const long = tooLong(id);
  if (long !== undefined) return {refused: long};
  if (after.type !== 'link' && after.mode !== undefined && !isMode(after.mode))
    return {refused: `'${after.mode}' is not a mode`, hint: `write it as '0644' or 'u=rw,g=r,o='`};
  return (
    refuseParent(id, observed, view) ??
    refuseOwner('user', after.owner, view) ??
    refuseOwner('group', after.group, view) ??
    refuseType(id, observed, after) ??
    refuseReplacement(want, observed) ??
    refuseFixed(want, observed, view) ??
    refuseForbidden(want, observed, view) ??
    refuseLarge(want, observed, view)
  );
}

/** What Linux takes for one name, and for all of a path with the NUL at its end. @see pathconf(3) */
const [mostNameBytes, mostPathBytes] = [255, 4096];

function tooLong(id: string): string | undefined {
  const name = id.split('/').find((one) => Buffer.byteLength(one) > mostNameBytes);
  if (name !== undefined)
    return `the name '${name.slice(0, 20)}…' has ${Buffer.byteLength(name)} bytes: a file system takes ${mostNameBytes}`;
  return Buffer.byteLength(id) >= mostPathBytes
    ? `the path '${id.slice(0, 20)}…' is too long for a file system`
    : undefined;
}

const topLevel = /^\/(?:bin|boot|dev|etc|home|lib|lib32|lib64|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)?$/;

function refuseRemoval(id: string, observed: Observed<PathState>): Refusal | undefined {
  if (observed.status !== 'present') return undefined;
  if (topLevel.test(id)) return {refused: `${id} is a part of every system: it is never removed`};
  const [mount] = observed.state.mounts ?? [];
  if (mount === undefined) return undefined;
  return {
    refused: `${mount} is mounted there: unmount it first`,
    hint: `put a task before it: 'mount: {path: ${mount}, state: absent}'`,
  };
}

function refuseParent(id: string, observed: Observed<PathState>, view: StateView): Refusal | undefined {
  if (observed.status !== 'absent') return undefined;
  const parent = parentPath(id);
  const seen = view.get<PathState>(pathRef(parent));
  switch (seen.status) {
    case 'absent':
      mayCome(seen);
      return {
        refused: `parent directory ${parent} does not exist`,
        hint: `make it before with a task 'file: {path: ${parent}, state: directory}'`,
        missing: {kind: 'path', id: parent},
      };
    case 'unreadable':
      return {refused: `parent directory ${parent} cannot be read: ${seen.reason}`};
    case 'present': {
      const isDirectory = seen.state.type === 'directory' || seen.state.resolves === 'directory';
      if (isDirectory) return undefined;
      return {refused: `${parent} is ${typeText(seen.state)}, not a directory`, hint: goesBy(parent)};
    }
  }
}

function refuseOwner(kind: 'user' | 'group', name: string | undefined, view: StateView): Refusal | undefined {
  if (!isName(name)) return undefined;
  if (view.get({kind, id: name}).status !== 'absent') return undefined;
  return {
    refused: `${kind} '${name}' does not exist on the host, and no task before this one makes it`,
    hint: `make it before with a task '${kind}: {name: ${name}}'`,
    missing: {kind, id: name},
  };
}

function refuseType(id: string, observed: Observed<PathState>, after: PathDesired): Refusal | undefined {
  const {path, state} = managed(id, observed, after);
  if (!state) {
    if (after.type !== 'file' || after.content || after.create) return undefined;
    mayCome(observed);
    return {refused: `${id} does not exist, and nothing says what to put into it`};
  }
  const {type} = state;
  if (type === after.type) return undefined;
  if (after.type === 'link') return refuseLink(path, state, after.force === true);
  if (type === 'link') {
    const end = state.resolves;
    if (after.follow && end === undefined)
      return {refused: `${id} is a link that leads nowhere`, hint: `make what it leads to, or ${goesBy(id)}`};
    return {
      refused: `${id} is a link, not a ${after.type}`,
      hint:
        end === after.type && after.follow !== undefined
          ? `follow: true manages what it leads to; else ${goesBy(id)}`
          : goesBy(id),
    };
  }
  return {refused: `${path} is ${typeText(state)}, not a ${after.type}`, hint: goesBy(path)};
}

function typeText({type}: Readonly<Partial<PathState>>): string {
  return `a ${type === 'other' ? 'special file' : type}`;
}

/** What stands where something else is wanted may be somebody's: it goes when a person says so. */
function goesBy(path: string): string {
  if (topLevel.test(path)) return 'name another path: this is a part of every system';
  return `move it away, or remove it by a task before: 'file: {path: ${path}, state: absent}'`;
}

function refuseLink(path: string, state: Readonly<Partial<PathState>>, force: boolean): Refusal | undefined {
  const {type} = state;
  if (type === 'other') return {refused: `${path} is a special file, not a link`, hint: goesBy(path)};
  if (force && type !== undefined) return type === 'directory' ? refuseFilled(path, state) : undefined;
  return {
    refused: `${path} is a ${type}, not a link`,
    hint: type === 'file' ? 'force: true puts the link in its place' : goesBy(path),
  };
}

/** A link takes the place of an empty directory only. */
function refuseFilled(path: string, {empty}: Readonly<Partial<PathState>>): Refusal | undefined {
  if (empty === undefined)
    throw new UnknownRead(new Unknown(`whether ${path} is empty depends on changes not yet made`));
  if (empty) return undefined;
  return {refused: `${path} is a directory with something in it, not a link`, hint: goesBy(path)};
}

/** From this size on it is asked whether there is room: the new file is written beside the old one. */
const askedFromBytes = 16 * 1024 * 1024;
/** Beyond the file itself, for the folder and what else is written meanwhile. */
const leftBytes = 4 * 1024 * 1024;

function refuseLarge(want: PathWant, observed: Observed<PathState>, view: StateView): Refusal | undefined {
  const {after} = want;
  if (after === 'absent' || after.type !== 'file' || !after.content || after.content.onHost !== undefined)
    return undefined;
  const {sizeBytes, sha256, isAtMost} = after.content;
  if (sizeBytes < askedFromBytes || managed(want.ref.id, observed, after).state?.sha256 === sha256)
    return undefined;
  const directory = parentPath(want.ref.id);
  const seen = view.get<SpaceState>(spaceRef(directory));
  const {freeBytes: free, inMemory} = seen.status === 'present' ? seen.state : {};
  if (free === undefined || free >= sizeBytes + leftBytes) return undefined;
  const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2)} MiB`;
  if (isAtMost) {
    const reason = `whether ${want.ref.id} has room in the ${mebibytes(free)} that are free is known when it is fetched`;
    throw new UnknownRead(new Unknown(reason));
  }
  return {
    refused: `${want.ref.id} needs ${mebibytes(sizeBytes + leftBytes)}, and ${mebibytes(free)} are free there`,
    hint: inMemory
      ? 'that file system is in memory (tmpfs): name a directory on the card or disk'
      : 'make room: what is new is written beside what is old, and takes its place at the end',
  };
}

/** A new file in the place of the old one would part hard links, and cannot stand where something is mounted. */
function refuseReplacement(want: PathWant, observed: Observed<PathState>): Refusal | undefined {
  const {after} = want;
  if (after === 'absent' || after.type !== 'file' || after.writeInPlace) return undefined;
  if (!replacesContent(observed, want)) return undefined;
  const {path, state} = managed(want.ref.id, observed, after);
  const hint = 'write: in_place writes into the file that is there, not atomically';
  if (state?.mount) return {refused: `${path} is a mount point, which no new file can replace`, hint};
  const links = state?.links ?? 1;
  return links > 1
    ? {refused: `${path} has ${links} hard links, which a new file would part`, hint}
    : undefined;
}

/** What not even root may write: a read-only file system, and what `chattr +i` made immutable. */
function refuseFixed(want: PathWant, observed: Observed<PathState>, view: StateView): Refusal | undefined {
  const {after} = want;
  const {id} = want.ref;
  const {path, state} = managed(id, observed, after);
  const above = path === id ? parentPath(id) : undefined;
  // What comes, goes or takes another's place is written into the directory.
  const isEntry =
    !state ||
    after === 'absent' ||
    after.type === 'link' ||
    (!inPlace(after) && replacesContent(observed, want));
  const fixed = state?.fixed ? path : isEntry && above && isFixed(above, after, view) ? above : undefined;
  if (fixed === undefined || diffPath(observed, want, view).length === 0) return undefined;
  return {
    refused: `${path} cannot be changed: not even root may write ${fixed}`,
    hint: `findmnt -T ${fixed} says whether that is mounted read-only, lsattr -d ${fixed} whether it is immutable`,
  };
}

function inPlace(after: PathDesired): boolean {
  return after.type === 'file' && after.writeInPlace === true;
}

function isFixed(path: string, after: PathDesired | 'absent', view: StateView): boolean {
  // The root is looked at only for what may come to stand in it.
  if (path === '/' && after === 'absent') return false;
  const seen = view.get<PathState>(pathRef(path));
  return seen.status === 'present' && seen.state.fixed === true;
}
