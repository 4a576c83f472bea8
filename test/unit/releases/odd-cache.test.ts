import {execFileSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {VprovError} from '../../../src/errors/index.ts';
import {ReleaseStore} from '../../../src/releases/index.ts';
import {troubleOf} from '../../../src/releases/mistakes.ts';
import {
  amd64Program,
  newSite,
  publishOpenbao,
  type SigningKey,
  type Site,
  signingKey,
  tarball,
} from './site.ts';

// What is in the cache may be anything: it is thrown away and fetched anew, never followed, and what cannot be is said.

const version = '2.6.2';
const telling = {progress: () => undefined, note: () => undefined};
const {signal} = new AbortController();
const source = {file: 'site.yml', line: 7, column: 16};
let key: SigningKey;
let site: Site;
let directory = '';

beforeAll(async () => {
  key = await signingKey();
  site = newSite();
  site.write('key.asc', key.armoured);
  await publishOpenbao(site, key, version, 'linux_amd64', tarball({bao: amd64Program}));
  return () => site.remove();
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vprov-odd-'));
});
afterEach(() => rmSync(directory, {recursive: true}));

interface Asked {
  readonly cache?: string;
  readonly site?: string;
  readonly keyFile?: string;
}

/** What a run would send, which is also in the cache afterwards. */
async function run(asked: Asked = {}): Promise<Buffer> {
  const {cache = join(directory, 'cache'), ...more} = asked;
  const store = new ReleaseStore({
    cache,
    lockFile: join(directory, 'vprov.lock'),
    inventory: [],
    directory,
    now: Date.now,
  });
  const request = {
    product: 'openbao',
    site: site.root,
    keyFile: join(site.root, 'key.asc'),
    version,
    program: true,
    ...more,
  };
  const build = {request, version, architecture: 'x86_64' as const, source};
  await store.resolve(request, {name: 'h', hosts: [{host: 'h', architecture: 'x86_64'}]}, source);
  const {file} = await store.obtain(build, telling, signal, true);
  const packed = await store.provide(file, telling, signal);
  if (packed === undefined) throw new Error('it is none of ours');
  expect(gunzipSync(readFileSync(packed))).toEqual(readFileSync(file));
  return readFileSync(file);
}

/** The only diagnostic of what failed: code, place, message and hint. */
async function told(asked: Asked = {}): Promise<string> {
  const error: unknown = await run(asked).then(
    () => new Error('nothing failed'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof VprovError)) throw error;
  const [only, ...others] = error.diagnostics;
  expect(others).toEqual([]);
  return `${only?.code} ${only?.source?.file}:${only?.source?.line} ${only?.message} | ${only?.hint}`;
}

const at = (...names: readonly string[]): string =>
  join(directory, 'cache', 'openbao', version, 'linux_amd64', ...names);

function replace(path: string, by: (path: string) => void): void {
  rmSync(path, {recursive: true, force: true});
  by(path);
}

const folder = (path: string): void => {
  mkdirSync(path);
  writeFileSync(join(path, 'x'), 'x');
};
const circle = (path: string): void => symlinkSync(path, path);
const fifo = (path: string): void => void execFileSync('mkfifo', [path]);
const device = (path: string): void => symlinkSync('/dev/zero', path);
const text = (content: string) => (path: string) => writeFileSync(path, content);

const oddRecords: readonly [string, (path: string) => void][] = [
  ['null', text('null')],
  ['a list', text('[]')],
  ['of other types', text('{"sha256": 1, "sizeBytes": 3, "built": {}}')],
];
const oddFiles: readonly [string, (path: string) => void][] = [
  ['a folder', folder],
  ['a circle of links', circle],
  ['a FIFO', fifo],
  ['a link to a device', device],
];

describe('an odd thing in the cache', () => {
  const cases = ['release.json', 'bao', 'bao.gz', 'proof', 'proof/archive', 'proof/signature']
    .flatMap((name) => oddFiles.map(([what, by]) => [name, what, by] as const))
    .concat(oddRecords.map(([what, by]) => ['release.json', what, by] as const))
    .concat([['proof', 'a file', text('x')]]);
  it.each(cases)(
    'is thrown away, and fetched anew: %s is %s',
    async (name, _what, by) => {
      await run();
      replace(at(name), by);
      // Where the lock file knows the program, what proves it is not looked at.
      if (name.startsWith('proof')) rmSync(join(directory, 'vprov.lock'));
      expect(await run()).toEqual(amd64Program);
      expect(readdirSync(join(directory, 'cache', 'openbao', version))).toEqual(['linux_amd64']);
      expect(readdirSync(at()).toSorted()).toEqual(['bao', 'bao.gz', 'proof', 'release.json']);
    },
    10_000,
  );

  it.each(['openbao', `openbao/${version}`, `openbao/${version}/linux_amd64`])(
    'is never followed out of it: %s is a link, a file or a FIFO',
    async (name) => {
      await run();
      const place = join(directory, 'cache', name);
      const outside = join(directory, 'outside');
      execFileSync('cp', ['-a', place, outside]);
      const before = execFileSync('ls', ['-lR', outside]).toString();
      for (const by of [(path: string) => symlinkSync(outside, path), text('x'), fifo, circle]) {
        replace(place, by);
        expect(await run()).toEqual(amd64Program);
        expect(execFileSync('find', [join(directory, 'cache'), '-type', 'l']).toString()).toBe('');
      }
      expect(execFileSync('ls', ['-lR', outside]).toString()).toBe(before);
    },
  );

  it('is not gone on with when it is no file: what a try before has left of the download', async () => {
    const archive = site.read(
      `openbao/openbao/releases/download/v${version}/openbao_${version}_linux_amd64.tar.gz`,
    );
    const digest = execFileSync('sha256sum', {input: archive}).toString().slice(0, 16);
    for (const [, by] of oddFiles) {
      rmSync(join(directory, 'cache'), {recursive: true, force: true});
      mkdirSync(join(directory, 'cache', 'openbao', version), {recursive: true});
      by(`${at()}.${digest}.download`);
      expect(await run()).toEqual(amd64Program);
    }
  });
});

describe('a cache that cannot be', () => {
  it('is told with what to do where its disk is full', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    expect(troubleOf(full, 'openbao 2.6.2', '/cache', source)).toMatchObject({
      message: 'openbao 2.6.2: the cache (/cache) cannot be used: ENOSPC: no space left on device, write',
      diagnostics: [{code: 'REL005', source, hint: expect.stringMatching(/^make room .*XDG_CACHE_HOME/)}],
    });
  });

  it.each([
    ['/etc/passwd/vprov/releases', /ENOTDIR|is no folder/],
    ['/proc/x/vprov/releases', /ENOENT/],
  ])('is told with its place, and what to do: %s', async (cache, reason) => {
    const words = await told({cache});
    expect(words).toMatch(reason);
    expect(words).toMatch(/^REL005 site\.yml:7 openbao 2\.6\.2 for x86_64: .*XDG_CACHE_HOME/);
  });

  it('is told where it may not be written', async () => {
    // Root may write everywhere but where nobody may.
    const words = await told({cache: '/sys/vprov/releases'});
    expect(words).toMatch(/^REL005 site\.yml:7 .*(EACCES|EPERM|EROFS|ENOENT).* \| .*XDG_CACHE_HOME/);
  });

  it('is told where it was proved before, and is only to be read now', async () => {
    if (process.getuid?.() === 0) return;
    await run();
    rmSync(join(directory, 'vprov.lock'));
    for (const place of [at(), join(directory, 'cache', 'openbao', version)]) chmodSync(place, 0o500);
    const words = await told();
    chmodSync(join(directory, 'cache', 'openbao', version), 0o700);
    chmodSync(at(), 0o700);
    expect(words).toMatch(/^REL005 site\.yml:7 .*EACCES.* \| .*XDG_CACHE_HOME/);
  });
});

