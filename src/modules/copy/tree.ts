import {posix} from 'node:path';
import {normalPath, type PathWant, pathWant} from '../../resources/index.ts';
import type {TreeEntry} from '../contract.ts';
import {fileWant} from '../file-want.ts';
import {type Ownership, ownershipOf} from '../ownership.ts';
import {parentsOf} from '../parents.ts';
import type {CopyArguments} from './schema.ts';

/**
 * A directory on the host: `dest` itself, or with a source without a slash at its end the directory of its name in
 * there. What of `dest` is not there is made; what is keeps its mode and owner.
 */
export function treeWants(args: CopyArguments, below: readonly TreeEntry[]): readonly PathWant[] {
  const {src = '', dest, directory_mode: mode} = args;
  const ownership: Ownership = {...ownershipOf(args), mode};
  const outer = normalPath(dest);
  const root = src.endsWith('/') ? outer : posix.join(outer, posix.basename(src));
  const made = outer === '/' ? [] : [...parentsOf(outer).toReversed(), outer];
  return [
    ...made.map((path) => directoryWant(path, {onlyNew: true, follow: true})),
    ...(root === outer ? [] : [directoryWant(root)]),
    ...below.map((entry) => entryWant(posix.join(root, entry.path), entry)),
  ];

  function directoryWant(
    path: string,
    more: {readonly onlyNew?: true; readonly follow?: true} = {},
  ): PathWant {
    const follow = {follow: args.follow === true};
    return pathWant(path, {type: 'directory', ...ownershipOf(ownership), ...follow, ...more});
  }

  function entryWant(path: string, entry: TreeEntry): PathWant {
    switch (entry.type) {
      case 'directory':
        return directoryWant(path);
      case 'file':
        return fileWant({...args, dest: path}, '', entry.content);
      case 'link': {
        const {mode: _, ...owners} = ownershipOf(args);
        return pathWant(path, {type: 'link', target: entry.target, ...owners});
      }
    }
  }
}
