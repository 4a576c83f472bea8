import {
  isRefusal,
  normalPath,
  type PathWant,
  pathReads,
  pathRef,
  pathWant,
  type StateView,
  treeRef,
  type Want,
} from '../../resources/index.ts';
import type {StateModule} from '../contract.ts';
import {ownershipOf} from '../ownership.ts';
import {parentsOf} from '../parents.ts';
import {ownershipFor, wantsBelow} from './below.ts';
import type {FileArguments} from './schema.ts';

export const file: StateModule<FileArguments> = {
  type: 'state',
  name: 'file',
  summary: 'Sets the type, mode and owner of a path: file, directory, link or nothing',
  scope: 'host',

  reads(args) {
    if (args.state !== 'directory') return [];
    const parents = parentsOf(args.path).map((parent) => pathRef(parent, ['meta', 'link']));
    // What judges the directory is asked with what tells which of those above are missing.
    const known = [...pathReads(directoryWant(args)), ...parents];
    return args.recurse ? [...known, treeRef(normalPath(args.path))] : known;
  },

  want(args, seen) {
    const {path, state = 'file'} = args;
    const follow = {follow: args.follow === true};
    switch (state) {
      case 'absent':
        return [pathWant(path, 'absent')];
      case 'directory': {
        const below = args.recurse ? wantsBelow(args, seen) : [];
        if (isRefusal(below)) return below;
        return [...missingParents(args, seen), directoryWant(args), ...below];
      }
      case 'link':
        return [linkWant(args)];
      case 'file':
        return [pathWant(path, {type: 'file', ...ownershipOf(args), ...follow})];
    }
  },
};

function directoryWant(args: FileArguments): PathWant {
  return pathWant(args.path, {
    type: 'directory',
    ...ownershipOf(ownershipFor('directory', args)),
    follow: args.follow === true,
  });
}

function linkWant(args: FileArguments): Want {
  const {mode: _none, ...owners} = ownershipOf(args);
  return pathWant(args.path, {
    type: 'link',
    target: args.target ?? args.src ?? '',
    ...owners,
    ...(args.force ? {force: true} : {}),
  });
}

/** The directories above that are not there either: they are made alike, the topmost first. */
function missingParents(args: FileArguments, seen: StateView): readonly Want[] {
  const missing: Want[] = [];
  for (const parent of parentsOf(args.path)) {
    if (seen.get(pathRef(parent)).status !== 'absent') break;
    missing.unshift(pathWant(parent, {type: 'directory', ...ownershipOf(ownershipFor('directory', args))}));
  }
  return missing;
}
