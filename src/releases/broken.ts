import {type Architecture, isArchitecture} from './architecture.ts';
import known from './data/broken-builds.json' with {type: 'json'};
import {compare} from './version.ts';

/** Releases that do not run on some machines, or were never built for them, with who says so. */
export interface BrokenBuild {
  readonly product: string;
  /** The first and the last version; no `to`: every one since. */
  readonly from: string;
  readonly to?: string;
  readonly architectures: readonly Architecture[];
  readonly reason: string;
  readonly source: string;
  /** `missing`: there is no such build. `broken`: there is, and it does not work. */
  readonly kind: 'missing' | 'broken';
}

/** Those that vprov knows. People add their own in the same form. */
export const knownBrokenBuilds: readonly BrokenBuild[] = known.map((one) => ({
  ...one,
  architectures: one.architectures.filter(isArchitecture),
  kind: one.kind === 'missing' ? 'missing' : 'broken',
}));

/** Why a release does not run on an architecture, or undefined where nothing is known against it. */
export function brokenBuild(
  list: readonly BrokenBuild[],
  product: string,
  version: string,
  architecture: Architecture,
): BrokenBuild | undefined {
  return list.find(
    (one) =>
      one.product === product &&
      one.architectures.includes(architecture) &&
      compare(version, one.from) >= 0 &&
      (one.to === undefined || compare(version, one.to) <= 0),
  );
}
