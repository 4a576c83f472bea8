export {composeProbe, mergeRefs, parseProbe} from './compose.ts';
export {contentOf, inlineLimitBytes} from './content.ts';
export * from './contract.ts';
export {crontabRef, crontabText, crontabWant} from './crontab/index.ts';
export {underDoubt} from './doubt.ts';
export {factsRef, factsSchema, type HostFacts} from './facts/index.ts';
export {type GroupDesired, type GroupState, type GroupWant, groupRef, groupWant} from './group/index.ts';
export {
  type JournalState,
  journalDirectory,
  journalKind,
  journalPath,
  journalRef,
  type OwedHandler,
} from './journal/index.ts';
export {kinds} from './kinds.ts';
export {mountRef, mountWant} from './mount/index.ts';
export {onlyRead} from './only-read.ts';
export {asRootHint} from './only-root.ts';
export {isPackageName, type PackageOptions, packageRef, packageWant} from './package/index.ts';
export {packageListsWant} from './package_lists/index.ts';
export {
  type DirectoryDesired,
  type FileDesired,
  isMode,
  keptVersionsOf,
  type LinkDesired,
  mayCome,
  normalPath,
  type PathDesired,
  type PathState,
  type PathType,
  type PathWant,
  pathProblem,
  pathReadAnew,
  pathReads,
  pathRef,
  pathWant,
  resolveMode,
  textAt,
  textLimitBytes,
} from './path/index.ts';
export type {Holder, SealedFiles, SealedProblem} from './sealed-files.ts';
export {type SpaceState, spaceRef} from './space/index.ts';
export {sysctlRef, sysctlWant} from './sysctl/index.ts';
export {type TreeMember, type TreeState, treeRef} from './tree/index.ts';
export {type FoundPath, listing, parseListing} from './tree/listing.ts';
export {
  isUnitName,
  lastWordsOf,
  type UnitDesired,
  type UnitState,
  type UnitWant,
  unitRef,
  unitWant,
} from './unit/index.ts';
export {type UserDesired, type UserState, type UserWant, userRef, userWant} from './user/index.ts';
export {type VersionsState, type VersionsWant, versionsWant} from './versions/index.ts';
