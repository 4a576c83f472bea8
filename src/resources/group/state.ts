import type {Change, Ref, Want} from '../contract.ts';

export interface GroupState {
  readonly gid: number | undefined;
  /** Users that have it as a supplementary group, in the file's order. */
  readonly members: readonly string[] | undefined;
  /** Users of which it is the primary group: as long as there is one, no group can be removed. */
  readonly primaryOf: readonly string[] | undefined;
  /** Of a group that is asked for by its number: the name. */
  readonly holder?: string;
}

export interface GroupDesired {
  /** A new group gets a number of the system's range. */
  readonly system?: boolean;
  readonly gid?: number;
}

export type GroupWant = Want<'group', GroupDesired>;
export type GroupChange = Change<'group', GroupState, GroupDesired>;

export function groupRef(name: string): Ref<'group'> {
  return {kind: 'group', id: name, facets: ['state']};
}

export function groupWant(name: string, after: GroupDesired | 'absent'): GroupWant {
  return {ref: groupRef(name), after};
}
