import {describe, expect, it} from 'vitest';
import {factsRef, factsSchema, type HostFacts, kinds} from '../../../src/resources/index.ts';

const osRelease = `PRETTY_NAME="Raspbian GNU/Linux 12 (bookworm)"
NAME='Raspbian'
VERSION_ID="12"
VERSION_CODENAME=bookworm
ID=raspbian
ID_LIKE=debian
`;

function parse(uname: string, elfClass: number, hosts = '127.0.0.1 localhost\n', cpus = '0-3'): HostFacts {
  const text = `boot=b-1\nmemory=948304\ncpus=${cpus}\ninit=systemd\nuname=${uname}\n\nM\n${osRelease}\nM\n${hosts}\nM\n2: eth0    inet 192.0.2.7/24 brd 192.0.2.255 scope global eth0\\ x\n3: w    inet6 2001:db8::7/64 scope global\n\nM\n`;
  const stdout = Buffer.concat([
    Buffer.from(text),
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, elfClass]),
    Buffer.from('\nM\n'),
  ]);
  const observed = kinds
    .get('facts')
    ?.parse({stdout, stderr: '', exitCode: 0}, [factsRef], 'M')
    .get('facts:host');
  if (observed?.status !== 'present') throw new Error('no facts');
  return observed.state as HostFacts;
}

describe('facts', () => {
  it('are those that the schema names, which is what validation knows them by', () => {
    const found = parse('wallpi 6.6.1 aarch64', 1);
    expect(Object.keys(found).sort()).toEqual(Object.keys(factsSchema.properties ?? {}).sort());
    expect(Object.keys(found.os).sort()).toEqual(
      Object.keys(factsSchema.properties?.os?.properties ?? {}).sort(),
    );
    for (const [name, {type}] of Object.entries(factsSchema.properties ?? {})) {
      const value = found[name];
      const kind = Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;
      expect([name, kind]).toEqual([name, type]);
    }
  });

  it('tells a 32-bit userland on a 64-bit kernel from a 64-bit one', () => {
    expect(parse('wallpi 6.6.1 aarch64', 1)).toMatchObject({
      machine: 'aarch64',
      architecture: 'armv7l',
      long_bit: 32,
    });
    for (const machine of ['armv8l', 'armv8hl'])
      expect(parse(`wallpi 6.6.1 ${machine}`, 1)).toMatchObject({
        machine,
        architecture: 'armv7l',
        long_bit: 32,
      });
    expect(parse('wallpi 6.6.1 aarch64', 2)).toMatchObject({architecture: 'aarch64', long_bit: 64});
    expect(parse('wallpi 6.6.1 armv6l', 1)).toMatchObject({architecture: 'armv6l', long_bit: 32});
    expect(parse('pc 6.1.0 x86_64', 1)).toMatchObject({architecture: 'i686'});
  });

  it('reads what os-release, meminfo and the CPUs say', () => {
    expect(parse('wallpi 6.6.1 armv7l', 1)).toMatchObject({
      hostname: 'wallpi',
      kernel: '6.6.1',
      memory_mb: 926,
      cpus: 4,
      init: 'systemd',
      boot_id: 'b-1',
      os: {
        id: 'raspbian',
        id_like: ['debian'],
        version_id: '12',
        codename: 'bookworm',
        pretty_name: 'Raspbian GNU/Linux 12 (bookworm)',
      },
      addresses: ['192.0.2.7', '2001:db8::7'],
    });
    expect(parse('x 1 armv7l', 1, '', '0,2-3').cpus).toBe(3);
    expect(parse('x 1 armv7l', 1, '', '').cpus).toBe(1);
  });

  it('finds the full name in /etc/hosts, or in the name itself', () => {
    expect(parse('wallpi 6 armv7l', 1, '127.0.1.1 wallpi.home.lan wallpi # x.wallpi.y\n')).toMatchObject({
      fqdn: 'wallpi.home.lan',
    });
    expect(parse('wallpi.lan 6 armv7l', 1)).toMatchObject({hostname: 'wallpi', fqdn: 'wallpi.lan'});
    expect(parse('wallpi 6 armv7l', 1)).toMatchObject({fqdn: 'wallpi'});
  });
});
