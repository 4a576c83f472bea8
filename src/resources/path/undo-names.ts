import {toText} from '../../text/index.ts';
import type {Kept, Noted, Ref, StateView} from '../contract.ts';
import {type PathDesired, type PathState, type PathWant, pathRef} from './state.ts';

/*
 * Files with several names (hard links): what one name lost, and whether it can be given back to the file itself.
 */

/** How many names a file had of which this one was taken away. */
function namesBefore({before}: Noted): number {
  return typeof before?.links === 'number' ? before.links : 1;
}

/** One of several names of a file was taken away. */
export function isRemovedName(noted: Noted): boolean {
  return (
    namesBefore(noted) > 1 && noted.attributes.some(({name, before}) => name === 'type' && before === 'file')
  );
}

/** What is not as before of a file that had other names, and has not got them back. */
export function lostNames(kept: Kept, {after}: PathWant, view: StateView): string | undefined {
  if (kept.kept === 'parted')
    return `in ${kept.id} were files with other names (hard links), and they are files of their own now: what that run wrote into them by one name stays in the others`;
  if (!isRemovedName(kept)) return undefined;
  if (after !== 'absent' && after.type === 'file' && after.inode !== undefined) {
    const others = (kept.twins ?? []).filter((twin) => !isStillName(kept, twin, view));
    return others.length === 0
      ? undefined
      : `${[kept.id, ...others].join(' and ')} were one file (hard links), and are files of their own now`;
  }
  const others = namesBefore(kept) - 1;
  const [names, stays] =
    others === 1
      ? ['1 other name (hard link)', 'the other']
      : [`${others} other names (hard links)`, 'the others'];
  return `${kept.id} was one file with ${names}, and is a file of its own now: what that run wrote into it stays in ${stays}`;
}

/** One of several names of a file, given back to that file itself: which is kept, or has a name that the run knows. */
export function nameOfSame(
  kept: Kept,
  version: Readonly<Partial<PathState>>,
  view: StateView,
): PathDesired | undefined {
  if (!isRemovedName(kept)) return undefined;
  if (kept.kept === 'linked') return sameFile(kept.version, version, {});
  for (const twin of kept.twins ?? []) {
    const seen = view.get<PathState>(twinRef(twin));
    if (seen.status === 'present' && seen.state.inode === kept.before?.inode)
      return sameFile(twin, seen.state, {besides: true});
  }
  return undefined;
}

function twinRef(twin: string): Ref<'path'> {
  return pathRef(twin, ['meta', 'link', 'sha256']);
}

/** Another name that is to be taken back yet, or again: what it is by now only its own undo says. */
function isStillName(kept: Kept, twin: string, view: StateView): boolean {
  const seen = view.get<PathState>(twinRef(twin));
  return seen.status !== 'present' || seen.state.inode === kept.before?.inode;
}

function sameFile(
  onHost: string,
  {inode, sha256 = '', sizeBytes = 0, mode, owner, group, text}: Readonly<Partial<PathState>>,
  how: {readonly besides?: true},
): PathDesired {
  return {
    type: 'file',
    content: {sha256, sizeBytes, onHost, ...(text === undefined ? {} : {text: toText(text)})},
    ...(mode === undefined ? {} : {mode}),
    ...(owner === undefined ? {} : {owner}),
    ...(group === undefined ? {} : {group}),
    ...(inode === undefined ? {} : {inode}),
    ...how,
  };
}
