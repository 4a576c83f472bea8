import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {type Architecture, type DownloadRequest, ReleaseStore} from '../../../src/releases/index.ts';
import {goProgram} from './go-program.ts';
import {withServer} from './server.ts';
import {
  amd64Program,
  newSite,
  type SigningKey,
  type Site,
  sha256,
  signed,
  signingKey,
  tarball,
  zip,
} from './site.ts';

// A program from a URL, which the play gives the checksum of; who signed it is known where somebody did.

const armProgram = goProgram({goArch: 'arm', goArm: '6'});
const inFolder = 's,tool,tool-1.2.3/tool,';
let key: SigningKey;
let stranger: SigningKey;
let site: Site;
let directory = '';

beforeAll(async () => {
  [key, stranger] = await Promise.all([signingKey(), signingKey()]);
});
beforeEach(() => {
  site = newSite();
  directory = mkdtempSync(join(tmpdir(), 'vprov-url-'));
  writeFileSync(join(directory, 'key.asc'), key.armoured);
});
afterEach(() => {
  site.remove();
  rmSync(directory, {recursive: true});
});

interface Asked extends Partial<DownloadRequest> {
  readonly architecture?: Architecture;
  readonly silenceMs?: number;
  readonly keyFile?: string;
}

function newStore(silenceMs?: number): ReleaseStore {
  return new ReleaseStore({
    cache: join(directory, 'cache'),
    lockFile: join(directory, 'vprov.lock'),
    inventory: [],
    directory,
    now: Date.now,
    ...(silenceMs === undefined ? {} : {silenceMs}),
  });
}

/** The program, as a run has it. */
async function obtained({architecture = 'x86_64', silenceMs, keyFile, ...download}: Asked): Promise<Buffer> {
  const request = {
    product: 'tool',
    version: '1.2.3',
    program: true,
    download: {url: `${site.root}/tool`, checksums: {}, ...download},
    ...(keyFile === undefined ? {} : {keyFile}),
  };
  const telling = {progress: () => undefined, note: () => undefined};
  const build = {request, version: '1.2.3', architecture, source: undefined};
  const store = newStore(silenceMs);
  const {signal} = new AbortController();
  const {file} = await store.obtain(build, telling, signal);
  await store.provide(file, telling, signal);
  return readFileSync(file);
}

const lock = () => JSON.parse(readFileSync(join(directory, 'vprov.lock'), 'utf8')).releases.tool['1.2.3'];

function publish(name: string, content: Buffer): {url: string; checksums: {x86_64: string}} {
  site.write(name, content);
  return {url: join(site.root, name), checksums: {x86_64: sha256(content)}};
}

/** A zip in which each of these names is the program; folders are those that end with a slash. */
function zipped(names: readonly string[]): Buffer {
  return zip(names.map((name) => ({name, content: name.endsWith('/') ? Buffer.alloc(0) : amd64Program})));
}

