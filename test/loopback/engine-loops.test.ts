import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {Bench, type Play} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

let ring: Ring;
let bench: Bench;
let place = '';

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  bench = new Bench({wallpi: ring}, {wallpi: {}});
  place = path.join(ring.directory, 'home-pi', 'loops');
  mkdirSync(place);
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
});

it('a loop that may fail goes on, and what it changed counts as changed', async () => {
  const ran = await bench.run({
    tasks: [
      {
        name: 'each',
        copy: {content: 'x\n', dest: '{{ item }}'},
        loop: [path.join(place, 'a'), path.join(place, 'missing', 'b'), path.join(place, 'c')],
        ignore_errors: true,
        register: 'r',
      },
      {name: 'said', debug: {msg: '{{ r.changed }} {{ length r.results }}'}},
    ],
  });
  expect(ran.statuses[0]).toBe('each: changed');
  expect(ran.message('each')).toContain('failed, ignored');
  expect(ran.message('said')).toBe('true 3');
  expect(ran.summary.exitCode).toBe(0);
});

it('what a loop changed notifies, whatever else of it fails; what failed alone does not', async () => {
  const fails = (name: string, item: string, more: Play): Play => ({
    name,
    command: {argv: ['sh', '-c', `[ {{ item }} != ${item} ]`]},
    loop: ['a', 'b', 'c'],
    ...more,
  });
  const ran = await bench.run({
    tasks: [
      fails('ignored', 'b', {ignore_errors: true, notify: 'of ignored'}),
      {
        block: [fails('in a block', 'c', {notify: 'of rescued'})],
        rescue: [{name: 'rescue', debug: {msg: 'x'}}],
      },
      {name: 'alone', command: 'false', ignore_errors: true, notify: 'of none'},
    ],
    handlers: ['none', 'rescued', 'ignored'].map((name) => ({name: `of ${name}`, debug: {msg: name}})),
  });
  expect(ran.statuses.slice(-2)).toEqual(['of rescued: ok', 'of ignored: ok']);
  expect(ran.summary.exitCode).toBe(0);
});

it('a file is written through a link that the same run made', async () => {
  const [file, link] = [path.join(place, 'file'), path.join(place, 'link')];
  const ran = await bench.run({
    tasks: [
      {name: 'file', copy: {content: 'old\n', dest: file}},
      {name: 'link', file: {path: link, state: 'link', target: file}},
      {name: 'through', copy: {content: 'new\n', dest: link, follow: true}},
    ],
  });
  expect(ran.statuses).toEqual(['file: changed', 'link: changed', 'through: changed']);
});

it('a number keeps its digits as an item of a loop, as a fact and in what is shown', async () => {
  bench.write(
    'numbers.yml',
    `- hosts: all
  gather_facts: false
  vars: {release: {version: 1.20, all: [1.10, 2.0]}}
  tasks:
    - {name: items, debug: {msg: 'v{{ item }}'}, loop: [1.10, 9007199254740993, '{{ release.version }}']}
    - {name: named, debug: {msg: '{{ item }}'}, loop: '{{ release.all }}'}
    - set_fact: {plain: 1.20, read: '{{ release.version }}', whole: '{{ release }}'}
    - {name: facts, debug: {msg: '{{ plain }} {{ read }} {{ whole.version }}'}}
    - {name: shown, debug: {var: read}}
`,
  );
  const ran = await bench.run([], {playbook: 'numbers.yml'});
  expect(ran.message('items')?.split('\n')).toEqual([
    '1.10: v1.10',
    '9007199254740993: v9007199254740993',
    '1.20: v1.20',
  ]);
  expect(ran.message('named')?.split('\n')).toEqual(['1.10: 1.10', '2.0: 2.0']);
  expect(ran.message('facts')).toBe('1.20 1.20 1.20');
  expect(ran.message('shown')).toBe('read = 1.20');
});
