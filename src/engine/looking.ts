import {NotProbed, type Ref, type StateView} from '../resources/index.ts';
import {ask, type Interpretation} from './effect.ts';

/**
 * Asks for these resources and makes something of them. Where that leads to others (behind a link that is planned),
 * they are asked for too.
 */
export function* looking<T>(
  user: string,
  refs: readonly Ref[],
  make: (view: StateView) => T,
): Interpretation<T> {
  const asked = [...refs];
  for (;;) {
    const view = yield* ask({type: 'need', user, refs: asked});
    try {
      return make(view);
    } catch (error) {
      if (!(error instanceof NotProbed) || asked.some((ref) => isSame(ref, error.ref))) throw error;
      asked.push(error.ref);
    }
  }
}

function isSame(a: Ref, b: Ref): boolean {
  return a.kind === b.kind && a.id === b.id && b.facets.every((facet) => a.facets.includes(facet));
}
