import {execFileSync} from 'node:child_process';
import {createPrivateKey, X509Certificate} from 'node:crypto';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {issueAuthority, issueCertificate} from '../../../src/vault/certificates/issue.ts';
import {flawOf} from '../../../src/vault/certificates/judge.ts';

const dayMs = 86_400_000;
const nowMs = Date.now();
const authority = issueAuthority('home', nowMs);
const names = ['wallpi.station', 'wallpi', 'localhost', '127.0.0.1', '::1'];
const server = issueCertificate(authority, names, 90, nowMs);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vprov-certificates-'));
});
afterAll(() => rmSync(folder, {recursive: true}));

function flaw(changes: Partial<Parameters<typeof flawOf>[1]> = {}): string | undefined {
  return flawOf(server.certificate, {authority: authority.certificate, names, nowMs, ...changes});
}

describe('a certificate of the authority of a cluster', () => {
  it('is good to openssl by the strict rules of RFC 5280', () => {
    writeFileSync(join(folder, 'ca.crt'), authority.certificate);
    writeFileSync(join(folder, 'server.crt'), server.certificate);
    const verify = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', 'ca.crt', 'server.crt'];
    expect(execFileSync('openssl', verify, {cwd: folder, encoding: 'utf8'})).toBe('server.crt: OK\n');
  });

  it('goes with its key, and is valid from the day before', () => {
    const one = new X509Certificate(server.certificate);
    expect(one.checkPrivateKey(createPrivateKey(server.key))).toBe(true);
    expect(Date.parse(one.validFrom)).toBeLessThanOrEqual(nowMs - dayMs + 1000);
    expect(one.ca).toBe(false);
    expect(new X509Certificate(authority.certificate).ca).toBe(true);
  });

  it('is for the names and addresses that it was asked for', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/);
    const name = fc.oneof(
      fc.array(label, {minLength: 1, maxLength: 3}).map((labels) => labels.join('.')),
      fc.ipV4(),
      fc.ipV6(),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, {minLength: 1, maxLength: 6}), (some) => {
        const {certificate} = issueCertificate(authority, some, 30, nowMs);
        expect(flawOf(certificate, {authority: authority.certificate, names: some, nowMs})).toBeUndefined();
      }),
      {numRuns: 30},
    );
  });
});

describe('a certificate is made anew', () => {
  it.each([
    ['not while it is as it should be', undefined, {}],
    ['when a name is to be added', 'it is not for vault.home', {names: [...names, 'vault.home']}],
    ['when one is to go', 'it is for ::1, too', {names: names.slice(0, 4)}],
    [
      'when it is of another authority',
      'it is of another authority',
      {authority: issueAuthority('home', nowMs).certificate},
    ],
    ['not before two thirds of its life are over', undefined, {nowMs: nowMs + 59 * dayMs}],
    ['when they are', expect.stringMatching(/^it ends on \d{4}-\d\d-\d\d$/), {nowMs: nowMs + 61 * dayMs}],
    ['when it is over', expect.stringMatching(/^it ended on /), {nowMs: nowMs + 91 * dayMs}],
  ])('%s', (_when, why, changes) => {
    expect(flaw(changes)).toEqual(why);
  });

  it('when what is there is none', () => {
    expect(flawOf('what is this', {authority: authority.certificate, names, nowMs})).toBe(
      'what is there is no certificate',
    );
  });
});
