import {expect, test, vi} from 'vitest';
import {file} from '../../../src/modules/file/index.ts';
import {line, validate} from './project-files.ts';

/** What validation says of these tasks on that many hosts, each line once. */
async function mistakesOn(
  hosts: number,
  tasks: string,
  inventory: (name: string, index: number) => string = (name) => `${name}: {}`,
): Promise<readonly string[]> {
  const names = Array.from({length: hosts}, (_, index) => `host${index}`);
  const lines = names.map((name, index) => `    ${inventory(name, index)}`);
  const found = await validate({
    'inventory.yml': `all:\n  hosts:\n${lines.join('\n')}\n`,
    'site.yml': `- hosts: all\n  tasks:\n${tasks.replaceAll(/^/gm, '    ')}\n`,
  });
  return found.map(line);
}

const common = `- file: {path: '/srv/{{ first_group }}', state: directory}
  vars: {first_group: '{{ default kind "some" }}'}
  register: made
- file: {path: /srv/more, state: directory}
  when: made.changed`;

test('a task that reads nothing of the host’s own is looked at once, however many hosts there are', async () => {
  const calls = async (hosts: number): Promise<number> => {
    const looks = vi.spyOn(file, 'reads');
    try {
      expect(await mistakesOn(hosts, common)).toEqual([]);
      return looks.mock.calls.length;
    } finally {
      looks.mockRestore();
    }
  };
  const onTwo = await calls(2);
  expect(onTwo).toBe(2);
  expect(await calls(60)).toBe(onTwo);
});

test('it is looked at once for each sort of host', async () => {
  const looks = vi.spyOn(file, 'reads');
  try {
    await mistakesOn(40, common, (name, index) => `${name}: {kind: sort${index % 4}}`);
    // The second task reads only what the first is known to give.
    expect(looks.mock.calls.length).toBeLessThanOrEqual(2 * 40);
    expect(new Set(looks.mock.calls.map(([args]) => args.path))).toEqual(
      new Set(['/srv/sort0', '/srv/sort1', '/srv/sort2', '/srv/sort3', '/srv/more']),
    );
  } finally {
    looks.mockRestore();
  }
});

const odd = (name: string, index: number): string =>
  index === 33 ? `${name}: {size: '7'}` : `${name}: {size: 7}`;

test.each([
  ['a value of one host', "- assert: {that: 'size > 3'}", odd, /^VAL\d+ .*\[.*int/],
  [
    'a name that one host lacks',
    "- debug: {msg: '{{ size }}'}",
    (name: string, index: number) => (index === 33 ? `${name}: {}` : `${name}: {size: 7}`),
    /^VAL001 .*'size' is not defined/,
  ],
  [
    'through a variable that a task sets',
    "- set_fact: {twice: '{{ size }}'}\n- assert: {that: 'twice > 3'}",
    odd,
    /^VAL\d+ .*\[.*int/,
  ],
  [
    'through the variable of a loop',
    "- debug: {msg: '{{ item }}'}\n  loop: '{{ size }}'",
    (name: string, index: number) => (index === 33 ? `${name}: {size: no list}` : `${name}: {size: [1, 2]}`),
    /^ENG006 /,
  ],
  [
    'in what is asked once there is a result',
    "- command: {argv: [/bin/echo, '{{ inventory_hostname }}']}\n  failed_when: size > 3",
    odd,
    /^VAL\d+ .*\[.*int/,
  ],
  ['by the name of the host', "- assert: {that: inventory_hostname != 'host33'}", undefined, /^ENG004 /],
])('what only one of many hosts has wrong is found: %s', async (_, tasks, inventory, expected) => {
  const found = await mistakesOn(48, tasks, inventory);
  expect(found).toEqual([expect.stringMatching(expected)]);
});

// Each reads the host's name, so that the task itself is looked at on every host: its condition need not be.
test.each([
  ['a condition that one host alone gives no answer to', 'when: size > 3', odd, /^VAL\d+ .*\[.*int/],
  [
    'a condition that holds on one host alone',
    'when: size == 7',
    (name: string, index: number) => `${name}: {size: ${index === 33 ? 7 : 8}}`,
    /^ENG004 /,
  ],
  [
    'a condition of the host’s own',
    'when: mine',
    (name: string, index: number) => `${name}: {mine: ${index === 33}}`,
    /^ENG004 /,
  ],
])('what only one of many hosts has wrong is found: %s', async (_, when, inventory, expected) => {
  const tasks = `- assert: {that: inventory_hostname == 'nobody', fail_msg: wrong}\n  ${when}`;
  const found = await mistakesOn(48, tasks, inventory);
  expect(found.filter((one) => expected.test(one))).toHaveLength(1);
});
