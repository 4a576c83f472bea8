import {createHmac} from 'node:crypto';
import {describe, expect, it} from 'vitest';
import {knownKeys} from '../../../src/transport/known-hosts.ts';

/** A key of a type whose bytes tell it from others. */
function key(seed: string, type = 'ssh-ed25519'): {type: string; blob: Buffer; text: string} {
  const blob = Buffer.concat([type, seed].flatMap((text) => [lengthOf(text), Buffer.from(text)]));
  return {type, blob, text: `${type} ${blob.toString('base64')}`};
}

function lengthOf(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return length;
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

describe('a line that no ssh can read trusts nobody, and is named', () => {
  const cut = one.text.slice(0, -4);
  const longer = `${one.text}AAAA`;
  const damaged = {file: 'known_hosts', line: 2, why: 'damaged'};
  it.each([
    ['a key that was cut off', `wallpi ${cut}`, 22, damaged],
    ['one without its key', `wallpi ${one.type}`, 22, damaged],
    ['a name alone', 'wallpi', 22, damaged],
    ['one whose type is another', `wallpi ssh-rsa ${one.text.split(' ')[1]}`, 22, damaged],
    ['one with more than its key', `wallpi ${longer}`, 22, damaged],
    ['one that is no base64', `wallpi ${one.text.replace('AAAA', 'AA-AA')}`, 22, damaged],
    ['one of another port', `[wallpi]:2222 ${cut}`, 2222, damaged],
    ['a hashed one', `${hashed('wallpi')} ${cut}`, 22, damaged],
    ['one of another host', `deskpi ${cut}`, 22, undefined],
    ['one of SSH 1', 'wallpi 1024 35 1234', 22, undefined],
  ])('%s', (_, line, port, unread) => {
    const known = knownKeys([`# hosts\n${line}\n`], 'wallpi', port);
    expect([known.trusted, known.unread]).toEqual([[], unread]);
    expect(knownKeys([`${line}\nwallpi ${two.text}`], 'wallpi', 22).trusted).toHaveLength(1);
  });

  it('a byte order mark before it, which is no part of a revoked one', () => {
    const {trusted, unread} = knownKeys([`\uFEFFwallpi ${one.text}\n`], 'wallpi', 22);
    expect([trusted, unread]).toEqual([[], {file: 'known_hosts', line: 1, why: 'byte order mark'}]);
    expect(knownKeys([`\uFEFF@revoked * ${one.text}\n`], 'wallpi', 22).revoked).toHaveLength(1);
    expect(knownKeys([`\uFEFF# hosts\nwallpi ${one.text}\n`], 'wallpi', 22)).toMatchObject({
      trusted: [{type: one.type}],
    });
  });
});
