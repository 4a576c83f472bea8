import {posix} from 'node:path';
import type {Text} from '../../text/index.ts';
import type {Change, Content, Facet, Ref, Want} from '../contract.ts';

export type PathType = 'file' | 'directory' | 'link' | 'other';

/** A user who is not root, and has none of root's capabilities. */
export interface Seer {
  readonly uid: number;
  readonly gid: number;
  /** All groups, the first one too. */
  readonly gids: readonly number[];
}

/** What a path is, by the facets asked for. A field that is there and `undefined` (in a prediction) is not known. */
export interface PathState {
  readonly type: PathType;
  /** Four octal digits, as '0644'. */
  readonly mode: string;
  /** The name, or the number as text where the host knows no name. */
  readonly owner: string | undefined;
  readonly group: string | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly sizeBytes: number | undefined;
  /** Hard links. */
  readonly links: number | undefined;
  /** One more name of it is a version that vprov keeps, and is not counted. */
  readonly isKept?: boolean | undefined;
  /** Device and inode: what has the same is the same object by another name (a hard link, a bind mount). */
  readonly inode: string | undefined;
  /** Seconds since the epoch. */
  readonly mtime: number | undefined;
  /** Not even root may write it: it is immutable (chattr), or on a file system mounted read-only. Not known of links. */
  readonly fixed: boolean | undefined;
  /** Who looked, where that was not root. */
  readonly by: Seer | undefined;
  /** Who looked is not root, and has nothing of root's power: whatever is done to accounts meanwhile, they stay that. */
  readonly isUnprivileged: true | undefined;
  /** Whether they may write it, of a link what it leads to. */
  readonly isWritable: boolean | undefined;
  /** Facet `sha256`, regular files only. */
  readonly sha256: string | undefined;
  /** Facet `sha256`: something is mounted on this very path. */
  readonly mount: boolean | undefined;
  /** Facet `text`, regular files of at most 256 KiB of UTF-8. */
  readonly text: string | undefined;
  /** Why there is no `text` though it was asked for. */
  readonly textOmitted: 'too large' | 'not text' | undefined;
  /** Of a prediction: the text whose secrets are marked, in the place of `text`, which would show them. */
  readonly marked: Text | undefined;
  /** Links only: what sort of thing the link leads to; undefined where it leads nowhere. */
  readonly resolves: 'file' | 'directory' | 'other' | undefined;
  /** Facet `empty`, directories only: nothing is in it. */
  readonly empty: boolean | undefined;
  /** Facet `empty`, directories only: the first at or below it that who looked, not root, may not empty. */
  readonly shut: string | undefined;
  /** Facet `mounts`, directories and files: the paths at or below it on which something is mounted, each as often as it is. */
  readonly mounts: readonly string[] | undefined;
  /** Facet `link`: what the link says. */
  readonly target: string | undefined;
  /** Facet `link`: where the link leads in the end, and what is there. */
  readonly followed: ({readonly path: string} & Partial<Omit<PathState, 'followed'>>) | undefined;
}

export interface FileDesired {
  readonly type: 'file';
  /** Left alone where not given. */
  readonly content?: Content;
  /** Without content: make an empty file where there is none. */
  readonly create?: boolean;
  /** Octal, as '0644', or symbolic, as 'u=rw,g=r,o='. */
  readonly mode?: string;
  /** A name, or a number as text. */
  readonly owner?: string;
  readonly group?: string;
  /** Where the path is a link, manage what it leads to; undefined where a task cannot say so. */
  readonly follow?: boolean;
  /** Write into the file that is there: for mount points and files with hard links. Not atomic. */
  readonly writeInPlace?: boolean;
  /** Of a new file whose contents are on the host: that file itself takes the name, and is no copy. As in `PathState`. */
  readonly inode?: string;
  /** And keeps the name that it has. */
  readonly besides?: boolean;
  /** A program and its arguments that must approve of new contents before they take their place; `%s` is the file with them. */
  readonly validate?: readonly string[];
}

export interface DirectoryDesired {
  readonly type: 'directory';
  /** Absolute path of a directory of the host, which becomes this one where there is none. */
  readonly onHost?: string;
  /** Mode, owner and group are those of a new one: a directory that is there keeps its own. */
  readonly onlyNew?: boolean;
  readonly mode?: string;
  readonly owner?: string;
  readonly group?: string;
  readonly follow?: boolean;
}

export interface LinkDesired {
  readonly type: 'link';
  readonly target: string;
  readonly owner?: string;
  readonly group?: string;
  /** Put it in the place of a file or an empty directory. */
  readonly force?: boolean;
}

export type PathDesired = FileDesired | DirectoryDesired | LinkDesired;
export type PathWant = Want<'path', PathDesired>;

export interface PathWantOptions extends Pick<Want, 'sensitive' | 'impact'> {}

/** The want of a path; trailing and doubled slashes are taken away. */
export function pathWant(
  path: string,
  after: PathDesired | 'absent',
  options: PathWantOptions = {},
): PathWant {
  return {ref: pathRef(path, facetsFor(after)), after, ...options};
}

export function pathRef(path: string, facets: readonly Facet[] = ['meta']): Ref<'path'> {
  return {kind: 'path', id: normalPath(path), facets};
}

/** Facets that judging a desired state needs. */
export function facetsFor(after: PathDesired | 'absent'): readonly Facet[] {
  if (after === 'absent') return ['meta', 'mounts', 'empty'];
  switch (after.type) {
    case 'file': {
      const content: Facet[] = after.content ? ['sha256'] : [];
      return after.follow ? ['meta', 'link', ...content] : ['meta', ...content];
    }
    case 'directory':
      return after.follow ? ['meta', 'link'] : ['meta'];
    case 'link':
      return after.force ? ['meta', 'link', 'empty'] : ['meta', 'link'];
  }
}

/** One spelling for one path. `..` stays: through a link it means something else than it seems to. */
export function normalPath(path: string): string {
  const short = path.replaceAll(/\/{2,}/g, '/').replaceAll(/(\/\.)+(?=\/|$)/g, '');
  if (path.startsWith('/') && short === '') return '/';
  return short.length > 1 && short.endsWith('/') ? short.slice(0, -1) : short;
}

/** Why a path cannot be managed, or undefined. */
export function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return `'${path}' is not an absolute path`;
  if (path.includes('\0')) return 'a path cannot hold a NUL byte';
  if (path.split('/').includes('..')) return `'${path}' holds '..', which is something else behind a link`;
  return undefined;
}

export function parentPath(path: string): string {
  return posix.dirname(path);
}

/** Whether a path is this one, or below it. */
export function isWithin(path: string, ancestor: string): boolean {
  return path === ancestor || path.startsWith(ancestor === '/' ? '/' : `${ancestor}/`);
}

/** Whether a planned change of a path may be one of what is read there: whose it is, and who may, is not. */
export function changesContents({attributes}: Change): boolean {
  return attributes.some(({name}) => !['mode', 'owner', 'group'].includes(name));
}
