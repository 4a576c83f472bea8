import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {type Growth, loadInventory} from '../../../src/inventory/index.ts';
import {plain} from '../source/plain.ts';
import {makeProject} from './project.ts';

const source = {file: 'play.yml', line: 3, column: 5};

function inventoryOf(files: Readonly<Record<string, string>>) {
  const directory = makeProject(files);
  return loadInventory([join(directory, 'i.yml')], {mayGrow: true});
}

const growth = (host: string, groups: readonly (string | readonly [string, ...string[]])[]): Growth => ({
  host,
  source,
  groups: groups.map((one) =>
    typeof one === 'string' ? {name: one, parents: []} : {name: one[0], parents: one.slice(1)},
  ),
  variables: [],
});

const files = {
  'i.yml': 'web: {hosts: {b: , a: }}\nold: {hosts: {c: }}\n',
  'group_vars/new.yml': 'x: of new\n',
  'group_vars/parent.yml': 'x: of parent\ny: of parent\n',
  'host_vars/d.yml': 'z: of d\n',
};

describe('a grown inventory', () => {
  it('has the host behind the others, in its groups, with the variables of their files', () => {
    const {inventory, diagnostics} = inventoryOf(files);
    expect(diagnostics).toEqual([]);
    const grown = inventory.grown(growth('d', [['new', 'parent'], 'web']));
    expect(grown.diagnostics).toEqual([]);
    const {hosts, groups} = grown.inventory;
    expect([...hosts.keys()]).toEqual(['b', 'a', 'c', 'd']);
    expect(groups.get('parent')).toEqual({name: 'parent', hosts: ['d'], children: ['new']});
    expect(groups.get('web')?.hosts).toEqual(['b', 'a', 'd']);
    expect(hosts.get('d')?.groups).toEqual(['all', 'parent', 'web', 'new']);
    expect(hosts.get('d')?.variables.map(({label, vars}) => [label, plain(vars)])).toEqual([
      ['group_vars/parent', {x: 'of parent', y: 'of parent'}],
      ['group_vars/new', {x: 'of new'}],
      ['host_vars/d', {z: 'of d'}],
    ]);
  });

  it('leaves the inventory that it grew out of, and the hosts that nothing changes for, as they are', () => {
    const {inventory} = inventoryOf(files);
    const grown = inventory.grown(growth('a', ['new'])).inventory;
    expect(inventory.groups.has('new')).toBe(false);
    expect(grown.hosts.get('b')).toBe(inventory.hosts.get('b'));
    expect(grown.hosts.get('a')).not.toBe(inventory.hosts.get('a'));
    expect(grown.grown(growth('a', ['new'])).inventory.hosts.get('a')).toBe(grown.hosts.get('a'));
  });

  it.each([
    [growth('d e', []), "'d e' cannot be the name of a host"],
    [growth('d', ['x y']), "'x y' cannot be the name of a group"],
    [growth('web', []), "'web' is a host and a group"],
    [growth('a', ['c']), "'c' is a host and a group"],
    [growth('a', [['new', 'new']]), 'groups in a circle: new > new'],
  ])('says at its place what is wrong: %#', (one, message) => {
    const {inventory} = inventoryOf(files);
    expect(inventory.grown(one).diagnostics).toEqual([
      expect.objectContaining({severity: 'error', message, source}),
    ]);
  });

  it('takes what is wrong with the files of who may never join for a warning, and for a mistake of who joins', () => {
    const {inventory, diagnostics} = inventoryOf({...files, 'group_vars/new.yml': '- no map\n'});
    expect(diagnostics.map(({severity, code}) => [severity, code])).toEqual([['warning', 'INV003']]);
    expect(inventory.grown(growth('d', ['new'])).diagnostics.map(({code}) => code)).toEqual(['INV003']);
  });
});
