import {createHash} from 'node:crypto';
import {posix} from 'node:path';
import {joinScripts, type Script, sh} from '../../shell/index.ts';
import {reveal, type Text} from '../../text/index.ts';
import {inlineLimitBytes} from '../content.ts';
import type {Attribute, Content, Step} from '../contract.ts';
import {forget, remember, rememberedFromBytes} from './checksums.ts';
import {managed} from './managed.ts';
import type {PathChange} from './predict.ts';
import {removal} from './removal.ts';
import {
  changeAttributes,
  fillEmpty,
  fillFrom,
  fillInline,
  giveName,
  makeDirectory,
  makeLink,
  type Place,
  putBack,
  replaceFile,
  scriptFor,
  validation,
  writeInPlace,
} from './scripts.ts';
import {stillStands} from './stands.ts';
import type {FileDesired, PathDesired} from './state.ts';

/**
 * The steps that make a path what it shall be. What is new or replaced is made beside its destination under a name
 * of ours, complete with owner and mode, and takes its place by a rename; a step that fails leaves no such file.
 */
export function stepsForPath(change: PathChange, nonce: string): readonly Step[] {
  const {after} = change.want;
  if (after === 'absent')
    return [{type: 'script', script: joinScripts([removal(change.ref.id), forget(change.ref.id)])}];
  const place = placeOf(change, after, nonce);
  if (!place.replaces)
    return [{type: 'script', script: scriptFor(place, [changeAttributes(place, after.type)])}];
  switch (after.type) {
    case 'directory':
      return [
        {
          type: 'script',
          script: scriptFor(place, [
            after.onHost === undefined ? makeDirectory(place) : putBack(place, after.onHost),
          ]),
        },
      ];
    case 'link':
      return [{type: 'script', script: scriptFor(place, [makeLink(place, after)])}];
    case 'file':
      return fileSteps(place, after, stillStands(change));
  }
}

function fileSteps(place: Place, after: FileDesired, still: readonly Script[]): readonly Step[] {
  const {content} = after;
  const inPlace = after.writeInPlace === true && place.exists;
  const finish = inPlace ? writeInPlace(place) : replaceFile(place);
  if (!content) return [{type: 'script', script: scriptFor(place, [fillEmpty, finish])}];
  if (after.inode !== undefined && content.onHost !== undefined)
    return [{type: 'script', script: scriptFor(place, [giveName(content.onHost, after.besides === true)])}];
  if (content.onHost !== undefined)
    return [
      {
        type: 'script',
        script: scriptFor(place, [
          fillFrom(content.onHost, content.sha256),
          finish,
          sh`rm -f ${content.onHost}`,
        ]),
      },
    ];
  const text = inlineText(content);
  const approved = after.validate ? [validation(place, after.validate), ...still] : [];
  const remembered = content.sizeBytes >= rememberedFromBytes ? [remember(place.path, content.sha256)] : [];
  if (text)
    return [
      {type: 'script', script: scriptFor(place, [fillInline(text, content.sha256), ...approved, finish])},
    ];
  return [
    {type: 'upload', content, to: place.temporary},
    {type: 'script', script: scriptFor(place, [...approved, finish, ...remembered])},
  ];
}

/** The text of contents that ride in the script itself. */
function inlineText(content: Content): Text | undefined {
  if (content.sizeBytes === 0) return [];
  if (!content.text || content.sizeBytes > inlineLimitBytes) return undefined;
  return reveal(content.text).includes('\0') ? undefined : content.text;
}

function placeOf(change: PathChange, after: PathDesired, nonce: string): Place {
  const {path, state} = managed(change.ref.id, change.before, after);
  const find = (name: string): Attribute | undefined =>
    change.attributes.find((attribute) => attribute.name === name);
  const text = (name: string): string | undefined => {
    const value = find(name)?.after;
    return typeof value === 'string' ? value : undefined;
  };
  const isNew = find('type') !== undefined;
  const replaces = isNew || find('content') !== undefined || find('target') !== undefined;
  // What replaces another takes over what the task does not name. A change of owner takes setuid and setgid away.
  const kept = replaces && !isNew ? state : undefined;
  const special = /^[2-7]/.test(state?.mode ?? '') && !isNew ? state?.mode : undefined;
  // What is written into stays whose it is, and who is not its owner may not even say so.
  const isInPlace = after.type === 'file' && after.writeInPlace === true && !isNew;
  const mode =
    text('mode') ??
    (isInPlace ? special : kept?.mode) ??
    (find('owner') || find('group') ? special : undefined);
  return {
    path,
    temporary: `${temporaryStem(path)}${nonce}`,
    temporaryStem: temporaryStem(path),
    exists: !isNew,
    replaces,
    occupant: isNew ? state?.type : undefined,
    owner: text('owner') ?? idText(isInPlace ? undefined : kept?.uid),
    group: text('group') ?? idText(isInPlace ? undefined : kept?.gid),
    mode: after.type === 'link' ? undefined : mode,
  };
}

function idText(id: number | undefined): string | undefined {
  return id === undefined ? undefined : String(id);
}

/** The start of every temporary name for a destination, in its directory. Names have at most 255 bytes. */
function temporaryStem(path: string): string {
  const name = posix.basename(path);
  const short = Buffer.byteLength(name) <= 200 ? name : createHash('sha256').update(name).digest('hex');
  return posix.join(posix.dirname(path), `.${short}.vprov-`);
}
