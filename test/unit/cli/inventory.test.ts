import {describe, expect, it} from 'vitest';
import {makeProject} from '../inventory/project.ts';
import {type} from './console.ts';

const files = {
  'inventory/hosts.yml': `all:
  vars: {port: 1, ansible_become_pass: canary-clear-text}
  children:
    pis:
      vars: {port: 2}
      hosts:
        wallpi: {port: 3, address: 'http://{{ inventory_hostname }}:{{ port }}'}
        frontpi:
`,
  'inventory/group_vars/pis.yml':
    'members: [a, b]\ndb_password: canary-in-a-file\nurl: "x://{{ db_password }}@db"\n' +
    'api_tokens: [canary-one, {a: canary-two}]\ndb: {user: u, password: canary-three}\n',
  'inventory/host_vars/frontpi.yml': 'broken: "{{ prot }}"\n',
  'site.yml': '- hosts: pis\n  vars: {port: 4}\n  roles: [server]\n',
  'roles/server/defaults/main.yml': 'level: info\nport: 0\n',
  'roles/server/vars/main.yml': 'unit: server.service\n',
  'roles/server/tasks/main.yml': '- debug: {msg: "{{ level }} {{ unit }}"}\n',
};

const ask = (line: string) => type(`inventory ${line}`, undefined, {cwd: makeProject(files)});

