import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {
  newSite,
  publishOpenbao,
  type SigningKey,
  type Site,
  sha256,
  signingKey,
  tarball,
} from '../unit/releases/site.ts';
import {Bench, type Play} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

// The module `release` on a host with a real shell, from a mirror in the official layout. The programs are scripts, which
// say what they are when they are tried; so they are not looked into.

let ring: Ring;
let bench: Bench;
let site: Site;
let key: SigningKey;
let place = '';
let count = 0;
const platform = process.arch === 'arm64' ? 'linux_arm64' : 'linux_amd64';

beforeAll(async () => {
  ring = await startRing({shell: 'dash'});
  bench = new Bench({wallpi: ring});
  site = newSite();
  key = await signingKey();
  bench.write('mirror.asc', key.armoured);
  await publish('2.6.0', 'exit 0');
  await publish('2.6.1', 'exit 0');
  await publish('2.6.2', '[ "$1" = version ]');
  await publish('2.6.3', 'kill -ILL $$');
  await publish('2.6.4', 'exit 126');
  await publish('2.6.5', 'exec sleep 60');
  await publish('2.6.6', 'exec /no/such/loader');
});

beforeEach(() => {
  place = path.join(ring.directory, 'home-pi', `release-${count++}`);
  mkdirSync(place, {recursive: true});
  rmSync(path.join(bench.directory, 'vprov.lock'), {force: true});
  rmSync(path.join(bench.directory, 'cache'), {recursive: true, force: true});
});

afterAll(async () => {
  site?.remove();
  bench?.remove();
  await ring?.stop();
});

function publish(version: string, script: string): Promise<void> {
  const bao = Buffer.from(`#!/bin/sh\n# ${version}\n${script}\n`);
  return publishOpenbao(site, key, version, platform, tarball({bao}));
}

const at = (...names: readonly string[]): string => path.join(place, ...names);

const install = (version: string, more: Play = {}): Play => ({
  gather_facts: true,
  tasks: [
    {
      name: 'the program',
      release: {
        name: 'openbao',
        version,
        site: site.root,
        key: 'mirror.asc',
        inspect: false,
        dir: at('lib'),
        link: at('bao'),
        ...more,
      },
    },
  ],
});

const versions = (): readonly string[] => readdirSync(at('lib')).sort();
const lock = () => JSON.parse(readFileSync(path.join(bench.directory, 'vprov.lock'), 'utf8'));

