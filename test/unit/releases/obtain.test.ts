import {spawnSync} from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {revokeKey} from 'openpgp';
import {afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {
  type CachedProgram,
  cachedProgram,
  obtainProgram,
  products,
  type Wanted,
} from '../../../src/releases/index.ts';
import {trustFor} from '../../../src/releases/keys.ts';
import {ownName} from '../../../src/releases/own-files.ts';
import {goProgram} from './go-program.ts';
import {withServer} from './server.ts';
import {
  amd64Program,
  newSite,
  publishOpenbao,
  type SigningKey,
  type Site,
  sha256,
  signed,
  signingKey,
  tarball,
} from './site.ts';

const version = '2.6.2';
const directory = `openbao/openbao/releases/download/v${version}`;
const archivePath = `${directory}/openbao_${version}_linux_amd64.tar.gz`;
const day = 86_400;

let key: SigningKey;
let stranger: SigningKey;
let site: Site;
let cache: string;

beforeAll(async () => {
  [key, stranger] = await Promise.all([signingKey(), signingKey()]);
});
beforeEach(async () => {
  site = newSite();
  cache = mkdtempSync(join(tmpdir(), 'vprov-releases-'));
  await publishOpenbao(
    site,
    key,
    version,
    'linux_amd64',
    tarball({bao: amd64Program, LICENSE: Buffer.from('MPL')}),
  );
});
afterEach(() => {
  site.remove();
  rmSync(cache, {recursive: true});
});

function wanted(more: Partial<Wanted> = {}): Wanted {
  const product = products.get('openbao');
  if (!product) throw new Error('no product openbao');
  const trust = {keys: [key.armoured], fingerprints: [key.fingerprint], allowExpiredKey: false};
  return {product, version, architecture: 'x86_64', site: site.root, trust, ...more};
}

function obtain(
  asked: Partial<Wanted> = {},
  {
    silenceMs = 30_000,
    ...more
  }: {silenceMs?: number; mostBytes?: number; onProgress?: (bytes: number) => void} = {},
): Promise<CachedProgram> {
  const {signal} = new AbortController();
  return obtainProgram(wanted(asked), {cache, signal, silenceMs, now: () => new Date(), ...more});
}

/** What vprov.lock has of the program that is published. */
const programOf = () => ({programSha256: sha256(amd64Program)});

describe('a release that is as it should be', () => {
  it('may be listed with the folder that its checksums were made in', async () => {
    const list = `${site.read(`${directory}/checksums.txt`)}`.replace('  ', '  ./');
    site.write(`${directory}/checksums.txt`, list);
    site.write(`${directory}/checksums.txt.gpgsig`, await signed(list, key));
    expect((await obtain()).sha256).toBe(sha256(amd64Program));
  });

  it('comes into the cache once, and is then taken from there without the site', async () => {
    const first = await obtain();
    expect(readFileSync(first.file)).toEqual(amd64Program);
    expect(first).toMatchObject({sha256: sha256(amd64Program), signer: key.fingerprint});
    expect(await obtain({site: '/nowhere'})).toEqual(first);
    expect(await cachedProgram(wanted(), cache)).toEqual(first);
    expect(readdirSync(join(cache, 'openbao', version))).toEqual(['linux_amd64']);
  });

  it('is taken from its publisher although others are trusted beside, and from them', async () => {
    site.write(`${directory}/openbao-gpg-pub-20240618.asc`, key.armoured);
    for (const keys of [[], [stranger.armoured], [key.armoured, stranger.armoured]]) {
      const trust = {keys, fingerprints: [key.fingerprint, stranger.fingerprint], allowExpiredKey: false};
      rmSync(join(cache, 'openbao'), {recursive: true, force: true});
      expect((await obtain({trust})).signer).toBe(key.fingerprint);
    }
  });

  it('is taken from whoever is in any block of a file of keys, of which none may be private', async () => {
    const file = join(cache, 'both.asc');
    const product = wanted().product;
    for (const blocks of [
      [stranger, key],
      [key, stranger],
    ]) {
      writeFileSync(file, blocks.map(({armoured}) => armoured).join(''));
      expect((await obtain({trust: await trustFor(product, {keyFile: file})})).signer).toBe(key.fingerprint);
      rmSync(join(cache, 'openbao'), {recursive: true});
    }
    writeFileSync(file, key.armoured + stranger.private.armor());
    await expect(trustFor(product, {keyFile: file})).rejects.toThrow(/holds a private key/);
  });

  it('comes over http as well, and goes on where it was cut off', async () => {
    const archive = site.read(archivePath);
    const ranges: (string | undefined)[] = [];
    let cut = (): void => undefined;
    const onProgress = (): void => cut();
    await withServer(
      (path, range, answer) => {
        if (path !== archivePath) return void answer(200, site.read(path));
        ranges.push(range);
        const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
        if (from > 0) return void answer(206, archive.subarray(from));
        cut = answer(200, archive.subarray(0, 100), archive.length);
      },
      async (url) => {
        await expect(obtain({site: url}, {onProgress})).rejects.toThrow(/broke off/);
        expect((await obtain({site: url})).sha256).toBe(sha256(amd64Program));
      },
    );
    expect(ranges).toEqual([undefined, 'bytes=100-']);
  });

  it.each([
    ['had come whole', (archive: Buffer) => archive],
    ['had come with more than it has', (archive: Buffer) => Buffer.concat([archive, archive])],
  ])('comes although the try before broke off when it %s', async (_, received) => {
    const archive = site.read(archivePath);
    let cut: (() => void) | undefined;
    await withServer(
      (path, range, answer) => {
        if (path !== archivePath) return void answer(200, site.read(path));
        // RFC 9110, 15.5.17: there is nothing from there on.
        if (range !== undefined) return void answer(416, Buffer.alloc(0));
        if (cut) return void answer(200, archive);
        const begun = received(archive);
        cut = answer(200, begun, begun.length + 1);
      },
      async (url) => {
        await expect(obtain({site: url}, {onProgress: () => cut?.()})).rejects.toThrow(/broke off/);
        expect((await obtain({site: url})).sha256).toBe(sha256(amd64Program));
      },
    );
  });
});

type Bad = readonly [what: string, spoil: () => Promise<Partial<Wanted>>, reason: RegExp];

const bad: readonly Bad[] = [
  [
    'a wrong signature',
    async () => {
      site.write(`${directory}/checksums.txt`, `${site.read(`${directory}/checksums.txt`)}\n`);
      return {};
    },
    /checksums\.txt: the signature is wrong/,
  ],
  [
    'an unknown key',
    async () => {
      const list = site.read(`${directory}/checksums.txt`);
      site.write(`${directory}/checksums.txt.gpgsig`, await signed(list, stranger));
      return {};
    },
    /signed by a key that is not trusted \([0-9A-F]{16}\)/,
  ],
  [
    'the right key under the wrong fingerprint',
    async () => ({
      trust: {keys: [stranger.armoured], fingerprints: [key.fingerprint], allowExpiredKey: false},
    }),
    /none of the keys at hand is/,
  ],
  [
    'an expired key',
    async () => {
      const made = new Date(Date.now() - 10 * day * 1000);
      const old = await signingKey(made, 5 * day);
      const list = site.read(`${directory}/checksums.txt`);
      site.write(
        `${directory}/checksums.txt.gpgsig`,
        await signed(list, old, new Date(made.getTime() + day * 1000)),
      );
      return {trust: {keys: [old.armoured], fingerprints: [old.fingerprint], allowExpiredKey: false}};
    },
    /the signature is good, but the key [0-9A-F]{40} has expired/,
  ],
  [
    'a key that was revoked',
    async () => {
      const {publicKey} = await revokeKey({key: key.private, format: 'armored'});
      return {trust: {keys: [publicKey], fingerprints: [key.fingerprint], allowExpiredKey: true}};
    },
    /checksums\.txt: the key [0-9A-F]{40} that signed it has been revoked/,
  ],
  [
    'a signature from the future',
    async () => {
      const list = site.read(`${directory}/checksums.txt`);
      const tomorrow = new Date(Date.now() + day * 1000);
      site.write(`${directory}/checksums.txt.gpgsig`, await signed(list, key, tomorrow));
      return {};
    },
    /the signature was made after the time that it is here \(\d{4}-/,
  ],
  [
    'no signature at all',
    async () => {
      site.write(`${directory}/checksums.txt.gpgsig`, 'not found');
      return {};
    },
    /is no OpenPGP signature/,
  ],
  [
    'a web page instead of the signature',
    async () => {
      site.write(`${directory}/checksums.txt.gpgsig`, '<!DOCTYPE html><title>Sign in</title>');
      return {};
    },
    /instead of .*checksums\.txt\.gpgsig came a web page/,
  ],
  [
    'a wrong checksum',
    async () => {
      site.write(archivePath, tarball({bao: goProgram({goArch: 'amd64', at: 8192})}));
      return {};
    },
    /has the wrong checksum: [0-9a-f]{64} instead of [0-9a-f]{64}/,
  ],
  [
    'a truncated archive, signed so',
    async () => {
      await publishOpenbao(site, key, version, 'linux_amd64', tarball({bao: amd64Program}).subarray(0, 60));
      return {};
    },
    /the archive is broken/,
  ],
  [
    'an archive that is none, signed so',
    async () => {
      await publishOpenbao(site, key, version, 'linux_amd64', Buffer.from('PK not at all'));
      return {};
    },
    /the archive is broken/,
  ],
  [
    'a path that climbs out',
    async () => {
      const archive = tarball(
        {bao: amd64Program, LICENSE: Buffer.from('x')},
        's,LICENSE,../../etc/cron.d/x,',
      );
      await publishOpenbao(site, key, version, 'linux_amd64', archive);
      return {};
    },
    /leads out of it: "\.\.\/\.\.\/etc\/cron\.d\/x"/,
  ],
  [
    'an absolute path',
    async () => {
      const archive = tarball({bao: amd64Program, LICENSE: Buffer.from('x')}, 's,LICENSE,/etc/cron.d/x,');
      await publishOpenbao(site, key, version, 'linux_amd64', archive);
      return {};
    },
    /leads out of it: "\/etc\/cron\.d\/x"/,
  ],
  [
    'a web page instead of the archive',
    async () => {
      site.write(archivePath, '<!DOCTYPE html><title>Not found</title>');
      return {};
    },
    /instead of openbao_2\.6\.2_linux_amd64\.tar\.gz came a web page/,
  ],
  [
    'a web page that begins with a comment instead of the archive',
    async () => {
      site.write(archivePath, '<!-- portal --><!DOCTYPE html><title>Not found</title>');
      return {};
    },
    /instead of openbao_2\.6\.2_linux_amd64\.tar\.gz came a web page/,
  ],
  [
    'the wrong architecture inside the right name',
    async () => {
      const archive = tarball({bao: goProgram({goArch: 'arm', goArm: '7'})});
      await publishOpenbao(site, key, version, 'linux_armv6', archive);
      return {architecture: 'armv6l' as const};
    },
    /holds the wrong program for armv6l: it is built with GOARM=7/,
  ],
  [
    'no program in it',
    async () => {
      await publishOpenbao(site, key, version, 'linux_amd64', tarball({README: Buffer.from('x')}));
      return {};
    },
    /there is no bao in the archive/,
  ],
  [
    'no such build',
    async () => ({architecture: 'aarch64' as const}),
    /does not list openbao_2\.6\.2_linux_arm64/,
  ],
  ['no such version', async () => ({version: '9.9.9'}), /there is no .*v9\.9\.9/],
  [
    'another digest than vprov.lock has',
    async () => ({archiveSha256: 'ab'.repeat(32), programSha256: 'cd'.repeat(32)}),
    /is not what vprov\.lock says/,
  ],
  [
    'another size than vprov.lock has',
    async () => ({...programOf(), programBytes: 1}),
    /the program in openbao_\S+ has \d+ bytes, and vprov\.lock says 1/,
  ],
  [
    'another signer than vprov.lock has',
    async () => ({...programOf(), signer: '00'.repeat(20)}),
    /is signed by [0-9A-F]{40}, and vprov\.lock says 0{40}/,
  ],
  [
    'a signer where vprov.lock has none',
    async () => ({...programOf(), signer: null}),
    /is signed by [0-9A-F]{40}, and vprov\.lock says nobody/,
  ],
  [
    'another digest than vprov knows of the release',
    async () => ({archiveSha256: 'ab'.repeat(32)}),
    /is not the one that vprov knows/,
  ],
];

describe('a download that was something else before it was cut off', () => {
  it.each([
    ['junk', Buffer.alloc(100, 65)],
    ['a web page', Buffer.from('<html>proxy error</html>')],
  ])('comes from its first byte in the next try: %s', async (_, junk) => {
    const archive = site.read(archivePath);
    const ranges: (string | undefined)[] = [];
    let cut: (() => void) | undefined;
    await withServer(
      (path, range, answer) => {
        if (path !== archivePath) return void answer(200, site.read(path));
        ranges.push(range);
        const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
        if (cut) return void answer(from > 0 ? 206 : 200, archive.subarray(from));
        cut = answer(200, junk, archive.length);
      },
      async (url) => {
        await expect(obtain({site: url}, {onProgress: () => cut?.()})).rejects.toThrow(/broke off/);
        expect((await obtain({site: url})).sha256).toBe(sha256(amd64Program));
      },
    );
    expect(ranges).toEqual([undefined, `bytes=${junk.length}-`, undefined]);
  });
});

describe('a download without an end', () => {
  it.each(['unsaid', 'said'])(
    'is ended at the bound, and nothing of it is kept: its length is %s',
    async (length) => {
      const body = Buffer.alloc(5000);
      await withServer(
        (path, _range, answer) =>
          path === archivePath
            ? answer(200, body, length === 'unsaid' ? length : 1_000_000)
            : answer(200, site.read(path)),
        (url) =>
          expect(obtain({site: url}, {mostBytes: 4096})).rejects.toThrow(
            /linux_amd64\.tar\.gz is larger than .* 4096 bytes/,
          ),
      );
      expect(readdirSync(join(cache, 'openbao', version))).toEqual([]);
    },
  );
});

describe('several at once on one cache', () => {
  it('all have the program, and leave nothing else behind', async () => {
    await withServer(
      (path, _range, answer) => answer(200, site.read(path)),
      async (url) => {
        const found = await Promise.all([1, 2, 3, 4].map(() => obtain({site: url})));
        for (const {file} of found) expect(readFileSync(file)).toEqual(amd64Program);
      },
    );
    expect(readdirSync(join(cache, 'openbao', version))).toEqual(['linux_amd64']);
  });

  it('go on with what a process that ended has left, and let alone what one that runs has', async () => {
    const {pid: ended} = spawnSync('true');
    const archive = site.read(archivePath);
    const above = join(cache, 'openbao', version);
    const download = join(above, `linux_amd64.${sha256(archive).slice(0, 16)}.download`);
    mkdirSync(ownName(join(above, 'linux_amd64.part'), ended), {recursive: true});
    writeFileSync(ownName(download, ended), archive.subarray(0, 100));
    const running = ownName(download, process.ppid);
    writeFileSync(running, archive.subarray(0, 50));
    const received: number[] = [];
    await obtain({}, {onProgress: (bytes) => received.push(bytes)});
    expect(received).toEqual([archive.length]);
    expect(readdirSync(above).toSorted()).toEqual(['linux_amd64', basename(running)]);
  });
});

describe('a release that is not', () => {
  it.each(bad)('is refused with its reason, and the cache stays clean: %s', async (_what, spoil, reason) => {
    const more = await spoil();
    await expect(obtain(more)).rejects.toThrow(reason);
    expect(await cachedProgram(wanted(more), cache)).toBeUndefined();
    const left = existsSync(join(cache, 'openbao'))
      ? readdirSync(join(cache, 'openbao'), {recursive: true})
      : [];
    expect(left.filter((name) => !['2.6.2', '9.9.9'].includes(String(name)))).toEqual([]);
  });

  it('is taken with an expired key when that is allowed', async () => {
    const made = new Date(Date.now() - 10 * day * 1000);
    const old = await signingKey(made, 5 * day);
    const list = site.read(`${directory}/checksums.txt`);
    site.write(
      `${directory}/checksums.txt.gpgsig`,
      await signed(list, old, new Date(made.getTime() + day * 1000)),
    );
    const trust = {keys: [old.armoured], fingerprints: [old.fingerprint], allowExpiredKey: true};
    expect((await obtain({trust})).signer).toBe(old.fingerprint);
  });

  it('is told when the server does not have it, or says nothing', async () => {
    await withServer(
      (_path, _range, answer) => answer(404, Buffer.from('nope')),
      async (url) => {
        await expect(obtain({site: url})).rejects.toThrow(/answered 404/);
      },
    );
    await withServer(
      () => undefined,
      async (url) => {
        await expect(obtain({site: url}, {silenceMs: 200})).rejects.toThrow(/said nothing for/);
      },
    );
    await expect(obtain({site: 'http://127.0.0.1:1023'})).rejects.toThrow(/cannot be reached/);
    // A port that fetch refuses by itself.
    await expect(obtain({site: 'http://127.0.0.1:10080'})).rejects.toThrow(/its port is one of those that/);
  });
});

it('ends with an error when it is interrupted, whatever the reason is', async () => {
  const controller = new AbortController();
  await withServer(
    () => controller.abort('SIGINT'),
    async (url) => {
      const options = {cache, signal: controller.signal, silenceMs: 30_000, now: () => new Date()};
      await expect(obtainProgram(wanted({site: url}), options)).rejects.toThrow(/interrupted/);
    },
  );
});

it('refuses an archive with a link to an absolute path', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vprov-tar-'));
  writeFileSync(join(folder, 'bao'), amd64Program);
  symlinkSync('/etc', join(folder, 'lib'));
  const {stdout} = spawnSync('tar', ['-cz', '-C', folder, 'lib', 'bao'], {maxBuffer: 1024 ** 3});
  rmSync(folder, {recursive: true});
  await publishOpenbao(site, key, version, 'linux_amd64', stdout);
  await expect(obtain()).rejects.toThrow('the archive has a path that leads out of it: "/etc"');
});
