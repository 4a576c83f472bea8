import {expect, test} from 'vitest';
import {line, validate} from './project-files.ts';

const task = (text: string) =>
  `- hosts: all\n  gather_facts: false\n  tasks:\n${text.replace(/^/gm, '    ')}\n`;

test.each([
  ['a condition that is false', '- {when: false, debug: {msg: "{{ nope }}"}}'],
  ['a loop over nothing', '- {loop: [], debug: {msg: "{{ nope }}"}}'],
  ['tags: never', '- {tags: never, debug: {msg: "{{ nope }}"}}'],
  ['a block whose condition is false', '- when: false\n  block:\n    - {debug: {msg: "{{ nope }}"}}'],
  ['another part of its condition', '- {when: [false], loop: [1], debug: {msg: "{{ nope }}"}}'],
])('a name that nothing defines is told behind %s', async (_, text) => {
  const found = await validate({'site.yml': task(text)});
  expect(found.map((one) => `${one.severity} ${one.code} ${one.message}`)).toEqual([
    "warning VAL001 'nope' is not defined",
  ]);
});

test('a name that nothing defines is told in a file that no include comes to', async () => {
  const found = await validate({
    'site.yml': task('- {when: false, include_tasks: more.yml}'),
    'more.yml': '- debug: {msg: "{{ nope }}"}\n',
  });
  expect(found.map(({severity, source}) => `${severity} ${source?.file}`)).toEqual(['warning more.yml']);
});

test.each([
  ['asked for by the condition', '- {when: nope is defined, debug: {msg: "{{ nope }}"}}'],
  ['asked for by a condition of the include', '- {when: nope is defined, include_tasks: more.yml}'],
  ['has a default', `- {when: false, debug: {msg: '{{ default nope "x" }}'}}`],
  [
    'is registered',
    '- {when: false, command: id, register: nope}\n- {when: false, debug: {msg: "{{ nope }}"}}',
  ],
  ['is set by another playbook', '- {when: false, debug: {msg: "{{ theirs }}"}}'],
  ['is the loop variable', '- {loop: [], loop_control: {loop_var: nope}, debug: {msg: "{{ nope }}"}}'],
])('a name is not told behind a false condition when it is %s', async (_, text) => {
  const found = await validate({
    'site.yml': task(text),
    'more.yml': '- debug: {msg: "{{ nope }}"}\n',
    'other.yml': '- hosts: all\n  vars: {theirs: 1}\n',
  });
  expect(found.map(line)).toEqual([]);
});

test('a name that a role reads behind a false condition is told where it is near to another', async () => {
  const found = await validate({
    'site.yml': '- {hosts: all, roles: [r]}\n',
    'roles/r/defaults/main.yml': 'r_directory: /srv\n',
    'roles/r/handlers/main.yml': '- {name: r, debug: {msg: "{{ r_directory }}"}}\n',
    'roles/r/tasks/main.yml':
      '- {when: false, file: {path: "{{ r_directry }}", state: directory}}\n- {when: false, debug: {msg: "{{ given_by_others }}"}}\n',
  });
  expect(found.map(line)).toEqual([
    "VAL001 roles/r/tasks/main.yml:1:34 'r_directry' is not defined [did you mean 'r_directory'?]",
  ]);
});

test('a local file that is not there is told behind a false condition', async () => {
  const found = await validate({
    'site.yml': task('- {when: false, template: {src: nope.hbs, dest: /etc/nope}}'),
  });
  expect(found.map((one) => `${one.severity} ${one.code} ${one.source?.line}:${one.source?.column}`)).toEqual(
    ['warning ENG001 4:37'],
  );
});

test('what tags on the command line leave out is not looked into', async () => {
  const text = '- {tags: a, debug: {msg: x}}\n- {tags: b, debug: {msg: "{{ nope }}"}}';
  expect((await validate({'site.yml': task(text)}, {tags: ['a']})).map(line)).toEqual([]);
});

test('a mistake that a host comes to is told once, as an error', async () => {
  const found = await validate({
    'site.yml':
      '- hosts: all\n  tasks:\n    - {when: "inventory_hostname == \'pi\'", debug: {msg: "{{ nope }}"}}\n',
    'inventory.yml': 'all: {hosts: {pi: {}, other: {}}}\n',
  });
  expect(found.map((one) => `${one.severity} ${one.code}`)).toEqual(['error VAL001']);
});
