import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {obtainProgram, products} from '../../../src/releases/index.ts';
import {shownAddress} from '../../../src/releases/site.ts';

it.each([
  ['/srv/mirror', '/srv/mirror'],
  ['https://a.test/b/c.zip', 'https://a.test/b/c.zip'],
  ['https://user:s3cret@a.test:8443/b', 'https://a.test:8443/b'],
  ['https://a.test/b?X-Amz-Signature=s3cret', 'https://a.test/b?…'],
  ['https://a.test/b#s3cret', 'https://a.test/b'],
])('shows of %s nothing that may be secret', (address, shown) => {
  expect(shownAddress(address)).toBe(shown);
});

it('refuses an address with a password before it asks, and does not repeat it', async () => {
  const product = products.get('openbao');
  if (!product) throw new Error('no product openbao');
  const cache = mkdtempSync(join(tmpdir(), 'vprov-address-'));
  const trust = {keys: [], fingerprints: [], allowExpiredKey: false};
  const wanted = {product, version: '2.6.2', architecture: 'x86_64' as const, trust};
  const {signal} = new AbortController();
  const obtaining = obtainProgram(
    {...wanted, site: 'http://user:s3cretpw@127.0.0.1:9/ok'},
    {cache, signal, silenceMs: 5000, now: () => new Date()},
  );
  await expect(obtaining).rejects.toThrow(/^the address http:\/\/127\.0\.0\.1:9\/ok\S* holds a password/);
  rmSync(cache, {recursive: true});
});
