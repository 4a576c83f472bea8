import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {obtainProgram, products} from '../../../src/releases/index.ts';
import {trustFor} from '../../../src/releases/keys.ts';
import {fingerprintsOf} from '../../../src/releases/signature.ts';
import {amd64Program, newSite, type Site, sha256, signed, signingKey, zip} from './site.ts';

const vault = products.get('vault');
if (!vault) throw new Error('no product vault');
let site: Site;
let cache: string;

beforeEach(() => {
  site = newSite();
  cache = mkdtempSync(join(tmpdir(), 'vprov-keys-'));
});
afterEach(() => {
  site.remove();
  rmSync(cache, {recursive: true});
});

describe('a publisher whose key is built in', () => {
  it('is trusted by that key, beside those that a person names', async () => {
    const {fingerprint, armoured} = await signingKey();
    site.write('key.asc', armoured);
    const [signer] = vault.signers;
    const alone = await trustFor(vault, {});
    expect([alone.keys.length, await fingerprintsOf(alone.keys[0] ?? '')]).toEqual([1, [signer]]);
    const both = await trustFor(vault, {keyFile: join(site.root, 'key.asc')});
    expect((await Promise.all(both.keys.map(fingerprintsOf))).flat()).toEqual([signer, fingerprint]);
  });

  it('may have a mirror that signs itself: a release of Vault comes from there', async () => {
    const key = await signingKey();
    site.write('key.asc', key.armoured);
    const archive = zip([{name: 'vault', content: amd64Program}]);
    const list = `${sha256(archive)}  vault_1.99.0_linux_amd64.zip\n`;
    site.write('vault/1.99.0/vault_1.99.0_linux_amd64.zip', archive);
    site.write('vault/1.99.0/vault_1.99.0_SHA256SUMS', list);
    const wanted = {
      product: vault,
      version: '1.99.0',
      architecture: 'x86_64' as const,
      site: site.root,
      trust: await trustFor(vault, {keyFile: join(site.root, 'key.asc')}),
    };
    const {signal} = new AbortController();
    const obtain = () => obtainProgram(wanted, {cache, signal, silenceMs: 5000, now: () => new Date()});
    site.write('vault/1.99.0/vault_1.99.0_SHA256SUMS.sig', await signed(`${list}\n`, key));
    await expect(obtain()).rejects.toThrow(/SHA256SUMS: the signature is wrong/);
    site.write('vault/1.99.0/vault_1.99.0_SHA256SUMS.sig', await signed(list, key));
    expect(await obtain()).toMatchObject({sha256: sha256(amd64Program), signer: key.fingerprint});
  });
});
