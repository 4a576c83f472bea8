import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {VprovError} from '../../../src/errors/index.ts';
import {type Architecture, ReleaseStore} from '../../../src/releases/index.ts';
import {goProgram} from './go-program.ts';
import {newSite, publishOpenbao, type SigningKey, type Site, signingKey, tarball} from './site.ts';

let key: SigningKey;
let site: Site;
let directory = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'vprov-store-'));
  site = newSite();
  key = await signingKey();
  site.write('key.asc', key.armoured);
  await publishOpenbao(
    site,
    key,
    '2.6.2',
    'linux_armv6',
    tarball({bao: goProgram({goArch: 'arm', goArm: '6'})}),
  );
  await publishOpenbao(
    site,
    key,
    '2.6.3',
    'linux_armv6',
    tarball({bao: goProgram({goArch: 'arm', goArm: '7'})}),
  );
});

afterAll(() => {
  site.remove();
  rmSync(directory, {recursive: true});
});

function storeAt(place: string): ReleaseStore {
  return new ReleaseStore({
    cache: join(place, 'cache'),
    lockFile: join(place, 'vprov.lock'),
    inventory: [],
    directory,
    now: Date.now,
  });
}

const requestOf = (version: string) => ({
  product: 'openbao',
  version,
  site: site.root,
  keyFile: join(site.root, 'key.asc'),
  program: true,
});
const telling = {progress: () => undefined, note: () => undefined};

/** The build of 2.6.2 for a Pi Zero. */
const obtainFrom = (store: ReleaseStore, always = false) =>
  store.obtain(
    {request: requestOf('2.6.2'), version: '2.6.2', architecture: 'armv6l', source: undefined},
    telling,
    new AbortController().signal,
    always,
  );

/** What each of several hosts that want a program at once gets. */
async function outcomes(version: string, architectures: readonly Architecture[]): Promise<readonly string[]> {
  const store = storeAt(mkdtempSync(join(directory, 'run-')));
  const request = requestOf(version);
  const {signal} = new AbortController();
  return Promise.all(
    architectures.map((architecture) =>
      store.obtain({request, version, architecture, source: undefined}, telling, signal).then(
        () => 'had',
        (error: unknown) => String(error),
      ),
    ),
  );
}

it('fetches a build that serves several architectures once for all, whoever asks at the same time', async () => {
  const many = ['armv6l', 'armv7l', 'armv6l', 'armv7l'] as const;
  expect(await outcomes('2.6.2', many)).toEqual(['had', 'had', 'had', 'had']);
});

it.each([
  ['bytes', 1, ['REL005', 'vprov.lock says 1', 'linux_armv6 of openbao 2.6.2']],
  ['signer', '00'.repeat(20), undefined],
] as const)('compares %s in vprov.lock with what is in the cache', async (name, value, refused) => {
  const place = mkdtempSync(join(directory, 'run-'));
  const store = storeAt(place);
  await obtainFrom(store);
  const file = join(place, 'vprov.lock');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(new RegExp(`"${name}": [^,]*`), `"${name}": ${JSON.stringify(value)}`));
  const told = async (always: boolean) =>
    await obtainFrom(storeAt(place), always).then(
      () => 'had',
      (error: unknown) => JSON.stringify(error instanceof VprovError ? error.diagnostics : String(error)),
    );
  // Before anything is sent to a host, where what is in the cache is at hand.
  for (const words of refused ?? ['had']) expect(await told(false)).toContain(words);
  for (const words of refused ?? ['REL005', 'vprov.lock says 0000'])
    expect(await told(true)).toContain(words);
});

it('refuses a build to those that it is too new for, and gives it to the others', async () => {
  const refused = expect.stringContaining('GOARM=7');
  expect(await outcomes('2.6.3', ['armv6l', 'armv7l'])).toEqual([refused, 'had']);
  expect(await outcomes('2.6.3', ['armv7l', 'armv6l'])).toEqual(['had', refused]);
});

it.each([
  ['vault', '1.21.2', 'armv6l', true],
  ['vault', '1.21.1', 'armv6l', false],
  ['vault', '1.21.2', 'x86_64', false],
  ['openbao', '9.0.0', 'armv7l', true],
] as const)(
  'says of %s %s for %s that nobody here knows of a build: %s',
  async (product, version, architecture, expected) => {
    const store = new ReleaseStore({
      cache: join(directory, 'none'),
      lockFile: join(directory, 'none.lock'),
      inventory: [],
      directory,
      now: Date.now,
    });
    const cluster = {name: 'pis', hosts: [{host: 'wallpi', architecture}]};
    await store.resolve({product, version, program: false}, cluster, undefined);
    const words = `${product} ${version} for pis: it is not known here whether there is a build for wallpi`;
    expect(store.resolutions).toEqual(expected ? [expect.stringContaining(words)] : []);
  },
);

it('is told by validation that vprov.lock cannot be understood, also where nothing in it is needed', async () => {
  const lockFile = join(directory, 'merged.lock');
  writeFileSync(lockFile, '<<<<<<< HEAD\n{}\n');
  const store = new ReleaseStore({
    cache: join(directory, 'none'),
    lockFile,
    inventory: [],
    directory,
    now: Date.now,
  });
  const request = {product: 'openbao', version: '2.6.2', program: true};
  const cluster = {name: 'pis', hosts: [{host: 'wallpi'}]};
  await expect(store.resolve(request, cluster, undefined)).rejects.toThrow(/merged\.lock/);
});
