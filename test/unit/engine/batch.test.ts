import {describe, expect, it} from 'vitest';
import {Batch, type Meeting} from '../../../src/engine/batch.ts';
import {Slots} from '../../../src/engine/concurrency.ts';

const never = new AbortController().signal;
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const at = (order: number) => ({name: `place ${order}`, order: [order]});

/** Hosts that go from place to place as they are told; `log` has who went on from where. */
function walk(ways: Readonly<Record<string, readonly number[]>>, limit = 10) {
  const batch = new Batch(Object.keys(ways), new Slots(limit));
  const log: string[] = [];
  const meetings: Meeting[] = [];
  const ended = Object.entries(ways).map(([host, places]) =>
    batch.through(host, async () => {
      for (const order of places) {
        meetings.push(await batch.meet(host, at(order), never));
        log.push(`${host}${order}`);
      }
      return {failed: false};
    }),
  );
  return {batch, log, meetings, ended: Promise.all(ended)};
}

describe('hosts of a batch', () => {
  it('wait at a place until no other is on its way', async () => {
    const {log, meetings, ended} = walk({a: [1, 2], b: [1, 2], c: [1, 2]});
    await ended;
    expect(log).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'c2']);
    expect(meetings.map(({present}) => present.join(''))).toEqual(Array(6).fill('abc'));
  });

  it('do not wait for ever for those who take another way', async () => {
    const {log, meetings, ended} = walk({a: [3], b: [1, 2], c: []});
    await ended;
    expect(log).toEqual(['b1', 'b2', 'a3']);
    expect(meetings.map(({present}) => present)).toEqual([['b'], ['b'], ['a']]);
  });

  it.each([
    [
      'comes before what the others do together and may change them',
      {opensGate: true},
      ['new1', 'a2', 'b2', 'new2'],
    ],
    ['is kept where they only meet', {}, ['a2', 'b2', 'new1', 'new2']],
  ] as const)('a gate %s', async (_, together, expected) => {
    const batch = new Batch(['a', 'b', 'new'], new Slots(3));
    const log: string[] = [];
    const going = ['a', 'b', 'new'].map((host) =>
      batch.through(host, async () => {
        if (host === 'new') {
          await batch.meet(host, {name: 'gate', order: [], isGate: true}, never);
          log.push('new1');
        }
        await batch.meet(host, {...at(2), ...together}, never);
        log.push(`${host}2`);
        return {failed: false};
      }),
    );
    await Promise.all(going);
    expect(log).toEqual(expected);
  });

  it('take no place among the forks while they wait', async () => {
    const {log, ended} = walk({a: [1], b: [1], c: [1]}, 1);
    await ended;
    expect(log.toSorted()).toEqual(['a1', 'b1', 'c1']);
  });

  it('learn who has failed, and are not counted as failed themselves', async () => {
    const batch = new Batch(['a', 'b', 'c'], new Slots(3));
    const works = [
      batch.through('a', async () => ({failed: true})),
      batch.through('b', () => Promise.reject(new Error('lost'))),
      batch.through('c', async () => {
        expect((await batch.meet('c', at(1), never)).failed).toEqual(['a', 'b']);
        return {failed: false};
      }),
    ];
    const [, second, third] = await Promise.allSettled(works);
    expect([second?.status, third?.status]).toEqual(['rejected', 'fulfilled']);
  });

  it('learn that another was changed since, once', async () => {
    const batch = new Batch(['a', 'b'], new Slots(2));
    const news: Record<string, boolean[]> = {a: [], b: []};
    const way = (host: string) =>
      batch.through(host, async () => {
        if (host === 'a') batch.changed('a');
        for (const order of [1, 2]) news[host]?.push((await batch.meet(host, at(order), never)).outdated);
        return {failed: false};
      });
    await Promise.all([way('a'), way('b')]);
    expect(news).toEqual({a: [false, false], b: [true, false]});
  });

  it('stop waiting when the run is interrupted, and leave the others alone', async () => {
    const interrupting = new AbortController();
    const batch = new Batch(['a', 'b', 'c'], new Slots(3));
    let goOn = (): void => undefined;
    const fate: string[] = [];
    const works = [
      batch.through('a', async () => {
        await batch.meet('a', at(1), interrupting.signal).catch((error: Error) => fate.push(error.message));
        return {failed: false};
      }),
      batch.through('b', async () => {
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        return {failed: false};
      }),
      batch.through('c', async () => {
        await batch.meet('c', at(1), never);
        fate.push('met');
        return {failed: false};
      }),
    ];
    await settled();
    interrupting.abort();
    await settled();
    expect(fate).toEqual(['interrupted']);
    goOn();
    await Promise.all(works);
    expect(fate).toEqual(['interrupted', 'met']);
  });
});
