import {describe, expect, it} from 'vitest';
import {strangers} from '../../../src/vault/index.ts';

type Hosts = Parameters<typeof strangers>[2];

const file = '.vprov/clusters/home.json';
const home = {cluster: 'home', clusterId: 'id-home', members: ['a', 'b']};

interface Server {
  readonly hasData?: boolean;
  readonly status?: {readonly problem: string; readonly initialized: boolean; readonly clusterId: string};
}

const hosts = (...servers: readonly (readonly Server[])[]): Hosts =>
  servers.map((its, index) => ({
    host: 'ab'[index] ?? '?',
    found: {servers: its.map((one) => ({hasData: true, ...one})), unusedData: []},
  })) as unknown as Hosts;

const member = (clusterId: string): Server => ({status: {problem: '', initialized: true, clusterId}});
const empty: Server = {hasData: true, status: {problem: '', initialized: false, clusterId: ''}};
const stoppedWithout: Server = {hasData: false};

const refused = (told: Hosts, written: Partial<Parameters<typeof strangers>[1]> = {}) =>
  strangers('home', {file, own: home, others: [], ...written}, told);

describe('members that are not of the cluster that is meant', () => {
  it.each([
    [
      'known here by another name',
      {own: undefined, others: [{...home, cluster: 'attic'}]},
      'a is a member of the cluster attic, and not of home',
    ],
    [
      'of another cluster than is written down',
      {own: {...home, clusterId: 'id-old'}},
      'says that home is id-old',
    ],
  ])('are refused: %s', (_, written, words) => {
    expect(refused(hosts([member('id-home')], [member('id-home')]), written)?.refused).toContain(words);
  });

  it.each([
    ['its own', hosts([member('id-home')], [member('id-home')]), {}],
    ['nothing is written down', hosts([member('id-home')]), {own: undefined}],
    ['sealed, which say nothing', hosts([member('')], [member('')]), {}],
    [
      'known beside others',
      hosts([member('id-home')]),
      {others: [{...home, cluster: 'attic', clusterId: 'id-attic'}]},
    ],
  ])('are not: %s', (_, told, written) => expect(refused(told, written)).toBeUndefined());
});

describe('a cluster whose data are gone', () => {
  it.each([
    ['bare hosts', hosts([], [])],
    ['servers that were started on empty data', hosts([empty], [empty])],
    ['servers that do not run, and have none', hosts([stoppedWithout], [stoppedWithout])],
  ])('is refused: %s', (_, told) =>
    expect(refused(told)?.refused).toContain('none of its members has its data any more'),
  );

  it.each([
    ['one member has them', hosts([empty], [member('')]), {}],
    ['one does not run, and nobody looked into what it has', hosts([empty], [{hasData: true}]), {}],
    ['only some of its members are looked at', hosts([empty]), {}],
    ['it never was', hosts([], []), {own: undefined}],
  ])('is not: %s', (_, told, written) => expect(refused(told, written)).toBeUndefined());
});
