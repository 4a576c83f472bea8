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
