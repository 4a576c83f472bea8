import {type Observed, type Ref, refKey, type StateView} from '../../../src/resources/index.ts';

/** A view of a host on which everything that is not named is absent. */
export function viewOf(known: Readonly<Record<string, Observed>>): StateView {
  return {
    get<S extends object>(ref: Pick<Ref, 'kind' | 'id'>): Observed<S> {
      return (known[refKey(ref)] ?? {status: 'absent'}) as Observed<S>;
    },
  };
}

export function present(state: object): Observed {
  return {status: 'present', state};
}