describe('a program from a URL', () => {
  it.each([
    ['as it is', () => publish('tool', amd64Program)],
    ['in a tar.gz', () => publish('tool.tar.gz', tarball({tool: amd64Program, LICENSE: Buffer.from('x')}))],
    ['in a folder of a tar.gz', () => publish('tool.tgz', tarball({tool: amd64Program}, inFolder))],
    ['in a zip', () => publish('tool.zip', zipped(['tool', 'LICENSE']))],
    ['in a folder of a zip', () => publish('tool.zip', zipped(['x/', 'x/tool', 'tool/']))],
    [
      'under a name that does not say what it is',
      () => ({...publish('get', tarball({tool: amd64Program})), format: 'tar.gz' as const}),
    ],
    [
      'where the play says',
      () => ({
        ...publish('t.tar.gz', tarball({tool: amd64Program}, inFolder)),
        member: 'tool-{version}/tool',
      }),
    ],
    [
      'under another name',
      () => ({...publish('t.tar.gz', tarball({toolctl: amd64Program})), program: 'toolctl'}),
    ],
  ])('comes %s, and vprov.lock says that only the checksum stands for it', async (_, published) => {
    const asked = published();
    expect(await obtained(asked)).toEqual(amd64Program);
    expect(lock()).toMatchObject({signer: null, builds: {x86_64: {archive: asked.checksums.x86_64}}});
    site.remove();
    site = newSite();
    expect(await obtained(asked)).toEqual(amd64Program);
  });

  it('has fields in its URL, which each architecture fills', async () => {
    site.write('1.2.3/tool-arm-x', armProgram);
    site.write('1.2.3/tool-amd64-x86_64', amd64Program);
    const asked = {
      url: `${site.root}/{version}/tool-{platform}-{arch}`,
      platforms: {armv6l: 'arm'},
      checksums: {x86_64: sha256(amd64Program), armv6l: sha256(armProgram)},
    };
    expect(await obtained(asked)).toEqual(amd64Program);
    await expect(obtained({...asked, architecture: 'armv6l'})).rejects.toThrow('tool-arm-armv6l');
    const arm = {...asked, url: `${site.root}/{version}/tool-{platform}-x`};
    expect(await obtained({...arm, architecture: 'armv6l'})).toEqual(armProgram);
    expect(Object.keys(lock().builds)).toEqual(['armv6l', 'x86_64']);
  });

  it('is another one when the play has another checksum, whatever cache and lock file have', async () => {
    await obtained(publish('tool', amd64Program));
    const other = goProgram({goArch: 'amd64', at: 8192});
    expect(await obtained(publish('tool', other))).toEqual(other);
    expect(lock().builds.x86_64).toMatchObject({archive: sha256(other), program: sha256(other)});
    const gone = {url: join(site.root, 'gone'), checksums: {x86_64: sha256(amd64Program)}};
    expect(await obtained(gone)).toEqual(amd64Program);
  });

  it('is checked against whoever signed it, and vprov.lock says who', async () => {
    const asked = publish('tool.tar.gz', tarball({tool: amd64Program}));
    await obtained(asked);
    site.write('tool.tar.gz.sig', await signed(site.read('tool.tar.gz'), key));
    const signedToo = {...asked, signature: `${asked.url}.sig`, keyFile: 'key.asc'};
    expect(await obtained(signedToo)).toEqual(amd64Program);
    expect(lock()).toMatchObject({signer: key.fingerprint});
    expect(await obtained({...signedToo, signature: '/nowhere'})).toEqual(amd64Program);
  });
});

type Bad = readonly [what: string, asked: () => Promise<Asked> | Asked, reason: RegExp];

