import {posix} from 'node:path';
import type {Change, Observed, Ref} from '../contract.ts';
import {mayComeWith} from '../package/bring.ts';
import {isOfUnit, isWithin, parentPath} from '../path/index.ts';
import {besideUnit} from './beside.ts';
import {asInFile, plannedFile, type UnitFile} from './file.ts';
import {aliasedBy, besideLinks} from './links.ts';
import {ownDirectory, type UnitChange, type UnitState} from './state.ts';

type State = Readonly<Partial<UnitState>>;

/** A planned unit file: the unit will be there, not running; of a unit in memory, systemd will have an old version. */
export function reactUnit(
  ref: Ref<'unit'>,
  observed: Observed<UnitState>,
  planned: Change,
): Observed<UnitState> {
  if (planned.ref.kind === 'package') return mayComeWith(observed, planned);
  if (planned.ref.kind === 'unit') return besideUnit(ref, observed, planned as UnitChange);
  if (planned.ref.kind !== 'path') return observed;
  // Mode and owner of its file are nothing to systemd.
  if (!planned.attributes.some(({name}) => name === 'type' || name === 'content' || name === 'target'))
    return observed;
  const before = besideLinks(ref.id, observed, planned);
  const {realName = ref.id, names = [ref.id]} = before.status === 'present' ? before.state : {};
  const path = planned.ref.id;
  // The link by which it has this name is gone, or another.
  if (realName !== ref.id && isOfUnit(path, ref.id) && !isDropIn(path))
    return {
      status: 'unknown',
      reason: `${ref.id} is another name of ${realName}, and may be another unit then`,
    };
  // Its own file is read by all names, and drop-ins of each.
  const name = isDropIn(path) ? names.find((one) => isOfUnit(path, one)) : realName;
  return withFiles({...ref, id: name ?? ref.id}, before, planned);
}

function isDropIn(path: string): boolean {
  return /\.(?:conf|d)$/.test(path);
}

function withFiles(ref: Ref<'unit'>, observed: Observed<UnitState>, planned: Change): Observed<UnitState> {
  if (!isOfUnit(planned.ref.id, ref.id)) return withOther(ref.id, observed, planned);
  if (isDropIn(planned.ref.id)) return withDropIn(ref.id, observed, planned);
  const real = aliasedBy(planned);
  if (real !== undefined) return {status: 'unknown', reason: `it is another name of ${real} then`};
  const isRemoved = planned.want.after === 'absent';
  if (observed.status === 'absent')
    return isRemoved ? observed : withFile(ref.id, ownFile(newUnit, planned), plannedFile(planned));
  if (observed.status !== 'present') return observed;
  const {state} = observed;
  const file = planned.ref.id;
  const own = `${ownDirectory}${ref.id}`;
  const others = (state.otherFiles ?? []).filter((one) => one !== file);
  const otherFiles = isRemoved || file === own ? others : [...others, file];
  // A file of its own in /etc stands before all others.
  const isRead = file === own || !(state.masked || isSameFile(state.fragmentPath, own));
  if (!isRead) return {status: 'present', state: {...state, otherFiles}};
  if (!isRemoved) return withFile(ref.id, {...ownFile(state, planned), otherFiles}, plannedFile(planned));
  return others.length > 0 ? withOtherFile(ref.id, {...state, otherFiles}) : withoutFile(ref.id, state);
}

/** With its own file where the planned one is, and where that leads to if it is a link. */
function ownFile(state: State, planned: Change): State {
  const {after} = planned.want as {after: 'absent' | {type?: string; target?: string}};
  const isLink = after !== 'absent' && after.type === 'link';
  const {target = ''} = isLink ? after : {};
  const path = planned.ref.id;
  return {
    ...state,
    fragmentPath: path,
    isLink: isLink && path.startsWith(ownDirectory),
    leadsTo: [...(state.leadsTo ?? []), ...(isLink ? [posix.resolve(parentPath(path), target)] : [])],
  };
}

/** With a drop-in, or with a folder of these: an empty one says nothing. */
function withDropIn(id: string, observed: Observed<UnitState>, planned: Change): Observed<UnitState> {
  if (observed.status !== 'present') return observed;
  const path = planned.ref.id;
  const {after} = planned.want;
  const others = (observed.state.dropIns ?? []).filter((one) => !isWithin(one, path));
  const isGone = others.length < (observed.state.dropIns?.length ?? 0);
  if (path.endsWith('.d')) {
    if (typeof after === 'object' && 'type' in after && after.type === 'link')
      return {status: 'unknown', reason: `${id} will have the drop-ins that ${path} leads to`};
    if (!isGone) return observed;
  }
  const dropIns = after === 'absent' || path.endsWith('.d') ? others : [...others, path];
  return {status: 'present', state: {...withNewFile(observed.state, undefined), dropIns}};
}

