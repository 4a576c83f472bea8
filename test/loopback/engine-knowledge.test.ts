import {chmodSync, chownSync, mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {rawScript} from '../../src/shell/index.ts';
import {connect} from '../../src/transport/index.ts';
import {appears, Bench, type Play, shell, textOf} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

const piUid = 20_001;
let ring: Ring;
let bench: Bench;
let place = '';
let count = 0;

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  bench = new Bench({wallpi: ring});
});

beforeEach(() => {
  place = path.join(ring.directory, 'home-pi', `test-${count++}`);
  mkdirSync(place);
  chownSync(place, piUid, piUid);
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
});

const at = (...names: readonly string[]): string => path.join(place, ...names);
const copy = (name: string, more: Play = {}): Play => ({
  name,
  copy: {content: 'wanted', dest: at(name), ...more},
});
const waiting: Play = {name: 'wait', wait_for: {path: at('on'), sleep: 1}};
const waitFor = (): Play => ({...waiting, wait_for: {path: at('on'), sleep: 1}});

describe('what is known of a host', () => {
  it.each([
    ['wait_for', waitFor],
    ['pause', (): Play => ({name: 'wait', pause: {seconds: 2}})],
    [
      'a look that is repeated',
      (): Play => ({
        name: 'wait',
        shell: `test -e ${at('on')} || { touch ${at('looked')}; false; }`,
        reads_only: true,
        register: 'seen',
        until: 'seen.rc == 0',
        failed_when: 'false',
        retries: 60,
        delay: 1,
      }),
    ],
    [
      'a look that lasts',
      (): Play => ({
        name: 'wait',
        shell: `sleep 1; until [ -e ${at('on')} ]; do sleep 1; done`,
        reads_only: true,
        changed_when: 'false',
      }),
    ],
  ])('is forgotten after waiting: %s', async (_, wait) => {
    writeFileSync(at('late'), 'wanted');
    const task = wait();
    const running = bench.start({tasks: [copy('first'), task, copy('late')]});
    await appears(at(JSON.stringify(task).includes('looked') ? 'looked' : 'first'), running);
    writeFileSync(at('late'), 'other');
    writeFileSync(at('on'), '');
    expect((await running.ended).statuses).toEqual(['first: changed', 'wait: ok', 'late: changed']);
    expect(textOf(at('late'))).toBe('wanted');
  });

  it('is forgotten when a session is opened anew', async () => {
    writeFileSync(at('late'), 'wanted');
    const running = bench.start({
      tasks: [
        shell('who', `read -r line </proc/$PPID/stat; set -- \${line##*) }; echo $2 >${at('pid')}`),
        copy('first'),
        waitFor(),
        copy('late'),
      ],
    });
    await appears(at('first'), running);
    writeFileSync(at('late'), 'other');
    const other = await connect(ring.options());
    const session = await other.session('root');
    const limits = {signal: new AbortController().signal, timeoutMs: 10_000};
    await session.request(rawScript(`kill -KILL $(cat ${at('pid')})`), limits);
    await other.close();
    writeFileSync(at('on'), '');
    expect((await running.ended).statuses.slice(1)).toEqual(['first: changed', 'wait: ok', 'late: changed']);
  });

  it('is what one user sees: what root knows does not answer for another', async () => {
    mkdirSync(at('closed'));
    writeFileSync(at('closed', 'file'), 'wanted');
    chmodSync(at('closed'), 0o700);
    chownSync(at('closed'), 0, 0);
    const ran = await bench.run({
      tasks: [
        copy('closed/file'),
        {...copy('closed/file'), name: 'as pi', become: false, ignore_errors: true},
      ],
    });
    expect(ran.statuses).toEqual(['closed/file: ok', 'as pi: ok']);
    expect(ran.message('as pi')).toContain('may not enter');
  });
});

describe('a large file that the card has spoilt since', () => {
  it('is what its remembered checksum says, until --verify has it read again', async () => {
    const source = bench.write('program', 'x'.repeat(2 * 1024 * 1024));
    const play = {tasks: [{name: 'the program', copy: {src: source, dest: at('program')}}]};
    expect((await bench.run(play)).statuses).toEqual(['the program: changed']);
    // What a card loses changes no time: here the entry is made to fit the times that writing changed.
    writeFileSync(at('program'), 'y'.repeat(2 * 1024 * 1024));
    const refit = await bench.run({
      tasks: [
        shell(
          'refit',
          `for e in /var/lib/vprov/checksums/*; do
{ stat -L -c '%i:%s:%y:%z' ${at('program')}; sed -n 2p "$e"; } >"$e.new" && mv "$e.new" "$e"
done`,
          {environment: {TZ: 'UTC0'}},
        ),
      ],
    });
    expect(refit.statuses).toEqual(['refit: changed']);
    expect((await bench.run(play)).statuses).toEqual(['the program: ok']);
    expect((await bench.check(play, {verify: true})).statuses).toEqual(['the program: would-change']);
    expect((await bench.run(play, {verify: true})).statuses).toEqual(['the program: changed']);
    expect(textOf(at('program'))).toBe('x'.repeat(2 * 1024 * 1024));
    expect((await bench.run(play, {verify: true})).statuses).toEqual(['the program: ok']);
  });
});

describe('look-ahead', () => {
  const absent = (number: number): readonly Play[] =>
    Array.from({length: number}, (_, index) => ({file: {path: at(`none-${index}`), state: 'absent'}}));

  it('asks for 64 tasks at a time', async () => {
    const trips = async (number: number) =>
      (await bench.run({tasks: absent(number)})).summary.hosts.wallpi?.roundTrips;
    expect([await trips(64), await trips(65), await trips(129)]).toEqual([1, 2, 3]);
  });

  it('asks for 512 things at a time, each counted once', async () => {
    const items = (number: number): Play => ({
      file: {path: `${place}/{{ item }}`, state: 'absent'},
      loop: Array.from({length: number}, (_, index) => `item-${index}`),
    });
    const trips = async (number: number) =>
      (await bench.run({tasks: [items(number)]})).summary.hosts.wallpi?.roundTrips;
    expect([await trips(500), await trips(520)]).toEqual([1, 2]);
  });
});

describe('an owner that is not there yet', () => {
  it('fails the task in planning, which names the later task that would make it', async () => {
    const tasks = [
      {name: 'file', file: {path: place, state: 'directory', owner: 'vault'}, ignore_errors: true},
      {block: [{name: 'make them', user: {name: '{{ item }}'}, loop: ['vault'], when: 'false'}]},
      {name: 'the group', group: {name: 'vault'}},
      {name: 'the user', user: {name: 'vault'}, when: 'false'},
    ];
    for (const mode of ['check', 'run'] as const) {
      const ran = await bench.run({tasks}, {mode});
      expect(ran.message('file')).toContain("user 'vault' does not exist on the host");
      expect(ran.tasks[0]?.hint).toMatch(
        /^'the user' \(.*play\.yml:\d+\) makes it: put that before this task$/,
      );
    }
  });
});
