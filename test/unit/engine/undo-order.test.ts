import {describe, expect, it} from 'vitest';
import type {KeptChange} from '../../../src/engine/backup/manifest.ts';
import {isFileOf, lastFirst, unitOf} from '../../../src/engine/undo/order.ts';

const task = (name: string) => ({name, module: 'm', source: {file: 'site.yml', line: 1, column: 1}});
const change = (n: number, kind: string, id: string, more: Partial<KeptChange> = {}): KeptChange =>
  ({
    n,
    user: 'root',
    task: task(`task ${n}`),
    kind,
    ref: `${kind}:${id}`,
    id,
    attributes: [],
    ...more,
  }) as KeptChange;
const stopped = {attributes: [{name: 'active', before: true, after: false}]};
const folder = '/etc/systemd/system';

describe('what is taken back first', () => {
  it.each<[string, readonly KeptChange[], readonly number[]]>([
    ['is the last change', [change(1, 'path', '/a'), change(2, 'path', '/b')], [2, 1]],
    [
      'is what says how a unit runs, before it is started',
      [
        change(1, 'path', `${folder}/app.service`),
        change(2, 'path', `${folder}/app.service.d/x.conf`),
        change(3, 'path', '/etc/app.conf'),
        change(4, 'unit', 'app.service', stopped),
      ],
      [3, 2, 1, 4],
    ],
    [
      'is no file of another unit',
      [change(1, 'path', `${folder}/other.service`), change(2, 'unit', 'app.service', stopped)],
      [2, 1],
    ],
    [
      'is a unit that the run started',
      [
        change(1, 'path', `${folder}/app.service`),
        change(2, 'unit', 'app.service', {attributes: [{name: 'active', before: false, after: true}]}),
      ],
      [2, 1],
    ],
    [
      'is the line of /etc/fstab of the same task, before it is mounted',
      [
        change(1, 'path', '/etc/fstab', {task: task('mount')}),
        change(2, 'mount', '/srv', {
          task: task('mount'),
          attributes: [{name: 'mounted', before: true, after: false}],
        }),
      ],
      [1, 2],
    ],
  ])('%s', (_, changes, order) => {
    expect(lastFirst(changes).map(({n}) => n)).toEqual(order);
  });
});

it.each([
  [`${folder}/app.service`, 'app.service', true],
  [`${folder}/app@.service`, 'app@1.service', true],
  [`${folder}/multi-user.target.wants/app.service`, 'app.service', true],
  ['/usr/lib/systemd/system/app.service.d/x.conf', 'app.service', true],
  ['/etc/app.service', 'app.service', false],
  [`${folder}/appl.service`, 'app.service', false],
])('%s is of %s: %s', (path, unit, is) => {
  expect(isFileOf(path, unit)).toBe(is);
});

it.each([
  [`${folder}/app.service`, 'app.service'],
  [`${folder}/app.timer.d/x.conf`, 'app.timer'],
  [`${folder}/app.service.d`, 'app.service'],
  [`${folder}/multi-user.target.wants/app.service`, undefined],
  ['/etc/app.conf', undefined],
])('the unit of %s is %s', (path, unit) => {
  expect(unitOf(path)).toBe(unit);
});
