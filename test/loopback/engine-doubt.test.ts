import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {type Play, shell} from './engine.ts';
import {oneHost} from './one-host.ts';

const host = oneHost({shell: 'dash'});
const {at} = host;

/** Two tasks whose result nobody knows before the run: `size` is of a file that is not written yet. */
const unknown = (): readonly Play[] => [
  {name: 'new', copy: {content: 'new', dest: at('new')}},
  {name: 'size', stat: {path: at('new')}, register: 'size'},
];
const copy = (name: string, content: string, more: Play = {}): Play => ({
  name,
  copy: {content, dest: '@/a'},
  ...more,
});

/** `@` stands for the test's own directory. */
const placed = (tasks: readonly Play[]): readonly Play[] =>
  JSON.parse(JSON.stringify(tasks).replaceAll('@', host.place)) as readonly Play[];

describe('after a task of which check does not know what it does', () => {
  it.each([
    ['its contents', copy('doubtful', '{{ size.stat.size }}')],
    ['whether it is done', copy('doubtful', 'x', {when: 'size.stat.size > 5'})],
    [
      'whether it is done, of a link to it',
      {name: 'doubtful', copy: {content: 'x', dest: '@/link/a'}, when: 'size.stat.size == 3'},
    ],
    [
      'how often it is done',
      {
        name: 'doubtful',
        file: {path: '@/{{ item }}', state: 'absent'},
        loop: "{{ split size.stat.mode '' }}",
      },
    ],
    [
      'whether its folder goes',
      {name: 'doubtful', file: {path: '@', state: 'absent'}, when: 'size.stat.size > 5'},
    ],
  ] as const)('%s, nothing is foretold of what it is about', async (_, task) => {
    writeFileSync(at('a'), 'old');
    symlinkSync('.', at('link'));
    const tasks = placed([
      ...unknown(),
      task,
      copy('the same', 'old'),
      {name: 'a line', lineinfile: {path: at('a'), line: 'old'}},
    ]);
    const checked = await host.bench.check({tasks});
    expect(checked.statuses.slice(2)).toEqual(['doubtful: unknown', 'the same: unknown', 'a line: unknown']);
    expect(checked.message('the same')).toContain('depends on what doubtful does');
  });

  it.each([
    ['contents', {copy: {content: '{{ size.stat.size }}', dest: '@/l', follow: true}}, 'a'],
    ['the mode', {file: {path: '@/l', follow: true, mode: '0{{ size.stat.size }}00'}}, 'a'],
    [
      'whether it is written',
      {copy: {src: 'play.yml', dest: '@/b/'}, when: 'size.stat.size > 5'},
      'real/play.yml',
    ],
  ] as const)('%s, nothing is foretold of what it reaches through a link', async (_, task, name) => {
    mkdirSync(at('real'));
    for (const file of ['a', 'real/play.yml']) writeFileSync(at(file), 'old');
    symlinkSync('a', at('l'));
    symlinkSync('real', at('b'));
    const tasks = placed([
      ...unknown(),
      {name: 'doubtful', ...task},
      {name: 'the same', copy: {content: 'old', dest: at(name), mode: '0644'}},
    ]);
    const checked = await host.bench.check({tasks});
    expect(checked.statuses.slice(2)).toEqual(['doubtful: unknown', 'the same: unknown']);
  });

  it('a link that may be made leaves what it leads to as it is', async () => {
    writeFileSync(at('a'), 'old');
    symlinkSync('a', at('l'));
    const tasks = placed([
      ...unknown(),
      {name: 'doubtful', file: {path: at('l'), state: 'link', target: '{{ size.stat.size }}'}},
      copy('the same', 'old'),
    ]);
    const checked = await host.bench.check({tasks});
    expect(checked.statuses.slice(2)).toEqual(['doubtful: unknown', 'the same: ok']);
  });

  it('what is beside it is foretold', async () => {
    writeFileSync(at('b'), 'old');
    const tasks = placed([
      ...unknown(),
      copy('doubtful', '{{ size.stat.size }}'),
      {name: 'beside', copy: {content: 'old', dest: at('b')}},
      {name: 'in it', copy: {content: 'new', dest: at('c')}},
    ]);
    const checked = await host.bench.check({tasks});
    expect(checked.statuses.slice(2)).toEqual(['doubtful: unknown', 'beside: ok', 'in it: would-change']);
  });

  it('a handler that needs what only the run finds is notified, and unknown', async () => {
    const tasks = placed([...unknown(), {...copy('notifies', 'x'), notify: 'h'}]);
    const handlers = placed([{name: 'h', copy: {content: 'x', dest: '@/{{ size.stat.size }}'}}]);
    const checked = await host.bench.check({tasks, handlers});
    expect(checked.statuses.slice(2)).toEqual(['notifies: would-change', 'h: unknown']);
    expect((await host.bench.run({tasks, handlers})).summary.exitCode).toBe(0);
  });

  it('a command that may be run leaves what is not there unknown', async () => {
    const tasks = placed([
      ...unknown(),
      shell('doubtful', `touch ${at('a')}`, {when: 'size.stat.size == 3'}),
      {name: 'mode', file: {path: at('a'), mode: '0600'}},
    ]);
    const checked = await host.bench.check({tasks});
    expect(checked.statuses.slice(2)).toEqual(['doubtful: unknown', 'mode: unknown']);
    expect((await host.bench.run({tasks})).summary.exitCode).toBe(0);
  });
});
