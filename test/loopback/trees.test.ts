import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {type Play, textOf} from './engine.ts';
import {oneHost} from './one-host.ts';
import {shells} from './ring.ts';

// Directories with all in them: what check says is what a run does, and a second run has nothing to do.

describe.each(shells)('a tree under %s', (shell) => {
  const host = oneHost({shell}, {}, 'test ');
  const {at} = host;

  beforeEach(() => {
    rmSync(path.join(host.bench.directory, 'files'), {recursive: true, force: true});
  });

  const local = (name: string, text: string | Buffer = `${name}\n`): void => {
    const file = path.join(host.bench.directory, 'files', name);
    mkdirSync(path.dirname(file), {recursive: true});
    writeFileSync(file, text);
  };
  const modeOf = (name: string): string => (lstatSync(at(name)).mode & 0o7777).toString(8);

  /** What check foretells is what the run does, and after it there is nothing to do. */
  async function reached(play: Play) {
    const foretold = await host.bench.check(play, {diff: true});
    const ran = await host.bench.run(play, {diff: true});
    expect(ran.summary.hosts.wallpi).toMatchObject({failed: 0});
    expect(ran.attributes).toEqual(foretold.attributes);
    const again = await host.bench.run(play);
    expect(again.summary.hosts.wallpi).toMatchObject({changed: 0, failed: 0});
    return ran;
  }

  it('is copied as check foretold, whatever the names in it', async () => {
    local('site/it\'s a\n"name"/$x `y`');
    local('site/binary', Buffer.from([0xff, 0, 0xfe]));
    local('site/large', 'x'.repeat(100_000));
    mkdirSync(path.join(host.bench.directory, 'files/site/empty'));
    const copy = {src: 'site', dest: at('a/b'), mode: '0640', directory_mode: '0750'};
    await reached({tasks: [{copy}]});
    expect(textOf(at('a/b/site/it\'s a\n"name"/$x `y`'))).toBe('site/it\'s a\n"name"/$x `y`\n');
    expect(lstatSync(at('a/b/site/large')).size).toBe(100_000);
    expect(readdirSync(at('a/b/site')).toSorted()).toEqual(['binary', 'empty', 'it\'s a\n"name"', 'large']);
    expect([modeOf('a'), modeOf('a/b/site/empty'), modeOf('a/b/site/large')]).toEqual(['750', '750', '640']);
  });

  it('goes into a directory that keeps its mode, and only what differs is sent', async () => {
    for (let n = 0; n < 20; n++) local(`site/${n}`);
    const play = {tasks: [{copy: {src: 'site/', dest: `${host.place}/`, directory_mode: '0700'}}]};
    chmodSync(host.place, 0o751);
    await reached(play);
    expect(modeOf('')).toBe('751');
    writeFileSync(at('7'), 'other\n');
    writeFileSync(at('stranger'), '');
    const ran = await reached(play);
    expect(ran.attributes).toHaveLength(1);
    expect([textOf(at('7')), textOf(at('stranger'))]).toEqual(['site/7\n', '']);
  });

  it('has its links as links, or as what they lead to', async () => {
    local('v1/f');
    mkdirSync(path.join(host.bench.directory, 'files/site'));
    symlinkSync('../v1', path.join(host.bench.directory, 'files/site/current'));
    await reached({
      tasks: [
        {copy: {src: 'site/', dest: at('links'), local_follow: false}},
        {copy: {src: 'site/', dest: at('copies')}},
      ],
    });
    expect(readlinkSync(at('links/current'))).toBe('../v1');
    expect(textOf(at('copies/current/f'))).toBe('v1/f\n');
  });

  it('is refused where a directory stands in the place of a file, with what can be done', async () => {
    local('site/a');
    local('site/b');
    mkdirSync(at('b'));
    const ran = await host.bench.run({tasks: [{name: 'copy', copy: {src: 'site/', dest: host.place}}]});
    expect(ran.message('copy')).toContain(`${at('b')} is a directory, not a file`);
    expect(readdirSync(host.place)).toEqual(['b']);
  });

  it('goes behind a link as check foretold, also after another change', async () => {
    local('site/a/b/c');
    mkdirSync(at('real'));
    symlinkSync('real', at('link'));
    await reached({
      tasks: [{file: {path: at('other'), state: 'directory'}}, {copy: {src: 'site/', dest: at('link')}}],
    });
    expect(textOf(at('real/a/b/c'))).toBe('site/a/b/c\n');
  });

  it('is taken back whole', async () => {
    local('site/d/new');
    local('site/old', 'newer\n');
    writeFileSync(at('old'), 'older\n');
    const records = path.join(host.bench.directory, '.vprov', 'runs');
    await host.bench.run({tasks: [{copy: {src: 'site/', dest: host.place}}]}, {records});
    expect(textOf(at('d/new'))).toBe('site/d/new\n');
    const undone = await host.bench.undo('last', {records, now: () => Date.now() + 2000});
    expect(undone.summary.hosts.wallpi).toMatchObject({failed: 0});
    expect([readdirSync(host.place), textOf(at('old'))]).toEqual([['old'], 'older\n']);
  });

  it('of many files costs no request for each', async () => {
    for (let n = 0; n < 300; n++) local(`site/d${n % 7}/${n}`);
    const play = {tasks: [{copy: {src: 'site', dest: host.place}}]};
    const ran = await host.bench.run(play);
    expect(ran.summary.hosts.wallpi).toMatchObject({failed: 0});
    expect(readdirSync(at('site/d3'))).toHaveLength(43);
    expect(ran.summary.hosts.wallpi?.roundTrips).toBeLessThan(20);
    expect((await host.bench.run(play)).summary.hosts.wallpi?.roundTrips).toBeLessThan(5);
  });

  it('gets one mode for its files and one for its directories, its links left alone', async () => {
    mkdirSync(at("d/it's\n"), {recursive: true});
    writeFileSync(at("d/it's\n/f"), '', {mode: 0o600});
    writeFileSync(at('d/right'), '', {mode: 0o640});
    chmodSync(at('d/right'), 0o640);
    writeFileSync(at('outside'), '', {mode: 0o600});
    symlinkSync('../outside', at('d/link'));
    const file = {path: at('d'), state: 'directory', recurse: true, mode: '0640', directory_mode: '0710'};
    const ran = await reached({tasks: [{file}]});
    expect([modeOf('d'), modeOf("d/it's\n"), modeOf("d/it's\n/f"), modeOf('d/right')]).toEqual([
      '710',
      '710',
      '640',
      '640',
    ]);
    expect(modeOf('outside')).toBe('600');
    expect(ran.attributes).toHaveLength(3);
  });

  it('that tasks before it make or remove is seen as it will be', async () => {
    mkdirSync(at('real/old'), {recursive: true});
    symlinkSync('real', at('link'));
    writeFileSync(at('real/gone'), '');
    const all = {state: 'directory', recurse: true, mode: 'u=rwX,go='};
    await reached({
      tasks: [
        {copy: {content: 'x', dest: at('real/new'), mode: '0640'}},
        {file: {path: at('real/gone'), state: 'absent'}},
        {file: {path: `${at('link')}/sub`, state: 'directory'}},
      ],
    });
    writeFileSync(at('real/gone'), '');
    const play = {
      tasks: [
        {copy: {content: 'y', dest: at('real/later')}},
        {file: {path: at('real/gone'), state: 'absent'}},
        {file: {path: at('link'), follow: true, ...all}},
        {file: {path: at('fresh/a'), state: 'directory'}},
        {file: {path: at('fresh'), ...all}},
      ],
    };
    const foretold = await host.bench.check(play);
    const ran = await host.bench.run(play);
    expect(ran.summary.hosts.wallpi).toMatchObject({failed: 0});
    expect(ran.attributes).toEqual(foretold.attributes);
    expect([modeOf('real/later'), modeOf('real/sub'), modeOf('fresh/a')]).toEqual(['600', '700', '700']);
  });
});
