import {describe, expect, it} from 'vitest';
import {clockOf} from '../../../src/reachability/clock.ts';
import {needsAttention, type Pair} from '../../../src/reachability/model.ts';
import {namesOf} from '../../../src/reachability/names.ts';
import {findingOf} from '../../../src/reachability/plain-probe.ts';
import {blockedBy} from '../../../src/reachability/reason.ts';

describe('why there is no connection', () => {
  it.each([
    ['Connection refused', 'refused'],
    ['bash: connect: Connection refused', 'refused'],
    ['40B7:error:8000006F:system library:BIO_connect:Connection refused: errno=111', 'refused'],
    ['connect:errno=113', 'no-route'],
    ['No route to host', 'no-route'],
    ["nc: can't connect to remote host (10.0.0.9): Host is unreachable", 'no-route'],
    ['Network unreachable', 'no-route'],
    ['open failed', 'no-route'],
    ['Connection timed out', 'filtered'],
    ['Operation timed out', 'filtered'],
    ['no connection within 15 s', 'filtered'],
    ['Name or service not known', 'unknown-name'],
    ['Temporary failure in name resolution', 'unknown-name'],
    ['Name does not resolve', 'unknown-name'],
    ["nc: bad address 'wallpi.local'", 'unknown-name'],
  ] as const)('is told from the words: %s', (said, why) => {
    expect(blockedBy(said)).toBe(why);
  });

  it('is not guessed', () => {
    expect(blockedBy('Permission denied')).toBeUndefined();
  });
});

describe('a host that relays nothing', () => {
  it('says what its nc or openssl said', () => {
    const of = (exitCode: number, said: string) => findingOf(exitCode, said, 5, 'forbidden');
    expect(of(0, 'open\n')).toEqual({type: 'open', tls: {type: 'unknown'}});
    expect(of(0, 'nc: connect to a port 1 (tcp) failed: Connection refused\n')).toMatchObject({
      why: 'refused',
    });
    expect(of(0, '\n')).toMatchObject({type: 'blocked', why: 'filtered'});
    expect(of(0, 'never heard')).toEqual({type: 'unknown', detail: 'never heard'});
    expect(of(97, '')).toEqual({type: 'unknown', detail: 'forbidden'});
  });
});

describe('a clock', () => {
  it('is measured against the middle of asking and answer', () => {
    expect(clockOf('a', '100.500000000\n', 100_000, 100_200)).toEqual({
      host: 'a',
      offsetMs: 400,
      uncertaintyMs: 100,
    });
    expect(clockOf('a', '97.000000001', 100_000, 100_010)).toMatchObject({offsetMs: -3005});
  });

  it('may know whole seconds only, as in busybox', () => {
    for (const said of ['100\n', '100.\n', '100.%N\n'])
      expect(clockOf('a', said, 100_000, 100_000)).toEqual({host: 'a', offsetMs: 500, uncertaintyMs: 500});
    expect(clockOf('a', 'date: unknown', 0, 0)).toBeUndefined();
  });
});

describe('a name', () => {
  it('is resolved by Go from /etc/hosts and DNS only', () => {
    const names = namesOf('pi', 'a.local y n n\nb.local y y n\nc ? n y\nd ? n ?\n');
    expect(names.map(({name, byGo, bySystem}) => [name, bySystem, byGo])).toEqual([
      ['a.local', true, false],
      ['b.local', true, true],
      ['c', undefined, true],
      ['d', undefined, undefined],
    ]);
    expect(needsAttention({pairs: [], clocks: [], names}, false).traps.map(({name}) => name)).toEqual([
      'a.local',
    ]);
  });
});

describe('a pair', () => {
  it('that is refused may be fine', () => {
    const finding = {type: 'blocked', why: 'refused', detail: ''} as const;
    const pair: Pair = {from: 'a', to: 'b', address: 'b', port: 1, finding};
    const found = {pairs: [pair], clocks: [], names: []};
    expect(needsAttention(found, false).blocked).toEqual([pair]);
    expect(needsAttention(found, true).blocked).toEqual([]);
  });
});
