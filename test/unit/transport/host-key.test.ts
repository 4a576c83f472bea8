import {expect, it} from 'vitest';
import {hostKeyAlgorithms, permittedAlgorithms, type Trust} from '../../../src/transport/host-key.ts';
import {parseSshSettings} from '../../../src/transport/ssh-settings.ts';
import {targetOf} from '../../../src/transport/target.ts';

function trusting(...types: readonly string[]): Trust {
  const trusted = types.map((type) => ({type, blob: Buffer.from(type)}));
  return {keys: {trusted, revoked: [], certificateAuthority: false}, files: ['known_hosts']};
}

const asked = {hostName: 'wallpi', host: 'wallpi', signal: new AbortController().signal};
const offered = (trust: Trust, text = ''): readonly string[] =>
  hostKeyAlgorithms(trust, permittedAlgorithms(targetOf(asked, parseSshSettings(text, ''), {})));

it("offers only what ssh's configuration permits", () => {
  const trust = trusting('ecdsa-sha2-nistp256');
  expect(offered(trust, 'hostkeyalgorithms ssh-ed25519,ecdsa-sha2-nistp256,ssh-rsa')).toEqual([
    'ecdsa-sha2-nistp256',
    'ssh-ed25519',
  ]);
});

it('offers the algorithms of known types first', () => {
  expect(offered(trusting('ecdsa-sha2-nistp256'))[0]).toBe('ecdsa-sha2-nistp256');
  expect(offered(trusting('ssh-rsa')).slice(0, 3)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
  expect(offered(trusting('ssh-rsa', 'ssh-ed25519'))[0]).toBe('ssh-ed25519');
});

it('never offers SHA-1 or DSA', () => {
  const algorithms = offered(trusting('ssh-rsa', 'ssh-dss'));
  expect(algorithms).not.toContain('ssh-rsa');
  expect(algorithms).not.toContain('ssh-dss');
  expect(new Set(algorithms).size).toBe(6);
});
