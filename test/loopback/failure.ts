import {TransportError} from '../../src/transport/index.ts';

/** The transport's failure that a promise ends in; anything else fails the test. */
export async function failureOf(promise: Promise<unknown>): Promise<TransportError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof TransportError) return outcome;
  if (outcome === undefined) throw new Error('it did not fail');
  throw outcome;
}
