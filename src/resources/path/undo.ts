import type {Script} from '../../shell/index.ts';
import {toText} from '../../text/index.ts';
import type {
  Attribute,
  Content,
  Kept,
  Noted,
  NotTakenBack,
  Refusal,
  StateView,
  TakenBack,
  Undoing,
} from '../contract.ts';
import {type FolderState, folderRef} from '../folder/index.ts';
import {namesOfOthers, ownFolders} from '../folder/ours.ts';
import {fingerprintOf, takeFingerprint} from '../tree/fingerprint.ts';
import {type TreeState, treeRef} from '../tree/state.ts';
import {keepVersion} from './keep.ts';
import {managed} from './managed.ts';
import type {PathChange} from './predict.ts';
import {type PathDesired, type PathState, type PathType, type PathWant, pathRef, pathWant} from './state.ts';
import {isRemovedName, lostNames, nameOfSame} from './undo-names.ts';
import {isAnothers, lostOwner} from './undo-owner.ts';
import {readsOfUnitFile, whyUnitFileStays} from './unit-file.ts';

export const undoPath: Undoing<PathChange> = {
  note,
  keep: (change) => (takesAway(change) ? keepVersion(change) : keepFingerprint(change)),
  reads: (kept, shown) => [
    ...(takesAway(kept)
      ? [
          pathRef(kept.version, [
            'meta',
            'link',
            'sha256',
            ...(shown && !kept.sensitive ? (['text'] as const) : []),
          ]),
        ]
      : []),
    ...(shown && !kept.sensitive && find(kept.attributes, 'content') ? [pathRef(kept.id, ['text'])] : []),
    ...(isRemovedName(kept)
      ? (kept.twins ?? []).map((twin) => pathRef(twin, ['meta', 'link', 'sha256']))
      : []),
    ...(isNewDirectory(kept)
      ? cameBack(kept)
        ? [treeRef(kept.id)]
        : [kept.id, ...ownFolders(kept.id)].map(folderRef)
      : []),
    ...(isNewFile(kept) ? readsOfUnitFile(kept.id) : []),
  ],
  takeBack,
};

function note(change: PathChange): Noted {
  const {want, before, attributes} = change;
  const {path, state} = managed(change.ref.id, before, want.after);
  const digest =
    want.after !== 'absent' && want.after.type === 'file' ? want.after.content?.sha256 : undefined;
  return {
    id: path,
    attributes: attributes.map((attribute) =>
      attribute.name === 'content' ? whole(attribute, state, digest) : attribute,
    ),
    ...(state ? {before: {...wordsOf(state), ...(isInPlace(want) ? {inPlace: true} : {})}} : {}),
    ...(want.sensitive ? {sensitive: true} : {}),
  };
}

/** What was written into the file that was there is written back into it: no new file can take its place. */
function isInPlace({after}: PathWant): boolean {
  return after !== 'absent' && after.type === 'file' && after.writeInPlace === true;
}

function whole(
  attribute: Attribute,
  state: Readonly<Partial<PathState>> | undefined,
  digest: string | undefined,
): Attribute {
  return {
    name: attribute.name,
    ...(attribute.before === undefined ? {} : {before: state?.sha256 ?? attribute.before}),
    ...(digest === undefined ? {} : {after: digest}),
  };
}

function wordsOf(state: Readonly<Partial<PathState>>): NonNullable<Noted['before']> {
  const {type, mode, owner, group, sizeBytes, target, links = 1, inode, isKept} = state;
  return {
    type,
    mode,
    owner,
    group,
    ...(type === 'file' ? {sizeBytes} : {}),
    ...(type === 'file' && links > 1 ? {links} : {}),
    ...(type === 'file' && (links > 1 || isKept) ? {inode} : {}),
    ...(target === undefined ? {} : {target}),
  };
}

/** Whether contents, or an object itself, will be gone after the change. */
function takesAway({attributes}: Pick<Noted, 'attributes'>): boolean {
  return attributes.some(({name, before}) => (name === 'content' || name === 'type') && before !== undefined);
}

