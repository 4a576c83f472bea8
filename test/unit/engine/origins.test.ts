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
