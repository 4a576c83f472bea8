import {join, relative} from 'node:path';
import {describe, expect, it} from 'vitest';
import {
  connectionAliases,
  connectionNames,
  findInventory,
  loadInventory,
} from '../../../src/inventory/index.ts';
import {plain} from '../source/plain.ts';
import {makeProject} from './project.ts';

function load(files: Readonly<Record<string, string>>, names = ['inventory/i.yml'], playbooks?: string) {
  const directory = makeProject(files);
  const {inventory, diagnostics} = loadInventory(
    names.map((name) => join(directory, name)),
    playbooks === undefined ? {} : {playbookDirectory: join(directory, playbooks)},
  );
  const variablesOf = (host: string) =>
    (inventory.hosts.get(host)?.variables ?? []).map(({label, vars}) => [label, plain(vars)]);
  const seen = diagnostics.map(({message, source, hint, severity}) => ({
    message: message.replaceAll(`${directory}/`, ''),
    at: source && `${relative(directory, source.file)}:${source.line}:${source.column}`,
    hint: hint?.replaceAll(`${directory}/`, ''),
    severity,
  }));
  return {inventory, variablesOf, diagnostics: seen};
}

const homelab = `
all:
  vars: {user: pi}
  children:
    vault_servers:
      vars: {vault_tls: off}
      children:
        pi_zero: {hosts: {wallpi: {host: 10.0.0.2}, frontpi: }}
        pi_4:
      hosts:
        sense:
pi_4:
  hosts:
    sense: {board: pi_4}
    backup:
`;

describe('loadInventory', () => {
  it('reads groups, children and hosts in the order of the file', () => {
    const {inventory, diagnostics} = load({'inventory/i.yml': homelab});
    expect(diagnostics).toEqual([]);
    expect([...inventory.hosts.keys()]).toEqual(['wallpi', 'frontpi', 'sense', 'backup']);
    expect(
      Object.fromEntries([...inventory.groups].map(([name, {hosts}]) => [name, hosts.join(' ')])),
    ).toEqual({
      all: 'wallpi frontpi sense backup',
      ungrouped: '',
      vault_servers: 'wallpi frontpi sense backup',
      pi_zero: 'wallpi frontpi',
      pi_4: 'sense backup',
    });
    expect(inventory.groups.get('all')?.children).toEqual(['vault_servers', 'ungrouped']);
    expect(inventory.hosts.get('sense')?.groups).toEqual(['all', 'vault_servers', 'pi_4']);
    expect(inventory.hosts.get('sense')?.source).toMatchObject({line: 11, column: 9, length: 5});
  });

  it('orders groups by their depth, then by name', () => {
    const text =
      'b: {hosts: {h: }}\nz: {children: {c: {hosts: {h: }}}}\na: {children: {b: }, hosts: {h: }}\n';
    const {inventory} = load({'inventory/i.yml': text});
    expect(inventory.hosts.get('h')?.groups).toEqual(['all', 'a', 'z', 'b', 'c']);
  });

  it('puts hosts of no group into ungrouped', () => {
    const {inventory} = load({'inventory/i.yml': 'all: {hosts: {a: , b: }}\ng: {hosts: {b: }}\n'});
    expect(inventory.hosts.get('a')?.groups).toEqual(['all', 'ungrouped']);
    expect(inventory.hosts.get('b')?.groups).toEqual(['all', 'g']);
  });

  it('orders variables: all, parents, children, host; each from the inventory, its folder, the playbook', () => {
    const files = {
      'inventory/i.yml': homelab,
      'inventory/group_vars/all.yml': 'x: 1\n',
      'inventory/group_vars/pi_4/b.yaml': 'x: 3\n',
      'inventory/group_vars/pi_4/a.yml': 'x: 2\n',
      'inventory/host_vars/sense.yml': 'x: 4\n',
      'playbooks/group_vars/all.yml': 'x: 5\n',
      'playbooks/host_vars/sense/main.yml': 'x: 6\n',
      'playbooks/group_vars/another_lab.yml': 'x: 7\n',
    };
    const {variablesOf, diagnostics} = load(files, ['inventory/i.yml'], 'playbooks');
    expect(diagnostics).toEqual([]);
    expect(variablesOf('sense')).toEqual([
      ['inventory group all', {user: 'pi'}],
      ['group_vars/all', {x: 1}],
      ['playbook group_vars/all', {x: 5}],
      ['inventory group vault_servers', {vault_tls: 'off'}],
      ['group_vars/pi_4', {x: 2}],
      ['group_vars/pi_4', {x: 3}],
      ['inventory host sense', {board: 'pi_4'}],
      ['host_vars/sense', {x: 4}],
      ['playbook host_vars/sense', {x: 6}],
    ]);
  });

  it('merges several inventories, and reads a folder beside inventory and playbook once', () => {
    const files = {
      'a.yml': 'g: {hosts: {h: {x: 1}}}\n',
      'b.yml': 'g: {hosts: {h: {x: 2}, i: }}\n',
      'group_vars/g.yml': 'y: 1\n',
    };
    const {variablesOf, inventory} = load(files, ['a.yml', 'b.yml'], '.');
    expect(inventory.groups.get('g')?.hosts).toEqual(['h', 'i']);
    expect(variablesOf('h').map(([label]) => label)).toEqual([
      'playbook group_vars/g',
      'inventory host h',
      'inventory host h',
    ]);
  });

  it('takes a folder for the YAML files in it', () => {
    const files = {
      'inv/b.yml': 'all: {hosts: {b: }}\n',
      'inv/a.yml': 'all: {hosts: {a: }}\n',
      'inv/group_vars/all.yml': 'x: 1\n',
    };
    const {inventory, variablesOf} = load(files, ['inv']);
    expect([...inventory.hosts.keys()]).toEqual(['a', 'b']);
    expect(variablesOf('a')).toEqual([['group_vars/all', {x: 1}]]);
  });

  it('loads 500 hosts in no time, and each file of variables once', () => {
    const hosts = Array.from({length: 500}, (_, index) => `    host${index}:`).join('\n');
    const started = process.cpuUsage();
    const {inventory} = load({
      'inventory/i.yml': `all:\n  hosts:\n${hosts}\n`,
      'inventory/group_vars/all.yml': 'x: 1\n',
    });
    expect(process.cpuUsage(started).user).toBeLessThan(3_000_000);
    const sets = new Set([...inventory.hosts.values()].map(({variables}) => variables[0]));
    expect(sets.size).toBe(1);
  });
});

