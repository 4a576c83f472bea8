import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {Bench, type Play, shell} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

let ring: Ring;
let bench: Bench;
let place = '';

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  bench = new Bench({wallpi: ring});
  place = path.join(ring.directory, 'home-pi', 'files');
  mkdirSync(place);
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
});

const file = (name: string, more: Play = {}): Play => ({
  name,
  copy: {content: `${name}\n`, dest: `PLACE/${name}`},
  ...more,
});
const files = (number: number): readonly Play[] =>
  Array.from({length: number}, (_, index) => file(`file-${index}`));
/** As wanted from the beginning. */
const absent = (number: number): readonly Play[] =>
  Array.from({length: number}, (_, index) => ({file: {path: `PLACE/none-${index}`, state: 'absent'}}));
const before = {gather_facts: true, handlers: [shell('h', 'true')]};

/** The tables are written before there is a place. */
const placed = (play: Play): Play => JSON.parse(JSON.stringify(play).replaceAll('PLACE', place));

/** Round trips of the second run, which finds all as wanted. */
async function roundTrips(play: Play): Promise<number> {
  await bench.run(play);
  const again = await bench.run(play);
  expect(again.summary).toMatchObject({exitCode: 0, hosts: {wallpi: {changed: 0, failed: 0, unknown: 0}}});
  return again.summary.hosts.wallpi?.roundTrips ?? 0;
}

it.each([
  ['24 tasks', 1, {...before, tasks: files(24)}],
  ['100 tasks', 2, {...before, tasks: absent(100)}],
  ['no facts', 1, {...before, gather_facts: false, tasks: files(24)}],
  [
    'a loop over 40 items',
    1,
    {
      ...before,
      tasks: [
        {
          file: {path: 'PLACE/{{ item }}', state: 'absent'},
          loop: Array.from({length: 40}, (_, index) => `item-${index}`),
        },
        ...files(10),
      ],
    },
  ],
  [
    'directories, and what is in them',
    1,
    {
      ...before,
      tasks: [
        {file: {path: 'PLACE/folder/below', state: 'directory', mode: '0750', owner: 'pi'}},
        {copy: {content: 'a', dest: 'PLACE/folder/below/file'}},
        {file: {path: 'PLACE/other', state: 'directory'}},
      ],
    },
  ],
  [
    'files whose names come from facts',
    2,
    {...before, tasks: [...files(10), file('{{ facts.os.id }}'), ...files(4)]},
  ],
  [
    'conditions over facts',
    2,
    {...before, tasks: [file('os', {when: "facts.os.id != 'plan9'"}), ...files(4)]},
  ],
  [
    'conditions over what a command says',
    3,
    {
      ...before,
      tasks: [
        shell('look', 'echo yes', {reads_only: true, changed_when: false, register: 'r'}),
        file('conditional', {when: "r.stdout == 'yes'"}),
        file('other', {when: "r.stdout == 'no'"}),
        ...files(10),
      ],
    },
  ],
] as const)('a run over %s that changes nothing costs %i round trips', async (_, expected, play) => {
  expect(await roundTrips(placed(play))).toBe(expected);
});

it('a change costs the look, the lock and itself', async () => {
  const play = {...before, tasks: [...files(24), file('one-more')]};
  const ran = await bench.run(placed(play));
  expect([ran.summary.hosts.wallpi?.changed, ran.summary.hosts.wallpi?.roundTrips]).toEqual([1, 3]);
});