function isNewDirectory({attributes}: Noted): boolean {
  const type = find(attributes, 'type');
  return type?.after === 'directory';
}

function isNewFile({attributes}: Noted): boolean {
  const type = find(attributes, 'type');
  return type?.after === 'file' && type.before === undefined;
}

function find(attributes: readonly Attribute[], name: string): Attribute | undefined {
  return attributes.find((attribute) => attribute.name === name);
}

function takeBack(kept: Kept, view: StateView): TakenBack | NotTakenBack {
  const type = find(kept.attributes, 'type');
  if (!type) return takeBackAttributes(kept, view);
  const left =
    type.after === null ? pathWant(kept.id, 'absent') : pathWant(kept.id, leftBy(kept, typeOf(type.after)));
  const held = type.after === 'directory' ? heldBy(kept, view) : undefined;
  if (held) return held;
  if (type.before === undefined) {
    const missing = isNewFile(kept) && !kept.again ? whyUnitFileStays(kept.id, view) : undefined;
    return {left, back: [pathWant(kept.id, 'absent')], ...(missing === undefined ? {} : {missing})};
  }
  const restored = restoredFrom(kept, view);
  if ('refused' in restored) return restored;
  const lost = lostNames(kept, restored, view) ?? lostOwner(kept, versionOf(kept, view));
  return {
    left,
    back: type.after === null ? [restored] : [pathWant(kept.id, 'absent'), restored],
    ...(lost === undefined ? {} : {lost}),
  };
}

/** Why a directory that the run made, or put back, must not be removed: what is in it now. */
function heldBy(kept: Kept, view: StateView): NotTakenBack | undefined {
  const {id} = kept;
  if (cameBack(kept))
    return isAsItCame(kept, view)
      ? undefined
      : {refused: `what is in ${id} is not what came back with it`, holder: id};
  const names = namesOfOthers(folderOf(id, view).names ?? [], id, view);
  if (names.length === 0) return undefined;
  const words = `in it ${names.length === 1 ? 'is' : 'are'} ${listed(names)}`;
  return {refused: `${id} is not empty: ${words}, not made by that run or changed since`, holder: id};
}

/** Of a directory that an undo put back: what is in it, so that this can be taken back in its turn. */
function keepFingerprint({want: {after}}: PathChange): Script | undefined {
  return after !== 'absent' && after.type === 'directory' && after.onHost !== undefined
    ? takeFingerprint(after.onHost)
    : undefined;
}

function cameBack({kept}: Kept): boolean {
  return kept?.startsWith('tree-') === true;
}

function isAsItCame({id, kept}: Kept, view: StateView): boolean {
  const seen = view.get<TreeState>(treeRef(id));
  return seen.status === 'present' && fingerprintOf(seen.state.members ?? []) === kept;
}

