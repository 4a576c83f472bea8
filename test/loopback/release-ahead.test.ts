import {existsSync, mkdirSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {Bench, type Play} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

// What a host is, and so that no release of what a play wants runs there, is known with its facts: it is refused before
// anything is changed, and not when its task comes.

let rings: readonly [Ring, Ring];
/** Of which the inventory does not say what they are. */
let unsaid: Bench;
/** The first is said to be another board than it is. */
let wrong: Bench;
let count = 0;
let name = '';

beforeAll(async () => {
  rings = [await startRing({shell: 'dash'}), await startRing({shell: 'busybox'})];
  const hosts = {wallpi: rings[0], deskpi: rings[1]};
  unsaid = new Bench(hosts);
  wrong = new Bench(hosts, {
    wallpi: {board: 'pi_zero'},
    deskpi: {arch: process.arch === 'arm64' ? 'arm64' : 'amd64'},
  });
});

beforeEach(() => {
  name = `early-${count++}`;
  for (const ring of rings) mkdirSync(path.join(ring.directory, 'home-pi'), {recursive: true});
});

afterAll(async () => {
  unsaid?.remove();
  wrong?.remove();
  for (const ring of rings ?? []) await ring.stop();
});

const early = (): Play => ({name: 'early', copy: {content: 'x', dest: `{{ home }}/${name}`}});
const isThere = (ring: Ring): boolean => existsSync(path.join(ring.directory, 'home-pi', name));
const deny = {
  product: 'openbao',
  from: '2.6.0',
  architectures: ['amd64', 'arm64'],
  reason: 'it sulks',
  source: 'a test',
};
const program = (more: Play = {}, args: Play = {}): Play => ({
  name: 'program',
  release: {name: 'openbao', version: '2.6.2', site: 'file:///nowhere', deny: [deny], ...args},
  ...more,
});
const play = (...tasks: readonly Play[]): Play => ({gather_facts: true, tasks});

describe('a release that no host of the play runs', () => {
  it.each(['run', 'check'] as const)('is refused before the first change, in %s', async (mode) => {
    const ran = await unsaid.run(play(early(), program()), {mode});
    expect([...ran.statuses].sort()).toEqual(['deskpi program: failed', 'wallpi program: failed']);
    expect(ran.summary.exitCode).toBe(2);
    expect(ran.tasks[0]?.message).toContain('it sulks');
    expect(rings.map(isThere)).toEqual([false, false]);
  });

  it('is refused so for all hosts of its group', async () => {
    const ran = await unsaid.run(play(early(), program({}, {group: 'all'})));
    expect([...ran.statuses].sort()).toEqual(['deskpi program: failed', 'wallpi program: failed']);
    expect(rings.map(isThere)).toEqual([false, false]);
  });

  it.each([
    ['is let pass', () => [early(), program({ignore_errors: true})], ['early: changed', 'program: ok']],
    [
      'is rescued',
      () => [{block: [early(), program()], rescue: [{name: 'rescue', debug: {msg: 'x'}}]}],
      ['early: changed', 'program: failed', 'rescue: ok'],
    ],
    [
      'is not wanted',
      () => [early(), program({when: 'inventory_hostname == "other"'})],
      ['early: changed', 'program: skipped'],
    ],
    [
      'may be not wanted',
      () => [
        early(),
        {name: 'look', command: 'false', register: 'r', failed_when: false},
        program({when: 'r.rc == 0'}),
      ],
      ['early: changed', 'look: changed', 'program: skipped'],
    ],
    [
      'comes after a failure',
      () => [early(), {name: 'no', fail: {msg: 'x'}}, program()],
      ['early: changed', 'no: failed'],
    ],
  ] as const)('comes in its turn where it %s', async (_how, tasks, statuses) => {
    const ran = await unsaid.run(play(...tasks()));
    const ofOne = ran.statuses.filter((line) => line.startsWith('wallpi ')).map((line) => line.slice(7));
    expect(ofOne).toEqual(statuses);
    expect(rings.map(isThere)).toEqual([true, true]);
  });
});

describe('a host that is not what the inventory says', () => {
  it('is told before the first change, and the others go on', async () => {
    const task = {name: 'program', release_info: {name: 'openbao', version: '2.6.2'}};
    const ran = await wrong.run(play(early(), task));
    expect(ran.statuses.filter((line) => line.startsWith('wallpi'))).toEqual(['wallpi program: failed']);
    expect(ran.tasks.find(({host}) => host === 'wallpi')?.message).toContain(
      'the inventory says that wallpi is',
    );
    expect(ran.statuses).toContain('deskpi early: changed');
    expect(rings.map(isThere)).toEqual([false, true]);
  });
});
