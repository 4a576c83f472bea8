import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gunzipSync, gzipSync} from 'node:zlib';
import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {ReleaseStore} from '../../../src/releases/index.ts';
import {goProgram} from './go-program.ts';
import {
  amd64Program,
  newSite,
  publishOpenbao,
  type SigningKey,
  type Site,
  sha256,
  signingKey,
  tarball,
} from './site.ts';

// One cache is of all projects of a person: what another project, or anybody, put there overrules no lock file.

const version = '2.6.2';
const otherProgram = goProgram({goArch: 'amd64', at: 8192});
const telling = {progress: () => undefined, note: () => undefined};
const {signal} = new AbortController();
let key: SigningKey;
let stranger: SigningKey;
let sites: readonly Site[] = [];
let directory = '';

beforeAll(async () => {
  [key, stranger] = await Promise.all([signingKey(), signingKey()]);
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vprov-shared-'));
});
afterEach(() => {
  for (const site of sites) site.remove();
  sites = [];
  rmSync(directory, {recursive: true});
});

async function mirror(by: SigningKey, program: Buffer): Promise<Site> {
  const site = newSite();
  sites = [...sites, site];
  site.write('key.asc', by.armoured);
  await publishOpenbao(site, by, version, 'linux_amd64', tarball({bao: program}));
  return site;
}

interface Project {
  readonly lock: () => string;
  /** What a run would send. */
  readonly run: () => Promise<Buffer>;
  /** What check mode goes by. */
  readonly known: () => ReturnType<ReleaseStore['known']>;
  /** What `release fetch` says. */
  readonly fetch: () => Promise<string>;
}

type Asked = Pick<Parameters<ReleaseStore['resolve']>[0], 'product' | 'site' | 'keyFile' | 'download'>;

function project(name: string, asked: Asked): Project {
  const lockFile = join(directory, `${name}.lock`);
  const request = {...asked, version, program: true};
  const build = {request, version, architecture: 'x86_64' as const, source: undefined};
  const newStore = () =>
    new ReleaseStore({
      cache: join(directory, 'cache'),
      lockFile,
      inventory: [],
      directory,
      now: Date.now,
    });
  return {
    lock: () => readFileSync(lockFile, 'utf8'),
    run: async () => {
      const store = newStore();
      const {file} = await store.obtain(build, telling, signal);
      const packed = await store.provide(file, telling, signal);
      if (packed === undefined) throw new Error('it is none of ours');
      const program = readFileSync(file);
      expect(gunzipSync(readFileSync(packed))).toEqual(program);
      return program;
    },
    known: () => newStore().known(build, 'cache'),
    fetch: async () => {
      const store = newStore();
      await store.resolve(request, {name: 'h', hosts: [{host: 'h', architecture: 'x86_64'}]}, undefined);
      const [release] = store.asked;
      if (!release) throw new Error('nothing was asked for');
      return release.fetch('x86_64', telling, signal);
    },
  };
}

const fromMirror = ({root}: Site): Asked => ({
  product: 'openbao',
  site: root,
  keyFile: join(root, 'key.asc'),
});

/** The one folder of a build in the cache. */
function folder(product: string): string {
  const above = join(directory, 'cache', product, version);
  const [only = '', ...more] = readdirSync(above);
  expect(more).toEqual([]);
  return join(above, only);
}

