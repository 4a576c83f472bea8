import {describe, expect, it} from 'vitest';
import {hostRules, judge, type SeenHost} from '../../../src/doctor/index.ts';
import {board} from './seen.ts';

const mebibyte = 1024 ** 2;
const volume = {
  point: '/',
  freeBytes: 20_000 * mebibyte,
  sizeBytes: 29_000 * mebibyte,
  freeInodes: 90_000,
  isReadOnly: false,
};
const swap = {name: '/var/swap', type: 'file', sizeBytes: 100 * mebibyte};
const nobodysName = {host: 'wallpi', name: 'sense.local'};

function found(seen: SeenHost): readonly string[] {
  return judge(hostRules, seen).map(({id, message}) => `${id}: ${message}`);
}

describe('a host', () => {
  it('that is healthy has nothing, member or not', () => {
    expect(found(board())).toEqual([]);
    expect(found(board({member: undefined}))).toEqual([]);
  });

  it.each<[string, SeenHost, string | undefined]>([
    ['32 bits on a 64-bit kernel', board({facts: {long_bit: 32}}), 'arch-mixed: the kernel is aarch64'],
    [
      '32 bits on a 64-bit kernel that says so',
      board({facts: {machine: 'armv8l', long_bit: 32}}),
      'arch-mixed: the kernel is armv8l',
    ],
    ['32 bits throughout', board({facts: {machine: 'armv6l', long_bit: 32}}), undefined],
    ['swap that the unit keeps out of', board({condition: {swaps: [swap]}}), undefined],
    [
      'swap, and groups of version 1',
      board({condition: {swaps: [swap], cgroups: 'v1'}}),
      'swap-on: swap is on (/var/swap, 100 MiB)',
    ],
    [
      'swap in memory',
      board({condition: {swaps: [{...swap, name: '/dev/zram0'}], cgroups: 'v1', countsMemory: true}}),
      'cgroup-v1: ',
    ],
    ['no memory controller', board({condition: {countsMemory: false}}), 'cgroup-memory: the kernel'],
    [
      'no memory controller, and no member',
      board({condition: {countsMemory: false}, member: undefined}),
      undefined,
    ],
    [
      'a clock far off',
      board({clock: {host: 'wallpi', offsetMs: -3 * 86_400_000, uncertaintyMs: 20}}),
      "clock-far: its clock is 3 days behind this machine's",
    ],
    [
      'a clock somewhat off',
      board({clock: {host: 'wallpi', offsetMs: 7_000, uncertaintyMs: 600}}),
      "clock-off: its clock is 7 s ahead of this machine's",
    ],
    [
      'a clock that is not known better',
      board({clock: {host: 'wallpi', offsetMs: 7_000, uncertaintyMs: 3_000}}),
      undefined,
    ],
    ['no time', board({clock: undefined}), undefined],
    [
      'a loopback address in the inventory',
      board({member: {address: '127.0.0.1'}}),
      'address-loopback: the inventory gives it the address 127.0.0.1',
    ],
    [
      'its own name on 127.0.1.1',
      board({condition: {hosts: [{name: 'wallpi.station', address: '127.0.1.1'}]}}),
      'name-loopback: /etc/hosts says that its own name wallpi.station is 127.0.1.1',
    ],
    [
      "a peer's name on a loopback address",
      board({condition: {hosts: [{name: 'sense.station', address: '::1'}]}}),
      'name-loopback: /etc/hosts says that sense.station is ::1, which is wallpi itself',
    ],
    [
      'its own name on an address of the network',
      board({condition: {hosts: [{name: 'wallpi.station', address: '192.168.1.21'}]}}),
      undefined,
    ],
    [
      'a name of mDNS',
      board({names: [{...nobodysName, bySystem: true, byGo: false}]}),
      'name-mdns: the system resolves sense.local',
    ],
    [
      'a name that nobody knows',
      board({names: [{...nobodysName, bySystem: false, byGo: false}]}),
      'name-unknown: it does not resolve sense.local',
    ],
    [
      'a name of which nothing can be said',
      board({names: [{...nobodysName, bySystem: undefined, byGo: undefined}]}),
      undefined,
    ],
    [
      'a card that failed',
      board({condition: {volumes: [{...volume, isReadOnly: true}]}}),
      'disk-read-only: / is',
    ],
    [
      'a root that is read-only by design',
      board({
        condition: {
          volumes: [
            {...volume, isReadOnly: true},
            {...volume, point: '/var/lib'},
          ],
        },
      }),
      undefined,
    ],
    [
      'a full disk',
      board({condition: {volumes: [{...volume, freeBytes: 200 * mebibyte}]}}),
      'disk-full: / has 200 MiB',
    ],
    [
      'no inodes',
      board({condition: {volumes: [{...volume, freeInodes: 12}]}}),
      'disk-full: / has room for 12 more',
    ],
    ['no count of inodes', board({condition: {volumes: [{...volume, freeInodes: undefined}]}}), undefined],
    [
      'a disk that fills',
      board({condition: {volumes: [{...volume, freeBytes: 600 * mebibyte}]}}),
      'disk-little: / has 600',
    ],
  ])('with %s', (_what, seen, expected) => {
    const [id] = expected?.split(':') ?? [];
    const others = id === 'swap-on' ? ['cgroup-v1'] : [];
    const all = found(seen).filter((one) => !others.some((other) => one.startsWith(other)));
    expect(all).toEqual(expected === undefined ? [] : [expect.stringContaining(expected)]);
  });

  it('has a fix of one line for everything', () => {
    const sick = board({
      facts: {long_bit: 32},
      condition: {
        swaps: [swap],
        countsMemory: false,
        hosts: [{name: 'wallpi.station', address: '127.0.1.1'}],
        volumes: [{...volume, freeBytes: 0, isReadOnly: true}],
      },
    });
    const all = judge(hostRules, sick);
    expect(all.map(({id}) => id)).toEqual([
      'arch-mixed',
      'swap-on',
      'cgroup-memory',
      'name-loopback',
      'disk-read-only',
      'disk-full',
    ]);
    for (const {fix} of all) expect(fix).toMatch(/^[^\n]+$/);
    expect(all[2]?.fix).toContain('/boot/firmware/cmdline.txt');
  });
});
