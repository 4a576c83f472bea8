import type {Attribute, Observed, Refusal, StateView} from '../contract.ts';
import {asRootHint} from '../only-root.ts';
import {diffPath} from './diff.ts';
import {managed} from './managed.ts';
import {type PathDesired, type PathState, type PathWant, parentPath, pathRef, type Seer} from './state.ts';
import {ancestorsOf} from './tree.ts';

type Found = Readonly<Partial<PathState>>;

/** A change that is to be made by a user who is not root. */
interface Attempt {
  readonly path: string;
  readonly after: PathDesired | 'absent';
  readonly by: Seer;
  readonly state: Found | undefined;
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** The folder that it is an entry of. */
  readonly parent: Found | undefined;
  readonly view: StateView;
}

/** What only an owner or root may do, in check and run alike. What is not known yet is not refused. @see path_resolution(7) */
export function refuseForbidden(
  want: PathWant,
  observed: Observed<PathState>,
  view: StateView,
): Refusal | undefined {
  const {after, ref} = want;
  const by = seerOf(ref.id, observed, view);
  if (!by) return undefined;
  const attributes = diffPath(observed, want, view);
  if (attributes.length === 0) return undefined;
  const {path, state} = managed(ref.id, observed, after);
  const above = path === ref.id ? view.get<PathState>(pathRef(parentPath(path))) : undefined;
  const attempt: Attempt = {
    path,
    after,
    by,
    state,
    attributes: new Map(attributes.map((attribute) => [attribute.name, attribute])),
    parent: above?.status === 'present' ? above.state : undefined,
    view,
  };
  const why = whyForbidden(attempt);
  return why === undefined ? undefined : {refused: why, hint: asRootHint};
}

/** Nobody who is not root sees as root what is there: the first that was looked at tells who looked. */
function seerOf(id: string, observed: Observed<PathState>, view: StateView): Seer | undefined {
  if (observed.status === 'present' && observed.state.by) return observed.state.by;
  for (const ref of ancestorsOf(id).toReversed()) {
    const seen = view.get<PathState>(ref);
    if (seen.status === 'present' && seen.state.by) return seen.state.by;
  }
  return undefined;
}

function whyForbidden(attempt: Attempt): string | undefined {
  const {after, attributes, path, state} = attempt;
  const isNew = attributes.has('type');
  const isInPlace = after !== 'absent' && after.type === 'file' && after.writeInPlace === true;
  const isWritten = attributes.has('content');
  if (isNew || attributes.has('target') || (isWritten && !isInPlace))
    return entry(attempt) ?? (after === 'absent' ? undefined : newOwner(attempt, after));
  if (isWritten && state?.isWritable === false) return `this user may not write ${path}`;
  return ownOnly(attempt);
}

/** What comes, goes, or takes another's place is written into the folder. */
function entry({path, after, by, state, parent}: Attempt): string | undefined {
  if (!parent) return undefined;
  const folder = parentPath(path);
  if (parent.isWritable === false) return `${path} cannot be changed: this user may not write ${folder}`;
  const {uid, mode} = parent.followed ?? parent;
  const isSticky = (Number.parseInt(mode ?? '0', 8) & 0o1000) !== 0;
  if (isSticky && isOthers(uid, by) && isOthers(state?.uid, by))
    return `${path} belongs to ${ownerOf(state)}: from ${folder}, which is sticky, only its owner or root takes it away`;
  if (after !== 'absent' || state?.type !== 'directory' || state.empty !== false) return undefined;
  if (state.isWritable === false) return `${path} cannot be emptied: this user may not write it`;
  return state.shut === undefined
    ? undefined
    : `${path} cannot be removed: this user may not empty ${state.shut}`;
}

/** What is new is the user's own; one that takes another's place is to have the same owner as that. */
function newOwner(
  {path, by, state, attributes, parent, view}: Attempt,
  after: PathDesired,
): string | undefined {
  const kept = attributes.has('type') ? undefined : state;
  const uid = after.owner === undefined ? kept?.uid : idOf('user', after.owner, view);
  if (isOthers(uid, by)) return given(path, after.owner ?? ownerOf(kept));
  // It could be put in the place of another's: but nobody else than root could undo that.
  if (isOthers(kept?.uid, by)) return `${path} belongs to ${ownerOf(kept)}: only root may give it to another`;
  const gid = after.group === undefined ? kept?.gid : idOf('group', after.group, view);
  const folder = parent?.followed ?? parent;
  const isSetgid = (Number.parseInt(folder?.mode ?? '0', 8) & 0o2000) !== 0;
  if (isSetgid && gid === folder?.gid) return undefined;
  return isMember(gid, by) ? undefined : notIn(path, after.group ?? groupOf(kept));
}

function ownOnly({path, after, by, state, attributes, view}: Attempt): string | undefined {
  if (after === 'absent') return undefined;
  if (attributes.has('owner') && after.owner !== undefined && isOthers(idOf('user', after.owner, view), by))
    return given(path, after.owner);
  const isOwners = ['owner', 'group', 'mode'].some((name) => attributes.has(name));
  if (isOwners && isOthers(state?.uid, by)) {
    if (attributes.has('owner') && after.owner !== undefined) return given(path, after.owner);
    return `${path} belongs to ${ownerOf(state)}: only its owner or root changes that`;
  }
  if (!attributes.has('group') || after.group === undefined) return undefined;
  return isMember(idOf('group', after.group, view), by) ? undefined : notIn(path, after.group);
}

function idOf(kind: 'user' | 'group', name: string, view: StateView): number | undefined {
  if (/^\d+$/.test(name)) return Number(name);
  const seen = view.get<{readonly uid?: number; readonly gid?: number}>({kind, id: name});
  if (seen.status !== 'present') return undefined;
  return kind === 'user' ? seen.state.uid : seen.state.gid;
}

function isOthers(uid: number | undefined, by: Seer): boolean {
  return uid !== undefined && uid !== by.uid;
}

function isMember(gid: number | undefined, {gids}: Seer): boolean {
  return gid === undefined || gids.includes(gid);
}

function ownerOf(state: Found | undefined): string {
  return state?.owner ?? String(state?.uid);
}

function groupOf(state: Found | undefined): string {
  return state?.group ?? String(state?.gid);
}

function given(path: string, owner: string): string {
  return `${path} cannot belong to '${owner}': only root may give a file to another`;
}

function notIn(path: string, group: string): string {
  return `${path} cannot have the group '${group}': this user is not in the group '${group}'`;
}
