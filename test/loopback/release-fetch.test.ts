import {existsSync, readFileSync, rmSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, expect, it} from 'vitest';
import {goProgram} from '../unit/releases/go-program.ts';
import {withServer} from '../unit/releases/server.ts';
import {
  newSite,
  publishOpenbao,
  type SigningKey,
  type Site,
  signingKey,
  tarball,
} from '../unit/releases/site.ts';
import {Bench, type Play} from './engine.ts';

// `vprov release fetch` and `vprov update`: no host is contacted. Those of the inventory are nowhere.

let bench: Bench;
let site: Site;
let key: SigningKey;

const nowhere = {port: 1, keyFile: '/dev/null', knownHostsFile: '/nonexistent', directory: '/nonexistent'};

beforeAll(async () => {
  bench = new Bench({zero: nowhere, four: nowhere}, {zero: {board: 'pi_zero'}, four: {arch: 'arm64'}});
  site = newSite();
  key = await signingKey();
  bench.write('mirror.asc', key.armoured);
  const arm = tarball({bao: goProgram({goArch: 'arm', goArm: '6'})});
  const arm64 = tarball({bao: goProgram({goArch: 'arm64'})});
  for (const version of ['2.6.1', '2.6.2']) {
    await publishOpenbao(site, key, version, 'linux_armv6', arm);
    await publishOpenbao(site, key, version, 'linux_arm64', arm64);
  }
});

beforeEach(() => {
  rmSync(lockFile(), {force: true});
  rmSync(path.join(bench.directory, 'cache'), {recursive: true, force: true});
});

afterAll(() => {
  site?.remove();
  bench?.remove();
});

const lockFile = (): string => path.join(bench.directory, 'vprov.lock');
const lock = () => JSON.parse(readFileSync(lockFile(), 'utf8'));

const play = (version: string, more: Play = {}): Play => ({
  tasks: [{release: {name: 'openbao', version, group: 'all', site: site.root, key: 'mirror.asc', ...more}}],
});

it('fetches the program of every architecture of the inventory, and writes down what it is', async () => {
  const ran = await bench.run(play('2.6.2'), {mode: 'validate', releases: 'fetch'});
  expect(ran.summary.exitCode).toBe(0);
  expect(ran.notes).toEqual([
    expect.stringMatching(/^openbao 2\.6\.2 for armv6l: in the cache, .*SHA-256 [0-9a-f]{64}$/),
    expect.stringMatching(/^openbao 2\.6\.2 for aarch64: in the cache/),
  ]);
  expect(Object.keys(lock().releases.openbao['2.6.2'].builds)).toEqual(['linux_arm64', 'linux_armv6']);
  expect(lock().clusters).toEqual([]);
  const again = await bench.run(play('2.6.2', {site: '/nowhere'}), {mode: 'validate', releases: 'fetch'});
  expect(again.summary.exitCode).toBe(0);
});

it('takes what was published anew once the entry that the hint names is taken out', async () => {
  const again = newSite();
  try {
    bench.write('mirror.asc', key.armoured);
    // An archive has the second in which it was made: the one that is to stay is the same.
    const same = site.read('openbao/openbao/releases/download/v2.6.2/openbao_2.6.2_linux_armv6.tar.gz');
    const other = tarball({bao: goProgram({goArch: 'arm64', at: 8192})});
    await publishOpenbao(again, key, '2.6.2', 'linux_armv6', same);
    await publishOpenbao(again, key, '2.6.2', 'linux_arm64', other);
    await bench.run(play('2.6.2'), {mode: 'validate', releases: 'fetch'});
    rmSync(path.join(bench.directory, 'cache'), {recursive: true});
    const lines = readFileSync(lockFile(), 'utf8').split('\n');
    const line = 1 + lines.findIndex((one) => one.includes('"linux_arm64"'));
    const ran = await bench.run(play('2.6.2', {site: again.root}), {mode: 'validate', releases: 'update'});
    expect(ran.mistakes).toEqual([
      expect.stringMatching(/openbao_2\.6\.2_linux_arm64\.tar\.gz is not what vprov\.lock says/),
    ]);
    const [hint] = ran.events.flatMap((one) =>
      one.type === 'diagnostic' ? (one.diagnostic.hint ?? []) : [],
    );
    expect(hint).toContain(`remove the entry linux_arm64 of openbao 2.6.2 (${lockFile()}:${line})`);
    const contents = lock();
    delete contents.releases.openbao['2.6.2'].builds.linux_arm64;
    bench.write('vprov.lock', JSON.stringify(contents));
    const taken = await bench.run(play('2.6.2', {site: again.root}), {mode: 'validate', releases: 'update'});
    expect(taken.summary.exitCode).toBe(0);
    expect(Object.keys(lock().releases.openbao['2.6.2'].builds)).toEqual(['linux_arm64', 'linux_armv6']);
  } finally {
    again.remove();
  }
});

