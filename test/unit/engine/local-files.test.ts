import {createHash} from 'node:crypto';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {DigestCache} from '../../../src/engine/digest-cache.ts';
import {LocalFiles} from '../../../src/engine/local-files.ts';
import {VprovError} from '../../../src/errors/index.ts';
import type {Role} from '../../../src/playbook/index.ts';
import {ReleaseStore} from '../../../src/releases/index.ts';

let directory = '';
let files: LocalFiles;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'vprov-local-'));
  files = new LocalFiles(directory, new DigestCache(path.join(directory, 'cache')), releases());
});

const releases = () =>
  new ReleaseStore({
    cache: path.join(directory, 'releases'),
    lockFile: path.join(directory, 'vprov.lock'),
    inventory: [],
    directory,
    now: () => 0,
  });

afterEach(() => rmSync(directory, {recursive: true}));

function write(name: string, content: string | Buffer): string {
  const file = path.join(directory, name);
  mkdirSync(path.dirname(file), {recursive: true});
  writeFileSync(file, content);
  return file;
}

const source = {file: 'play.yml', line: 3, column: 5};
const resolve = (name: string, type: 'file' | 'template' = 'file', role?: Role) =>
  files.resolve({name: 'src', path: name, type}, role, source);
const failure = async (name: string) => {
  const error: unknown = await resolve(name).catch((thrown: unknown) => thrown);
  return error instanceof VprovError ? error.diagnostics[0] : error;
};

describe('a local file', () => {
  it('is looked for in the role, then beside the playbook, in the folder of its kind first', async () => {
    const role = {directory: path.join(directory, 'roles/r')} as Role;
    const places = ['x', 'templates/x', 'roles/r/x', 'roles/r/templates/x'];
    for (const place of places) {
      const file = write(place, place);
      expect(
        await new LocalFiles(directory, new DigestCache(directory), releases()).resolve(
          {name: 'src', path: 'x', type: 'template'},
          role,
          source,
        ),
      ).toMatchObject({file});
    }
    expect(await resolve('x', 'template')).toMatchObject({file: path.join(directory, 'templates/x')});
    expect(await resolve('x', 'file', role)).toMatchObject({file: path.join(directory, 'roles/r/x')});
  });

  it('that is small text is read, that is binary or large is known by its digest', async () => {
    const large = 'x'.repeat(65_537);
    write('text', 'grüße\n');
    write('binary', Buffer.from([0xff, 0xfe, 0]));
    write('large', large);
    const sha256 = createHash('sha256').update(large).digest('hex');
    expect(await resolve('text')).toMatchObject({text: 'grüße\n', sizeBytes: 8});
    expect('text' in (await resolve('binary'))).toBe(false);
    expect(await resolve('large')).toEqual({file: path.join(directory, 'large'), sizeBytes: 65_537, sha256});
    expect(readFileSync(path.join(directory, 'cache/digests.json'), 'utf8')).toContain(sha256);
  });

  it('that is missing is told with the nearest name, or where it was looked for', async () => {
    write('files/vault.hcl', '');
    expect(await failure('vault.hlc')).toMatchObject({
      code: 'ENG001',
      source,
      hint: expect.stringContaining('vault.hcl'),
    });
    expect(await failure('nothing-like-it')).toMatchObject({
      code: 'ENG001',
      hint: `looked for ${directory}/files/nothing-like-it, ${directory}/nothing-like-it`,
    });
  });

  it('that cannot be read is told with the reason', async () => {
    symlinkSync('loop', path.join(directory, 'loop'));
    expect(await failure('loop')).toMatchObject({
      code: 'ENG009',
      message: `${directory}/loop cannot be read: its links lead to one another in a circle`,
      source,
    });
  });
});

describe('a local tree', () => {
  const tree = (name: string, followLinks = true) =>
    files.resolve({name: 'src', path: name, type: 'tree', followLinks}, undefined, source);
  const troubleWith = async (name: string) => {
    const error: unknown = await tree(name).catch((thrown: unknown) => thrown);
    return error instanceof VprovError ? error.diagnostics[0] : error;
  };

  it('is a file alone, or a directory before what is in it, whatever the names', async () => {
    write('files/alone', 'x');
    write("files/site/b/it's\n", 'y');
    write('files/site/a', 'x');
    mkdirSync(path.join(directory, 'files/site/empty'));
    expect(await tree('alone')).toMatchObject({entries: [{type: 'file', path: '', file: {text: 'x'}}]});
    for (const name of ['site', 'site/'])
      expect(await tree(name)).toMatchObject({
        entries: [
          {type: 'directory', path: ''},
          {type: 'file', path: 'a', file: {text: 'x'}},
          {type: 'directory', path: 'b'},
          {type: 'file', path: "b/it's\n", file: {text: 'y'}},
          {type: 'directory', path: 'empty'},
        ],
      });
  });

  it('has links as what they lead to, or as links', async () => {
    write('v1/f', 'x');
    mkdirSync(path.join(directory, 'site'));
    symlinkSync('../v1', path.join(directory, 'site/current'));
    expect(await tree('site')).toMatchObject({
      entries: [{path: ''}, {type: 'directory', path: 'current'}, {type: 'file', path: 'current/f'}],
    });
    expect(await tree('site', false)).toEqual({
      entries: [
        {type: 'directory', path: ''},
        {type: 'link', path: 'current', target: '../v1'},
      ],
    });
  });

  it('says which link of it cannot be followed, and what to do', async () => {
    mkdirSync(path.join(directory, 'site/a'), {recursive: true});
    symlinkSync('..', path.join(directory, 'site/a/up'));
    const hint = 'local_follow: false makes links of links';
    const up = `the link ${directory}/site/a/up leads to a directory that it is in`;
    expect(await troubleWith('site')).toMatchObject({code: 'ENG009', message: up, hint, source});
    mkdirSync(path.join(directory, 'other'));
    symlinkSync('nowhere', path.join(directory, 'other/l'));
    const nowhere = `the link ${directory}/other/l leads nowhere`;
    expect(await troubleWith('other')).toMatchObject({message: nowhere, hint});
    expect(await troubleWith('neither')).toMatchObject({message: "there is no file 'neither'"});
    expect(await troubleWith('neither/')).toMatchObject({message: "there is no directory 'neither/'"});
  });
});
