import type {Secret, Text} from '../../text/index.ts';
import type {Change, Facet, Ref, Want} from '../contract.ts';

/** A local user. A field that is there and `undefined` (in a prediction) is not known. */
export interface UserState {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Name of the primary group; its number as text where it has no name. */
  readonly group: string | undefined;
  /** Names of the supplementary groups, sorted. */
  readonly groups: readonly string[] | undefined;
  /** It is listed in its primary group, too: it stays in that when it gets another. */
  readonly inPrimary?: boolean | undefined;
  readonly home: string | undefined;
  readonly shell: string | undefined;
  readonly comment: string | undefined;
  /** Facet `password`: its hash in /etc/shadow, which only root may read. */
  readonly password?: Secret | undefined;
  /** Facet `processes`: one that keeps `userdel` from removing the user, `name (number)`. */
  readonly process?: string | undefined;
  /** Facet `processes`: of who has logged in, what serves the login. */
  readonly login?: string | undefined;
  /** Of who is asked for by a number: the name. */
  readonly holder?: string;
}

export interface UserDesired {
  /** A new user gets a number of the system's range. */
  readonly system?: boolean;
  /** Primary group, by name. A new user without one gets the group of its own name, made where it is missing. */
  readonly group?: string;
  /** Supplementary groups that the user must be in; others are kept. */
  readonly groups?: readonly string[];
  /** And in no others. */
  readonly onlyGroups?: boolean;
  /** The hash of the password, as in /etc/shadow. */
  readonly password?: Text;
  /** Only a new user gets it. */
  readonly passwordOnce?: boolean;
  readonly home?: string;
  readonly shell?: string;
  readonly uid?: number;
  readonly comment?: string;
  /** A new user's home directory is made too. */
  readonly createHome?: boolean;
}

export interface UserWant extends Want<'user', UserDesired> {
  /** With `absent`: the group of its own name stays, under this number (undefined: under any). It would go along. */
  readonly sparedGroup?: {readonly gid: number | undefined};
}
export interface UserChange extends Change<'user', UserState, UserDesired> {
  readonly want: UserWant;
  /** By the one name of it: the home that comes with it, or goes along with another primary group. */
  readonly homeAt?: string;
}

export function userRef(name: string, facets: readonly Facet[] = ['state']): Ref<'user'> {
  return {kind: 'user', id: name, facets};
}

export function userWant(name: string, after: UserDesired | 'absent'): UserWant {
  return {ref: userRef(name, facetsFor(after)), after};
}

/** A password that is there already concerns only those who set one each time. */
export function facetsFor(after: UserDesired | 'absent'): readonly Facet[] {
  if (after === 'absent') return ['state', 'processes'];
  return after.password && !after.passwordOnce ? ['state', 'password'] : ['state'];
}

/** The groups that a user will be in, of those it is in and those it must be in besides its primary group. */
export function joinedGroups(
  existing: readonly string[],
  wanted: readonly string[],
  primary: string | undefined,
  only = false,
): readonly string[] {
  const missing = wanted.filter((name) => name !== primary);
  return [...new Set([...(only ? [] : existing), ...missing])].sort();
}
