import type {Source} from '../errors/index.ts';
import type {Node} from '../source/index.ts';
import type {Ports} from './ports.ts';
import type {Value} from './value.ts';

/** Where a variable was given a value: shown in errors and by `vprov inventory --explain`. */
export interface Origin {
  /** The kind of place: "role defaults", "group_vars/pi_zero", "play vars", "register", "-e"… */
  readonly layer: string;
  readonly source?: Source;
  /** It is an item of a loop. */
  readonly isItem?: true;
}

/**
 * A variable before it is read: what a person wrote (a template, rendered when read, in the scope of the reader)
 * or data (never rendered).
 */
export type Variable =
  | {readonly node: Node; readonly origin: Origin}
  | {
      readonly data: Value;
      readonly origin: Origin;
      /** Of a number or boolean: how its author wrote it. */
      readonly written?: string;
      /** Where it stands in a file that is never rendered, one of `-e @FILE`. */
      readonly givenAs?: Node;
    };

/** One level of precedence: names and what they stand for. */
export type Layer = ReadonlyMap<string, Variable>;

/** Told of what is read of a scope. */
export interface Reader {
  /** Also of names that nothing defines. */
  read(name: string, variable: Variable | undefined): void;
  /** Where a name was given its value, and what that overrode. */
  readOrigins(name: string, origins: readonly Origin[]): void;
  /** Which names there are. */
  readAll(): void;
}

/**
 * Immutable chain of layers, lowest precedence first. Variables are rendered when they are read, in the scope
 * of the reader, and kept per scope.
 */
export interface Scope {
  has(name: string): boolean;
  /** All names, each once. */
  names(): readonly string[];
  /**
   * The value. An unknown is returned as it is.
   * @throws VprovError when nothing defines the name, for a circle, and for a template that fails
   */
  get(name: string): Value;
  /** The winner as it was written. */
  variable(name: string): Variable | undefined;
  /** The winner first, then what it overrode. */
  origins(name: string): readonly Origin[];
  /** What lookups see of the machine that vprov runs on. */
  readonly ports: Ports;
  /** A scope with higher layers on top. The layers of this one do not change any more. */
  extend(...layers: readonly Layer[]): Scope;
  /** The same scope, and who is told, too, of all that is read of it, also by way of templates and of scopes on top of it. */
  readBy(reader: Reader): Scope;
}
