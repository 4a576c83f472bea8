import {describe, expect, it} from 'vitest';
import {Batch} from '../../../src/engine/batch.ts';
import {Slots} from '../../../src/engine/concurrency.ts';
import {Quorum} from '../../../src/engine/quorum.ts';
import {Stopped} from '../../../src/engine/stop.ts';

const never = new AbortController().signal;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Hosts on their way to their first change. What becomes of each is told; the test ends those that it names. */
function underWay(hosts: readonly string[], arriving: readonly string[], signal = never) {
  const batch = new Batch(hosts, new Slots(hosts.length));
  const quorum = new Quorum(batch, async () => undefined);
  const fate = new Map<string, string>();
  const end = new Map<string, (failed: boolean) => void>();
  for (const host of hosts) {
    void batch.through(host, async () => {
      if (arriving.includes(host)) {
        fate.set(host, 'waits');
        await quorum.beforeChange(host, signal).then(
          () => fate.set(host, 'goes'),
          (error: Error) => fate.set(host, error.message),
        );
      }
      return {failed: await new Promise<boolean>((resolve) => end.set(host, resolve))};
    });
  }
  const ends = async (host: string, failed: boolean): Promise<void> => {
    await settled();
    end.get(host)?.(failed);
    await settled();
  };
  return {quorum, ends, fates: () => [...fate.values()]};
}

describe('the first changes of hosts over a quorum', () => {
  it('wait for every other host to come to its own, or to its end', async () => {
    const {quorum, ends, fates} = underWay(['a', 'b', 'c'], ['a', 'b']);
    await settled();
    expect(fates()).toEqual(['waits', 'waits']);
    await ends('c', false);
    expect(fates()).toEqual(['goes', 'goes']);
    await quorum.beforeChange('a', never);
  });

  it('are not made when another failed before', async () => {
    const {ends, fates} = underWay(['a', 'b', 'c', 'd'], ['a', 'b']);
    await ends('c', true);
    expect(fates()).toEqual(['waits', 'waits']);
    await ends('d', true);
    const words = 'nothing was done, because c, d failed, and this play is over a quorum';
    expect(fates()).toEqual([words, words]);
  });

  it('are made when another fails after the first of them', async () => {
    const {ends, fates} = underWay(['a', 'b'], ['a', 'b']);
    await ends('a', true);
    expect(fates()).toEqual(['goes', 'goes']);
  });

  it('are not made once the run is interrupted', async () => {
    const interrupting = new AbortController();
    const {fates} = underWay(['a', 'b'], ['a'], interrupting.signal);
    await settled();
    interrupting.abort();
    await settled();
    expect(fates()).toEqual(['interrupted']);
  });
});

describe('what costs a quorum', () => {
  const two = (): Quorum => new Quorum(new Batch(['a', 'b'], new Slots(2)), async () => undefined);

  it('is done on one host after the other', async () => {
    const quorum = two();
    const log: string[] = [];
    const work = (host: string): Promise<string> =>
      quorum.alone(host, async () => {
        log.push(`${host} begins`);
        await settled();
        log.push(`${host} ends`);
        return {outcome: host, well: true};
      });
    expect(await Promise.all([work('a'), work('b')])).toEqual(['a', 'b']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it.each([
    ['did not end well', async () => ({outcome: undefined, well: false})],
    ['was lost', () => Promise.reject(new Error('lost'))],
  ])('is not done on a second host after it %s on one', async (_, work) => {
    const quorum = two();
    const results = await Promise.allSettled([
      quorum.alone('a', work),
      quorum.alone('b', () => Promise.reject(new Error('never'))),
    ]);
    expect(results[1]).toMatchObject({status: 'rejected', reason: expect.any(Stopped)});
    expect(String(results[1]?.status === 'rejected' && results[1].reason.message)).toContain('on a');
  });
});
