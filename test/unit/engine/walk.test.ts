import {expect, it} from 'vitest';
import {advance, current, fail, include, isRescued, type Walk, walkOf} from '../../../src/engine/walk.ts';
import type {Entry, Task} from '../../../src/playbook/index.ts';

const source = {file: 'p.yml', line: 1, column: 1};

/** Only what a walk looks at. */
const task = (module: string): Task => ({type: 'task', module, source}) as unknown as Task;

const block = (
  body: readonly Entry[],
  rescue: readonly Entry[] = [],
  always: readonly Entry[] = [],
): Entry => ({type: 'block', name: undefined, source, block: body, rescue, always, use: undefined});

const names = (walk: Walk): readonly string[] => {
  const seen: string[] = [];
  for (let entry = current(walk); entry; entry = current(walk)) {
    if (entry.type === 'flush') throw new Error('no flush here');
    const failing = entry.module.startsWith('bad');
    seen.push(failing && isRescued(walk) ? `${entry.module}!` : entry.module);
    if (failing) fail(walk);
    else advance(walk);
  }
  return [...seen, walk.failed ? 'failed' : 'done'];
};

it.each<readonly [string, readonly Entry[], string]>([
  ['tasks in order', [task('a'), block([task('b'), task('c')]), task('d')], 'a b c d done'],
  ['an empty block', [block([]), task('a')], 'a done'],
  ['always, when nothing failed', [block([task('a')], [task('r')], [task('z')]), task('b')], 'a z b done'],
  ['rescue', [block([task('bad'), task('a')], [task('r')], [task('z')]), task('b')], 'bad! r z b done'],
  ['always after a failure', [block([task('bad')], [], [task('z')]), task('b')], 'bad z failed'],
  [
    'a failure in rescue',
    [block([task('bad')], [task('bad2')], [task('z')]), task('b')],
    'bad! bad2 z failed',
  ],
  ['a failure in always', [block([task('a')], [task('r')], [task('bad'), task('z')])], 'a bad failed'],
  [
    'an outer rescue, after the inner always',
    [block([block([task('bad')], [], [task('z')]), task('a')], [task('r')]), task('b')],
    'bad! z r b done',
  ],
  [
    'an outer rescue of a failed inner one',
    [block([block([task('bad')], [task('bad2')], [task('z')])], [task('r')])],
    'bad! bad2! z r done',
  ],
  [
    'an outer rescue of a failure in an inner always, which another failure led to',
    [block([block([task('bad')], [], [task('bad2'), task('z')])], [task('r')])],
    'bad! bad2! r done',
  ],
])('a walk goes through %s', (_name, entries, expected) => {
  expect(names(walkOf(entries, false)).join(' ')).toBe(expected);
});

it('validation goes through every part of a block', () => {
  const walk = walkOf([block([task('a')], [task('r')], [task('z')])], true);
  expect(names(walk).join(' ')).toBe('a r z done');
});

it('what is included comes next, in order, and its failure is that of the block around it', () => {
  const walk = walkOf([block([task('i'), task('x')], [task('r')]), task('b')], false);
  expect(current(walk)).toMatchObject({module: 'i'});
  advance(walk);
  const one = (entries: readonly Entry[]) => ({entries, parameters: [], source});
  include(walk, [one([task('c'), task('d')]), one([block([task('bad')])])]);
  expect(names(walk).join(' ')).toBe('c d bad! r b done');
});

it('a copy goes its own way', () => {
  const walk = walkOf([task('a'), block([task('b')])], false);
  current(walk);
  const copy = {...walk};
  expect(names(copy).join(' ')).toBe('a b done');
  expect(names(walk).join(' ')).toBe('a b done');
});