describe('vprov inventory', () => {
  it('draws groups and hosts', async () => {
    const {stdout, exitCode} = await ask('--graph');
    expect(stdout).toBe('@all:\n  |--@pis:\n  |  |--wallpi\n  |  |--frontpi\n');
    expect(exitCode).toBe(0);
    expect((await ask('')).stdout).toBe(stdout);
  });

  it('explains each variable: its value, where it comes from, what it overrides', async () => {
    const {stdout, exitCode} = await ask('--host wallpi --explain -e extra=1');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`port = 3
    inventory host wallpi inventory/hosts.yml:7:18
    overrides inventory group pis inventory/hosts.yml:5:14
    overrides inventory group all inventory/hosts.yml:2:10
`);
    expect(stdout).toContain('address = http://wallpi:3\n');
    expect(stdout).toContain('extra = 1\n    -e\n');
    expect(stdout).not.toContain('role server');
  });

  it('leaves out none that a play asks somebody for', async () => {
    const asking = '- hosts: pis\n  vars_prompt: [{name: port}, {name: who}]\n  tasks: [{debug: {msg: a}}]\n';
    const cwd = makeProject({...files, 'site.yml': asking});
    const {stdout} = await type(
      'inventory --host wallpi --explain --playbook site.yml -e who=me',
      undefined,
      {cwd},
    );
    expect(stdout).toContain(`port = "(known after the run: somebody is asked for port before the play)"
    vars_prompt site.yml:2:24
    overrides inventory host wallpi inventory/hosts.yml:7:18
`);
    expect(stdout).toContain('who = ‹who›\n    -e\n');
  });

  it('adds what a playbook, its plays and its roles give', async () => {
    const {stdout} = await ask('--host wallpi --explain --playbook site.yml');
    expect(stdout).toContain(`port = 4
    play vars site.yml:2:10
    overrides inventory host wallpi inventory/hosts.yml:7:18
    overrides inventory group pis inventory/hosts.yml:5:14
    overrides inventory group all inventory/hosts.yml:2:10
    overrides role server defaults roles/server/defaults/main.yml:2:1
`);
    expect(stdout).toContain(
      'unit (in role server) = server.service\n    role server vars roles/server/vars/main.yml:1:1\n',
    );
  });

  it('writes JSON for programs: of one host, and of all in the format of Ansible', async () => {
    expect(JSON.parse((await ask('--host wallpi')).stdout)).toMatchObject({port: 3, members: ['a', 'b']});
    const {stdout} = await ask('--list');
    expect(JSON.parse(stdout)).toMatchObject({
      _meta: {hostvars: {wallpi: {port: 3}, frontpi: {port: 2}}},
      all: {children: ['pis', 'ungrouped'], hosts: []},
      pis: {children: [], hosts: ['wallpi', 'frontpi']},
    });
    const explained: unknown = JSON.parse((await ask('--host wallpi --explain --output json')).stdout);
    expect(explained).toContainEqual({
      name: 'port',
      value: 3,
      origin: {layer: 'inventory host wallpi', source: expect.objectContaining({line: 7, column: 18})},
      overrides: [
        expect.objectContaining({layer: 'inventory group pis'}),
        expect.objectContaining({layer: 'inventory group all'}),
      ],
    });
  });

  it('shows no password, also where another variable is made of it', async () => {
    for (const line of [
      '--list',
      '--host wallpi',
      '--host wallpi --explain',
      '--host wallpi --explain --output json',
    ]) {
      const {stdout, stderr} = await ask(line);
      expect(stdout + stderr).not.toMatch(/canary/);
      expect(stdout).toContain('x://‹db_password›@db');
      expect(stdout).toContain('‹ansible_become_pass›');
    }
  });

  it('shows no member that the schema of a role calls writeOnly, also of a role that is included', async () => {
    const cwd = makeProject({
      'inventory/hosts.yml':
        'pis: {hosts: {wallpi: {rows: [{path: kv/a, data: {who: canary-who, pin: 31337}}], word: canary-word}}}\n',
      'roles/r/meta/arguments.yml':
        'properties:\n  word: {type: string, writeOnly: true}\n  rows: {type: array, items: {type: object, properties: {data: {type: object, writeOnly: true}}}}\n',
      'roles/r/tasks/main.yml': '- debug: {msg: a}\n',
      'site.yml': '- hosts: pis\n  tasks: [{include_role: {name: r}}]\n',
    });
    const {stdout} = await type('inventory --host wallpi --explain --playbook site.yml', undefined, {cwd});
    expect(stdout).not.toMatch(/canary|31337/);
    expect(stdout).toContain('word = ‹word›\n');
    expect(stdout).toContain('kv/a');
  });

  it.each([
    ['a member that is wrong', {}],
    [
      'a schema that has a mistake',
      {
        'roles/r/meta/arguments.yml':
          'properties: {box: {type: object, properties: {pw: {writeOnly: true}}}, port: {typ: integer}}\n',
      },
    ],
    ['a schema that cannot be read', {'roles/r/meta/arguments.yml': 'properties: {box: [}\n'}],
    ['a playbook that cannot be read', {'site.yml': '- hosts: [}\n'}],
    ['a text in its place', {'inventory/group_vars/pis.yml': 'box: "pw: canary"\nother: "{{ nope }}"\n'}],
  ])('quotes no line with such a member either, beside %s', async (_, more) => {
    const cwd = makeProject({
      'inventory/hosts.yml': 'pis: {hosts: {wallpi: {}}}\n',
      'inventory/group_vars/pis.yml': "box: {pw: canary, port: '{{ nope }}'}\n",
      'roles/r/meta/arguments.yml':
        'properties: {box: {type: object, properties: {pw: {writeOnly: true}}}}\n',
      'roles/r/tasks/main.yml': '- debug: {msg: a}\n',
      'site.yml': '- hosts: pis\n  roles: [r]\n',
      ...more,
    });
    for (const explain of ['', '--explain', '--explain --output json']) {
      const line = `inventory --host wallpi --playbook site.yml ${explain}`;
      const {stdout, stderr, exitCode} = await type(line.trim(), undefined, {cwd});
      expect(stdout + stderr).not.toContain('canary');
      expect(exitCode).toBe(1);
    }
  });

  it('shows what stands beside a secret under a name of one, where a role describes its members', async () => {
    const cwd = makeProject({
      'inventory/hosts.yml': 'pis: {hosts: {wallpi: {app_secrets: [{path: kv/a, data: canary}]}}}\n',
      'roles/r/meta/arguments.yml':
        'properties: {app_secrets: {type: array, items: {type: object, properties: {data: {writeOnly: true}}}}}\n',
      'roles/r/tasks/main.yml': '- debug: {msg: a}\n',
      'site.yml': '- hosts: pis\n  roles: [r]\n',
    });
    const {stdout} = await type('inventory --host wallpi --explain --playbook site.yml', undefined, {cwd});
    expect(stdout).toContain('kv/a');
    expect(stdout).not.toContain('canary');
  });

  it('says which variable is broken, shows the others, and exits with 1', async () => {
    const {stdout, exitCode} = await ask('--host frontpi --explain');
    expect(stdout).toContain(
      "broken = error: 'prot' is not defined\n    host_vars/frontpi inventory/host_vars/frontpi.yml:1:1\n",
    );
    expect(stdout).toContain('port = 2\n');
    expect(exitCode).toBe(1);
  });

  it('says which variable is broken also beside their values as JSON', async () => {
    const {stdout, stderr, exitCode} = await ask('--host frontpi');
    expect(JSON.parse(stdout)).toMatchObject({broken: null, port: 2});
    expect(stderr).toMatch(/'prot' is not defined.*\n {2}.*host_vars\/frontpi\.yml:1:/);
    expect(exitCode).toBe(1);
  });

  it('knows a host by its name only, and tells the nearest', async () => {
    const {stderr, exitCode} = await ask('--host walpi');
    expect([exitCode, stderr]).toEqual([
      1,
      "error: no host 'walpi' in the inventory\n  hint: did you mean 'wallpi'?\n",
    ]);
  });
});
