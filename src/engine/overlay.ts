import {type AnyKind, type Change, type Observed, type Ref, refKey} from '../resources/index.ts';

/**
 * Changes planned and not made, laid over what is known of the host: in check mode those of the whole run, while a
 * task is planned those of the task. What a resource will look like is the fold of these changes over what it is.
 */
export class Overlay {
  readonly #changes: Change[] = [];
  readonly #kinds: ReadonlyMap<string, AnyKind>;
  #opaque: string | undefined;

  constructor(kinds: ReadonlyMap<string, AnyKind>, changes: readonly Change[] = []) {
    this.#kinds = kinds;
    this.#changes.push(...changes);
  }

  get isEmpty(): boolean {
    return this.#changes.length === 0 && this.#opaque === undefined;
  }

  add(changes: readonly Change[]): void {
    this.#changes.push(...changes);
  }

  /** An opaque action is planned: what is absent now may be there after it. `reason` says which. */
  addOpaque(reason: string): void {
    this.#opaque ??= reason;
  }

  /** The resource as it will be. */
  see(ref: Pick<Ref, 'kind' | 'id'>, known: Observed): Observed {
    const key = refKey(ref);
    const kind = this.#kinds.get(ref.kind);
    let observed = known;
    if (this.#opaque !== undefined && observed.status === 'absent') {
      observed = {status: 'unknown', reason: this.#opaque};
    }
    for (const change of this.#changes) {
      if (refKey(change.ref) === key)
        observed = merge(observed, kind?.predict({...change, before: observed}) ?? observed);
      else observed = kind?.react?.({...ref, facets: []}, observed, change) ?? observed;
    }
    return observed;
  }
}

/** What a change promises, over what was there: fields that it does not name stay. */
function merge(before: Observed, predicted: Observed): Observed {
  if (before.status !== 'present' || predicted.status !== 'present') return predicted;
  return {status: 'present', state: {...before.state, ...predicted.state}};
}