const bad: readonly Bad[] = [
  [
    'a wrong checksum',
    () => ({...publish('tool', amd64Program), checksums: {x86_64: 'ab'.repeat(32)}}),
    /tool has the wrong checksum: [0-9a-f]{64} instead of (ab){32}/,
  ],
  [
    'a web page instead of the archive',
    () => ({...publish('tool.zip', Buffer.from('<html>Sign in')), checksums: {x86_64: 'ab'.repeat(32)}}),
    /instead of tool\.zip came a web page/,
  ],
  [
    'a path that climbs out',
    () => publish('tool.tar.gz', tarball({tool: amd64Program, x: Buffer.from('x')}, 's,^x$,../../x,')),
    /leads out of it/,
  ],
  [
    'a path that climbs out of a zip',
    () => publish('tool.zip', zipped(['tool', '../x'])),
    /leads out of it: "..\/x"/,
  ],
  [
    'a path that climbs out of a zip as on Windows',
    () => publish('tool.zip', zipped(['tool', '..\\x'])),
    /leads out of it: "..\\\\x"/,
  ],
  [
    'a link in the place of the program',
    () => publish('tool.zip', zip([{name: 'tool', content: Buffer.from('/bin/sh'), mode: 0o120777}])),
    /tool in the archive is no file/,
  ],
  [
    'an encrypted program',
    () => publish('tool.zip', zip([{name: 'tool', content: amd64Program, encrypted: true}])),
    /tool in the archive is encrypted/,
  ],
  [
    'a program with another CRC-32 than the zip says',
    () => publish('tool.zip', zip([{name: 'tool', content: amd64Program, crc: 1}])),
    /tool in the archive has the wrong checksum/,
  ],
  [
    'a truncated archive',
    () => publish('tool.tar.gz', tarball({tool: amd64Program}).subarray(0, 60)),
    /the archive is broken/,
  ],
  ['a zip that is none', () => publish('tool.zip', Buffer.from('PK not at all')), /the archive is broken/],
  ['the program twice', () => publish('tool.zip', zipped(['a/tool', 'b/tool'])), /has tool twice/],
  [
    'no program in it',
    () => publish('tool.tar.gz', tarball({other: amd64Program})),
    /there is no tool in the archive/,
  ],
  [
    'the wrong architecture inside',
    () => publish('tool', armProgram),
    /the wrong program for x86_64: it is built for arm/,
  ],
  ['a script', () => publish('tool', Buffer.from('#!/bin/sh\n')), /it is no Linux program/],
  [
    'nothing there',
    () => ({url: '/nowhere/tool', checksums: {x86_64: 'ab'.repeat(32)}}),
    /there is no \/nowhere\/tool/,
  ],
  [
    'no checksum for the host',
    () => ({...publish('tool', amd64Program), architecture: 'aarch64'}),
    /no checksum of tool 1\.2\.3 for 64-bit ARM/,
  ],
  [
    'a wrong signature',
    async () => {
      const asked = publish('tool', amd64Program);
      site.write('tool.asc', await signed('something else', key));
      return {...asked, signature: `${asked.url}.asc`, keyFile: 'key.asc'};
    },
    /tool\.asc: the signature is wrong/,
  ],
  [
    'an unknown key',
    async () => {
      const asked = publish('tool', amd64Program);
      site.write('tool.asc', await signed(amd64Program, stranger));
      return {...asked, signature: `${asked.url}.asc`, keyFile: 'key.asc'};
    },
    /tool\.asc: it is signed by a key that is not trusted/,
  ],
  [
    'no signature, which there should be',
    () => ({...publish('tool', amd64Program), signature: join(site.root, 'tool.asc'), keyFile: 'key.asc'}),
    /there is no .*tool\.asc/,
  ],
];

describe('a program from a URL that is not what it should be', () => {
  it.each(bad)('is refused with its reason, and nothing of it is kept: %s', async (_, asked, reason) => {
    await expect(obtained(await asked())).rejects.toThrow(reason);
    const cache = join(directory, 'cache');
    const left = existsSync(cache) ? readdirSync(cache, {recursive: true}) : [];
    expect(left.filter((name) => !['tool', 'tool/1.2.3'].includes(String(name)))).toEqual([]);
    expect(existsSync(join(directory, 'vprov.lock'))).toBe(false);
  });

  it('is refused when the server does not have it, or says nothing', async () => {
    const checksums = {x86_64: 'ab'.repeat(32)};
    await withServer(
      (_path, _range, answer) => answer(404, Buffer.from('nope')),
      (url) => expect(obtained({url: `${url}/tool`, checksums})).rejects.toThrow(/\/tool answered 404/),
    );
    await withServer(
      () => undefined,
      (url) =>
        expect(obtained({url: `${url}/tool`, checksums, silenceMs: 200})).rejects.toThrow(/said nothing for/),
    );
  });

  it('goes when it has changed in the cache, and comes anew', async () => {
    const asked = publish('tool', amd64Program);
    await obtained(asked);
    const [cached] = readdirSync(join(directory, 'cache', 'tool', '1.2.3'));
    const file = join(directory, 'cache', 'tool', '1.2.3', String(cached), 'tool');
    writeFileSync(file, Buffer.alloc(amd64Program.length));
    rmSync(join(directory, 'vprov.lock'));
    expect(await obtained(asked)).toEqual(amd64Program);
    appendFileSync(file, 'x');
    rmSync(join(directory, 'vprov.lock'));
    expect(await obtained(asked)).toEqual(amd64Program);
  });
});
