import {describe, expect, it} from 'vitest';
import {TransportError, type TransportFailure} from '../../../src/transport/index.ts';
import {isTransient, persistently, TimedOut} from '../../../src/transport/retry.ts';

const signal = new AbortController().signal;

function failure(kind: TransportFailure, code?: string, message = 'why'): TransportError {
  const cause = Object.assign(new Error(message), code === undefined ? {} : {code});
  return new TransportError(kind, message, undefined, {cause});
}

describe('a failed connection', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ETIMEDOUT', 'EAI_AGAIN'])(
    'may pass after %s',
    (code) => {
      expect(isTransient(failure('unreachable', code))).toBe(true);
    },
  );

  it('may pass when sshd closed it before its greeting', () => {
    expect(isTransient(failure('unreachable', undefined, 'Connection lost before handshake'))).toBe(true);
  });

  it.each([
    ['authentication', 'ECONNREFUSED'],
    ['host-key', undefined],
    ['aborted', undefined],
    ['unreachable', 'ENOTFOUND'],
    ['unreachable', undefined],
  ] as const)('is final after %s %s', (kind, code) => {
    expect(isTransient(failure(kind, code))).toBe(false);
  });
});

describe('trying again', () => {
  const counted = (errors: readonly (TransportError | undefined)[]) => {
    const tries: number[] = [];
    return {
      tries,
      tryOnce: async (): Promise<string> => {
        const error = errors[tries.length];
        tries.push(performance.now());
        if (error) throw error;
        return 'in';
      },
    };
  };
  const refused = failure('unreachable', 'ECONNREFUSED');

  it('ends with the first success', async () => {
    const {tries, tryOnce} = counted([refused, undefined]);
    expect(await persistently(tryOnce, () => 10_000, signal, [5, 20])).toBe('in');
    expect(tries.length).toBe(2);
  });

  it('ends after the third failure, with waits that grow', async () => {
    const {tries, tryOnce} = counted([refused, refused, refused]);
    await expect(persistently(tryOnce, () => 10_000, signal, [5, 40])).rejects.toBe(refused);
    const [first = 0, second = 0, third = 0] = tries;
    expect(tries.length).toBe(3);
    // A timer may come a millisecond early.
    expect(second - first).toBeGreaterThanOrEqual(4);
    expect(third - second).toBeGreaterThanOrEqual(39);
  });

  it('tells why the try before failed when the last had only what time was left', async () => {
    const late = new TimedOut('unreachable', 'not within 10 s');
    await expect(persistently(counted([refused, late]).tryOnce, () => 10_000, signal, [5])).rejects.toBe(
      refused,
    );
    await expect(persistently(counted([late]).tryOnce, () => 10_000, signal, [5])).rejects.toBe(late);
  });

  it('is not done when it is of no use, or when there is no time for it', async () => {
    const wrongKey = failure('authentication');
    const one = counted([wrongKey]);
    await expect(persistently(one.tryOnce, () => 10_000, signal)).rejects.toBe(wrongKey);
    const two = counted([refused]);
    await expect(persistently(two.tryOnce, () => 500, signal)).rejects.toBe(refused);
    expect([one.tries.length, two.tries.length]).toEqual([1, 1]);
  });

  it('does not wait any longer when the run is interrupted', async () => {
    const aborting = new AbortController();
    const {tryOnce} = counted([refused, failure('aborted')]);
    const startedMs = performance.now();
    const trying = persistently(tryOnce, () => 10_000, aborting.signal);
    aborting.abort();
    await expect(trying).rejects.toMatchObject({failure: 'aborted'});
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});
