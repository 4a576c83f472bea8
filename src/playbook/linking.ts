import type {Handler, Place, Role} from './model.ts';
import type {RoleShelf} from './role-shelf.ts';

/** What linking stands on: where a list is written, and where files are looked for. */
export interface Linking extends RoleShelf {
  readonly place: Place;
  /** Whose tasks these are. */
  readonly role: Role | undefined;
  /** What is said of `no_log` around it. */
  readonly noLog: boolean | undefined;
  readonly found: Found;
}

/** What comes to a play by the roles that it uses. */
export interface Found {
  /** Those whose variables all tasks of the play see. */
  readonly roles: Role[];
  readonly handlers: Handler[];
  /** What handlers of roles can be notified by. */
  readonly names: string[];
  /** False when there may be more handlers: those of a role that there is not, or whose name is a template. */
  complete: boolean;
  /** There may be more, which a mistake that is said already keeps from being known. */
  lost: boolean;
  readonly used: {readonly role: Role; readonly shape: string}[];
}

export function nothingFound(): Found {
  return {roles: [], handlers: [], names: [], complete: true, lost: false, used: []};
}
