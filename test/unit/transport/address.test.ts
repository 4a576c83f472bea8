import {expect, it} from 'vitest';
import {canonicalAddress} from '../../../src/transport/address.ts';

it.each([
  ['0:0:0:0:0:0:0:1', '::1'],
  ['FD00::5', 'fd00::5'],
  ['fd00:0::0005', 'fd00::5'],
  ['[::1]', '::1'],
  ['fe80:0::1%eth0', 'fe80::1%eth0'],
  ['::FFFF:192.0.2.7', '::ffff:192.0.2.7'],
  ['::ffff:7f00:1', '::ffff:127.0.0.1'],
  ['0:0:0:0:0:ffff:127.0.0.1', '::ffff:127.0.0.1'],
  ['::1.2.3.4', '::1.2.3.4'],
  ['127.1', '127.0.0.1'],
  ['0x7f000001', '127.0.0.1'],
  ['127.0.0.1.', '127.0.0.1.'],
  ['0x', '0x'],
  ['[fe80::1%eth0]', 'fe80::1%eth0'],
  ['127.0.0.01', '127.0.0.1'],
  ['192.0.2.7', '192.0.2.7'],
  ['wallpi', 'wallpi'],
  ['Wallpi.local', 'Wallpi.local'],
  ['3com.example', '3com.example'],
  ['4pi', '4pi'],
  ['1e.example.org', '1e.example.org'],
])('%s is written %s', (host, expected) => {
  expect(canonicalAddress(host)).toBe(expected);
});