it('keeps what auto came to, which stays until it is moved', async () => {
  const ran = await bench.run(play('auto'), {mode: 'validate', releases: 'fetch'});
  expect(ran.notes[0]).toContain('auto is 2.6.2');
  const cluster = {inventory: ['hosts.json'], group: 'all', product: 'openbao', version: '2.6.2'};
  expect(lock().clusters).toEqual([cluster]);
  const older = readFileSync(lockFile(), 'utf8').replace('"version": "2.6.2"', '"version": "2.6.1"');
  bench.write('vprov.lock', older);
  const kept = await bench.run(play('auto'), {mode: 'validate'});
  expect(kept.notes).toEqual([expect.stringContaining('auto is 2.6.1, as vprov.lock has it')]);
  await bench.run(play('auto'), {mode: 'validate', releases: 'update'});
  expect(lock().clusters).toEqual([cluster]);
});

it('moves nothing to a version that cannot be had', async () => {
  await bench.run(play('auto'), {mode: 'validate', releases: 'fetch'});
  const older = readFileSync(lockFile(), 'utf8').replace('"version": "2.6.2"', '"version": "2.6.1"');
  bench.write('vprov.lock', older);
  rmSync(path.join(bench.directory, 'cache'), {recursive: true});
  bench.write('vprov.lock', JSON.stringify({...JSON.parse(older), releases: {}}));
  const ran = await bench.run(play('auto', {site: '/nowhere'}), {mode: 'validate', releases: 'update'});
  expect(ran.summary.exitCode).toBe(1);
  expect(lock().clusters).toMatchObject([{version: '2.6.1'}]);
});

it('takes nothing that the play denies to an architecture, under any of its names', async () => {
  const entry = {product: 'openbao', from: '2.6.2', reason: 'it is slow', source: 'us'};
  const denying = (architecture: string) =>
    bench.run(play('2.6.2', {deny: [{...entry, architectures: [architecture]}]}), {mode: 'validate'});
  expect((await denying('arm64')).mistakes).toEqual([
    expect.stringMatching(/four .*cannot run openbao 2\.6\.2: it is slow \(us\)/),
  ]);
  expect((await denying('amd64')).mistakes).toEqual([]);
  expect((await denying('sparc')).mistakes).toEqual([expect.stringMatching(/architecture 'sparc'/)]);
});

it('says what it cannot get, and writes nothing of it down', async () => {
  const ran = await bench.run(play('2.6.0'), {mode: 'validate', releases: 'fetch'});
  expect(ran.summary.exitCode).toBe(1);
  expect(ran.mistakes).toHaveLength(2);
  expect(ran.mistakes[0]).toMatch(/openbao 2\.6\.0 for armv6l: there is no .*v2\.6\.0/);
  expect(existsSync(lockFile())).toBe(false);
});

it('is no success where nobody says what a host needs', async () => {
  const silent = new Bench({zero: nowhere, four: nowhere}, {zero: {board: 'pi_zero'}});
  try {
    silent.write('mirror.asc', key.armoured);
    const ran = await silent.run(play('2.6.2'), {mode: 'validate', releases: 'fetch'});
    expect(ran.summary.exitCode).toBe(1);
    expect(ran.mistakes).toEqual([expect.stringMatching(/openbao 2\.6\.2: what four needs is not known/)]);
    expect(ran.notes).toEqual([expect.stringContaining('openbao 2.6.2 for armv6l: in the cache')]);
    // What is the newest for all depends on it, too.
    const auto = await silent.run(play('auto'), {mode: 'validate', releases: 'fetch'});
    expect(auto.summary.exitCode).toBe(1);
    expect(auto.mistakes).toEqual([
      expect.stringMatching(/which openbao runs on all of all depends on four/),
    ]);
  } finally {
    silent.remove();
  }
});

it('ends with 130 when it is interrupted, and goes on where it was the next time', async () => {
  const asked: (string | undefined)[] = [];
  await withServer(
    (name, range, answer) => {
      const body = readFileSync(path.join(site.root, name));
      if (!name.endsWith('.tar.gz')) return answer(200, body);
      asked.push(range);
      if (asked.length === 1) return answer(200, body.subarray(0, 100), body.length);
      const begun = Number(range?.slice('bytes='.length, -1) ?? 0);
      return answer(range === undefined ? 200 : 206, body.subarray(begun));
    },
    async (url) => {
      const wanted = play('2.6.2', {site: url});
      const running = bench.start(wanted, {mode: 'validate', releases: 'fetch'});
      await expect.poll(() => asked.length).toBeGreaterThan(0);
      await expect.poll(() => running.events.some((one) => one.type === 'progress')).toBe(true);
      running.soft.abort();
      const ran = await running.ended;
      expect(ran.summary.exitCode).toBe(130);
      expect(existsSync(lockFile())).toBe(false);
      const again = await bench.run(wanted, {mode: 'validate', releases: 'fetch'});
      expect(again.summary.exitCode).toBe(0);
      expect(asked[1]).toBe('bytes=100-');
    },
  );
});
