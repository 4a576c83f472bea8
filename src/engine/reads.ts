import {Unknown} from '../text/index.ts';
import {
  type Origin,
  type Reader,
  type Scope,
  ShapedUnknown,
  type Value,
  type Variable,
} from '../values/index.ts';
import type {Asker, Scopes} from './scopes.ts';

interface Noted {
  readonly variables: Map<string, Variable | undefined>;
  readonly origins: Map<string, readonly Origin[]>;
}

/**
 * What was read of a host's variables, so that it can be told whether another host would have given the same: then
 * whatever was made of it is the same, too.
 */
export class Reads {
  readonly #byAsker = new Map<Asker | undefined, Noted>();
  #areOfAll = false;

  /** All names were read, or the host's own: no two hosts are the same in that. */
  get areOfOneHost(): boolean {
    return (
      this.#areOfAll || [...this.#byAsker.values()].some(({variables}) => variables.has('inventory_hostname'))
    );
  }

  /** Scopes that note here what is read of them. */
  noting(scopes: Scopes): Scopes {
    return {
      forTask: (task, above = []) => {
        const noted: Noted = this.#byAsker.get(task) ?? {variables: new Map(), origins: new Map()};
        this.#byAsker.set(task, noted);
        const reader: Reader = {
          read: (name, variable) => {
            // What the task itself puts on top (the loop's item, its result) is made of what it has read.
            const isOwn = variable !== undefined && above.some((layer) => layer.get(name) === variable);
            if (!isOwn) noted.variables.set(name, variable);
          },
          readOrigins: (name, origins) => void noted.origins.set(name, origins),
          readAll: () => {
            this.#areOfAll = true;
          },
        };
        return scopes.forTask(task, above).readBy(reader);
      },
      within: (parameters) => this.noting(scopes.within(parameters)),
    };
  }

  /** Whether these scopes give the same for all that was read. */
  areSameIn(scopes: Scopes): boolean {
    return [...this.#byAsker].every(([task, noted]) => isSameIn(scopes.forTask(task), noted));
  }

  /** The same of what one asker read, who has a scope of it already. */
  areSameFor(asker: Asker | undefined, scope: Scope): boolean {
    const noted = this.#byAsker.get(asker);
    return noted === undefined || isSameIn(scope, noted);
  }
}

function isSameIn(scope: Scope, {variables, origins}: Noted): boolean {
  for (const [name, variable] of variables) if (!isSame(scope.variable(name), variable)) return false;
  for (const [name, before] of origins) {
    const here = scope.origins(name);
    if (here.length !== before.length || here.some((one, index) => one !== before[index])) return false;
  }
  return true;
}

/** What a person wrote is the same where it is the same place; data where the values are. */
function isSame(a: Variable | undefined, b: Variable | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || 'node' in a || 'node' in b) return false;
  return isSameValue(a.data, b.data);
}

/** The names of a host's groups are a list of its own; nothing is known of the unknown but its type. */
function isSameValue(a: Value, b: Value): boolean {
  if (a instanceof Unknown && b instanceof Unknown) return a.reason === b.reason && typeOf(a) === typeOf(b);
  if (!Array.isArray(a) || !Array.isArray(b)) return Object.is(a, b);
  return a.length === b.length && a.every((item, index) => Object.is(item, b[index]));
}

function typeOf(unknown: Unknown): unknown {
  return unknown instanceof ShapedUnknown ? unknown.schema : undefined;
}
