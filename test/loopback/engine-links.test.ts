import {
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {Bench, type Play} from './engine.ts';
import {type Ring, startRing} from './ring.ts';

let ring: Ring;
let bench: Bench;
let place = '';
let count = 0;

beforeAll(async () => {
  ring = await startRing({shell: 'busybox'});
  bench = new Bench({wallpi: ring});
});

beforeEach(() => {
  place = path.join(ring.directory, 'home-pi', `test-${count++}`);
  mkdirSync(path.join(place, 'real'), {recursive: true});
  for (const folder of [place, path.join(place, 'real')]) chownSync(folder, 20_001, 20_001);
});

afterAll(async () => {
  bench?.remove();
  await ring?.stop();
});

const at = (...names: readonly string[]): string => path.join(place, ...names);
const copy = (name: string, content: string, more: Play = {}): Play => ({
  name: `${name} ${content}`,
  copy: {content, dest: at(name), ...more},
});

/** What check says of these tasks, which must be what the run then does. */
async function foretold(tasks: readonly Play[]): Promise<readonly string[]> {
  const checked = await bench.check({tasks});
  const ran = await bench.run({tasks});
  expect(ran.statuses).toEqual(checked.statuses.map((line) => line.replace('would-change', 'changed')));
  expect(ran.attributes).toEqual(checked.attributes);
  return ran.statuses;
}

describe('a file that has two names', () => {
  it('is seen as changed by the other name too, in check and in run', async () => {
    symlinkSync('real', at('other'));
    writeFileSync(at('real', 'f'), 'A');
    const statuses = await foretold([copy('real/f', 'B'), copy('other/f', 'B'), copy('other/f', 'A')]);
    expect(statuses).toEqual(['real/f B: changed', 'other/f B: ok', 'other/f A: changed']);
    expect(readFileSync(at('real', 'f'), 'utf8')).toBe('A');
  });

  it('is changed behind a link with follow, and seen so by its own name', async () => {
    writeFileSync(at('real', 'f'), 'A');
    symlinkSync('real/f', at('link'));
    const statuses = await foretold([
      copy('link', 'B', {follow: true}),
      copy('real/f', 'B'),
      copy('real/f', 'C'),
    ]);
    expect(statuses).toEqual(['link B: changed', 'real/f B: ok', 'real/f C: changed']);
  });
});

describe('a large file whose version was kept for a change that did not come', () => {
  // The kept versions of root lie in /var/lib, which is a file system of its own here.
  const kept = (who: string, name: string) =>
    who === 'root'
      ? {seen: path.join(ring.directory, 'var-lib', `${name}-${count}`), dest: `/var/lib/${name}-${count}`}
      : {seen: at('real', name), dest: at('real', name)};
  const approved = (dest: string, content: string, command: string): Play => ({
    name: content,
    copy: {content: content.repeat(300_000), dest, validate: command},
  });
  const refuseOne = async (who: string): Promise<ReturnType<typeof kept>> => {
    const file = kept(who, 'f');
    writeFileSync(file.seen, 'A'.repeat(300_000));
    if (who !== 'root') chownSync(file.seen, 20_001, 20_001);
    const ran = await bench.run({become: who === 'root', tasks: [approved(file.dest, 'B', 'false %s')]});
    expect(ran.message('B')).toContain('not approved of');
    expect(statSync(file.seen).nlink).toBe(2);
    return file;
  };

  it.each(['root', 'pi'])('is not taken for one that somebody gave a second name, by %s', async (who) => {
    const {seen, dest} = await refuseOne(who);
    const tasks = [approved(dest, 'C', 'true %s'), approved(dest, 'D', 'true %s')];
    expect((await bench.run({become: who === 'root', tasks})).statuses).toEqual(['C: changed', 'D: changed']);
    expect(readFileSync(seen, 'utf8')).toBe('D'.repeat(300_000));
  });

  it('is refused where it has another name besides', async () => {
    const {seen, dest} = await refuseOne('pi');
    linkSync(seen, at('name'));
    const ran = await bench.run({become: false, tasks: [approved(dest, 'C', 'true %s')]});
    expect(ran.message('C')).toContain('has 2 hard links');
  });

  it('is changed through a link that leads to it', async () => {
    const {dest} = await refuseOne('pi');
    symlinkSync(dest, at('link'));
    const tasks = [copy('link', 'C', {follow: true})];
    expect((await bench.run({become: false, tasks})).statuses).toEqual(['link C: changed']);
  });
});

describe('a link that is planned', () => {
  it('is gone through: what is behind it is foretold', async () => {
    writeFileSync(at('real', 'f'), 'A');
    const link = {name: 'link', file: {path: at('new'), state: 'link', target: 'real'}};
    const statuses = await foretold([link, copy('new/f', 'A'), copy('new/g', 'G'), copy('real/g', 'G')]);
    expect(statuses).toEqual(['link: changed', 'new/f A: ok', 'new/g G: changed', 'real/g G: ok']);
  });

  it('that leads elsewhere than before is gone through as it will be', async () => {
    mkdirSync(at('second'));
    writeFileSync(at('second', 'f'), 'A');
    symlinkSync('real', at('current'));
    const link = {name: 'link', file: {path: at('current'), state: 'link', target: 'second'}};
    const statuses = await foretold([copy('current/f', 'A'), link, copy('current/f', 'A')]);
    expect(statuses).toEqual(['current/f A: changed', 'link: changed', 'current/f A: ok']);
  });
});

describe('a link that is followed', () => {
  it.each([
    ['mode', {file: {path: '@', state: 'file', follow: true, mode: '0600'}}],
    ['contents', {copy: {dest: '@', content: 'B', follow: true}}],
    ['contents, in place', {copy: {dest: '@', content: 'B', follow: true, write: 'in_place'}}],
  ] as const)('is the link that it was after the %s behind it are changed', async (_, change) => {
    writeFileSync(at('real', 'f'), 'A');
    symlinkSync('real/f', at('link'));
    const first = JSON.parse(JSON.stringify(change).replace('@', at('link'))) as Play;
    const statuses = await foretold([
      {name: 'behind', ...first},
      {name: 'as it is', file: {path: at('link'), state: 'link', target: 'real/f'}},
      {name: 'as a file', file: {path: at('link'), state: 'file'}},
    ]);
    expect(statuses).toEqual(['behind: changed', 'as it is: ok', 'as a file: failed']);
  });

  it('shows what it leads to as changed by its other name too', async () => {
    writeFileSync(at('real', 'f'), 'A');
    linkSync(at('real', 'f'), at('real', 'g'));
    symlinkSync('real/f', at('link'));
    const statuses = await foretold([
      {name: 'behind', file: {path: at('link'), state: 'file', follow: true, mode: '0600'}},
      {name: 'twin', file: {path: at('real', 'g'), state: 'file', mode: '0600'}},
    ]);
    expect(statuses).toEqual(['behind: changed', 'twin: ok']);
  });

  it('shows in the diff what stands at its end', async () => {
    writeFileSync(at('real', 'f'), 'A\n');
    symlinkSync('real/f', at('link'));
    const checked = await bench.check({tasks: [copy('link', 'B\n', {follow: true})]}, {diff: true});
    expect(checked.tasks[0]?.changes[0]?.diff).toContain('\n-A\n+B');
  });
});

describe('a tree through a link', () => {
  it('shows in the diffs what stands there now', async () => {
    for (const [name, text] of [
      ['a/new', ''],
      ['c', 'A\n'],
    ] as const)
      bench.write(`files/t/${name}`, text);
    symlinkSync('real', at('link'));
    writeFileSync(at('real', 'c'), 'B\n');
    const task = {name: 'tree', copy: {src: 'files/t/', dest: at('link')}};
    for (const ran of [
      await bench.check({tasks: [task]}, {diff: true}),
      await bench.run({tasks: [task]}, {diff: true}),
    ])
      expect(ran.tasks[0]?.changes.at(-1)?.diff).toContain('\n-B\n+A');
  });
});

describe('a directory that nobody but root may enter', () => {
  it.each(['0600', '0000'])('of mode %s is written into by root, as foretold', async (mode) => {
    const statuses = await foretold([
      {name: 'directory', file: {path: at('d'), state: 'directory', mode}},
      copy('d/f', 'A'),
      {name: 'below', file: {path: at('d', 'e', 'g'), state: 'directory'}},
    ]);
    expect(statuses).toEqual(['directory: changed', 'd/f A: changed', 'below: changed']);
  });
});

describe('a link to the folder that it is in', () => {
  it('is removed by the name that goes through it', async () => {
    symlinkSync(at('real'), at('real', 'self'));
    const gone = {name: 'gone', file: {path: at('real', 'self', 'self'), state: 'absent'}};
    expect(await foretold([gone])).toEqual(['gone: changed']);
    expect(readdirSync(at('real'))).toEqual([]);
  });
});
