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

  it('a handler that it may notify is told to be open, with those that this one notifies', async () => {
    const tasks = placed([
      ...unknown(),
      {...copy('doubtful', '{{ size.stat.size }}'), notify: ['h', {handler: 'never', when: 'false'}]},
      {name: 'flush', meta: 'flush_handlers'},
      copy('the same', 'b'),
    ]);
    const handlers = placed([
      {name: 'never', copy: {content: 'x', dest: at('n')}},
      {name: 'h', copy: {content: 'b', dest: at('b')}, notify: 'i'},
      {name: 'i', copy: {content: 'c', dest: at('c')}},
    ]);
    const after = {name: 'after', copy: {content: 'b', dest: at('b')}};
    const checked = await host.bench.check([{tasks, handlers}, {tasks: placed([after])}]);
    expect(checked.statuses.slice(2)).toEqual([
      'doubtful: unknown',
      'h: unknown',
      'i: unknown',
      'the same: unknown',
      'after: unknown',
    ]);
    expect(checked.message('h')).toBe('may run: whether doubtful notifies it is known after the run');
    const ran = await host.bench.run([{tasks, handlers}, {tasks: placed([after])}]);
    expect(ran.statuses.slice(2)).toEqual([
      'doubtful: changed',
      'h: changed',
      'i: changed',
      'the same: changed',
      'after: ok',
    ]);
  });

  it('handlers that may notify each other in a circle are told once in each flush', async () => {
    const tasks = placed([...unknown(), {...copy('doubtful', '{{ size.stat.size }}'), notify: 'h'}]);
    const handlers = placed([
      {name: 'h', copy: {content: 'b', dest: at('b')}, notify: ['i', 'h']},
      {name: 'i', copy: {content: 'c', dest: at('c')}, notify: 'h'},
    ]);
    const checked = await host.bench.check({tasks, handlers});
    const once = ['h: unknown', 'i: unknown'];
    expect(checked.statuses.slice(2)).toEqual(['doubtful: unknown', ...once, ...once]);
  });

  it('a handler that another task notifies is foretold as before', async () => {
    const tasks = placed([
      ...unknown(),
      {...copy('doubtful', '{{ size.stat.size }}'), notify: 'h'},
      {name: 'certain', copy: {content: 'x', dest: at('x')}, notify: 'h'},
    ]);
    const handlers = placed([{name: 'h', copy: {content: 'b', dest: at('b')}}]);
    const checked = await host.bench.check({tasks, handlers});
    expect(checked.statuses.slice(2)).toEqual([
      'doubtful: unknown',
      'certain: would-change',
      'h: would-change',
    ]);
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