/** A path that does not show whose it is: what links of the unit lead to, or what its folders are in. */
function withOther(id: string, observed: Observed<UnitState>, planned: Change): Observed<UnitState> {
  if (observed.status !== 'present') return observed;
  const {leadsTo = [], dropIns = [], fragmentPath} = observed.state;
  const path = planned.ref.id;
  const files = [...leadsTo, ...dropIns, ...(fragmentPath ? [fragmentPath] : [])];
  if (planned.attributes.some(({name}) => name === 'type') && files.some((one) => isWithin(one, path)))
    return isEmptyFolder(planned)
      ? observed
      : {status: 'unknown', reason: `${id} is read from what is at ${path}`};
  const isRead = leadsTo.some(
    (one) =>
      one === path ||
      (path.endsWith('.conf') && isWithin(path, one.endsWith('.conf') ? parentPath(one) : one)),
  );
  if (!isRead) return observed;
  return {status: 'present', state: {...withNewFile(observed.state, undefined), dropIns: [...dropIns, path]}};
}

function isEmptyFolder({before, want: {after}}: Change): boolean {
  return (
    before.status === 'absent' && typeof after === 'object' && 'type' in after && after.type === 'directory'
  );
}

/** /lib leads to /usr/lib. */
function isSameFile(one: string | undefined, other: string): boolean {
  return one?.replace(/^\/usr/, '') === other.replace(/^\/usr/, '');
}

/** With a file in the place of the one that it had. */
function withFile(id: string, state: State, file: UnitFile | undefined): Observed<UnitState> {
  if (file !== 'mask' && file !== 'empty') {
    const read = state.dropIns?.length ? undefined : file;
    return {status: 'present', state: withNewFile({...state, masked: false}, read)};
  }
  // Of what is in memory, systemd says what it was until it reads its file again.
  if (state.pinned !== false) return {status: 'unknown', reason: `${id} will have an empty file`};
  return {
    status: 'present',
    state: {
      ...state,
      masked: file === 'mask',
      loaded: false,
      loadState: 'masked',
      unitFileState: 'masked',
      enabled: false,
      needDaemonReload: false,
    },
  };
}

function withoutFile(id: string, state: State): Observed<UnitState> {
  if (state.active !== true && state.enabled === true && state.linked === false)
    return {status: 'unknown', reason: `links by which ${id} has other names are left`};
  if (state.active !== true && state.linked === true) return {status: 'present', state: onlyLinks};
  if (state.active !== true) return {status: 'absent'};
  return {
    status: 'present',
    state: {...state, loaded: false, loadState: 'not-found', needDaemonReload: true},
  };
}

/** What stood behind the file in /etc, or a mask there, is seen again: nobody has looked into it. */
function withOtherFile(id: string, state: State): Observed<UnitState> {
  const bare = {...state, masked: false, fragmentPath: undefined};
  // Of a mask in memory it is said that it is not enabled: the links outlast it.
  if (state.pinned === true && state.linked !== true)
    return {status: 'present', state: withNewFile(bare, undefined)};
  if (state.linked === undefined) return {status: 'unknown', reason: `${id} will have another file`};
  return {
    status: 'present',
    state: withNewFile({...bare, enabled: state.linked, unitFileState: undefined}, undefined),
  };
}

/** Of a unit that was enabled, when its file is gone: whatever they start remembers it. */
const onlyLinks: Partial<UnitState> = {
  loaded: false,
  loadState: 'not-found',
  active: false,
  enabled: false,
  unitFileState: '',
  linked: true,
  masked: false,
  needDaemonReload: false,
  invocationId: '',
  pinned: true,
};

function withNewFile(state: State, file: Exclude<UnitFile, string> | undefined): State {
  return {
    ...state,
    needDaemonReload: state.pinned === true || state.needDaemonReload === true,
    ...asInFile(state, file),
    ...(state.loadState === 'not-found' && state.linked ? {enabled: true, unitFileState: undefined} : {}),
  };
}

const newUnit: State = {
  loaded: true,
  loadState: undefined,
  active: false,
  enabled: false,
  linked: false,
  masked: false,
  needDaemonReload: false,
  invocationId: '',
  pinned: false,
};
