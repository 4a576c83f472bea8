import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {type Play, shell, textOf} from './engine.ts';
import {oneHost} from './one-host.ts';

const host = oneHost({shell: 'dash'});
const {at} = host;

/** Everything that was written on the host since this file was. */
function writtenSince(mark: string): string {
  return execFileSync(
    'find',
    [host.ring.directory, '-path', '*/var-lib/sudo', '-prune', '-o', '-cnewer', mark, '-print'],
    {
      encoding: 'utf8',
    },
  );
}

/** The tasks after which nothing is left to do. */
function withoutCommand(plays: readonly Play[]): readonly Play[] {
  const isState = (task: Play): boolean => task.name !== 'a command';
  return plays.map((play) => ({...play, tasks: (play.tasks as readonly Play[]).filter(isState)}));
}

describe('what check predicts', () => {
  const plays = (): readonly Play[] => {
    host.bench.write(
      'templates/vault.hcl.hbs',
      'node_id = "{{ inventory_hostname }}"\nlog_level = "{{ level }}"\n',
    );
    host.bench.write('files/tool', 'binary\0content\n');
    return [
      {
        vars: {level: 'info', base: host.place},
        tasks: [
          {name: 'a directory', file: {path: '{{ base }}/etc', state: 'directory', mode: '0750'}},
          {name: 'one inside it', file: {path: '{{ base }}/etc/deep/er', state: 'directory'}},
          {
            name: 'a template',
            template: {src: 'vault.hcl.hbs', dest: '{{ base }}/etc/vault.hcl', mode: '0640'},
            register: 'config',
          },
          {name: 'a file', copy: {src: 'tool', dest: '{{ base }}/etc/tool', mode: '0755'}},
          {name: 'text', copy: {content: 'x\n', dest: '{{ base }}/etc/text'}, when: 'config.changed'},
          {name: 'a link', file: {path: '{{ base }}/tool', state: 'link', target: '{{ base }}/etc/tool'}},
          {name: 'no more', file: {path: '{{ base }}/old', state: 'absent'}},
          {
            name: 'several',
            copy: {content: '{{ item }}\n', dest: '{{ base }}/etc/{{ item }}'},
            loop: ['one', 'two', 'three'],
          },
          shell('a command', `echo made >${at('made')}`),
          {name: 'with a guard', command: {argv: ['touch', at('etc', 'tool')], creates: at('etc', 'tool')}},
        ],
      },
    ];
  };

  it('is what the run changes, task by task and attribute by attribute, and check writes nothing', async () => {
    writeFileSync(at('old'), 'old');
    const mark = host.bench.write('mark', '');
    const checked = await host.bench.check(plays(), {diff: true});
    expect(writtenSince(mark)).toBe('');
    expect(checked.statuses).toEqual([
      'a directory: would-change',
      'one inside it: would-change',
      'a template: would-change',
      'a file: would-change',
      'text: would-change',
      'a link: would-change',
      'no more: would-change',
      'several: would-change',
      'a command: would-change',
      'with a guard: ok',
    ]);
    expect(checked.summary).toMatchObject({exitCode: 0, hosts: {wallpi: {changed: 9, ok: 1, unknown: 0}}});

    const ran = await host.bench.run(plays(), {diff: true});
    expect(ran.statuses).toEqual(checked.statuses.map((line) => line.replace('would-change', 'changed')));
    expect(ran.attributes).toEqual(checked.attributes);
    expect(ran.attributes.length).toBeGreaterThan(20);
    const diffs = (tasks: typeof ran.tasks) =>
      tasks.flatMap((task) => task.changes.map((change) => change.diff));
    expect(diffs(ran.tasks)).toEqual(diffs(checked.tasks));
    expect(textOf(at('etc', 'vault.hcl'))).toBe('node_id = "wallpi"\nlog_level = "info"\n');
    expect(statSync(at('etc', 'vault.hcl')).mode & 0o777).toBe(0o640);
    expect(readFileSync(at('tool'), 'utf8')).toBe('binary\0content\n');
    expect([existsSync(at('old')), textOf(at('made'))]).toEqual([false, 'made\n']);
  });

  it('is nothing when all is as wanted, and the run then writes nothing', async () => {
    const state = withoutCommand(plays());
    const first = await host.bench.run(state);
    expect([first.summary.exitCode, first.summary.hosts.wallpi?.changed]).toEqual([0, 7]);
    const mark = host.bench.write('mark', '');
    for (const mode of ['check', 'run'] as const) {
      const again = await host.bench.run(state, {mode, diff: true});
      expect(again.attributes, mode).toEqual([]);
      expect(again.summary.hosts.wallpi, mode).toMatchObject({changed: 0, failed: 0, unknown: 0, skipped: 1});
    }
    expect(writtenSince(mark)).toBe('');
  });

  it('shows as diff the bytes that the run then writes', async () => {
    writeFileSync(at('a.txt'), 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n');
    const after = 'one\ntwo\nthree\nvier\nfive\nsix\nseven\neight\nnine\n';
    const play = {tasks: [{name: 'text', copy: {content: after, dest: at('a.txt')}}]};
    const checked = await host.bench.check(play, {diff: true});
    const diff = checked.tasks[0]?.changes[0]?.diff ?? '';
    await host.bench.run(play);
    expect(textOf(at('a.txt'))).toBe(after);
    host.bench.write('before', 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n');
    host.bench.write('patch', `${diff}\n`);
    execFileSync('patch', ['-s', 'before', 'patch'], {cwd: host.bench.directory});
    expect(textOf(path.join(host.bench.directory, 'before'))).toBe(after);
  });

  it('says of a large and of a binary file only that they are', async () => {
    writeFileSync(at('binary'), 'a\0b');
    host.bench.write('files/big', 'x'.repeat(70_000));
    const play = {
      tasks: [
        {name: 'large', copy: {src: 'big', dest: at('big')}},
        {name: 'binary', copy: {content: 'text\n', dest: at('binary')}},
      ],
    };
    const {tasks} = await host.bench.check(play, {diff: true});
    expect(tasks.map((task) => task.changes[0]?.diff)).toEqual([
      expect.stringMatching(/^\(binary or large: 70000 bytes, sha256 [0-9a-f]{12}\)$/),
      '(what is there now is too large or not text: not shown)',
    ]);
  });

  it('repairs only what is different', async () => {
    const state = withoutCommand(plays());
    await host.bench.run(state);
    chmodSync(at('etc'), 0o777);
    writeFileSync(at('etc', 'two'), 'zwei\n');
    const expected = ['a directory | path:ETC | mode', 'several | path:ETC/two | content'].map((line) =>
      line.replace('ETC', at('etc')),
    );
    expect((await host.bench.check(state)).attributes).toEqual(expected);
    expect((await host.bench.run(state)).attributes).toEqual(expected);
    expect((await host.bench.run(state)).attributes).toEqual([]);
  });
});
