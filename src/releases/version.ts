import {ArgumentError, compareVersions, parseVersion} from '../values/index.ts';

/** Negative, zero or positive, as `a` is older than, equal to or newer than `b`. @throws ArgumentError for what is no version */
export function compare(a: string, b: string): number {
  return compareVersions(parseVersion(a), parseVersion(b));
}

/** Whether it is a version that can be compared with others: `2`, `2.6`, `v2.6.2-rc1`. */
export function isComparable(text: string): boolean {
  try {
    parseVersion(text);
    return true;
  } catch (error) {
    if (error instanceof ArgumentError) return false;
    throw error;
  }
}

/** The newest first. */
export function newestFirst(versions: readonly string[]): readonly string[] {
  return [...versions].sort((a, b) => compare(b, a));
}

/** A release for everybody: no pre-release, no enterprise build. */
export function isPlainRelease(version: string): boolean {
  return /^\d+\.\d+\.\d+$/.test(version);
}

/** Whether it is written as a release site writes a version. */
export function isVersion(text: string): boolean {
  return /^\d+\.\d+\.\d+([-+][0-9A-Za-z.]+)*$/.test(text);
}
