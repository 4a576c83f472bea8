import {describe, expect, it} from 'vitest';
import {type} from '../cli/console.ts';
import {makeProject} from './project.ts';

const list = async (line: string, files: Readonly<Record<string, string>> = {}) => {
  const told = await type(`inventory ${line}`, undefined, {cwd: makeProject(files)});
  return {...told, listed: told.stdout === '' ? {} : JSON.parse(told.stdout)};
};

describe('-i with a comma', () => {
  it('lists hosts, with ports and ranges', async () => {
    const {listed, stderr} = await list('--list -i wallpi.local,10.0.0.7:2222,web[01:02],');
    expect(stderr).toBe('');
    expect(listed.ungrouped.hosts).toEqual(['wallpi.local', '10.0.0.7', 'web01', 'web02']);
    expect(listed._meta.hostvars['10.0.0.7'].port).toBe(2222);
  });

  it('reads no variables beside the current folder, as Ansible does not', async () => {
    const {listed} = await list('--list -i wallpi,', {'group_vars/all.yml': 'a: 1\n'});
    expect(listed._meta.hostvars.wallpi).toEqual({});
  });

  it('may name the user before an @', async () => {
    const {listed, stderr} = await list('--list -i pi@wallpi,root@[::1]:2222,me@web[1:2],');
    expect(stderr).toBe('');
    expect(listed.ungrouped.hosts).toEqual(['wallpi', '::1', 'web1', 'web2']);
    expect(listed._meta.hostvars).toMatchObject({
      wallpi: {user: 'pi'},
      '::1': {user: 'root', port: 2222},
      web2: {user: 'me'},
    });
  });

  it('is a file where there is one of that name', async () => {
    const {listed} = await list('--list -i a,b', {'a,b': '[web]\nwallpi\n'});
    expect(listed.web.hosts).toEqual(['wallpi']);
  });

  it('shows where a name stands that is none', async () => {
    const {stderr, exitCode} = await list('--list -i wallpi,x::1');
    expect(exitCode).toBe(1);
    expect(stderr).toContain("'x::1' cannot be the name of a host");
    expect(stderr).toContain('-i wallpi,x::1:1:8');
  });

  it.each([
    ['::1', '::1', undefined],
    ['[::1]', '::1', undefined],
    ['[::1]:2222', '::1', 2222],
    ['fe80::1%eth0', 'fe80::1%eth0', undefined],
    ['web[1:1].lan:2222', 'web1.lan', 2222],
  ])('takes an address of IPv6 for a host: %s', async (word, name, port) => {
    const {listed, stderr} = await list(`--list -i wallpi,${word},`);
    expect(stderr).toBe('');
    expect(listed.ungrouped.hosts).toEqual(['wallpi', name]);
    expect(listed._meta.hostvars[name].port).toBe(port);
  });
});

describe('an -i that cannot be read', () => {
  it.each([
    [
      'a file that is not there',
      'nope',
      ['cannot read', 'nope: no such file', 'hosts with a comma: -i nope,'],
    ],
    ['nothing, as of a variable that is not set', '', ['INV001', '-i is empty', '-i wallpi,']],
    ['a folder without an inventory', 'empty', ['INV001', 'empty holds none', 'hosts.yml']],
  ])('is told once, with a way out: %s', async (_, name, words) => {
    const {stderr, exitCode} = await list(`--list --inventory=${name}`, {'empty/README.md': '# none\n'});
    expect(exitCode).toBe(1);
    for (const word of words) expect(stderr).toContain(word);
    expect(stderr.match(/^error:/gm)).toHaveLength(1);
  });
});

describe('several -i', () => {
  it('are merged, and the last one wins', async () => {
    const {listed} = await list('--list -i a.yml -i b.ini -i extra,', {
      'a.yml': 'web: {vars: {level: 1}, hosts: {wallpi: {port: 1, user: pi}}}\n',
      'b.ini': '[web]\nwallpi port=2\nfrontpi\n[web:vars]\nlevel=2\n',
    });
    expect(listed._meta.hostvars.wallpi).toMatchObject({port: 2, user: 'pi', level: 2});
    expect(listed.web.hosts).toEqual(['wallpi', 'frontpi']);
    expect(listed.ungrouped.hosts).toEqual(['extra']);
  });
});