describe('a release', () => {
  it('is foretold without being fetched, installed once, and then needs no site any more', async () => {
    const checked = await bench.check(install('2.6.2'));
    expect(checked.statuses).toEqual(['the program: would-change']);
    expect(existsSync(at('lib'))).toBe(false);
    expect(existsSync(path.join(bench.directory, 'vprov.lock'))).toBe(false);
    const ran = await bench.run(install('2.6.2'));
    expect(ran.statuses).toEqual(['the program: changed']);
    expect(ran.attributes).toEqual(checked.attributes);
    expect(readlinkSync(at('bao'))).toBe(at('lib', '2.6.2', 'bao'));
    expect(lstatSync(at('lib', '2.6.2', 'bao')).mode & 0o777).toBe(0o755);
    expect(readdirSync(at('lib', '2.6.2'))).toEqual(['bao']);
    expect(lock().releases.openbao['2.6.2']).toMatchObject({
      signer: key.fingerprint,
      builds: {[platform]: {program: expect.stringMatching(/^[0-9a-f]{64}$/)}},
    });
    const nowhere = {site: '/nowhere'};
    expect((await bench.run(install('2.6.2', nowhere))).statuses).toEqual(['the program: ok']);
    // Another control node, which has the lock file and an empty cache.
    rmSync(path.join(bench.directory, 'cache'), {recursive: true});
    expect((await bench.run(install('2.6.2', nowhere))).statuses).toEqual(['the program: ok']);
    rmSync(at('lib'), {recursive: true});
    const again = await bench.check(install('2.6.2', nowhere));
    expect(again.attributes).toEqual(
      checked.attributes.filter((line) => !line.includes('target') && !line.includes(`path:${at('bao')}`)),
    );
    expect(existsSync(path.join(bench.directory, 'cache', 'vprov', 'releases'))).toBe(false);
  });

  it('says what cannot be known where the program is there and its digest is nowhere', async () => {
    mkdirSync(at('lib', '2.6.2'), {recursive: true});
    writeFileSync(at('lib', '2.6.2', 'bao'), 'something');
    const checked = await bench.check(install('2.6.2'));
    expect(checked.statuses).toEqual(['the program: unknown']);
    expect(checked.message('the program')).toContain('vprov release fetch');
    expect((await bench.run(install('2.6.2'))).statuses).toEqual(['the program: changed']);
    expect(readFileSync(at('lib', '2.6.2', 'bao'), 'utf8')).toContain('# 2.6.2');
  });

  it('stays beside the one before; older ones that nothing runs are gone', async () => {
    for (const version of ['2.6.0', '2.6.1']) await bench.run(install(version));
    expect(versions()).toEqual(['2.6.0', '2.6.1']);
    const ran = await bench.run(install('2.6.2'));
    expect(versions()).toEqual(['2.6.1', '2.6.2']);
    expect(ran.attributes.at(-1)).toMatch(/\| older versions$/);
    expect((await bench.run(install('2.6.2'))).statuses).toEqual(['the program: ok']);
  });

  it.each([
    ['2.6.3', /illegal instruction \(exit code 132\): it is built for a newer CPU than/],
    ['2.6.4', /cannot be executed \(exit code 126\)/],
    ['2.6.5', /did not end within 1 s/],
    ['2.6.6', /not found by the kernel \(exit code 127\)/],
  ])('that does not run (%s) is told in words, and what was there before stays', async (version, words) => {
    await bench.run(install('2.6.1'));
    const ran = await bench.run(install(version, {smoke_timeout: 1}));
    expect(ran.statuses).toEqual(['the program: failed']);
    expect(ran.message('the program')).toMatch(words);
    expect(readlinkSync(at('bao'))).toBe(at('lib', '2.6.1', 'bao'));
    expect(versions()).toEqual(['2.6.1']);
  });

  it('that does not run leaves no folder behind, where there was none, and what was in one', async () => {
    const records = path.join(bench.directory, '.vprov', 'runs');
    const failed = await bench.run(install('2.6.4'), {records});
    expect(failed.statuses).toEqual(['the program: failed']);
    expect(versions()).toEqual([]);
    expect((await bench.undo('last', {records})).summary.exitCode).toBe(0);
    expect(existsSync(at('lib'))).toBe(false);
    mkdirSync(at('lib'));
    mkdirSync(at('lib', '2.6.4'));
    writeFileSync(at('lib', '2.6.4', 'mine'), 'x');
    await bench.run(install('2.6.4'));
    expect(readdirSync(at('lib', '2.6.4'))).toEqual(['mine']);
    // What the run knows of the host is as it is: the same run may go on with it.
    rmSync(at('lib'), {recursive: true});
    const task = (name: string, version: string, more: Play = {}): Play => ({
      ...(install(version).tasks as readonly Play[])[0],
      name,
      ...more,
    });
    const block = [task('the program', '2.6.4')];
    const rescue = [task('again', '2.6.4', {ignore_errors: true}), task('another', '2.6.2')];
    const ran = await bench.run({gather_facts: true, tasks: [{name: 'both', block, rescue}]});
    expect(ran.statuses).toEqual(['the program: failed', 'again: ok', 'another: changed']);
    expect(ran.message('again')).toContain('exit code 126');
    expect(versions()).toEqual(['2.6.2']);
  });

  it('is not sent when it is not what it should be', async () => {
    const inspected = await bench.run(install('2.6.2', {inspect: true}));
    expect(inspected.statuses).toEqual(['the program: failed']);
    expect(inspected.message('the program')).toContain('it is no Linux program');
    const unsigned = await bench.run(install('2.6.2', {key: undefined}));
    expect(unsigned.message('the program')).toMatch(/there is no .*openbao-gpg-pub/);
    const missing = await bench.run(install('2.6.9'));
    expect(missing.message('the program')).toMatch(/there is no .*v2\.6\.9/);
    expect(existsSync(at('lib'))).toBe(false);
  });

  it('comes from a URL with a checksum as well, beside the playbook or from elsewhere', async () => {
    const script = Buffer.from('#!/bin/sh\n[ "$1" = --version ]\n');
    const archive = tarball({tool: script}, 's,tool,tool-7/tool,');
    mkdirSync(path.join(bench.directory, 'files'));
    writeFileSync(path.join(bench.directory, 'files/tool-7.tgz'), archive);
    const tool: Play = {
      ...{name: 'tool', version: '7', site: undefined, key: undefined},
      ...{url: 'files/tool-{version}.tgz', checksum: sha256(archive), link: at('tool')},
    };
    const checked = await bench.check(install('7', tool));
    const ran = await bench.run(install('7', tool));
    expect(ran.statuses).toEqual(['the program: changed']);
    expect(ran.attributes).toEqual(checked.attributes);
    expect(readFileSync(at('lib', '7', 'tool'))).toEqual(script);
    expect(readlinkSync(at('tool'))).toBe(at('lib', '7', 'tool'));
    expect(lock().releases.tool['7'].signer).toBe(null);
    const nowhere = {...tool, url: '/nowhere/tool.tgz'};
    expect((await bench.run(install('7', nowhere))).statuses).toEqual(['the program: ok']);
    const other = {...nowhere, checksum: 'ab'.repeat(32)};
    expect((await bench.run(install('7', other))).message('the program')).toContain(
      'there is no /nowhere/tool.tgz',
    );
    expect(readFileSync(at('lib', '7', 'tool'))).toEqual(script);
  });

  it('is held to the lock file', async () => {
    await bench.run(install('2.6.2'));
    rmSync(path.join(bench.directory, 'cache'), {recursive: true});
    rmSync(at('lib'), {recursive: true});
    const file = path.join(bench.directory, 'vprov.lock');
    const archive: string = lock().releases.openbao['2.6.2'].builds[platform].archive;
    writeFileSync(file, readFileSync(file, 'utf8').replace(archive, 'ab'.repeat(32)));
    const ran = await bench.run(install('2.6.2'));
    expect(ran.message('the program')).toContain('is not what vprov.lock says');
    expect(existsSync(at('lib'))).toBe(false);
  });
});
