import {describe, expect, it} from 'vitest';
import type {Net} from '../../../src/engine/index.ts';
import {netLines} from '../../../src/report/index.ts';
import {displayWidth} from '../../../src/report/width.ts';

type Finding = Net['pairs'][number]['finding'];

const speaks = (changes: object = {}): Finding => ({
  type: 'open',
  tls: {
    type: 'speaks',
    version: 'TLSv1.3',
    certificate: {isForAddress: true, names: ['wallpi'], expires: new Date('2027-01-01'), ...changes},
  },
});
const blocked = (why: 'refused' | 'filtered' | 'no-route' | 'unknown-name'): Finding => ({
  type: 'blocked',
  why,
  detail: 'no answer within 5 s',
});

/** @param of the finding from one host to a port of another */
function netOf(
  names: readonly string[],
  ports: readonly number[],
  of: (from: string, to: string, port: number) => Finding,
): Net {
  const pairs = names.flatMap((from) =>
    names
      .filter((to) => to !== from)
      .flatMap((to) => ports.map((port) => ({from, to, address: to, port, finding: of(from, to, port)}))),
  );
  const hosts = names.map((name) => ({name, address: name}));
  return {diagnostics: [], pairs, clocks: [], names: [], hosts, unreached: []};
}

const look = {colour: false, columns: 80, nowMs: Date.parse('2026-11-25'), closedIsFine: false};
const text = (net: Net, changes: Partial<typeof look> = {}): string =>
  netLines(net, {...look, ...changes}).join('\n');

describe('the matrix of vprov net', () => {
  it('is none for a host alone, of which nothing was asked', () => {
    expect(text(netOf(['sense'], [22], () => speaks()))).toBe('');
  });

  it('names each blocked pair in words', () => {
    const net = netOf(['sense', 'wallpi', 'deskpi'], [8200, 8201], (from, to, port) => {
      if (to === 'deskpi' && port === 8201) return blocked('filtered');
      if (from === 'deskpi' && to === 'sense') return blocked(port === 8200 ? 'refused' : 'no-route');
      return port === 8200
        ? speaks()
        : {type: 'open', tls: {type: 'refuses', alert: 'no application protocol'}};
    });
    expect(text(net)).toBe(`from \\ to  sense  wallpi  deskpi
sense      ·      ok      ✗ 8201
wallpi     ok     ·       ✗ 8201
deskpi     ✗      ok      ·
ok: all ports · ✗: blocked, all or these ports · ?: not known

all others → deskpi port 8201: filtered: no answer within 5 s from deskpi: a
  firewall drops it, the host is off, or its name is looked up for so long
deskpi → sense port 8200: refused: sense is there, and nothing listens on the
  port
deskpi → sense port 8201: no route to sense: the host is off, in another
  network, or a firewall rejects it

sense   8200   TLSv1.3, certificate for sense, until 2027-01-01 (37 days)
sense   8201   TLS, for other clients (no application protocol)
wallpi  8200   TLSv1.3, certificate for wallpi, until 2027-01-01 (37 days)
wallpi  8201   TLS, for other clients (no application protocol)
deskpi  8200   TLSv1.3, certificate for deskpi, until 2027-01-01 (37 days)`);
  });

  it('takes a refusal for a free way where that is said', () => {
    const net = netOf(['a', 'b'], [1], () => blocked('refused'));
    expect(text(net, {closedIsFine: true})).not.toContain('refused');
  });

  it('says what is wrong with a certificate', () => {
    const net = netOf(['a', 'b'], [1], (from) =>
      from === 'a'
        ? speaks({isForAddress: false, names: ['x', 'y']})
        : speaks({expires: new Date('2026-01-01')}),
    );
    expect(text(net)).toContain('certificate NOT for b, but x, y, until 2027-01-01');
    expect(text(net)).toContain('certificate for a, EXPIRED on 2026-01-01');
  });

  it('shows clocks, and names that a Go program does not resolve', () => {
    const net: Net = {
      ...netOf(['a', 'b'], [1], () => ({type: 'open', tls: {type: 'none'}})),
      clocks: [
        {host: 'a', offsetMs: 20, uncertaintyMs: 5},
        {host: 'b', offsetMs: -3200, uncertaintyMs: 505},
      ],
      names: [{host: 'a', name: 'b.local', bySystem: true, byGo: false}],
    };
    expect(text(net)).toContain('clocks against this one: a +0.0 s, b ~-3.2 s; at most 3.2 s apart');
    expect(text(net)).toContain('b.local on a: the system resolves it and a Go program does not');
  });

  it('fits 80 columns with many hosts', () => {
    const names = Array.from({length: 12}, (_, index) => `raspberry${index}`);
    const net = netOf(names, [8200, 8201], (_from, to) =>
      to === 'raspberry3' ? blocked('no-route') : speaks(),
    );
    expect(Math.max(...netLines(net, look).map(displayWidth))).toBeLessThanOrEqual(80);
    expect(text(net)).toContain('raspberry0 → raspberry1 ok, raspberry2 ok, raspberry3 ✗,');
    expect(text(net)).toContain('all others → raspberry3 ports 8200, 8201: no route to raspberry3');
  });
});
