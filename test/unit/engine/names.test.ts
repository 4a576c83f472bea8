import {expect, test} from 'vitest';
import {line, validate} from './project-files.ts';

test('a name that means something else is refused wherever it is defined', async () => {
  const found = await validate(
    {
      'site.yml': `- hosts: all
  vars: {list: 1}
  roles: [{role: r, vars: {package: x}}]
  tasks:
    - command: "true"
      register: type
    - command: "true"
      loop: [1]
      loop_control: {loop_var: map}
      vars: {string: x}
    - set_fact: {facts: 1}
  handlers:
    - name: h
      command: "true"
      register: int
`,
      'roles/r/defaults/main.yml': 'loop: 1\nfine: 2\n',
      'roles/r/vars/main.yml': 'not: 1\n',
      'roles/r/tasks/main.yml': '- debug: {msg: "{{ fine }}"}\n',
      'inventory.yml': 'all: {vars: {my-name: 1}, hosts: {pi: {bool: x}}}\n',
      'group_vars/all.yml': 'double: 1\n',
      'host_vars/pi.yml': 'bytes: 1\n',
    },
    {extraVars: [{text: 'null_type=1'}]},
  );
  expect(found.map(line).map((text) => text.replace(/ cannot be a variable.*/, ''))).toEqual([
    "VAL014 - 'null_type', which -e gives,",
    "VAL014 group_vars/all.yml:1:1 'double'",
    "VAL014 host_vars/pi.yml:1:1 'bytes'",
    "VAL014 inventory.yml:1:14 'my-name'",
    "VAL014 inventory.yml:1:40 'bool'",
    "VAL014 roles/r/defaults/main.yml:1:1 'loop'",
    "VAL014 roles/r/vars/main.yml:1:1 'not'",
    "VAL014 site.yml:2:10 'list'",
    "VAL014 site.yml:3:28 'package'",
    "VAL014 site.yml:6:17 'type'",
    "VAL014 site.yml:9:32 'map'",
    "VAL014 site.yml:10:14 'string'",
    "VAL014 site.yml:11:18 'facts'",
    "VAL014 site.yml:15:17 'int'",
  ]);
});
