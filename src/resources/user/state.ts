import type {Change, Ref, Want} from '../contract.ts';

/** A local user. A field that is there and `undefined` (in a prediction) is not known. */
export interface UserState {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Name of the primary group; its number as text where it has no name. */
  readonly group: string | undefined;
  /** Names of the supplementary groups, sorted. */
  readonly groups: readonly string[] | undefined;
  readonly home: string | undefined;
  readonly shell: string | undefined;
  readonly comment: string | undefined;
}

export interface UserDesired {
  /** A new user gets a number of the system's range. */
  readonly system?: boolean;
  /** Primary group, by name. A new user without one gets the group of its own name, made where it is missing. */
  readonly group?: string;
  /** Supplementary groups that the user must be in; others are kept. */
  readonly groups?: readonly string[];
  readonly home?: string;
  readonly shell?: string;
  readonly uid?: number;
  readonly comment?: string;
  /** A new user's home directory is made too. */
  readonly createHome?: boolean;
}

export type UserWant = Want<'user', UserDesired>;
export type UserChange = Change<'user', UserState, UserDesired>;

export function userRef(name: string): Ref<'user'> {
  return {kind: 'user', id: name, facets: ['state']};
}

export function userWant(name: string, after: UserDesired | 'absent'): UserWant {
  return {ref: userRef(name), after};
}

/** The groups that a user will be in, of those it is in and those it must be in besides its primary group. */
export function joinedGroups(
  existing: readonly string[],
  wanted: readonly string[],
  primary: string | undefined,
): readonly string[] {
  const missing = wanted.filter((name) => name !== primary);
  return [...new Set([...existing, ...missing])].sort();
}
