import {expect, test} from 'vitest';
import {line, validate} from './project-files.ts';

const play = (keywords: string, task: string) => `- hosts: all
  gather_facts: false
${keywords}  tasks:
    - {command: "true"${task}}
`;

test.each([
  ['a task', play('', ', become_user: www'), 'site.yml:4:38'],
  ['a play', play('  become_user: www\n', ''), 'site.yml:3:16'],
])('the become_user of %s is told where nothing says become', async (_, text, place) => {
  const found = await validate({'site.yml': text});
  expect(found.map(line)).toEqual([
    `ENG019 ${place} without 'become: true' nobody is become, and this user has no effect [write 'become: true' beside it]`,
  ]);
});

test.each([
  ['the task', play('', ', become_user: www, become: true'), ''],
  ['the task that it is not', play('', ', become_user: www, become: false'), ''],
  ['the play', play('  become: true\n', ', become_user: www'), ''],
  ['a task below the play', play('  become_user: www\n', ', become: true'), ''],
  ['the host', play('', ', become_user: www'), 'all: {hosts: {pi: {become: true}}}\n'],
  [
    'the host by its other name',
    play('', ', become_user: www'),
    'all: {hosts: {pi: {ansible_become: true}}}\n',
  ],
])('a become_user is fine where become is said by %s', async (_, text, inventory) => {
  const found = await validate({'site.yml': text, ...(inventory ? {'inventory.yml': inventory} : {})});
  expect(found.map(line)).toEqual([]);
});
