import {existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {packageWant} from '../../src/resources/index.ts';
import {aptHost, aptPlaces, publish} from './apt-host.ts';
import {Bench, shell, textOf} from './engine.ts';
import {plan, shells} from './resources-shell.ts';
import {type Ring, startRing} from './ring.ts';

// What apt is asked before anything changes: real apt and dpkg on a database of their own.

let ring: Ring;
let bench: Bench;
let apt = '';

beforeAll(async () => {
  apt = mkdtempSync(path.join(tmpdir(), 'vprov-apt-'));
  ring = await startRing({shell: 'dash', setUp: aptHost(apt)});
  bench = new Bench({wallpi: ring});
  publish(apt, [
    {name: 'base', version: '1'},
    {name: 'top', version: '3', depends: 'base'},
    {name: 'rival', version: '4', conflicts: 'base'},
    {name: 'broken', version: '5', depends: 'nowhere'},
  ]);
  utimesSync(path.join(apt, 'lib/lists'), 1e9, 1e9);
  await bench.run({tasks: [{apt: {name: 'top', update_cache: true, cache_valid_time: 0}}]});
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
  rmSync(apt, {recursive: true, force: true});
});

/** Every file of apt and dpkg, with what a write to it would change. */
function written(): readonly string[] {
  return ['cache', 'lib', 'dpkg', 'etc'].flatMap((place) => {
    const root = path.join(apt, place);
    const names = ['.', ...readdirSync(root, {recursive: true, encoding: 'utf8'})];
    return names.sort().map((name) => {
      const {ino, mtimeMs, size} = statSync(path.join(root, name));
      return `${place}/${name} ${ino} ${mtimeMs} ${size}`;
    });
  });
}

const caches = (): readonly string[] =>
  ['pkgcache.bin', 'srcpkgcache.bin'].map((name) => path.join(apt, 'cache', name));

const states: readonly (readonly [string, () => void])[] = [
  ['fresh', () => {}],
  [
    'missing',
    () => {
      for (const file of caches()) rmSync(file);
    },
  ],
  [
    'older than the lists',
    () => {
      for (const name of readdirSync(path.join(apt, 'lib/lists')))
        if (name.endsWith('_Packages')) utimesSync(path.join(apt, 'lib/lists', name), new Date(), new Date());
    },
  ],
];

describe.each(states)('with caches of apt that are %s', (state, make) => {
  beforeEach(async () => {
    await bench.run({tasks: [shell('make', 'apt-cache policy top >/dev/null')]});
    expect(caches().map((file) => existsSync(file))).toEqual([true, true]);
    make();
  });

  it('neither a check nor a run without a change writes anything of apt', async () => {
    const before = written();
    const checked = await bench.check({
      tasks: [
        {name: 'latest', apt: {name: 'top', state: 'latest'}},
        {name: 'rival', apt: {name: 'rival'}},
      ],
    });
    const gone = await bench.check({tasks: [{name: 'gone', apt: {name: 'base', state: 'absent'}}]});
    expect([...checked.attributes, ...gone.attributes]).toEqual([
      'rival | package:rival | installed',
      'rival | package:rival | removed_with',
      'gone | package:base | installed',
      'gone | package:base | removed_with',
    ]);
    expect(written()).toEqual(before);
    const ran = await bench.run({tasks: [{name: 'latest', apt: {name: 'top', state: 'latest'}}]});
    expect(ran.statuses).toEqual(['latest: ok']);
    expect(written()).toEqual(before);
  });

  it('nor where nothing but apt itself can keep it from that', () => {
    const before = written();
    const mounts = aptPlaces(apt).join('\n');
    const without = `${mounts}\nmount --bind /bin/false /usr/bin/setpriv\nexec "$@"`;
    const options = {wrapper: ['unshare', '-m', 'sh', '-c', without, 'sh']};
    const want = packageWant('rival', {installed: true, options: {together: ['rival']}});
    for (const host of shells().filter(({name}) => name !== 'busybox')) {
      const change = plan(host, want, options);
      expect(change, `${host.name}, ${state}`).toHaveProperty('attributes.1.name', 'removed_with');
    }
    expect(written()).toEqual(before);
  });
});

describe('what apt would not do', () => {
  it.each([
    [
      'a dependency that cannot be had',
      {name: 'broken'},
      'broken : Depends: nowhere but it is not installable',
    ],
    ['a version that there is not', {name: 'base=9'}, "Version '9' for 'base' was not found"],
    [
      'a package of which it knows nothing',
      {name: ['rival', 'nope']},
      "no package nope is in the host's package lists",
    ],
  ])('is refused by check and run alike: %s', async (_, args, told) => {
    const installed = textOf(path.join(apt, 'dpkg/status'));
    const tasks = [
      {name: 'try', apt: args},
      {name: 'after', copy: {content: 'x', dest: '/opt/after'}},
    ];
    const checked = await bench.check({tasks});
    const ran = await bench.run({tasks});
    expect(checked.message('try')).toContain(told);
    expect(ran.message('try')).toBe(checked.message('try'));
    expect([checked.statuses, ran.statuses]).toEqual([['try: failed'], ['try: failed']]);
    expect(textOf(path.join(apt, 'dpkg/status'))).toBe(installed);
  });

  it('is not refused where a change before it may let apt do it', async () => {
    const tasks = [
      {name: 'before', apt: {name: 'rival'}},
      {name: 'try', apt: {name: 'broken'}},
    ];
    expect((await bench.check({tasks})).statuses).toEqual(['before: would-change', 'try: would-change']);
  });

  it.each([
    ['install', {name: 'rival'}],
    ['remove', {name: 'top', state: 'absent'}],
  ])('is refused to who is not root by check and run alike: %s', async (what, args) => {
    const plays = {become: false, tasks: [{name: 'try', apt: args}]};
    const checked = await bench.check(plays);
    const ran = await bench.run(plays);
    expect(checked.message('try')).toBe(`only root may ${what} package ${args.name}`);
    expect(ran.message('try')).toBe(checked.message('try'));
    expect([checked.statuses, ran.statuses]).toEqual([['try: failed'], ['try: failed']]);
    const there = await bench.check({become: false, tasks: [{name: 'there', apt: {name: 'top'}}]});
    expect(there.statuses).toEqual(['there: ok']);
  });
});
