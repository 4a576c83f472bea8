import {chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {type Play, shell} from './engine.ts';
import {oneHost} from './one-host.ts';

const host = oneHost({
  shell: 'dash',
  setUp: ['cp -a /etc $directory/etc; mount --bind $directory/etc /etc; mount -t tmpfs none /var/log'],
});
const {at} = host;
const games = 60;

beforeEach(() => {
  chmodSync(host.place, 0o777);
});

const as = (user: string, name: string, more: Play): Play => ({
  name,
  become: true,
  become_user: user,
  ...more,
});
const file = (name: string, content: string): Play => ({copy: {dest: at(name), content}});

describe('a user whom the play makes', () => {
  const tasks = (name: string): readonly Play[] => [
    {name: 'user', user: {name, create_home: false}},
    as(name, 'file', file('f', 'x')),
    {name: 'other', ...file('g', 'x')},
    as(name, 'look', {stat: {path: at('f')}, register: 'f'}),
    {...shell('command', 'id -un', {register: 'r'}), become_user: name},
    {name: 'the same', copy: {dest: at('f'), content: 'x', owner: name}},
  ];

  it('is not logged in before: what they do is unknown, and what others do is foretold', async () => {
    const checked = await host.bench.check({tasks: tasks('vprova')});
    expect(checked.statuses).toEqual([
      'user: would-change',
      'file: unknown',
      'other: would-change',
      'look: ok',
      'command: would-change',
      'the same: unknown',
    ]);
    expect(checked.message('file')).toContain('vprova is not there yet');
    const ran = await host.bench.run({tasks: tasks('vprova')});
    expect(ran.statuses).toEqual([
      'user: changed',
      'file: changed',
      'other: changed',
      'look: ok',
      'command: changed',
      'the same: ok',
    ]);
  });

  it('may be whom a later play is for, and a plan is written', async () => {
    const plays = (name: string): readonly Play[] => [
      {tasks: [{name: 'user', user: {name, create_home: false}}]},
      {become_user: name, gather_facts: true, tasks: [{name: 'file', ...file('f', 'x')}]},
    ];
    const planned = await host.bench.plan(plays('vprovb'));
    expect([planned.summary.exitCode, planned.statuses]).toEqual([
      0,
      ['user: would-change', 'file: unknown'],
    ]);
    expect(readFileSync(path.join(host.bench.directory, 'site.plan'), 'utf8')).toContain('vprovb');
    expect((await host.bench.apply()).statuses).toEqual(['user: changed', 'file: changed']);
  });

  it('fails where it is nobody whom a task makes, in check as in run', async () => {
    const plays = [{name: 'other', ...file('g', 'x')}, as('vprovnone', 'file', file('f', 'x'))];
    const checked = await host.bench.check({tasks: plays});
    const ran = await host.bench.run({tasks: plays});
    expect([checked.statuses, ran.statuses]).toEqual([
      ['other: would-change', 'file: failed'],
      ['other: changed', 'file: failed'],
    ]);
    expect(checked.message('file')).toBe(ran.message('file'));
  });
});

it('a user who is at work is removed all the same, and may hold the lock', async () => {
  const tasks = [
    as('vprovd', 'file', file('f', 'x')),
    {name: 'gone', user: {name: 'vprovd', state: 'absent'}},
    {name: 'other', ...file('g', 'x')},
  ];
  await host.bench.run({tasks: [{user: {name: 'vprovd', create_home: false}}]});
  const ran = await host.bench.run({tasks});
  expect([ran.statuses, ran.message('gone')]).toEqual([
    ['file: changed', 'gone: changed', 'other: changed'],
    undefined,
  ]);
});

describe('a user whom the play puts into another group', () => {
  it('does with it in the run what check has not foretold, also who was at work before', async () => {
    mkdirSync(at('closed'));
    writeFileSync(at('closed', 'f'), 'A');
    chownSync(at('closed'), 0, games);
    chmodSync(at('closed'), 0o770);
    const tasks = [
      as('plain', 'before', file('g', 'x')),
      {name: 'group', user: {name: 'plain', groups: ['games']}},
      as('plain', 'after', file('closed/new', 'x')),
      {name: 'root', ...file('closed/f', 'B')},
    ];
    expect((await host.bench.check({tasks})).statuses).toEqual([
      'before: would-change',
      'group: would-change',
      'after: unknown',
      'root: would-change',
    ]);
    const ran = await host.bench.run({tasks});
    expect([ran.statuses, ran.message('after')]).toEqual([
      ['before: changed', 'group: changed', 'after: changed', 'root: changed'],
      undefined,
    ]);
    await host.bench.run({tasks: [{user: {name: 'plain', groups: [], append: false}}]});
  });

  it('is foretold where only its comment changes', async () => {
    const tasks = [
      {name: 'comment', user: {name: 'plain', comment: 'Plain'}},
      as('plain', 'file', file('f', 'x')),
    ];
    expect((await host.bench.check({tasks})).statuses).toEqual([
      'comment: would-change',
      'file: would-change',
    ]);
  });

  it('whom a task removes fails, in check as in run', async () => {
    await host.bench.run({tasks: [{user: {name: 'vprovc', create_home: false}}]});
    const tasks = [
      {name: 'gone', user: {name: 'vprovc', state: 'absent'}},
      as('vprovc', 'file', file('f', 'x')),
    ];
    const checked = await host.bench.check({tasks});
    const ran = await host.bench.run({tasks});
    expect([checked.statuses, ran.statuses]).toEqual([
      ['gone: would-change', 'file: failed'],
      ['gone: changed', 'file: failed'],
    ]);
  });
});
