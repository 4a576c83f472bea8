import type {ResourceKind} from '../contract.ts';
import {refuseUnlessRoot, rootFolder} from '../only-root.ts';
import {diffPackage, predictPackage, reactPackage, refusePackage, unjudgedPackage} from './diff.ts';
import {parsePackages, probePackages} from './probe.ts';
import {desiredOf, facetsFor, type PackageDesired, type PackageState, packageRef} from './state.ts';
import {stepsForPackage} from './steps.ts';
import {undoPackage} from './undo.ts';

/** Packages of Debian and its like. The id is the name, `name:architecture` for another than the host's own. */
export const packageKind: ResourceKind<'package', PackageState, PackageDesired> = {
  kind: 'package',
  probe: probePackages,
  parse: parsePackages,
  reads: (want) => [packageRef(want.ref.id, facetsFor(desiredOf(want))), rootFolder],
  refuse: refusePackage,
  forbids: ({ref, want}, view) =>
    refuseUnlessRoot(`${desiredOf(want).installed ? 'install' : 'remove'} package ${ref.id}`, view),
  diff: (before, want) => diffPackage(before, want),
  steps: (change) => stepsForPackage(change),
  /** A package brings files, users and units, and its scripts may do anything. */
  effects: () => ({type: 'everything'}),
  predict: predictPackage,
  leaves: unjudgedPackage,
  undo: undoPackage,
  react: reactPackage,
  timeoutMs: () => packageTimeoutMs,
};

/** On a Pi Zero dpkg takes minutes where others take seconds. */
const packageTimeoutMs = 3_600_000;

export {isPackageName, type PackageOptions, packageRef, packageWant} from './state.ts';
export {aptPrelude, packageLocks} from './steps.ts';
