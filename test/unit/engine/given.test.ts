import {describe, expect, test} from 'vitest';
import {line, validate} from './project-files.ts';

const play = '- hosts: all\n  roles: [r]\n';

/** What is told of a role's tasks with these variables of all hosts, and what belongs to it. */
async function told(tasks: string, variables: string, more: Readonly<Record<string, string>> = {}) {
  const found = await validate({
    'site.yml': play,
    'roles/r/tasks/main.yml': tasks,
    'roles/r/defaults/main.yml': "web: 8200\nscheme: https\nurl: '{{ scheme }}://{{ web }}'\n",
    'group_vars/all.yml': variables,
    ...more,
  });
  return found.map((one) => ({
    line: line(one),
    related: (one.related ?? []).map(
      ({message, source}) => `${message} ${source?.file}:${source?.line}:${source?.column}`,
    ),
  }));
}

describe('what a role finds wrong is told where somebody gave the value', () => {
  test('of an assertion', async () => {
    expect(
      await told("- assert: {that: web < 9000, fail_msg: 'port: below 9000'}\n", 'a: 1\nweb: 9999\n'),
    ).toEqual([
      {
        line: 'ENG004 group_vars/all.yml:2:6 port: below 9000 [the condition was: web < 9000]',
        related: [
          "role 'r' asserts it here roles/r/tasks/main.yml:1:18",
          'it overrides role r defaults roles/r/defaults/main.yml:1:1',
        ],
      },
    ]);
  });

  test('of an assertion about what defaults make of it', async () => {
    const [found] = await told('- assert: {that: "url.startsWith(\'https\')"}\n', 'scheme: http\n');
    expect(found?.line).toMatch(/^ENG004 group_vars\/all.yml:1:9 /);
    expect(found?.related).toContain(
      `'url' is "http://8200", from role r defaults roles/r/defaults/main.yml:3:1`,
    );
  });

  test('of an argument', async () => {
    expect(await told("- wait_for: {port: '{{ web }}'}\n", 'web: x\n')).toEqual([
      {
        line: "MOD004 group_vars/all.yml:1:6 'port' must be a whole number, not 'x' [The port to wait for.]",
        related: [
          'wait_for is given it here roles/r/tasks/main.yml:1:20',
          'it overrides role r defaults roles/r/defaults/main.yml:1:1',
        ],
      },
    ]);
  });

  test('of an argument that two tasks take, once', async () => {
    const found = await told(
      "- wait_for: {port: '{{ web }}'}\n- wait_for: {port: '{{ web }}', host: a}\n",
      'web: x\n',
    );
    expect(found.map((one) => one.line)).toEqual([
      "MOD004 group_vars/all.yml:1:6 'port' must be a whole number, not 'x' [The port to wait for.]",
    ]);
  });

  test('as a parameter of the role', async () => {
    const [found] = await told('- assert: {that: web < 9000, fail_msg: no}\n', 'a: 1\n', {
      'site.yml': '- hosts: all\n  roles: [{role: r, web: 9999}]\n',
    });
    expect(found?.line).toMatch(/^ENG004 site.yml:2:26 no/);
  });

  test('in a file on the command line', async () => {
    const found = await validate(
      {
        'site.yml': play,
        'roles/r/tasks/main.yml': '- assert: {that: web < 9000, fail_msg: no}\n',
        'x.yml': 'web: 9999\n',
      },
      {extraVars: [{text: '@x.yml'}]},
    );
    expect(found.map(line)).toEqual(['ENG004 x.yml:1:6 no [the condition was: web < 9000]']);
  });

  test('but in the role where nobody gave one', async () => {
    const [found] = await told('- assert: {that: web > 9000, fail_msg: no}\n', 'a: 1\n');
    expect(found?.line).toMatch(/^ENG004 roles.r.tasks.main.yml:1:18 no/);
  });

  test('and not under no_log', async () => {
    const [found] = await told('- assert: {that: web < 9000, fail_msg: no}\n  no_log: true\n', 'web: 9999\n');
    expect(found?.line).toMatch(/^ENG004 roles.r.tasks.main.yml:1:18 /);
  });

  test('nor of a secret', async () => {
    const found = await told(
      "- vault_kv: {mount: kv, path: a, data: '{{ web_password }}', token: x}\n",
      'web_password: x\n',
    );
    expect(JSON.stringify(found)).toContain('roles/r/tasks/main.yml:1:40');
  });
});

test('a schema names the place of a value from a file on the command line', async () => {
  const found = await validate(
    {
      'site.yml': play,
      'roles/r/tasks/main.yml': "- debug: {msg: '{{ web }}'}\n",
      'roles/r/meta/arguments.yml':
        'properties:\n  web: {type: integer, maximum: 65535}\n  m: {type: object, properties: {a: {type: integer}}}\n',
      'x.yml': 'b: 1\nweb: 99999\nm:\n  a: word\n',
    },
    {extraVars: [{text: '@x.yml'}]},
  );
  expect(found.map(line)).toEqual([
    expect.stringMatching(/^PLY018 x.yml:2:6 'web' must be at most 65535/),
    expect.stringMatching(/^PLY018 x.yml:4:6 'm.a' must be a whole number/),
  ]);
});
