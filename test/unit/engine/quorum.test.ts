import {describe, expect, it} from 'vitest';
import {Quorum} from '../../../src/engine/quorum.ts';
import {Interrupted, Stopped} from '../../../src/engine/stop.ts';

const never = new AbortController().signal;

/** How hosts fare that come to their first change. */
function arriving(quorum: Quorum, hosts: readonly string[], signal = never): Map<string, string> {
  const fate = new Map<string, string>();
  for (const host of hosts) {
    fate.set(host, 'waits');
    quorum.beforeChange(host, signal).then(
      () => fate.set(host, 'goes'),
      (error: Error) => fate.set(host, error.message),
    );
  }
  return fate;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the first changes of hosts over a quorum', () => {
  it('wait for every other host to come to its own, or to its end', async () => {
    const quorum = new Quorum(['a', 'b', 'c']);
    const fate = arriving(quorum, ['a', 'b']);
    await settled();
    expect([...fate.values()]).toEqual(['waits', 'waits']);
    quorum.ended('c', true);
    await settled();
    expect([...fate.values()]).toEqual(['goes', 'goes']);
    await quorum.beforeChange('a', never);
  });

  it('are not made when another failed before', async () => {
    const quorum = new Quorum(['a', 'b', 'c', 'd']);
    quorum.ended('c', false);
    const fate = arriving(quorum, ['a']);
    quorum.ended('d', false);
    const later = arriving(quorum, ['b']);
    await settled();
    const words = 'nothing was done, because c, d failed, and this play is over a quorum';
    expect([...fate.values(), ...later.values()]).toEqual([words, words]);
  });

  it('are made when another fails after the first of them', async () => {
    const quorum = new Quorum(['a', 'b']);
    const fate = arriving(quorum, ['a', 'b']);
    await settled();
    quorum.ended('a', false);
    await settled();
    expect([...fate.values()]).toEqual(['goes', 'goes']);
  });

  it('are not made once the run is interrupted', async () => {
    const interrupting = new AbortController();
    const quorum = new Quorum(['a', 'b']);
    const fate = arriving(quorum, ['a'], interrupting.signal);
    interrupting.abort();
    await settled();
    expect([...fate.values()]).toEqual(['interrupted']);
    await expect(quorum.beforeChange('b', interrupting.signal)).rejects.toBeInstanceOf(Interrupted);
  });
});

describe('what costs a quorum', () => {
  it('is done on one host after the other', async () => {
    const quorum = new Quorum(['a', 'b']);
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
    const quorum = new Quorum(['a', 'b']);
    const results = await Promise.allSettled([
      quorum.alone('a', work),
      quorum.alone('b', () => Promise.reject(new Error('never'))),
    ]);
    expect(results[1]).toMatchObject({status: 'rejected', reason: expect.any(Stopped)});
    expect(String(results[1]?.status === 'rejected' && results[1].reason.message)).toContain('on a');
  });
});
