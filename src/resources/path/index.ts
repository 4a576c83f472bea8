import type {ResourceKind} from '../contract.ts';
import {diffPath, unreachedPath} from './diff.ts';
import {effectsOfPath} from './effects.ts';
import {parsePaths} from './parse.ts';
import {predictPath, unjudged} from './predict.ts';
import {probePaths} from './probe.ts';
import {reactPath} from './react.ts';
import {readsOfPath, refusePath} from './refuse.ts';
import {pathStands} from './stands.ts';
import type {PathDesired, PathState} from './state.ts';
import {stepsForPath} from './steps.ts';
import {aimPath, seePath} from './tree.ts';
import {undoPath} from './undo.ts';

/** Files, directories and symbolic links. The id is the absolute path. */
export const path: ResourceKind<'path', PathState, PathDesired> = {
  kind: 'path',
  probe: probePaths,
  parse: parsePaths,
  reads: readsOfPath,
  refuse: refusePath,
  diff: diffPath,
  unreached: unreachedPath,
  joins: (change) => stepsForPath(change, '').every(({type}) => type === 'script'),
  stands: pathStands,
  steps: stepsForPath,
  effects: effectsOfPath,
  predict: predictPath,
  leaves: unjudged,
  react: reactPath,
  see: seePath,
  aim: aimPath,
  undo: undoPath,
};

/** The same, and no checksum that is remembered on the host is believed: every file is read. */
export const pathReadAnew: typeof path = {
  ...path,
  probe: (refs, marker) => probePaths(refs, marker, {believes: false}),
};

export {kindsKeptAt} from './effects.ts';
export {keptVersionsOf} from './kept-links.ts';
export {mayCome} from './managed.ts';
export {isMode, resolveMode} from './mode.ts';
export {mountName, textLimitBytes} from './probe.ts';
export {readsOfPath as pathReads} from './refuse.ts';
export {resolve} from './resolve.ts';
export {
  changesContents,
  type DirectoryDesired,
  type FileDesired,
  isWithin,
  type LinkDesired,
  normalPath,
  type PathDesired,
  type PathState,
  type PathType,
  type PathWant,
  parentPath,
  pathProblem,
  pathRef,
  pathWant,
} from './state.ts';
export {textAt} from './text.ts';
export {ancestorsOf} from './tree.ts';
export {dropInNamesOf, isOfUnit, templateOf, unitFolders, wantsFolder} from './unit-folders.ts';
