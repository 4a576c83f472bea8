import {createHmac} from 'node:crypto';
import {describe, expect, it} from 'vitest';
import {knownKeys} from '../../../src/transport/known-hosts.ts';

/** A key of a type whose bytes tell it from others. */
function key(seed: string, type = 'ssh-ed25519'): {type: string; blob: Buffer; text: string} {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  const blob = Buffer.concat([length, Buffer.from(type), Buffer.from(seed)]);
  return {type, blob, text: `${type} ${blob.toString('base64')}`};
}

const one = key('one');
const two = key('two', 'ecdsa-sha2-nistp256');

function hashed(name: string): string {
  const salt = Buffer.from('twenty bytes of salt');
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

function trusts(line: string, host: string, port = 22): boolean {
  return knownKeys([line], host, port).trusted.length > 0;
}

describe('a line of known_hosts speaks for a host', () => {
  it.each([
    ['wallpi', 'wallpi', 22],
    ['wallpi', 'WALLPI', 22],
    ['WallPi', 'wallpi', 22],
    ['frontpi,wallpi,10.0.0.7', '10.0.0.7', 22],
    ['*.local', 'wallpi.local', 22],
    ['wall?i', 'wallpi', 22],
    ['*', 'anything', 22],
    ['10.0.*.?', '10.0.200.7', 22],
    ['*a*b*c', 'xxaybzbc', 22],
    ['[wallpi]:2222', 'wallpi', 2222],
    ['[*.local]:2222', 'wallpi.local', 2222],
    ['::1', '::1', 22],
    ['[::1]:2222', '::1', 2222],
    ['fe80::1%eth0', 'fe80::1%eth0', 22],
    ['wallpi', 'wallpi', 2222],
    ['*.local,!deskpi.local', 'wallpi.local', 22],
    [hashed('wallpi'), 'wallpi', 22],
    [hashed('[wallpi]:2222'), 'wallpi', 2222],
    [hashed('wallpi'), 'wallpi', 2222],
  ])('%s is %s port %d', (patterns, host, port) => {
    expect(trusts(`${patterns} ${one.text} a comment`, host, port)).toBe(true);
  });

  it.each([
    ['wallpi', 'wallpi2', 22],
    ['wallpi', 'xwallpi', 22],
    ['wall?i', 'walli', 22],
    ['*.local', 'wallpi.local.evil', 22],
    ['*.local,!deskpi.local', 'deskpi.local', 22],
    ['!deskpi.local,*.local', 'deskpi.local', 22],
    ['!deskpi', 'wallpi', 22],
    ['[wallpi]:2222', 'wallpi', 22],
    ['[wallpi]:2222', 'wallpi', 2223],
    ['wal.pi', 'wallpi', 22],
    [hashed('wallpi'), 'frontpi', 22],
    ['|1|broken', 'wallpi', 22],
    ['# wallpi', 'wallpi', 22],
  ])('%s is not %s port %d', (patterns, host, port) => {
    expect(trusts(`${patterns} ${one.text}`, host, port)).toBe(false);
  });
});

it('gathers the keys of all lines and files, by what their markers say', () => {
  const files = [
    `\n# comment\nwallpi ${one.text}\n  wallpi   ${two.text}\r\nother ${one.text}\n`,
    `@revoked wallpi ${one.text}\n@cert-authority *.local ${two.text}`,
  ];
  const known = knownKeys(files, 'wallpi', 22);
  expect(known.trusted.map(({type}) => type)).toEqual([one.type, two.type]);
  expect(known.trusted[0]?.blob.equals(one.blob)).toBe(true);
  expect(known.revoked.map(({type}) => type)).toEqual([one.type]);
  expect(known.certificateAuthority).toBe(false);
  expect(knownKeys(files, 'wallpi.local', 22)).toEqual({
    trusted: [],
    revoked: [],
    certificateAuthority: true,
  });
});

it('prefers the lines that name the port over those of the bare host', () => {
  const file = `[wallpi]:2222 ${one.text}\nwallpi ${two.text}`;
  expect(knownKeys([file], 'wallpi', 2222).trusted.map(({type}) => type)).toEqual([one.type]);
});

it.each([
  'wallpi',
  'wallpi ssh-ed25519',
  'wallpi ssh-ed25519 !!!!',
  'wallpi ssh-ed25519 AAAA',
  `wallpi ssh-rsa ${one.blob.toString('base64')}`,
  `@unknown-marker wallpi ${one.text}`,
  `wallpi 1024 35 ${'1'.repeat(300)}`,
])('trusts nobody by a line that it cannot read: %s', (line) => {
  expect(trusts(line, 'wallpi')).toBe(false);
});

it('matches a hostile pattern in no time', () => {
  const startedUsage = process.cpuUsage();
  expect(trusts(`${'*a'.repeat(2000)}b ${one.text}`, 'a'.repeat(4000))).toBe(false);
  expect(process.cpuUsage(startedUsage).user).toBeLessThan(1000_000);
});
