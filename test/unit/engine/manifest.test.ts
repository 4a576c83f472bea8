import {describe, expect, it} from 'vitest';
import {changeLine, parseChanges, versionName} from '../../../src/engine/backup/manifest.ts';
import {label} from '../report/streams.ts';

const ref = {kind: 'path', id: '/etc/x', facets: []};
const noted = {
  id: '/etc/x',
  attributes: [{name: 'mode', before: '0644', after: '0600'}],
  before: {type: 'file', mode: '0644'},
} as const;
const one = changeLine(1, label('it', 3), ref, noted);
const two = changeLine(2, label('it', 3), ref, {...noted, sensitive: true});
const kept = '{"v":1,"n":1,"kept":"copied"}';

describe('what is kept of the changes of a run', () => {
  it('is read as it was written, with what became of the version', () => {
    const {name, module, source} = label('it', 3);
    const version = `/b/${versionName('path', '/etc/x', 1)}`;
    expect(parseChanges('root', '/b', [one, kept])).toEqual([
      {
        n: 1,
        user: 'root',
        task: {name, module, source},
        kind: 'path',
        ref: 'path:/etc/x',
        version,
        kept: 'copied',
        ...noted,
      },
    ]);
  });

  it('is read as far as lines are whole, and of this version', () => {
    const lines = [one, two.slice(0, -9), 'null', '[]', '{"v":2,"n":3}', '{"v":1,"n":4,"kind":"path"}', ''];
    expect(parseChanges('root', '/b', lines).map(({n}) => n)).toEqual([1]);
    expect(parseChanges('root', '/b', [kept])).toEqual([]);
  });

  it('names versions of one path alike up to the dot, and in their order', () => {
    const names = [2, 10, 1].map((n) => versionName('path', '/etc/x', n));
    expect(new Set(names.map((name) => name.split('.')[0])).size).toBe(1);
    expect([...names].sort()).toEqual([names[2], names[0], names[1]]);
    expect(versionName('path', '/etc/y', 1)).not.toBe(names[2]);
  });
});