function folderOf(id: string, view: StateView): Partial<FolderState> {
  const seen = view.get<FolderState>(folderRef(id));
  return seen.status === 'present' ? seen.state : {};
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** Contents, target, mode and owners: what is there stays, and gets the values of before. */
function takeBackAttributes(kept: Kept, view: StateView): TakenBack {
  const type = typeOf(kept.before?.type);
  const content = find(kept.attributes, 'content');
  const sha256 = content && (text(content.before) ?? '');
  const version = content && versionOf(kept, view);
  const isWhole = version !== undefined && !('refused' in version) && version.sha256 === sha256;
  const old = sha256 === undefined ? undefined : contentOf(kept, isWhole ? version : {}, sha256);
  return {
    left: pathWant(kept.id, leftBy(kept, type)),
    back: [wantOf(kept, desired(kept, type, 'before', old))],
    ...(version === undefined || isWhole
      ? {}
      : {
          missing:
            'refused' in version
              ? version.refused
              : `the version of ${kept.id} that was kept is not what it was`,
        }),
  };
}

/** Of the attributes that the change named, what it made them. A new file without contents is empty. */
function leftBy(kept: Kept, type: Exclude<PathType, 'other'>): PathDesired {
  const content = find(kept.attributes, 'content');
  const isNew = find(kept.attributes, 'type') !== undefined;
  const sha256 = content ? text(content.after) : isNew ? emptySha256 : undefined;
  return desired(kept, type, 'after', sha256 === undefined ? undefined : {sha256, sizeBytes: 0});
}

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function desired(
  kept: Kept,
  type: Exclude<PathType, 'other'>,
  side: 'before' | 'after',
  content: Content | undefined,
): PathDesired {
  const value = (name: string): string | undefined => text(find(kept.attributes, name)?.[side]);
  const [mode, owner, group] = [value('mode'), value('owner'), value('group')];
  const owners = {...(owner === undefined ? {} : {owner}), ...(group === undefined ? {} : {group})};
  if (type === 'link') return {type, target: value('target') ?? text(kept.before?.target) ?? '', ...owners};
  const attributes = {...owners, ...(mode === undefined ? {} : {mode})};
  if (type !== 'file') return {type, ...attributes};
  const inPlace = kept.before?.inPlace === true ? {writeInPlace: true} : {};
  return {type, ...attributes, ...(content ? {content} : {}), ...inPlace};
}

function contentOf(
  kept: Kept,
  {sizeBytes = 0, text: shown}: Readonly<Partial<PathState>>,
  sha256: string,
): Content {
  return {
    sha256,
    sizeBytes,
    onHost: kept.version,
    ...(shown === undefined || kept.sensitive ? {} : {text: toText(shown)}),
  };
}

/** What was removed, or gave way to something of another type, as it stands among the versions. */
function restoredFrom(kept: Kept, view: StateView): PathWant | Refusal {
  const version = versionOf(kept, view);
  if ('refused' in version) return version;
  const owners = isAnothers(kept, version)
    ? {}
    : {
        ...ownerOf('owner', text(kept.before?.owner) ?? version.owner),
        ...ownerOf('group', text(kept.before?.group) ?? version.group),
      };
  const mode = text(kept.before?.mode) ?? version.mode ?? '0600';
  switch (version.type) {
    case 'file':
      return wantOf(
        kept,
        nameOfSame(kept, version, view) ?? {
          type: 'file',
          content: contentOf(kept, version, version.sha256 ?? ''),
          mode,
          ...owners,
        },
      );
    case 'link':
      return wantOf(kept, {type: 'link', target: version.target ?? '', ...owners});
    case 'directory':
      return wantOf(kept, {type: 'directory', onHost: kept.version, mode, ...owners});
    default:
      return {refused: `what was at ${kept.id} was a special file, which is not kept`};
  }
}

function ownerOf(name: 'owner' | 'group', value: string | undefined): {owner?: string; group?: string} {
  return value === undefined ? {} : {[name]: value};
}

function wantOf(kept: Kept, after: PathDesired): PathWant {
  return pathWant(kept.id, after, kept.sensitive ? {sensitive: true} : {});
}

function versionOf(kept: Kept, view: StateView): Readonly<Partial<PathState>> | Refusal {
  const seen = view.get<PathState>(pathRef(kept.version));
  if (seen.status === 'present') return seen.state;
  return {refused: `what was at ${kept.id} before is not kept: ${whyNot(kept)}`};
}

function whyNot({kept: word, before}: Kept): string {
  switch (word) {
    case 'large':
      if (before?.inPlace)
        return 'it was too large for a copy, and a link would show what is written in place';
      return 'it was too large for a copy, and on another file system than the backups';
    case 'failed':
      return 'it could not be written at the time';
    case 'special':
      return 'it was a special file (a pipe, a socket, a device)';
    case 'mounted':
      return 'something was mounted below it';
    default:
      return 'there were three newer versions of it, or it was taken back already';
  }
}

function typeOf(value: unknown): Exclude<PathType, 'other'> {
  return value === 'directory' || value === 'link' ? value : 'file';
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
