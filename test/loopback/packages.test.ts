import {existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {packageListsWant, packageWant} from '../../src/resources/index.ts';
import {aptHost, publish} from './apt-host.ts';
import {Bench, type Running, shell, textOf} from './engine.ts';
import {breaches, plan, type RunOptions, type Shell, shells} from './resources-shell.ts';
import {type Ring, startRing} from './ring.ts';

// Real apt and dpkg on a database of their own, with packages that the test makes.

let directory = '';
let options: RunOptions = {};

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-apt-'));
  const mounts = aptHost(directory).join('\n');
  options = {wrapper: ['unshare', '-m', 'sh', '-c', `${mounts}\nexec "$@"`, 'sh']};
});

afterEach(() => rmSync(directory, {recursive: true, force: true}));

function expectReached(host: Shell, want: Parameters<typeof breaches>[1]): void {
  const {change, breaches: found} = breaches(host, want, options);
  expect(found, JSON.stringify(want)).toEqual([]);
  expect(change, JSON.stringify(want)).toHaveProperty('attributes');
}

const versionOf = (): string => textOf(path.join(directory, 'opt/demo/version'));
const present = (name: string, more: object = {}) =>
  packageWant(name, {installed: true, options: {together: [name]}, ...more});
const absent = (name: string, more: object = {}) =>
  packageWant(name, {installed: false, options: {together: []}, ...more});

describe.each(shells().filter(({name}) => name !== 'busybox'))('packages under $name', (host) => {
  it('are installed, upgraded, downgraded, removed and purged as foretold', () => {
    const demo = (version: string) => ({
      name: 'demo',
      version,
      files: {'/opt/demo/version': version, '/opt/etc/demo.conf': 'a'},
    });
    publish(directory, [demo('1.0-1'), {name: 'other', version: '2'}]);
    expectReached(host, packageListsWant(3600));
    expect(plan(host, packageListsWant(3600), options)).toBeUndefined();
    expect(plan(host, present('nope'), options)).toMatchObject({
      refused: "no package nope is in the host's package lists",
    });
    // Two that are wanted together come in one go: for the second nothing is left.
    const together = {options: {together: ['demo', 'other'], recommends: false}};
    expectReached(host, present('demo', together));
    expect(plan(host, present('other', together), options)).toBeUndefined();
    expect(versionOf()).toBe('1.0-1');
    // apt is slow: one shell goes the whole way.
    if (host.name !== 'dash') {
      expectReached(host, absent('demo', {purge: true}));
      return;
    }
    writeFileSync(path.join(directory, 'opt/etc/demo.conf'), 'mine');
    publish(directory, [demo('1.0-1'), demo('1.1-1')]);
    utimesSync(path.join(directory, 'lib/lists'), 1e9, 1e9);
    expectReached(host, packageListsWant(3600));
    expect(plan(host, present('demo'), options)).toBeUndefined();
    expect(plan(host, present('demo', {version: '1.*'}), options)).toBeUndefined();
    expectReached(host, present('demo', {latest: true}));
    expect(versionOf()).toBe('1.1-1');
    const older = {version: '1.0-1', options: {together: ['demo=1.0-1'], allowDowngrade: true}};
    expectReached(host, present('demo', older));
    expect(versionOf()).toBe('1.0-1');
    expectReached(host, absent('demo'));
    expect(readFileSync(path.join(directory, 'opt/etc/demo.conf'), 'utf8')).toBe('mine');
    expect(plan(host, absent('demo'), options)).toBeUndefined();
    expectReached(host, absent('demo', {purge: true}));
    expect(existsSync(path.join(directory, 'opt/etc/demo.conf'))).toBe(false);
    expectReached(host, absent('other', {purge: true}));
  });
});

it('of a host without dpkg say what is missing', () => {
  const [busybox] = shells().filter(({name}) => name === 'busybox');
  if (!busybox) throw new Error('no busybox');
  expect(() => plan(busybox, present('demo'), options)).not.toThrow();
  expect(plan(busybox, present('demo'), options)).toMatchObject({
    refused: expect.stringContaining('dpkg-query is not on the host'),
  });
});

