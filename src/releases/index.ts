export {
  type Architecture,
  architectureInWords,
  architectureNamed,
  architectureNames,
  boardNamed,
  boardNames,
  isArchitecture,
} from './architecture.ts';
export {type BrokenBuild, knownBrokenBuilds} from './broken.ts';
export {releaseCodes} from './codes.ts';
export {type CachedProgram, cachedProgram, type ObtainOptions, obtainProgram, type Wanted} from './obtain.ts';
export {type Product, products} from './products.ts';
export {type Fit, fitOf, inspectProgram, type ProgramFacts} from './program.ts';
export type {AskedRelease, Cluster, ClusterHost, KnownProgram, Telling} from './request.ts';
export {type Member, type Question, type Resolution, resolveVersion} from './resolve.ts';
export type {Trust} from './signature.ts';
export {ReleaseStore} from './store.ts';
export {ReleaseTrouble} from './trouble.ts';
