import {expect, it} from 'vitest';
import type {Listed} from '../../../src/report/index.ts';
import {pretty} from './captured.ts';
import {at} from './streams.ts';

const source = {file: '/home/pi/fleet/site.yml', line: 3, column: 3};

const listing = at(0, {
  type: 'listing',
  plays: [
    {
      name: 'servers',
      hosts: ['wallpi', 'sense'],
      tasks: [
        {name: 'config', tags: ['files'], source},
        {name: 'start', tags: ['units', 'files'], source},
      ],
    },
  ],
});

it.each<[string, readonly Listed[], readonly string[]]>([
  ['hosts', ['hosts'], []],
  ['tags', ['tags'], ['  files, units']],
  ['tasks', ['tasks'], ['  config [files]', '  start [units, files]']],
  [
    'tags and tasks',
    ['tags', 'tasks'],
    ['  tags: files, units', '  config [files]', '  start [units, files]'],
  ],
  [
    'hosts, tags and tasks',
    ['hosts', 'tags', 'tasks'],
    ['  tags: files, units', '  config [files]', '  start [units, files]'],
  ],
])('shows of each play its hosts, and all that is asked for: %s', (_title, lists, lines) => {
  const shown = pretty([listing], {lists}).lines;
  expect(shown.filter((line) => line !== '')).toEqual(['servers · wallpi sense', ...lines]);
});

it('names on whom else the tasks of a play are done where its hosts are asked for', () => {
  const delegating = at(0, {
    type: 'listing',
    plays: [{name: 'servers', hosts: ['wallpi'], delegates: ['sense', '{{ first }}'], tasks: []}],
  });
  const shown = (lists: readonly Listed[]): string | undefined => pretty([delegating], {lists}).lines[0];
  expect(shown(['hosts', 'tags'])).toBe('servers · wallpi, delegating to sense {{ first }}');
  expect(shown(['tasks'])).toBe('servers · wallpi');
});
