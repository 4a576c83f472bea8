import {expect, test} from 'vitest';
import {validate} from './project-files.ts';

test('a wrong argument says where its value came from, and what that overrides', async () => {
  const [found, ...others] = await validate({
    'site.yml': `- hosts: all
  vars: {port: 8200}
  tasks:
    - wait_for: {host: pi, port: '{{ wanted }}'}
`,
    'group_vars/all.yml': "port: 1\nwanted: '{{ port }}{{ suffix }}'\n",
    'host_vars/pi.yml': 'suffix: x\n',
  });
  expect(others).toEqual([]);
  expect(found?.related?.map(({message, source}) => `${message} ${source?.file}:${source?.line}`)).toEqual([
    `'wanted' is "8200x", from playbook group_vars/all group_vars/all.yml:2`,
    `'port' is 8200, from play vars site.yml:2`,
    'it overrides playbook group_vars/all group_vars/all.yml:1',
    `'suffix' is "x", from playbook host_vars/pi host_vars/pi.yml:1`,
  ]);
});

test('what should be a map of secrets is not shown where it is something else, nor where it came from', async () => {
  const found = await validate({
    'site.yml': `- hosts: all
  vars: {web_db: CANARY}
  tasks:
    - vault_kv: {mount: kv, path: a, data: '{{ web_db }}', token: x}
`,
  });
  expect(found.map(({message}) => message)).toEqual(["'data' must be a map, not what the secret holds"]);
  expect(found[0]?.related?.map(({message}) => message)).toEqual(["'web_db' comes from play vars"]);
});

test('a secret in the place of a map of secrets is of the wrong type, not in the wrong place', async () => {
  const found = await validate({
    'site.yml': `- hosts: all
  vars: {web_password: CANARY}
  tasks:
    - vault_kv: {mount: kv, path: a, data: '{{ web_password }}', token: x}
`,
  });
  expect(found.map(({message}) => message)).toEqual(["'data' must be a map, not what the secret holds"]);
});

test('what is wrong with an entry that a role goes through is told where the entry is written, each by itself', async () => {
  const found = await validate({
    'site.yml': `- hosts: all
  roles: [r]
`,
    'roles/r/tasks/main.yml': `- copy:
    dest: '{{ item.dest }}'
    content: x
    mode: '{{ default item.mode omit }}'
  loop: '{{ wanted_files }}'
- wait_for: {port: '{{ item.port }}', host: '{{ default item.host omit }}'}
  loop: '{{ wanted_ports }}'
`,
    'group_vars/all.yml': `wanted_files:
  - {dest: /a, mode: '0600'}
  - dest: b
  - {dest: /c, mode: '9'}
wanted_ports:
  - {port: x}
  - {port: y}
`,
  });
  const placed = found.map(({message, source, related = []}) => [
    message.slice(0, 6),
    `${source?.file}:${source?.line}:${source?.column}`,
    ...related.map((one) => `${one.message} ${one.source?.file}:${one.source?.line}`),
  ]);
  const task = 'roles/r/tasks/main.yml';
  expect(placed).toEqual([
    ["'dest'", 'group_vars/all.yml:3:11', `copy is given entry 2 of wanted_files here ${task}:2`],
    ["'mode'", 'group_vars/all.yml:4:22', `copy is given entry 3 of wanted_files here ${task}:4`],
    ["'port'", 'group_vars/all.yml:6:12', `wait_for is given entry 1 of wanted_ports here ${task}:6`],
    ["'port'", 'group_vars/all.yml:7:12', `wait_for is given entry 2 of wanted_ports here ${task}:6`],
  ]);
});

test('of an entry that may hold what nobody is shown only the place is told', async () => {
  const [found] = await validate({
    'site.yml': `- hosts: all
  roles: [r]
`,
    'roles/r/tasks/main.yml': `- user: {name: '{{ item.name }}', password: '{{ item.hash }}'}
  loop: '{{ people }}'
`,
    'group_vars/all.yml': `people: [{name: 'a b', hash: '$6$salt$CANARY'}]
`,
  });
  expect([found?.source?.file, found?.related?.map(({message, source}) => [message, source])]).toEqual([
    'roles/r/tasks/main.yml',
    [['user is given entry 1 of people: all.yml, line 1', undefined]],
  ]);
});