describe('a cache that several projects share', () => {
  it('never rewrites the lock file of one by what another put there', async () => {
    const good = project('a', fromMirror(await mirror(key, amd64Program)));
    const other = project('b', fromMirror(await mirror(stranger, otherProgram)));
    expect(await good.run()).toEqual(amd64Program);
    const before = good.lock();
    expect(await other.run()).toEqual(otherProgram);
    expect(await good.run()).toEqual(amd64Program);
    expect(good.lock()).toBe(before);
    await other.run();
    expect(await good.fetch()).toContain(sha256(amd64Program));
    expect(good.lock()).toBe(before);
    expect(await other.run()).toEqual(otherProgram);
  });

  it('holds nothing back where a project trusts another one than the lock file names', async () => {
    const site = await mirror(key, amd64Program);
    await project('a', fromMirror(site)).run();
    site.write('key.asc', stranger.armoured);
    await expect(project('a', fromMirror(site)).run()).rejects.toThrow(/key that is not trusted/);
  });

  it.each(['run', 'fetch'] as const)(
    'is not believed what was planted there with its record: %s',
    async (by) => {
      const site = newSite();
      sites = [site];
      site.write('tool', amd64Program);
      const download = {url: join(site.root, 'tool'), checksums: {x86_64: sha256(amd64Program)}};
      const own = project('a', {product: 'tool', download});
      await own.run();
      const before = own.lock();
      const record = join(folder('tool'), 'release.json');
      const planted = {sha256: sha256(otherProgram), sizeBytes: otherProgram.length};
      writeFileSync(join(folder('tool'), 'tool'), otherProgram);
      writeFileSync(record, JSON.stringify({...JSON.parse(readFileSync(record, 'utf8')), ...planted}));
      writeFileSync(join(folder('tool'), 'tool.gz'), gzipSync(otherProgram));
      await own[by]();
      expect(readFileSync(join(folder('tool'), 'tool'))).toEqual(amd64Program);
      expect(own.lock()).toBe(before);
    },
  );

  it('is not believed what lost its digest, where no lock file knows the build', async () => {
    const site = await mirror(key, amd64Program);
    await project('a', fromMirror(site)).run();
    writeFileSync(join(folder('openbao'), 'bao'), Buffer.alloc(amd64Program.length));
    const fresh = project('b', fromMirror(site));
    expect(await fresh.run()).toEqual(amd64Program);
    expect(fresh.lock()).toContain(sha256(amd64Program));
  });

  describe('is not believed what was planted there with its record, where no lock file knows the build', () => {
    /** Another program in the place of the right one, and all that is written beside it says that it is right. */
    function plant(product: string, program: string): void {
      const place = folder(product);
      const record = JSON.parse(readFileSync(join(place, 'release.json'), 'utf8'));
      const planted = {...record, sha256: sha256(otherProgram), sizeBytes: otherProgram.length};
      writeFileSync(join(place, 'release.json'), JSON.stringify(planted));
      writeFileSync(join(place, program), otherProgram);
      writeFileSync(join(place, `${program}.gz`), gzipSync(otherProgram));
    }
    async function published(): Promise<{readonly site: Site; readonly asked: Asked}> {
      const site = await mirror(key, amd64Program);
      return {site, asked: fromMirror(site)};
    }
    function downloaded(): {readonly site: Site; readonly asked: Asked} {
      const site = newSite();
      sites = [...sites, site];
      site.write('tool', amd64Program);
      const download = {url: join(site.root, 'tool'), checksums: {x86_64: sha256(amd64Program)}};
      return {site, asked: {product: 'tool', download}};
    }
    /** All that is in the site but the key: what is had without it comes from the cache. */
    function empty({root}: Site): void {
      for (const name of readdirSync(root))
        if (name !== 'key.asc') rmSync(join(root, name), {recursive: true});
    }

    it.each(['run', 'fetch', 'check'] as const)('by its publisher: %s', async (by) => {
      const {site, asked} = await published();
      await project('a', asked).run();
      plant('openbao', 'bao');
      empty(site);
      const fresh = project('b', asked);
      if (by === 'check') expect(await fresh.known()).toMatchObject({sha256: sha256(amd64Program)});
      else {
        await fresh[by]();
        expect(fresh.lock()).toContain(sha256(amd64Program));
        expect(fresh.lock()).not.toContain(sha256(otherProgram));
      }
      expect(readFileSync(join(folder('openbao'), 'bao'))).toEqual(amd64Program);
    });

    it('from a URL: the site is asked again where the program alone proves itself', async () => {
      const {asked, site} = downloaded();
      await project('a', asked).run();
      plant('tool', 'tool');
      const fresh = project('b', asked);
      expect(await fresh.known()).not.toHaveProperty('sha256');
      expect(await fresh.run()).toEqual(amd64Program);
      plant('tool', 'tool');
      empty(site);
      await expect(project('c', asked).run()).rejects.toThrow(
        /there is no .*tool.* the cache is not taken: tool has the wrong checksum/,
      );
    });

    it.each([
      ['archive', /the wrong checksum/],
      ['checksums', /the signature is wrong/],
      ['signature', /is no OpenPGP signature/],
    ])('whose %s was changed too: it comes anew, and without its site not at all', async (part, reason) => {
      const {site, asked} = await published();
      await project('a', asked).run();
      plant('openbao', 'bao');
      writeFileSync(join(folder('openbao'), 'proof', part), tarball({bao: otherProgram}));
      const fresh = project('b', asked);
      expect(await fresh.known()).not.toHaveProperty('sha256');
      expect(await fresh.run()).toEqual(amd64Program);
      writeFileSync(join(folder('openbao'), 'proof', part), tarball({bao: otherProgram}));
      empty(site);
      const refusal = project('c', asked).run();
      await expect(refusal).rejects.toThrow(reason);
      await expect(refusal).rejects.toThrow(/what is in the cache is not taken/);
    });

    it('by an older vprov, which kept nothing that proves it', async () => {
      const {site, asked} = await published();
      await project('a', asked).run();
      rmSync(join(folder('openbao'), 'proof'), {recursive: true});
      expect(await project('b', asked).known()).not.toHaveProperty('sha256');
      await project('b', asked).run();
      empty(site);
      expect(await project('c', asked).run()).toEqual(amd64Program);
      rmSync(join(folder('openbao'), 'proof'), {recursive: true});
      await expect(project('d', asked).run()).rejects.toThrow(/by an older vprov/);
    });
  });

  it('is not asked what a program is built for that the lock file knows', async () => {
    const own = project('a', fromMirror(await mirror(key, amd64Program)));
    await own.run();
    const record = join(folder('openbao'), 'release.json');
    const wrong = {...JSON.parse(readFileSync(record, 'utf8')), built: {machine: 'arm64', softFloat: false}};
    writeFileSync(record, JSON.stringify(wrong));
    expect(await own.run()).toEqual(amd64Program);
  });

  it('is refused when the lock file has another program for the same archive', async () => {
    const own = project('a', fromMirror(await mirror(key, amd64Program)));
    await own.run();
    const wrong = own.lock().replace(sha256(amd64Program), 'ab'.repeat(32));
    writeFileSync(join(directory, 'a.lock'), wrong);
    await expect(own.run()).rejects.toThrow(/holds another program than vprov\.lock says/);
    expect(own.lock()).toBe(wrong);
  });
});

describe('the compressed form in the cache', () => {
  it('is made once', async () => {
    const own = project('a', fromMirror(await mirror(key, amd64Program)));
    await own.run();
    const made = statSync(join(folder('openbao'), 'bao.gz')).ino;
    await own.run();
    expect(statSync(join(folder('openbao'), 'bao.gz')).ino).toBe(made);
  });

  it.each([
    ['another program', gzipSync(otherProgram)],
    ['nothing', Buffer.alloc(0)],
    ['no gzip', Buffer.from('junk')],
    ['half of it', gzipSync(amd64Program).subarray(0, -9)],
  ])('is made anew when it holds %s', async (_, content) => {
    const own = project('a', fromMirror(await mirror(key, amd64Program)));
    await own.run();
    writeFileSync(join(folder('openbao'), 'bao.gz'), content);
    expect(await own.run()).toEqual(amd64Program);
    expect(readdirSync(folder('openbao')).toSorted()).toEqual(['bao', 'bao.gz', 'proof', 'release.json']);
  });
});
