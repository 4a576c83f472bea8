import {
  type Known,
  type Observed,
  type Ref,
  refKey,
  type StandingAt,
  type StateView,
} from '../../../src/resources/index.ts';

/** A view of a host on which everything that is not named is absent. */
export function viewOf(known: Readonly<Record<string, Observed>>): StateView {
  return {
    get<S extends object>(ref: Pick<Ref, 'kind' | 'id'>): Known<S> {
      return (known[refKey(ref)] ?? {status: 'absent'}) as Known<S>;
    },
  };
}

export function present(state: object): Known {
  return {status: 'present', state};
}

/** Of a host on which there is nothing but what is asked about. */
export const nothingElse: StandingAt = () => ({status: 'absent'});
