import type {Change, Ref, Want} from '../contract.ts';

/** What is mounted at a path. Absent: nothing is. */
export interface MountState {
  readonly source: string | undefined;
  readonly fstype: string | undefined;
  /** Those of the mount, not of its file system. */
  readonly options: string | undefined;
  /** Which part of the file system: all of it is `/`. */
  readonly root: string | undefined;
}

export interface MountDesired {
  readonly mounted: boolean;
  /** What to mount, and how; without it /etc/fstab says. */
  readonly from?: {readonly source: string; readonly fstype: string; readonly options: string};
}

export type MountWant = Want<'mount', MountDesired>;
export type MountChange = Change<'mount', MountState, MountDesired>;

export function mountWant(path: string, after: MountDesired): MountWant {
  return {ref: mountRef(path), after};
}

export function mountRef(path: string): Ref<'mount'> {
  return {kind: 'mount', id: path, facets: ['state']};
}
