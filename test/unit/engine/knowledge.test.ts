import {describe, expect, it} from 'vitest';
import {Knowledge} from '../../../src/engine/knowledge.ts';
import type {Observed, Ref, RefKey} from '../../../src/resources/index.ts';

const path = (id: string, ...facets: Ref['facets']): Ref => ({kind: 'path', id, facets});
const present = (state: object): Observed => ({status: 'present', state});

function knowing(refs: readonly Ref[], timeMs = 0): Knowledge {
  const knowledge = new Knowledge();
  const found = new Map<RefKey, Observed>(
    refs.map((ref) => [`${ref.kind}:${ref.id}`, present({mode: '0755'})]),
  );
  knowledge.record(refs, found, timeMs);
  return knowledge;
}

describe('knowledge of a host', () => {
  it('asks for what it does not know, each thing once and with all facets', () => {
    const missing = new Knowledge().missing(
      [path('/a', 'meta'), path('/a', 'sha256'), path('/b', 'meta')],
      0,
    );
    expect(missing).toEqual([path('/a', 'meta', 'sha256'), path('/b', 'meta')]);
  });

  it('asks for everything again when a facet is new', () => {
    expect(knowing([path('/a', 'meta')]).missing([path('/a', 'meta', 'text')], 0)).toEqual([
      path('/a', 'meta', 'text'),
    ]);
  });

  it('keeps the facets known so far when a new one is learned', () => {
    const knowledge = knowing([path('/a', 'meta')]);
    knowledge.record([path('/a', 'text')], new Map([['path:/a', present({text: 'x'})]]), 1);
    expect(knowledge.of(path('/a', 'meta', 'text'))).toEqual(present({mode: '0755', text: 'x'}));
    expect(knowledge.missing([path('/a', 'meta', 'text')], 1)).toEqual([]);
  });

  it('expires after 30 seconds', () => {
    const knowledge = knowing([path('/a', 'meta')]);
    expect(knowledge.missing([path('/a', 'meta')], 30_000)).toEqual([]);
    expect(knowledge.missing([path('/a', 'meta')], 30_001)).toEqual([path('/a', 'meta')]);
  });

  const refs = [
    path('/etc'),
    path('/etc/vault.d'),
    path('/etc/vault.d/x'),
    path('/etc/vault.dx'),
    {kind: 'unit', id: 'v', facets: []},
  ];
  it.each([
    ['none', {type: 'none'}, []],
    ['everything', {type: 'everything'}, refs.map((ref) => ref.id)],
    ['the named ones', {type: 'refs', keys: ['unit:v']}, ['v']],
    ['a kind', {type: 'kinds', kinds: ['unit']}, ['v']],
    [
      'a path, all below it, and its parent',
      {type: 'subtree', path: '/etc/vault.d'},
      ['/etc', '/etc/vault.d', '/etc/vault.d/x'],
    ],
    [
      'several',
      {
        type: 'several',
        effects: [
          {type: 'refs', keys: ['path:/etc']},
          {type: 'kinds', kinds: ['unit']},
        ],
      },
      ['/etc', 'v'],
    ],
  ] as const)('forgets %s', (_name, effects, forgotten) => {
    const knowledge = knowing(refs);
    knowledge.drop(effects);
    expect(knowledge.missing(refs, 0).map((ref) => ref.id)).toEqual(forgotten);
  });

  it('forgets what is in a directory, and how much room is there, with what is mounted on it', () => {
    const places: readonly Ref[] = ['folder', 'space'].flatMap((kind) =>
      ['/', '/mnt', '/mnt/in'].map((id): Ref => ({kind, id, facets: ['state']})),
    );
    const all = [path('/'), path('/mnt'), ...places];
    const knowledge = knowing(all);
    knowledge.record(
      all.slice(0, 2),
      new Map(
        all.slice(0, 2).map((ref): [RefKey, Observed] => [`path:${ref.id}`, present({type: 'directory'})]),
      ),
      0,
    );
    knowledge.drop({type: 'subtree', path: '/mnt/in'});
    expect(knowledge.missing(places, 0)).toEqual(places.filter(({id}) => id !== '/'));
  });

  it('forgets what is known by the names that links give to what changed', () => {
    const knowledge = new Knowledge();
    const all = ['/srv', '/srv/d', '/srv/d/f', '/l', '/l/f', '/m', '/other', '/other/f'].map((id) =>
      path(id),
    );
    const found = all.map((ref): [RefKey, Observed] => [
      `path:${ref.id}`,
      present({type: ref.id === '/l' || ref.id === '/m' ? 'link' : 'directory'}),
    ]);
    knowledge.record(all, new Map(found), 0);
    knowledge.drop({type: 'subtree', path: '/srv/d/f'});
    expect(knowledge.missing(all, 0).map(({id}) => id)).toEqual(['/srv/d', '/srv/d/f', '/l', '/l/f', '/m']);
  });

  it('forgets every path when what changed was named behind a link', () => {
    const knowledge = knowing([path('/l'), path('/l/f'), path('/srv')]);
    knowledge.record([path('/l')], new Map([['path:/l', present({type: 'link'})]]), 0);
    knowledge.drop({type: 'subtree', path: '/l/f'});
    expect(knowledge.missing([path('/l'), path('/srv')], 0)).toHaveLength(2);
  });

  it.each([
    ['/a/new', ['/a', '/a/new', '/b', '/b/new']],
    ['/c/h', ['/a', '/a/f', '/b', '/b/f', '/c', '/c/h']],
  ])('forgets %s by its other names: hard links, and what is mounted in two places', (changed, forgotten) => {
    const inodes = {
      '/a': '1:1',
      '/a/f': '1:2',
      '/a/new': undefined,
      '/b': '1:1',
      '/b/f': '1:2',
      '/b/g': '1:3',
      '/b/new': undefined,
      '/c': '1:4',
      '/c/h': '1:2',
      '/c/new': undefined,
    };
    const knowledge = new Knowledge();
    const all = Object.keys(inodes).map((id) => path(id));
    const found = Object.entries(inodes).map(([id, inode]): [RefKey, Observed] => [
      `path:${id}`,
      inode === undefined ? {status: 'absent'} : present({type: 'file', inode}),
    ]);
    knowledge.record(all, new Map(found), 0);
    knowledge.drop({type: 'subtree', path: changed});
    expect(knowledge.missing(all, 0).map(({id}) => id)).toEqual(forgotten);
  });
});
