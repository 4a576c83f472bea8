import {existsSync} from 'node:fs';
import type {Source} from '../errors/index.ts';
import type {MapEntry, MapNode, Node} from '../source/index.ts';

/**
 * Whether what stands behind `-i` is a list of hosts and no file: as in Ansible, a comma says so (`-i wallpi,`),
 * unless there is a file of that name.
 */
export function isHostList(text: string): boolean {
  return text.includes(',') && !existsSync(text);
}

/**
 * The inventory that a list of hosts is: `wallpi.local,pi@192.168.1.22:2222,[fe80::1]:2222,`.
 * @see https://docs.ansible.com/ansible/latest/collections/ansible/builtin/host_list_inventory.html
 */
export function inventoryOfHostList(text: string): MapNode {
  const hosts: MapEntry[] = [];
  let column = 1;
  for (const item of text.split(',')) {
    const word = item.trim();
    if (word !== '') {
      const source = sourceAt(text, column + item.indexOf(word), word.length);
      const [, user, host = word] = /^([^@]+)@(.+)$/.exec(word) ?? [];
      const value = user === undefined ? nothing(source) : mapOf({user: textNode(user, source)}, source);
      hosts.push({key: host, keySource: source, value});
    }
    column += item.length + 1;
  }
  const source = sourceAt(text, 1, text.length);
  return mapOf({all: mapOf({hosts: {type: 'map', entries: hosts, source}}, source)}, source);
}

function mapOf(values: Readonly<Record<string, Node>>, source: Source): MapNode {
  const entries = Object.entries(values).map(([key, value]) => ({key, keySource: source, value}));
  return {type: 'map', entries, source};
}

function textNode(text: string, source: Source): Node {
  return {type: 'scalar', value: text, text, style: 'quoted', raw: true, source};
}

function nothing(source: Source): Node {
  return {type: 'scalar', value: null, text: '', style: 'plain', raw: true, source};
}

/** What was typed has no file: its place is the option. */
function sourceAt(text: string, column: number, length: number): Source {
  return {file: `-i ${text}`, line: 1, column, length};
}
