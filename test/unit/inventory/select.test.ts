import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {type Inventory, loadInventory, selectHosts} from '../../../src/inventory/index.ts';
import {makeProject} from './project.ts';

const text = `
all:
  hosts: {lonely.example.com: }
  children:
    vault_servers:
      hosts: {sense: , wallpi: , frontpi: , deskpi: , atticpi: }
    pi_zero:
      hosts: {wallpi: , frontpi: , atticpi: }
    pi_4:
      hosts: {sense: }
    empty:
`;

function homelab(): Inventory {
  const directory = makeProject({'i.yml': text});
  return loadInventory([`${directory}/i.yml`]).inventory;
}

describe('selectHosts', () => {
  it.each([
    ['all', 'lonely.example.com sense wallpi frontpi deskpi atticpi'],
    ['*', 'lonely.example.com sense wallpi frontpi deskpi atticpi'],
    ['wallpi', 'wallpi'],
    ['pi_zero', 'wallpi frontpi atticpi'],
    ['wallpi,sense', 'wallpi sense'],
    ['wallpi:sense', 'wallpi sense'],
    [' wallpi , sense ', 'wallpi sense'],
    ['pi_zero:wallpi', 'wallpi frontpi atticpi'],
    ['all:!vault_servers', 'lonely.example.com'],
    ['vault_servers:!pi_zero:!pi_4', 'deskpi'],
    ['!pi_zero', 'lonely.example.com sense deskpi'],
    ['vault_servers:&pi_zero', 'wallpi frontpi atticpi'],
    ['&pi_zero', 'wallpi frontpi atticpi'],
    ['!wallpi:vault_servers:&pi_zero', 'frontpi atticpi'],
    ['*pi', 'wallpi frontpi deskpi atticpi'],
    ['pi_*', 'wallpi frontpi atticpi sense'],
    ['*.example.com', 'lonely.example.com'],
    ['[wd]*pi', 'wallpi deskpi'],
    ['?allpi', 'wallpi'],
    ['~(wall|front)pi', 'wallpi frontpi'],
    ['~(?:wall|desk)pi$:sense', 'wallpi deskpi sense'],
    ['vault_servers:!~.*pi$', 'sense'],
    ['vault_servers[0]', 'sense'],
    ['vault_servers[-1]', 'atticpi'],
    ['vault_servers[0:2]', 'sense wallpi frontpi'],
    ['vault_servers[3:]', 'deskpi atticpi'],
    ['vault_servers[0:1],pi_zero[2]', 'sense wallpi atticpi'],
    ['vault_servers:!vault_servers[0]', 'wallpi frontpi deskpi atticpi'],
    ['empty', ''],
  ])('%s', (pattern, hosts) => {
    expect(selectHosts(homelab(), pattern)).toMatchObject({
      hosts: hosts === '' ? [] : hosts.split(' '),
      diagnostics: [],
    });
  });

  it.each([
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['wallpi,::1', 'wallpi ::1'],
    ['all,!::1', 'wallpi fe80::2'],
    ['fe80::*', ''],
  ])('does not split an address of IPv6: %s', (pattern, hosts) => {
    const {inventory} = loadInventory(['wallpi,[::1]:2222,fe80::2']);
    expect(selectHosts(inventory, pattern).hosts.join(' ')).toBe(hosts);
  });

  it.each([
    ['vault_server', /'vault_server'/, /'vault_servers'/],
    ['walpi', /'walpi'/, /'wallpi'/],
    ['all:!walpi', /'walpi'/, /'wallpi'/],
    ['wallpi:&pi_zer', /'pi_zer'/, /'pi_zero'/],
    ['nothing-like-it', /'nothing-like-it'/, /groups are: all, vault_servers, pi_zero/],
    ['*.org', /'\*\.org'/, /groups are/],
    ['localhost', /'localhost'/, /no implicit localhost/],
    ['pi_zero[7]', /'pi_zero\[7\]' selects no host: 'pi_zero' has 3 hosts/, /from 0/],
    ['~(', /not a pattern/, /^$/],
    ['', /empty/, /'all'/],
    [' , ', /empty/, /'all'/],
  ])('"%s" is one error, and selects nobody', (pattern, message, hint) => {
    const {hosts, diagnostics} = selectHosts(homelab(), pattern);
    expect(hosts).toEqual([]);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.message).toMatch(message);
    expect(diagnostics[0]?.hint ?? '').toMatch(hint);
  });

  it('gives up a regular expression that would try for ever', () => {
    const directory = makeProject({'i.yml': `all: {hosts: {${'a'.repeat(50)}b: }}`});
    const {inventory} = loadInventory([`${directory}/i.yml`]);
    const {hosts, diagnostics} = selectHosts(inventory, '~(a+)+$');
    expect(hosts).toEqual([]);
    expect(diagnostics.map(({code, message}) => [code, message])).toEqual([
      ['INV011', "'~(a+)+$' is not a pattern: the regular expression '(a+)+$' takes more than a second"],
    ]);
    expect(diagnostics[0]?.hint).toMatch(/a\+ for \(a\+\)\+/);
  });

  it('points at the part that is wrong, in a pattern with and without quotes', () => {
    const pattern = 'all:!walpi:frnotpi';
    const at = (length: number) =>
      selectHosts(homelab(), [
        {text: pattern, source: {file: 'p.yml', line: 3, column: 10, length}},
      ]).diagnostics.map(({source}) => source && [source.column, source.length]);
    expect(at(pattern.length)).toEqual([
      [14, 6],
      [21, 7],
    ]);
    expect(at(pattern.length + 2)).toEqual([
      [15, 6],
      [22, 7],
    ]);
  });

  it('never throws, and selects only hosts that there are', () => {
    const inventory = homelab();
    const pieces = fc.constantFrom(
      'all',
      'wallpi',
      'pi_zero',
      ':',
      ',',
      '!',
      '&',
      '~',
      '*',
      '[',
      ']',
      '[0]',
      '[1:2]',
      '(',
      ')',
      '?',
      '-',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(pieces, {maxLength: 10}), (parts) => {
        const {hosts} = selectHosts(inventory, parts.join(''));
        expect(new Set(hosts).size).toBe(hosts.length);
        for (const host of hosts) expect(inventory.hosts.has(host)).toBe(true);
      }),
    );
  });
});
