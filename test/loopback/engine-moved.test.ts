import {existsSync, linkSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {type Play, textOf} from './engine.ts';
import {oneHost} from './one-host.ts';

// Somebody else changes a file between the look at it, which is made ahead for many tasks, and the change that was
// planned from it: here a command that says of itself that it changes nothing.

const setUp = [
  'mkdir "$directory/home-pi/a" "$directory/home-pi/b"; mount --bind "$directory/home-pi/a" "$directory/home-pi/b"',
];
const host = oneHost({shell: 'dash', setUp}, {}, 'moved-');
const {at} = host;

const somebody = (script: string): Play => ({
  name: 'somebody else',
  shell: script,
  reads_only: true,
  changed_when: 'false',
});
const tasks = (script: string, name: string, task: Play): readonly Play[] => [
  {name: 'look', copy: {content: 'first', dest: at('first')}},
  somebody(script),
  {name, ...task},
];

describe('what somebody else did after it was looked at', () => {
  it('to a file that is edited is kept: the edit is planned anew', async () => {
    writeFileSync(at('f'), 'one\n');
    const edit = {lineinfile: {path: at('f'), line: 'ours'}};
    const ran = await host.bench.run({tasks: tasks(`echo theirs >>${at('f')}`, 'edit', edit)}, {diff: true});
    expect(ran.statuses).toEqual(['look: changed', 'somebody else: ok', 'edit: changed']);
    expect(textOf(at('f'))).toBe('one\ntheirs\nours\n');
    expect(ran.tasks.at(-1)?.changes[0]?.diff).toContain(' theirs\n+ours');
  });

  it('to a file that is made by an edit is kept, too', async () => {
    const edit = {lineinfile: {path: at('f'), line: 'ours', create: true}};
    const ran = await host.bench.run({tasks: tasks(`echo theirs >${at('f')}`, 'edit', edit)});
    expect(ran.statuses.at(-1)).toBe('edit: changed');
    expect(textOf(at('f'))).toBe('theirs\nours\n');
  });

  it('to a mode is seen by a mode that is relative to it', async () => {
    writeFileSync(at('f'), '', {mode: 0o644});
    const mode = {file: {path: at('f'), mode: 'g+w'}};
    const ran = await host.bench.run({tasks: tasks(`chmod 0600 ${at('f')}`, 'mode', mode)});
    expect(ran.tasks.at(-1)?.changes[0]?.attributes).toMatchObject([{before: '0600', after: '0620'}]);
    expect(lstatSync(at('f')).mode & 0o777).toBe(0o620);
  });

  it('is seen where what was a file is a directory by then, with something in it', async () => {
    writeFileSync(at('f'), '');
    const gone = {file: {path: at('f'), state: 'absent'}};
    const script = `rm ${at('f')}; mkdir ${at('f')}; echo theirs >${at('f')}/x`;
    const ran = await host.bench.run({tasks: tasks(script, 'gone', gone)}, {diff: true});
    expect(ran.tasks.at(-1)?.changes[0]?.attributes).toMatchObject([{before: 'directory', after: null}]);
  });

  it('is kept by the undo: a file that was large is told as it was, and nothing of ours is left beside it', async () => {
    writeFileSync(at('f'), 'old');
    const large = {copy: {content: 'x'.repeat(70_000), dest: at('f')}};
    const ran = await host.bench.run({tasks: tasks(`echo theirs >${at('f')}`, 'large', large)}, {diff: true});
    expect(ran.tasks.at(-1)?.changes[0]?.diff).toContain('-theirs');
    expect(readdirSync(host.place).sort()).toEqual(['f', 'first']);
  });

  it('to a link is seen by who lets it lead elsewhere', async () => {
    symlinkSync('a', at('l'));
    const link = {file: {path: at('l'), state: 'link', target: 'c'}};
    const ran = await host.bench.run({tasks: tasks(`ln -sfn b ${at('l')}`, 'link', link)});
    expect(ran.tasks.at(-1)?.changes[0]?.attributes).toMatchObject([{before: 'b', after: 'c'}]);
  });

  it('to a link that is followed is seen: what it leads to by then is changed', async () => {
    mkdirSync(at('d'));
    writeFileSync(at('a'), 'a\n');
    writeFileSync(at('b'), 'b\n');
    symlinkSync('a', at('l'));
    const edit = {lineinfile: {path: at('l'), line: 'ours', follow: true}};
    const ran = await host.bench.run({tasks: tasks(`ln -sfn b ${at('l')}`, 'edit', edit)});
    expect(ran.statuses.at(-1)).toBe('edit: changed');
    expect([textOf(at('a')), textOf(at('b'))]).toEqual(['a\n', 'b\nours\n']);
  });

  it('while a program looks at the new contents fails the task, which names the file', async () => {
    writeFileSync(at('f'), 'one\n');
    const validate = `sh -c 'test -e %s; echo theirs >>${at('f')}'`;
    const edit = {lineinfile: {path: at('f'), line: 'ours', validate}};
    const ran = await host.bench.run({tasks: [{name: 'edit', ...edit}]});
    expect(ran.message('edit')).toContain(`${at('f')} was changed by something else while`);
    expect(textOf(at('f'))).toBe('one\ntheirs\n');
    expect(readdirSync(host.place)).toEqual(['f']);
  });

  it('again and again fails the task, which names the file, and owes no handler', async () => {
    writeFileSync(at('f'), '');
    const edit = {lineinfile: {path: at('f'), line: 'ours'}, notify: 'restart'};
    const busy = `while [ ! -e ${at('stop')} ]; do echo x >>${at('f')}; done >/dev/null 2>&1 &`;
    const handlers = [{name: 'restart', shell: `touch ${at('restarted')}`}];
    const ran = await host.bench.run({tasks: tasks(busy, 'edit', edit), handlers});
    writeFileSync(at('stop'), '');
    expect(ran.message('edit')).toContain(`${at('f')} is not what it was when this change was planned`);
    expect(ran.owed).toEqual([]);
    expect(ran.tasks.at(-1)?.changes).toEqual([]);
    expect(textOf(at('f'))).not.toContain('ours');
  });
});

it('a file of this machine that has changed since is not sent, and named', async () => {
  const ours = host.bench.write('files/big', 'a'.repeat(100_000));
  const copy = (name: string): Play => ({name, copy: {src: 'big', dest: at(name)}});
  const ran = await host.bench.run({
    tasks: [copy('first'), somebody(`printf b | dd of=${ours} conv=notrunc 2>/dev/null`), copy('second')],
  });
  expect(ran.statuses).toEqual(['first: changed', 'somebody else: ok', 'second: failed']);
  expect(ran.message('second')).toBe(`${ours} has changed since this run looked at it`);
  expect(readdirSync(host.place)).toEqual(['first']);
});

describe('one file under two names', () => {
  const line = (name: string, file: string, text: string): Play => ({
    name,
    lineinfile: {path: file, line: text, create: true, write: 'in_place'},
  });

  it('that are hard links has both edits, as check foretells, and is known by both names', async () => {
    writeFileSync(at('f'), 'one\n');
    linkSync(at('f'), at('g'));
    const play = {
      tasks: [
        line('first', at('f'), 'two'),
        line('second', at('g'), 'three'),
        line('again', at('f'), 'two'),
        {name: 'back', copy: {dest: at('g'), content: 'one\n', write: 'in_place', mode: '0600'}},
        {name: 'mode', file: {path: at('f'), mode: '0600'}},
      ],
    };
    const foretold = await host.bench.check(play, {diff: true});
    const ran = await host.bench.run(play, {diff: true});
    expect(ran.statuses).toEqual([
      'first: changed',
      'second: changed',
      'again: ok',
      'back: changed',
      'mode: ok',
    ]);
    expect(foretold.statuses).toEqual(ran.statuses.map((one) => one.replace('changed', 'would-change')));
    expect(foretold.tasks.map(({changes}) => changes)).toEqual(ran.tasks.map(({changes}) => changes));
    expect(textOf(at('f'))).toBe('one\n');
  });

  it('through a bind mount has both edits, as check foretells, and is known by both names', async () => {
    const [one = '', two = ''] = ['a', 'b'].map((name) =>
      path.join(host.ring.directory, 'home-pi', name, 'f'),
    );
    writeFileSync(one, 'one\n');
    const play = {
      tasks: [
        {name: 'first', lineinfile: {path: one, line: 'two'}},
        {name: 'second', lineinfile: {path: two, line: 'three'}},
        {name: 'made', copy: {dest: `${one}.new`, content: ''}},
        {name: 'seen', copy: {dest: `${two}.new`, content: ''}},
        {name: 'gone', file: {path: two, state: 'absent'}},
        {name: 'again', file: {path: one, state: 'absent'}},
      ],
    };
    const foretold = await host.bench.check(play);
    const ran = await host.bench.run(play, {diff: true});
    expect(ran.statuses).toEqual([
      'first: changed',
      'second: changed',
      'made: changed',
      'seen: ok',
      'gone: changed',
      'again: ok',
    ]);
    expect(ran.tasks[1]?.changes[0]?.diff).toContain(' two\n+three');
    expect(existsSync(one)).toBe(false);
    expect(foretold.statuses.slice(0, 3)).toEqual([
      'first: would-change',
      'second: would-change',
      'made: would-change',
    ]);
    expect(foretold.statuses[3]).toBe('seen: unknown');
  });
});
