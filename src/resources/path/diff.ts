import {Unknown, UnknownRead} from '../../text/index.ts';
import type {Attribute, Change, Content, Observed, StateView} from '../contract.ts';
import {managed, mayCome, presentState} from './managed.ts';
import {resolveMode} from './mode.ts';
import {type PathDesired, type PathState, type PathWant, parentPath, pathRef} from './state.ts';

/** Every difference between what is there and what is promised. `type` with `after: null` is a removal. */
export function diffPath(
  observed: Observed<PathState>,
  want: PathWant,
  view: StateView,
): readonly Attribute[] {
  const {after} = want;
  const {path, state} = managed(want.ref.id, observed, after);
  if (after === 'absent') {
    mayCome(observed);
    return state ? [{name: 'type', before: state.type ?? null, after: null}] : [];
  }
  if (!state || state.type !== after.type) return created(want.ref.id, state, after, view);
  if (after.type === 'directory' && after.onlyNew) return [];
  return [
    ...(after.type === 'file' && after.content ? contentDiff(path, state, after.content) : []),
    ...(after.type === 'link' && state.target !== after.target
      ? [{name: 'target', before: known(path, state.target), after: after.target}]
      : []),
    ...(after.type === 'link' ? [] : modeDiff(path, state, after)),
    ...ownerDiff('owner', path, state.owner, state.uid, after.owner),
    ...ownerDiff('group', path, state.group, state.gid, after.group),
  ];
}

/** What a change has not reached: of a directory that it has made, also what holds only for a new one. */
export function unreachedPath(
  {want}: Pick<Change<'path', PathState, PathDesired>, 'want'>,
  after: Observed<PathState>,
  view: StateView,
): readonly Attribute[] {
  if (want.after === 'absent' || want.after.type !== 'directory') return diffPath(after, want, view);
  const {onlyNew: _, ...own} = want.after;
  return diffPath(after, {...want, after: own}, view);
}

/** How much of a digest is shown. */
function shortDigest(sha256: string): string {
  return sha256.slice(0, 12);
}

function created(
  id: string,
  state: Readonly<Partial<PathState>> | undefined,
  after: PathDesired,
  view: StateView,
): readonly Attribute[] {
  const attribute = (name: string, value: string | undefined): readonly Attribute[] =>
    value === undefined ? [] : [{name, after: value}];
  return [
    {name: 'type', ...(state?.type ? {before: state.type} : {}), after: after.type},
    ...(after.type === 'file' && after.content
      ? attribute('content', shortDigest(after.content.sha256))
      : []),
    ...(after.type === 'link' ? attribute('target', after.target) : []),
    ...(after.type === 'link' ? [] : attribute('mode', modeOfNew(id, after.type, after.mode, view))),
    ...attribute('owner', after.owner),
    ...attribute('group', after.group),
  ];
}

/** The mode of something new: never the host's umask; a directory in a setgid directory is setgid too. */
function modeOfNew(
  id: string,
  type: 'file' | 'directory',
  mode: string | undefined,
  view: StateView,
): string {
  if (type === 'file') return resolveMode(mode ?? '0644', '0644', false);
  const parent = view.get<PathState>(pathRef(parentPath(id)));
  const setgid = parent.status === 'present' && (Number.parseInt(parent.state.mode ?? '0', 8) & 0o2000) !== 0;
  const usual = setgid ? '2755' : '0755';
  return resolveMode(mode ?? usual, usual, true);
}

function contentDiff(
  path: string,
  state: Readonly<Partial<PathState>>,
  content: Content,
): readonly Attribute[] {
  const before = known(path, state.sha256);
  if (before === content.sha256) return [];
  return [{name: 'content', before: shortDigest(before), after: shortDigest(content.sha256)}];
}

function modeDiff(
  path: string,
  state: Readonly<Partial<PathState>>,
  after: Exclude<PathDesired, {type: 'link'}>,
): readonly Attribute[] {
  if (after.mode === undefined) return [];
  const before = known(path, state.mode);
  const mode = resolveMode(after.mode, before, after.type === 'directory');
  return mode === before ? [] : [{name: 'mode', before, after: mode}];
}

/** Digits are compared with the id, everything else with the name. */
function ownerDiff(
  attribute: 'owner' | 'group',
  path: string,
  name: string | undefined,
  id: number | undefined,
  wanted: string | undefined,
): readonly Attribute[] {
  if (wanted === undefined) return [];
  const isId = /^\d+$/.test(wanted);
  const before = isId ? String(known(path, id)) : known(path, name);
  const same = isId ? Number(before) === Number(wanted) : before === wanted;
  return same ? [] : [{name: attribute, before, after: wanted}];
}

function known<T>(path: string, value: T | undefined): T {
  if (value === undefined) throw new UnknownRead(new Unknown(`${path} depends on changes not yet made`));
  return value;
}

/** Whether the contents of something that is there will be replaced. */
export function replacesContent(observed: Observed<PathState>, want: PathWant): boolean {
  const {after} = want;
  if (after === 'absent' || after.type !== 'file' || !after.content) return false;
  const {state} = managed(want.ref.id, observed, after);
  return presentState(want.ref.id, observed) !== undefined && state?.sha256 !== after.content.sha256;
}