describe('a playbook', () => {
  let ring: Ring;
  let bench: Bench;
  let apt = '';

  beforeAll(async () => {
    apt = mkdtempSync(path.join(tmpdir(), 'vprov-apt-'));
    ring = await startRing({shell: 'dash', setUp: aptHost(apt)});
    bench = new Bench({wallpi: ring});
  });

  afterAll(async () => {
    bench?.remove();
    await ring?.stop();
    rmSync(apt, {recursive: true, force: true});
  });

  it('waits for whoever holds the lock of dpkg, and says for whom', async () => {
    publish(apt, [{name: 'demo', version: '1'}]);
    const lock = `perl -e 'use Fcntl; open(F, ">", "/var/lib/dpkg/lock-frontend"); $l = pack("s s l! l! i", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $l) or die; open(S, ">", "${apt}/holds"); close(S); while (! -e "${apt}/free") { select(undef, undef, undef, 0.05) }'`;
    const running: Running = bench.start({
      tasks: [
        shell('hold', `setsid ${lock} >/dev/null 2>&1 & while [ ! -e ${apt}/holds ]; do sleep 0.05; done`),
        {name: 'install', apt: {name: 'demo', update_cache: true}},
        {name: 'after', copy: {content: 'x', dest: '/opt/x'}},
      ],
    });
    await seen(running, 'waiting for the lock of dpkg, which perl (');
    writeFileSync(path.join(apt, 'free'), '');
    const ran = await running.ended;
    expect(ran.statuses).toEqual(['hold: changed', 'install: changed', 'after: changed']);
    expect(ran.attributes).toContain('install | package:demo | installed');
  });

  it('says what is removed with a package, and brings it back with it', async () => {
    publish(apt, [
      {name: 'base', version: '1'},
      {name: 'middle', version: '2', depends: 'base'},
      {name: 'top', version: '3', depends: 'middle'},
    ]);
    utimesSync(path.join(apt, 'lib/lists'), 1e9, 1e9);
    await bench.run({tasks: [{apt: {name: 'top', update_cache: true, cache_valid_time: 0}}]});
    const installed = (): readonly string[] =>
      [...textOf(path.join(apt, 'dpkg/status')).matchAll(/^Package: (\S+)\nStatus: install ok installed/gm)]
        .map(([, name = '']) => name)
        .filter((name) => ['base', 'middle', 'top'].includes(name))
        .sort();
    expect(installed()).toEqual(['base', 'middle', 'top']);
    const tasks = [{name: 'gone', apt: {name: ['base', 'middle'], state: 'absent'}}];
    const told = 'gone | package:base | removed_with';
    const checked = await bench.check({tasks});
    const records = path.join(bench.directory, '.vprov', 'runs');
    const ran = await bench.run({tasks}, {records});
    expect(checked.attributes).toContain(told);
    expect(ran.attributes).toContain(told);
    expect(ran.tasks[0]?.changes[0]?.attributes).toContainEqual({name: 'removed_with', after: 'top'});
    expect(installed()).toEqual([]);
    const undone = await bench.undo('last', {records});
    expect([undone.statuses, undone.summary.exitCode]).toEqual([['gone: changed', 'gone: ok'], 0]);
    expect(installed()).toEqual(['base', 'middle', 'top']);
    expect((await bench.check({tasks: [{apt: {name: 'top', state: 'absent'}}]})).attributes).toEqual([
      'apt | package:top | installed',
    ]);
  });

  it('says what is removed for a package that is installed, and brings it back without it', async () => {
    publish(apt, [
      {name: 'lower', version: '1'},
      {name: 'upper', version: '2', depends: 'lower'},
      {name: 'rival', version: '3', conflicts: 'lower'},
      {name: 'peaceful', version: '4'},
    ]);
    utimesSync(path.join(apt, 'lib/lists'), 1e9, 1e9);
    await bench.run({tasks: [{apt: {name: 'upper', update_cache: true, cache_valid_time: 0}}]});
    const installed = (): readonly string[] =>
      [...textOf(path.join(apt, 'dpkg/status')).matchAll(/^Package: (\S+)\nStatus: install ok installed/gm)]
        .map(([, name = '']) => name)
        .filter((name) => ['lower', 'upper', 'rival', 'peaceful'].includes(name))
        .sort();
    expect(installed()).toEqual(['lower', 'upper']);
    const tasks = [{name: 'come', apt: {name: ['peaceful', 'rival']}}];
    const records = path.join(bench.directory, '.vprov', 'runs');
    const checked = await bench.check({tasks});
    const ran = await bench.run({tasks}, {records});
    const told = [
      'come | package:peaceful | installed',
      'come | package:rival | installed',
      'come | package:rival | removed_with',
    ];
    expect(checked.attributes).toEqual(told);
    expect(ran.attributes).toEqual(told);
    const removed = ran.tasks[0]?.changes.flatMap(({attributes}) => attributes).at(-1)?.after;
    expect(String(removed).split(', ').sort()).toEqual(['lower', 'upper']);
    expect(installed()).toEqual(['peaceful', 'rival']);
    expect((await bench.run({tasks})).statuses).toEqual(['come: ok']);
    const undone = await bench.undo('last', {records});
    expect(undone.summary.exitCode).toBe(0);
    expect(installed()).toEqual(['lower', 'upper']);
  });

  it('says what is removed for the very version, older or newer, that is installed, and marks what comes back as it was', async () => {
    publish(apt, [
      {name: 'lower', version: '1'},
      {name: 'upper', version: '2', depends: 'lower'},
      {name: 'rival', version: '3', conflicts: 'lower'},
      {name: 'rival', version: '4'},
      {name: 'calm', version: '4'},
    ]);
    utimesSync(path.join(apt, 'lib/lists'), 1e9, 1e9);
    const records = path.join(bench.directory, '.vprov', 'runs');
    const names = ['lower', 'upper', 'rival', 'calm'];
    const installed = (): readonly string[] =>
      [
        ...textOf(path.join(apt, 'dpkg/status')).matchAll(
          /^Package: (\S+)\nStatus: install ok installed\n(?:.+\n)*?Version: (\S+)/gm,
        ),
      ]
        .map(([, name = '', version = '']) => `${name}=${version}`)
        .filter((spec) => names.includes(spec.replace(/=.*/, '')))
        .sort();
    const automatic = (): readonly string[] =>
      [
        ...textOf(path.join(apt, 'lib/extended_states')).matchAll(
          /^Package: (\S+)\n(?:Architecture: .+\n)?Auto-Installed: 1/gm,
        ),
      ]
        .map(([, name = '']) => name)
        .filter((name) => names.includes(name))
        .sort();
    await bench.run({tasks: [{apt: {name: 'upper', update_cache: true, cache_valid_time: 0}}]});
    expect([installed(), automatic()]).toEqual([['lower=1', 'upper=2'], ['lower']]);

    const older = [{name: 'older', apt: {name: ['calm', 'rival=3']}}];
    const told = [
      'older | package:calm | installed',
      'older | package:rival | installed',
      'older | package:rival | removed_with',
      'older | package:rival | version',
    ];
    expect((await bench.check({tasks: older})).attributes).toEqual(told);
    expect((await bench.run({tasks: older}, {records})).attributes).toEqual(told);
    expect(installed()).toEqual(['calm=4', 'rival=3']);
    expect((await bench.undo('last', {records})).summary.exitCode).toBe(0);
    expect([installed(), automatic()]).toEqual([['lower=1', 'upper=2'], ['lower']]);

    await bench.run({tasks: [{apt: {name: 'rival'}}]});
    expect(installed()).toEqual(['lower=1', 'rival=4', 'upper=2']);
    const down = [{name: 'down', apt: {name: 'rival=3', allow_downgrade: true, install_recommends: false}}];
    const foretold = ['down | package:rival | removed_with', 'down | package:rival | version'];
    expect((await bench.check({tasks: down})).attributes).toEqual(foretold);
    expect((await bench.run({tasks: down}, {records})).attributes).toEqual(foretold);
    expect(installed()).toEqual(['rival=3']);
    expect((await bench.run({tasks: down})).statuses).toEqual(['down: ok']);
    expect((await bench.undo('last', {records})).summary.exitCode).toBe(0);
    expect([installed(), automatic()]).toEqual([['lower=1', 'rival=4', 'upper=2'], ['lower']]);

    const gone = [{name: 'gone', apt: {name: 'lower', state: 'absent'}}];
    await bench.run({tasks: gone}, {records});
    expect(installed()).toEqual(['rival=4']);
    await bench.undo('last', {records});
    expect([installed(), automatic()]).toEqual([['lower=1', 'rival=4', 'upper=2'], ['lower']]);
  });

  it('cannot say in check mode what comes with a package, and says so', async () => {
    publish(apt, [
      {name: 'demo', version: '1'},
      {name: 'web', version: '1', files: {'/opt/web/page': 'x'}},
    ]);
    const tasks = [
      {name: 'lists', apt: {name: 'demo', update_cache: true, cache_valid_time: 0}},
      {name: 'there', package: {name: 'demo'}},
      {name: 'new', package: {name: ['demo', 'web']}},
      {name: 'may come', copy: {content: 'y', dest: '/opt/web/page'}},
      {name: 'is there', file: {path: '/opt', state: 'directory', mode: '0755'}},
    ];
    utimesSync(path.join(apt, 'lib/lists'), 1e9, 1e9);
    const update = await bench.run({tasks: tasks.slice(0, 1)});
    expect(update.attributes).toEqual(['lists | package_lists:apt | updated']);
    const foretold = await bench.check({tasks: tasks.slice(1)});
    expect(foretold.statuses).toEqual([
      'there: ok',
      'new: would-change',
      'may come: unknown',
      'is there: ok',
    ]);
    expect(foretold.message('may come')).toContain('it may come with package web');
    const ran = await bench.run({tasks: tasks.slice(1)});
    expect(ran.message('new')).toBeUndefined();
    expect(ran.statuses).toEqual(['there: ok', 'new: changed', 'may come: changed', 'is there: ok']);
    expect((await bench.run({tasks: tasks.slice(1)})).summary.hosts.wallpi).toMatchObject({changed: 0});
  });
});

/** Resolves at a progress message that begins so; rejects when the run ends before. */
async function seen(running: Running, start: string): Promise<void> {
  let over = false;
  void running.ended.then(() => {
    over = true;
  });
  const isThere = (): boolean =>
    running.events.some((event) => event.type === 'progress' && event.message.startsWith(start));
  while (!isThere()) {
    if (over)
      throw new Error(`ended without saying '${start}': ${(await running.ended).statuses.join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
