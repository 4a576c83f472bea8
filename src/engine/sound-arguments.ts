import type {Role} from '../playbook/index.ts';
import type {MapNode} from '../source/index.ts';
import type {Scope} from '../values/index.ts';
import {type Precedents, precedentsOf} from './precedents.ts';
import {Reads} from './reads.ts';
import type {Asker, Scopes} from './scopes.ts';

/**
 * Which of a role's variables are as its schema wants them. Validation asks for every host; where all that a variable
 * is made of is the same as on a host before, it is neither rendered nor checked again.
 */
export class SoundArguments {
  readonly #byRole = new Map<
    Role,
    {readonly asker: Asker; readonly precedents: Map<string, Precedents<Reads>>}
  >();

  /** Of these names, those that are known to be sound here. */
  known(role: Role, names: readonly string[], scopes: Scopes): ReadonlySet<string> {
    const {asker, precedents} = this.#of(role);
    const scope = scopes.forTask(asker);
    return new Set(
      names.filter((name) => {
        const ofName = precedentsOf(precedents, name);
        return ofName.isTried && ofName.find((reads) => reads.areSameFor(asker, scope)) !== undefined;
      }),
    );
  }

  /** A scope in which one variable is read that is not known to be sound, and what notes that it is. */
  noting(role: Role, name: string, scopes: Scopes): {readonly scope: Scope; readonly isSound: () => void} {
    const {asker, precedents} = this.#of(role);
    const ofName = precedentsOf(precedents, name);
    if (!ofName.isTried) return {scope: scopes.forTask(asker), isSound: () => undefined};
    const reads = new Reads();
    return {
      scope: reads.noting(scopes).forTask(asker),
      isSound: () => {
        if (!reads.areOfOneHost) ofName.add(reads);
      },
    };
  }

  #of(role: Role): {readonly asker: Asker; readonly precedents: Map<string, Precedents<Reads>>} {
    const known = this.#byRole.get(role) ?? {asker: {role, vars: []}, precedents: new Map()};
    this.#byRole.set(role, known);
    return known;
  }
}

/** Keywords at the root of a schema that ask nothing of two variables at once. */
const aboutOneVariable = new Set([
  '$comment',
  '$defs',
  '$id',
  '$schema',
  'default',
  'description',
  'examples',
  'properties',
  'required',
  'title',
  'type',
]);

/** Whether each variable can be judged by itself: nothing in the schema relates them to one another. */
export function isAboutSingleVariables(spec: MapNode): boolean {
  return spec.entries.every(({key}) => aboutOneVariable.has(key));
}
