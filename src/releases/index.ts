export {
  type Architecture,
  architectureInWords,
  architectureNamed,
  architectureNames,
  architecturesNamed,
  boardNamed,
  boardNames,
  isArchitecture,
  lacksAes,
} from './architecture.ts';
export {mostBytes as mostProgramBytes} from './archive.ts';
export {type BrokenBuild, brokenBuild, knownBrokenBuilds} from './broken.ts';
export {type CachedProgram, cachedProgram} from './cache.ts';
export {releaseCodes} from './codes.ts';
export {downloadFields, formatOf, strangeFields} from './download.ts';
export type {DownloadRequest} from './files.ts';
export {type ObtainOptions, obtainProgram, type Wanted} from './obtain.ts';
export {type Product, products} from './products.ts';
export {type Fit, fitOf, inspectProgram, type ProgramFacts} from './program.ts';
export type {
  AskedRelease,
  Build,
  Cluster,
  ClusterHost,
  KnownProgram,
  ReleaseRequest,
  Telling,
} from './request.ts';
export {type Member, type Question, type Resolution, resolveVersion} from './resolve.ts';
export type {Trust} from './signature.ts';
export {addressProblem} from './site.ts';
export {ReleaseStore} from './store.ts';
export {ReleaseTrouble} from './trouble.ts';
export {compare as compareReleases, isComparable, isVersion} from './version.ts';