describe('a mistake in an inventory is one diagnostic, where it was made', () => {
  const mistakes: readonly (readonly [
    name: string,
    text: string,
    place: string,
    message: RegExp,
    hint: RegExp,
  ])[] = [
    ['a list', '- wallpi\n', '1:1', /must be a map, not a list/, /all:/],
    ['hosts outside of a group', 'hosts:\n  a:\n', '1:1', /outside/, /all:/],
    ['hosts as a list', 'all:\n  hosts:\n    - a\n', '3:5', /must be a map, not a list/, /as a key/],
    ['hosts as a text', 'all:\n  hosts: a\n', '2:10', /must be a map, not a text/, /as a key/],
    ['a misspelt key', 'g:\n  host: {a: }\n', '2:3', /unknown key 'host'/, /'hosts'/],
    ['a host in place of hosts', 'g:\n  wallpi:\n', '2:3', /unknown key 'wallpi'/, /below 'hosts:'/],
    [
      'a variable in place of vars',
      'g:\n  hosts: {a: }\n  port: 22\n',
      '3:3',
      /unknown key 'port'/,
      /below 'vars:'/,
    ],
    ['variables of a host as a text', 'g: {hosts: {a: 10.0.0.1}}\n', '1:16', /must be a map/, /name: value/],
    ['variables as a list', 'g:\n  vars: [a]\n', '2:9', /inventory group g must be a map/, /name: value/],
    [
      'a host named like a group',
      'g: {hosts: {a: }}\na: {hosts: {b: }}\n',
      '1:13',
      /'a' is a host and a group/,
      /another name/,
    ],
    ['a host named all', 'g: {hosts: {all: }}\n', '1:13', /'all' is a host and a group/, /another name/],
    [
      'a circle',
      'a: {children: {b: }}\nb: {children: {c: }}\nc: {children: {a: }}\n',
      '3:16',
      /c > a > b > c/,
      /take 'a' out/,
    ],
    ['a group in itself', 'a: {children: {a: }}\n', '1:16', /a > a/, /take 'a' out/],
    ['all as a child', 'a: {children: {all: }}\n', '1:16', /'all' cannot be a child/, /anyway/],
    ['a space in a name', 'my group: {hosts: {a: }}\n', '1:1', /cannot be the name of a group/, /letters/],
    ['an address with colons', 'g: {hosts: {"x::1": }}\n', '1:13', /name of a host/, /variable 'host'/],
    ['an option as a name', 'g: {hosts: {"-oProxyCommand=x": }}\n', '1:13', /name of a host/, /letters/],
    ['a host twice in a map', 'g:\n  hosts:\n    a:\n    a:\n', '4:5', /duplicate key/, /remove/],
    [
      'a misspelt child',
      'pi_zero: {hosts: {a: }}\ng: {children: {pi_zer: }}\n',
      '2:16',
      /'pi_zer' has no hosts/,
      /'pi_zero'/,
    ],
  ];
  it.each(mistakes)('%s', (_name, text, place, message, hint) => {
    const {diagnostics} = load({'inventory/i.yml': text});
    expect(diagnostics).toEqual([expect.objectContaining({at: `inventory/i.yml:${place}`})]);
    expect(diagnostics[0]?.message).toMatch(message);
    expect(diagnostics[0]?.hint).toMatch(hint);
  });

  const inFiles: readonly (readonly [
    name: string,
    files: Record<string, string>,
    message: RegExp,
    hint: RegExp,
  ])[] = [
    [
      'variables in two places',
      {'group_vars/g.yml': 'x: 1\n', 'group_vars/g.yaml': 'x: 1\n'},
      /two places.*g\.yaml and .*g\.yml/,
      /folder .*group_vars\/g$/,
    ],
    [
      'a misspelt file',
      {'group_vars/other_lab.yml': 'x: 1\n', 'host_vars/walpi.yml': 'x: 1\n'},
      /walpi/,
      /'wallpi'/,
    ],
    ['a file without an ending', {'host_vars/wallpi': 'x: 1\n'}, /not read/, /to wallpi\.yml/],
    ['a list of variables', {'host_vars/wallpi.yml': '- x\n'}, /must be a map, not a list/, /name: value/],
    ['broken YAML', {'group_vars/g.yml': 'x: {{ y }}\n'}, /template/, /quote it/],
  ];
  it.each(inFiles)('%s', (_name, files, message, hint) => {
    const {diagnostics} = load({'i.yml': 'g: {hosts: {wallpi: }}\n', ...files}, ['i.yml']);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.message).toMatch(message);
    expect(diagnostics[0]?.hint).toMatch(hint);
  });

  it('a missing inventory', () => {
    expect(load({}, ['nope.yml']).diagnostics.map(({message}) => message)).toEqual([
      'cannot read nope.yml: no such file',
    ]);
  });

  it('several mistakes in several files are all found', () => {
    const files = {'a.yml': 'g: {host: {a: }}\n', 'b.yml': 'g: {vars: 1}\nh: []\n'};
    expect(load(files, ['a.yml', 'b.yml']).diagnostics.map(({at}) => at)).toEqual([
      'a.yml:1:5',
      'b.yml:1:11',
      'b.yml:2:4',
    ]);
  });
});

describe('findInventory', () => {
  it('finds the only file, whatever lies beside it', () => {
    const directory = makeProject({
      'inventory/homelab.yml': 'all:\n',
      'inventory/group_vars/all.yml': '',
      'inventory/README.md': '',
      'inventory/.hidden.yml': '',
    });
    expect(findInventory(directory)).toEqual({files: [join(directory, 'inventory/homelab.yml')]});
  });

  it('lists them when there are several', () => {
    const directory = makeProject({'inventory/a.yml': '', 'inventory/b.yaml': ''});
    const found = findInventory(directory);
    expect(found).toMatchObject({diagnostic: {code: 'INV002', hint: expect.stringContaining('-i ')}});
    expect('diagnostic' in found && found.diagnostic.message).toMatch(/a\.yml, .*b\.yaml/);
  });

  it('says so when there is none', () => {
    expect(findInventory(makeProject({}))).toMatchObject({
      diagnostic: {code: 'INV001', hint: 'name one with -i FILE'},
    });
  });
});

describe('connectionAliases', () => {
  it('lead to names of ours', () => {
    for (const [alias, name] of connectionAliases) {
      expect(alias).toMatch(/^ansible_/);
      expect(connectionNames).toContain(name);
    }
  });
});