describe('a file of keys', () => {
  it.each([
    ['that is missing', () => undefined, /there is no /],
    ['that is a folder', folder, /is no regular file|is a folder/],
    ['that is a FIFO', fifo, /is no regular file/],
    ['that is a circle', circle, /ELOOP/],
    [
      'that is far too large',
      (path: string) => {
        text('')(path);
        truncateSync(path, 3 * 1024 ** 3);
      },
      /it is far too large: 3221225472 bytes/,
    ],
    ['that holds no key', text('hello'), /holds no armoured OpenPGP key/],
    [
      'whose key is broken',
      text('-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxxxx\n-----END PGP PUBLIC KEY BLOCK-----\n'),
      /holds no armoured OpenPGP key/,
    ],
  ])('%s is told by its name, with its place and what to do', async (_what, by, reason) => {
    by(join(directory, 'k.asc'));
    const words = await told({keyFile: 'k.asc'});
    expect(words).toMatch(/^REL007 site\.yml:7 key: .*k\.asc.* \| .*gpg --armor --export/);
    expect(words).toMatch(reason);
    expect(existsSync(join(directory, 'cache'))).toBe(false);
  });
});

it('says of a key that is no path that it is none', async () => {
  expect(await told({keyFile: 'a\0b'})).toMatch(/^REL007 site\.yml:7 key: .*NUL.* \| ./);
});

describe('a mirror', () => {
  const archive = `openbao/openbao/releases/download/v${version}/openbao_${version}_linux_amd64.tar.gz`;
  const list = `openbao/openbao/releases/download/v${version}/checksums.txt`;
  it.each([archive, list].flatMap((name) => oddFiles.map(([what, by]) => [name, what, by] as const)))(
    'whose %s is %s is told so, and nothing waits',
    async (name, _what, by) => {
      const mirror = join(directory, 'mirror');
      execFileSync('cp', ['-a', site.root, mirror]);
      replace(join(mirror, name), by);
      for (const address of [mirror, `file://${mirror}`])
        expect(await told({site: address})).toMatch(
          /^REL005 site\.yml:7 openbao 2\.6\.2 for x86_64: .*cannot be read: (it is no regular file|ELOOP).* \| ./,
        );
    },
    5000,
  );

  it.each([
    ['file://mirror/x', /names the host mirror/],
    ['file:///a%2Fb', /%2F/],
    ['http://', /is no URL/],
    ['ftp://me:s3cret@a.test/x', /ftp:\/\/a\.test\/x is neither a folder/],
  ])('of a wrong address is told so: %s', async (address, reason) => {
    const words = await told({site: address});
    expect(words).toMatch(/^REL005 site\.yml:7 /);
    expect(words).toMatch(reason);
    expect(words).not.toContain('undefined');
  });
});
