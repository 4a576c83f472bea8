import {describe, expect, it} from 'vitest';
import {judge, netRules, type SeenNet} from '../../../src/doctor/index.ts';

type Pair = SeenNet['pairs'][number];

const names = ['sense', 'wallpi', 'frontpi'];
const serving = {running: true, initialized: true, sealed: false} as SeenNet['nodes'][string];
const nowMs = Date.parse('2026-11-27');

function certificate(changes: object): Pair['finding'] {
  const own = {isForAddress: true, names: ['frontpi.station'], expires: new Date('2027-06-01'), ...changes};
  return {type: 'open', tls: {type: 'speaks', version: 'TLSv1.3', certificate: own}};
}

function blocked(why: 'refused' | 'filtered' | 'no-route' | 'unknown-name'): Pair['finding'] {
  return {type: 'blocked', why, detail: 'no answer within 5 s'};
}

/** Three members, seen from the first; this was found on the ways to `frontpi` by these ports. */
function net(finding: Pair['finding'], ports: readonly number[], changes: Partial<SeenNet> = {}): SeenNet {
  const pairs = names.flatMap((from) =>
    names
      .filter((to) => to !== from)
      .flatMap((to) =>
        [8200, 8201].map((port): Pair => {
          const isIt = to === 'frontpi' && ports.includes(port);
          const open = {type: 'open', tls: {type: 'none'}} as const;
          return {from, to, address: `${to}.station`, port, finding: isIt ? finding : open};
        }),
      ),
  );
  return {
    host: 'sense',
    pairs,
    names: [],
    lost: [],
    nodes: Object.fromEntries(names.map((name) => [name, serving])),
    clusterPorts: [8201],
    nowMs,
    ...changes,
  };
}

const nodes = (changes: object): Partial<SeenNet> => ({
  nodes: {sense: serving, wallpi: serving, frontpi: {...serving, ...changes}},
});

describe('the ways between members', () => {
  it.each<[string, SeenNet, readonly string[]]>([
    ['open', net(blocked('filtered'), []), []],
    [
      'filtered',
      net(blocked('filtered'), [8201]),
      [
        'net-blocked: no way to frontpi port 8201: no answer within 5 s from frontpi.station: a firewall drops it',
      ],
    ],
    [
      'without a route',
      net(blocked('no-route'), [8200, 8201]),
      [
        'net-blocked: no way to frontpi port 8200 and 8201: there is no route to frontpi.station, or a firewall rejects it',
      ],
    ],
    [
      'refused by one that serves',
      net(blocked('refused'), [8200]),
      [
        'net-blocked: no way to frontpi port 8200: frontpi.station refuses: its server runs, and does not listen there',
      ],
    ],
    ['to one that is off for us, too', net(blocked('filtered'), [8200], {lost: ['frontpi']}), []],
    ['to one that does not run', net(blocked('refused'), [8200, 8201], nodes({running: false})), []],
    [
      'to one that is sealed, where members speak',
      net(blocked('refused'), [8201], nodes({sealed: true})),
      [],
    ],
    [
      'by a name that is told of already',
      net(blocked('unknown-name'), [8200], {
        names: [{host: 'sense', name: 'frontpi.station', bySystem: true, byGo: false}],
      }),
      [],
    ],
    [
      'by a name that is not',
      net(blocked('unknown-name'), [8200]),
      ['net-blocked: no way to frontpi port 8200: it does not resolve frontpi.station'],
    ],
    [
      'that cannot be looked at',
      net({type: 'unknown', detail: 'sshd on sense forbids forwarding'}, [8200, 8201]),
      [
        'net-unknown: it cannot be looked at from there whether the others are reached: sshd on sense forbids forwarding',
      ],
    ],
    ['to a certificate of another host', net(certificate({isForAddress: false}), [8200]), []],
  ])('%s', (_what, seen, expected) => {
    const all = judge(netRules, seen);
    expect(all.map(({id, message}) => `${id}: ${message}`)).toEqual(expected);
    for (const {fix} of all) expect(fix).toMatch(/^[^\n]+$/);
  });
});

describe("a host's certificate", () => {
  it.each<[string, object, readonly string[]]>([
    ['that is good', {}, []],
    [
      'that expired',
      {expires: new Date('2026-11-01')},
      ['certificate-expired: its certificate on port 8200 expired on 2026-11-01'],
    ],
    [
      'that expires this week',
      {expires: new Date('2026-11-30')},
      ['certificate-expired: its certificate on port 8200 expires on 2026-11-30, in 3 days'],
    ],
    [
      'that expires this month',
      {expires: new Date('2026-12-15')},
      ['certificate-expires: its certificate on port 8200 expires on 2026-12-15, in 18 days'],
    ],
    [
      'for somebody else',
      {isForAddress: false, names: ['attic']},
      [
        'certificate-name: its certificate on port 8200 is for attic, and not for frontpi.station, by which the others reach it',
      ],
    ],
  ])('%s', (_what, changes, expected) => {
    const seen = net(certificate(changes), [8200], {host: 'frontpi'});
    expect(judge(netRules, seen).map(({id, message}) => `${id}: ${message}`)).toEqual(expected);
  });
});
