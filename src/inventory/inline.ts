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
 * The inventory that a list of hosts is: `wallpi.local,192.168.1.22:2222,`. The port becomes a variable of the host,
 * whose name is what stands before it.
 * @see https://docs.ansible.com/ansible/latest/collections/ansible/builtin/host_list_inventory.html
 */
export function inventoryOfHostList(text: string): MapNode {
  const hosts: MapEntry[] = [];
  let column = 1;
  for (const item of text.split(',')) {
    const word = item.trim();
    if (word !== '') hosts.push(hostOf(word, sourceAt(text, column + item.indexOf(word), word.length)));
    column += item.length + 1;
  }
  const source = sourceAt(text, 1, text.length);
  return mapOf({all: mapOf({hosts: {type: 'map', entries: hosts, source}}, source)}, source);
}

function hostOf(word: string, source: Source): MapEntry {
  // More than one colon, outside of brackets (a range), is no port.
  const [, name, port] = /^([^:[\]]+|[^:]*\[[^\]]*\][^:]*):(\d{1,5})$/.exec(word) ?? [];
  if (name === undefined || port === undefined) return {key: word, keySource: source, value: nothing(source)};
  return {key: name, keySource: source, value: mapOf({port: scalar(Number(port), port, source)}, source)};
}

function mapOf(values: Readonly<Record<string, Node>>, source: Source): MapNode {
  const entries = Object.entries(values).map(([key, value]) => ({key, keySource: source, value}));
  return {type: 'map', entries, source};
}

function scalar(value: number | null, text: string, source: Source): Node {
  return {type: 'scalar', value, text, style: 'plain', raw: true, source};
}

function nothing(source: Source): Node {
  return scalar(null, '', source);
}

/** What was typed has no file: its place is the option. */
function sourceAt(text: string, column: number, length: number): Source {
  return {file: `-i ${text}`, line: 1, column, length};
}
