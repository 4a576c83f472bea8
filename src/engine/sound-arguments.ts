import type {Role} from '../playbook/index.ts';
import type {MapNode} from '../source/index.ts';
import type {Scope} from '../values/index.ts';
import {Reads} from './reads.ts';
import type {Asker, Scopes} from './scopes.ts';

/** Of one variable, what it was made of on hosts where it was as the schema wants it. */
interface Kept {
  /** The newest first. */
  readonly kinds: Reads[];
  /** Since when nothing of it was of use. */
  misses: number;
}

/** Of a variable: more than hosts usually come in kinds. */
const mostKinds = 8;

/**
 * Which of a role's variables are as its schema wants them. Validation asks for every host; where all that a variable
 * is made of is the same as on a host before, it is neither rendered nor checked again.
 */
export class SoundArguments {
  readonly #byRole = new Map<Role, {readonly asker: Asker; readonly kept: Map<string, Kept>}>();

  /** Of these names, those that are known to be sound here. */
  known(role: Role, names: readonly string[], scopes: Scopes): ReadonlySet<string> {
    const {asker, kept} = this.#of(role);
    const scope = scopes.forTask(asker);
    return new Set(
      names.filter((name) => {
        const before = kept.get(name);
        const holds = before?.kinds.some((reads) => reads.areSameFor(asker, scope)) ?? false;
        if (holds && before) before.misses = 0;
        return holds;
      }),
    );
  }

  /** A scope in which one variable is read, and what notes that it is sound. */
  noting(role: Role, name: string, scopes: Scopes): {readonly scope: Scope; readonly isSound: () => void} {
    const {asker, kept} = this.#of(role);
    const one = kept.get(name) ?? {kinds: [], misses: 0};
    kept.set(name, one);
    const reads = new Reads();
    one.misses += 1;
    return {
      // What is each host's own is not tried for ever.
      scope: (one.misses > mostKinds ? scopes : reads.noting(scopes)).forTask(asker),
      isSound: () => {
        if (one.misses > mostKinds || reads.areOfOneHost) return;
        one.kinds.unshift(reads);
        if (one.kinds.length > mostKinds) one.kinds.pop();
      },
    };
  }

  #of(role: Role): {readonly asker: Asker; readonly kept: Map<string, Kept>} {
    const known = this.#byRole.get(role) ?? {asker: {role, vars: []}, kept: new Map<string, Kept>()};
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
