import {holdsSecret, reveal} from '../../text/index.ts';
import type {Attribute, Change, Observed} from '../contract.ts';
import {presentState} from './managed.ts';
import {textLimitBytes} from './probe.ts';
import type {PathDesired, PathState} from './state.ts';

export type PathChange = Change<'path', PathState, PathDesired>;

/**
 * What will be seen by another name of an object that is changed by one: a hard link, or through a bind mount. What takes
 * its place is seen by the names in the same directory, and by no other.
 */
export function predictTwin(observed: Observed<PathState>, change: PathChange): Observed<PathState> {
  const {after} = change.want;
  if (observed.status !== 'present' || change.before.status !== 'present') return observed;
  const {inode, mount} = observed.state;
  if (inode === undefined || inode !== change.before.state.inode) return observed;
  const isReplaced = change.attributes.some(({name}) => name === 'type');
  if (after === 'absent' || isReplaced) return twinUnknown(change);
  const replaces = change.attributes.some(({name}) => name === 'content') && !isInPlace(after);
  if (replaces && mount) return observed;
  return {status: 'present', state: {...observed.state, ...promised(change.attributes, after)}};
}

/**
 * What will be there, as far as it is promised. Fields that change with it and cannot be foretold are there and
 * `undefined`, so that what was known of the old object does not answer for the new one.
 */
export function predictPath(change: PathChange): Observed<PathState> {
  const {after} = change.want;
  if (after === 'absent') return {status: 'absent'};
  if (change.before.status === 'unreadable' || change.before.status === 'unknown') return change.before;
  const state = presentState(change.ref.id, change.before);
  return {status: 'present', state: {...base(state, after), ...promised(change.attributes, after)}};
}

/** What stays as it was; nothing of an object that another one replaces. */
function base(
  state: Readonly<Partial<PathState>> | undefined,
  after: PathDesired,
): Readonly<Partial<PathState>> {
  const forgotten = {
    mtime: undefined,
    sizeBytes: undefined,
    sha256: undefined,
    text: undefined,
    textOmitted: undefined,
    marked: undefined,
  };
  if (!state) return {};
  if (state.type === after.type) return state;
  return {
    ...forgotten,
    owner: undefined,
    group: undefined,
    uid: undefined,
    gid: undefined,
    links: 1,
    inode: undefined,
    isWritable: undefined,
    mount: undefined,
    resolves: undefined,
    followed: undefined,
    empty: undefined,
    shut: undefined,
    mounts: undefined,
  };
}

function promised(attributes: readonly Attribute[], after: PathDesired): Partial<PathState> {
  const isNew = attributes.some((attribute) => attribute.name === 'type');
  return Object.assign(
    {type: after.type},
    ...attributes.map((attribute) => fieldsOf(attribute, after)),
    isNew && after.type === 'file' ? {links: 1, mount: false} : {},
    isNew && after.type === 'file' && after.inode !== undefined ? {links: undefined, inode: after.inode} : {},
    isNew && after.type === 'file' && !after.content ? emptyFile : {},
    isNew && after.type === 'directory'
      ? {empty: after.onHost === undefined ? true : undefined, mounts: []}
      : {},
  );
}

function fieldsOf({name, after: value}: Attribute, after: PathDesired): Partial<PathState> {
  if (typeof value !== 'string') return {};
  switch (name) {
    case 'mode':
      return {mode: value, isWritable: undefined};
    case 'target':
      return {
        target: value,
        resolves: undefined,
        followed: undefined,
        sizeBytes: undefined,
        mtime: undefined,
        inode: undefined,
        isWritable: undefined,
      };
    case 'content':
      return {...contentFields(after), ...(isInPlace(after) ? {} : {inode: undefined})};
    case 'owner':
      return isId(value)
        ? {owner: undefined, uid: Number(value), isWritable: undefined}
        : {owner: value, uid: undefined, isWritable: undefined};
    case 'group':
      return isId(value)
        ? {group: undefined, gid: Number(value), isWritable: undefined}
        : {group: value, gid: undefined, isWritable: undefined};
    default:
      return {};
  }
}

const emptyFile = {
  sizeBytes: 0,
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  text: '',
  textOmitted: undefined,
  marked: undefined,
} satisfies Partial<PathState>;

/** A text with a secret is kept apart, its secrets marked: as the state's text, what reads it would show it. */
function contentFields(after: PathDesired): Partial<PathState> {
  if (after.type !== 'file' || !after.content) return {};
  const {sha256, sizeBytes, text} = after.content;
  const known = text && !holdsSecret(text) ? reveal(text) : undefined;
  const omitted = sizeBytes > textLimitBytes ? 'too large' : known?.includes('\0') ? 'not text' : undefined;
  return {
    sha256,
    sizeBytes,
    text: omitted ? undefined : known,
    textOmitted: omitted,
    marked: text && holdsSecret(text) ? text : undefined,
    mtime: undefined,
  };
}

/** What is there as it was; but whether who is not root may do something with it is seen when it is done. */
export function unjudged(observed: Observed<PathState>): Observed<PathState> {
  return observed.status === 'present' && observed.state.by
    ? {status: 'present', state: {...observed.state, by: undefined, isWritable: undefined, shut: undefined}}
    : observed;
}

export function twinUnknown({ref}: Pick<Change, 'ref'>): Extract<Observed, {status: 'unknown'}> {
  return {
    status: 'unknown',
    reason: `it shows when ${ref.id}, which is the same by another name, is changed`,
  };
}

function isInPlace(after: PathDesired): boolean {
  return after.type === 'file' && after.writeInPlace === true;
}

function isId(owner: string): boolean {
  return /^\d+$/.test(owner);
}
