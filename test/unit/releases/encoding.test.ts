import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createServer, type IncomingHttpHeaders} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {afterEach, beforeAll, beforeEach, expect, it} from 'vitest';
import {obtainProgram, products} from '../../../src/releases/index.ts';
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

// What comes must be what is signed, and not an encoding of it.

let key: SigningKey;
let site: Site;
let cache = '';
let asked: IncomingHttpHeaders[] = [];

beforeAll(async () => {
  key = await signingKey();
  site = newSite();
  await publishOpenbao(site, key, '2.6.2', 'linux_amd64', tarball({bao: amd64Program}));
  return () => site.remove();
});
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'vprov-encoding-'));
  asked = [];
});
afterEach(() => rmSync(cache, {recursive: true}));

/** From a server that says `content-encoding: gzip` of everything, and does so or not. */
async function obtained(encode: (path: string, content: Buffer) => Buffer): Promise<unknown> {
  const server = createServer((request, response) => {
    asked.push(request.headers);
    const path = (request.url ?? '').slice(1);
    const body = encode(path, site.read(path));
    response.writeHead(200, {'content-encoding': 'gzip', 'content-length': body.length});
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const product = products.get('openbao');
  if (!product) throw new Error('no product openbao');
  const {signal} = new AbortController();
  try {
    const {file} = await obtainProgram(
      {
        product,
        version: '2.6.2',
        architecture: 'x86_64',
        site: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        trust: {keys: [key.armoured], fingerprints: [key.fingerprint], allowExpiredKey: false},
      },
      {cache, signal, silenceMs: 5000, now: () => new Date()},
    );
    return sha256(readFileSync(file));
  } catch (error) {
    return error;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('asks for no encoding, and undoes one that comes all the same', async () => {
  expect(await obtained((_path, content) => gzipSync(content))).toBe(sha256(amd64Program));
  expect(asked.map((headers) => headers['accept-encoding'])).toEqual(asked.map(() => 'identity'));
});

it('says so where a site calls an encoding what is the file itself', async () => {
  const error = await obtained((path, content) => (path.endsWith('.tar.gz') ? content : gzipSync(content)));
  expect(error).toMatchObject({
    message: expect.stringMatching(/has the wrong checksum: .*content-encoding: gzip/),
    hint: expect.stringMatching(/the site/),
  });
});
