import {expect, it} from 'vitest';
import {hostKeyAlgorithms, type Trust} from '../../../src/transport/host-key.ts';

function trusting(...types: readonly string[]): Trust {
  const trusted = types.map((type) => ({type, blob: Buffer.from(type)}));
  return {keys: {trusted, revoked: [], certificateAuthority: false}, files: ['known_hosts']};
}

it('offers the algorithms of known types first', () => {
  expect(hostKeyAlgorithms(trusting('ecdsa-sha2-nistp256'))[0]).toBe('ecdsa-sha2-nistp256');
  expect(hostKeyAlgorithms(trusting('ssh-rsa')).slice(0, 3)).toEqual([
    'rsa-sha2-512',
    'rsa-sha2-256',
    'ssh-ed25519',
  ]);
  expect(hostKeyAlgorithms(trusting('ssh-rsa', 'ssh-ed25519'))[0]).toBe('ssh-ed25519');
});

it('never offers SHA-1 or DSA', () => {
  const offered = hostKeyAlgorithms(trusting('ssh-rsa', 'ssh-dss'));
  expect(offered).not.toContain('ssh-rsa');
  expect(offered).not.toContain('ssh-dss');
  expect(new Set(offered).size).toBe(6);
});
