import {type Mistake, playbook} from './mistake.ts';

const uses = playbook('- debug: {msg: a}', '  roles: [server]\n');

/** A play with the role `server`, of which these are the files. */
function role(files: Readonly<Record<string, string>>, site = uses): NonNullable<Mistake['files']> {
  const own = Object.entries({
    'tasks/main.yml': "- debug: {msg: '{{ server_port }}'}\n",
    'defaults/main.yml': 'server_port: 80\n',
    ...files,
  }).map(([path, text]) => [`roles/server/${path}`, text]);
  return {'site.yml': site, ...Object.fromEntries(own)};
}

const schema = `type: object
properties:
  server_port: {type: integer, minimum: 1, maximum: 65535, description: The port.}
  server_level: {enum: [info, debug], description: The log level.}
  server_version: {type: string}
  server_name: {type: string, description: Its name.}
  server_users:
    type: array
    items: {$ref: '#/$defs/user'}
$defs:
  user:
    type: object
    additionalProperties: false
    properties: {name: {type: string}, shell: {type: string}}
`;

/** A project in which the role is used like this, and nothing but what it is told is wrong. */
function told(files: Readonly<Record<string, string>>, use = 'server'): NonNullable<Mistake['files']> {
  return role(files, playbook('- debug: {msg: a}', `  roles: [${use}]\n`));
}

/** Mistakes in roles and in what they are told. */
export const roles: readonly Mistake[] = [
  {
    name: 'a wrong value that the role looks up, and compares',
    files: role(
      {
        'tasks/main.yml':
          "- debug: {msg: '{{ lookup server_names server_level }}'}\n- debug: {msg: a}\n  when: server_names[server_level] == 'I'\n",
        'defaults/main.yml': 'server_names: {info: I, debug: D}\n',
        'meta/arguments.yml': schema,
      },
      playbook('- debug: {msg: a}', '  roles: [server]\n  vars: {server_level: ⟦infoo⟧}\n'),
    ),
    code: 'PLY018',
    says: /must be one of 'info', 'debug', not 'infoo'/,
    hint: /'info'/,
  },
  {
    name: 'a version that YAML cut short, where the schema wants all of it',
    files: role(
      {
        'meta/arguments.yml':
          'type: object\nproperties:\n  server_port: {type: integer}\n  server_version: {type: string, pattern: "^\\\\d+\\\\.\\\\d+\\\\.\\\\d+$"}\n',
      },
      playbook('- debug: {msg: a}', '  roles: [server]\n  vars: {server_version: ⟦2.10⟧}\n'),
    ),
    code: 'PLY018',
    says: /must be a string, not 2\.10/,
    hint: /in quotes and in full, such as server_version: '2\.10\.0'/,
  },
  {
    name: 'a role that is missing',
    files: role({}, playbook('- debug: {msg: a}', '  roles: [⟦servr⟧]\n')),
    code: 'PLY011',
    says: /no role 'servr'/,
    hint: /'server'/,
  },
  {
    name: 'a role used twice',
    files: role({}, playbook('- debug: {msg: a}', '  roles: [server, ⟦server⟧]\n')),
    code: 'PLY012',
    says: /role 'server' is used twice/,
    hint: /remove/,
  },
  {
    name: 'an undefined variable in a role',
    files: role({'tasks/main.yml': "- debug: {msg: '{{ ⟦server_prot⟧ }}'}\n"}),
    code: 'VAL001',
    says: /'server_prot' is not defined/,
    hint: /'server_port'/,
  },
  {
    name: 'a handler that the role has not',
    files: role({
      'tasks/main.yml': "- debug: {msg: '{{ server_port }}'}\n  notify: ⟦restrat⟧\n",
      'handlers/main.yml': '- name: restart\n  debug: {msg: a}\n',
    }),
    code: 'PLY009',
    says: /no handler 'restrat'/,
    hint: /'restart'/,
  },
  {
    name: 'defaults that are a list',
    files: role({'defaults/main.yml': '⟦- server_port⟧\n', 'tasks/main.yml': '- debug: {msg: a}\n'}),
    code: 'PLY001',
    says: /defaults must be a map/,
    hint: /name: value/,
  },
  {
    name: 'a default that nothing reads',
    files: role({'defaults/main.yml': 'server_port: 80\n⟦server_prot⟧: 81\n'}),
    severity: 'warning',
    code: 'PLY021',
    says: /nothing in role 'server' reads 'server_prot'/,
    hint: /remove it/,
  },
  {
    name: 'a dependency that there is not',
    files: role({'meta/main.yml': 'dependencies: [⟦severs⟧]\n'}),
    code: 'PLY011',
    says: /no role 'severs'/,
    hint: /'server'/,
  },
  {
    name: 'a variable of the wrong type',
    files: {...told({'meta/arguments.yml': schema}), 'group_vars/pis.yml': "server_port: ⟦'eighty'⟧\n"},
    code: 'PLY018',
    says: /'server_port' must be a whole number, not 'eighty'/,
    hint: /The port/,
  },
  {
    name: 'a number in quotes',
    files: {...told({'meta/arguments.yml': schema}), 'group_vars/pis.yml': "server_port: ⟦'8200'⟧\n"},
    code: 'PLY018',
    says: /'server_port' must be a whole number, not '8200'/,
    hint: /leave out the quotes/,
  },
  {
    name: 'a number out of range',
    files: {...told({'meta/arguments.yml': schema}), 'host_vars/wallpi.yml': 'server_port: ⟦99999⟧\n'},
    code: 'PLY018',
    says: /'server_port' must be at most 65535, not 99999/,
    hint: /The port/,
  },
  {
    name: 'a version that is a number',
    files: {...told({'meta/arguments.yml': schema}), 'group_vars/pis.yml': 'server_version: ⟦1.20⟧\n'},
    code: 'PLY018',
    says: /'server_version' must be a string, not 1.20/,
    hint: /quotes: server_version: '1.20'/,
  },
  {
    name: 'a value that is none of those listed',
    files: {...told({'meta/arguments.yml': schema}), 'group_vars/pis.yml': 'server_level: ⟦debgu⟧\n'},
    code: 'PLY018',
    says: /'server_level' must be one of 'info', 'debug', not 'debgu'/,
    hint: /'debug'/,
  },
  {
    name: 'a wrong value deep in a list',
    files: {
      ...told({'meta/arguments.yml': schema}),
      'group_vars/pis.yml': 'server_users:\n  - {name: pi}\n  - {name: ⟦7⟧}\n',
    },
    code: 'PLY018',
    says: /'server_users\[1\]\.name' must be a string, not 7/,
    hint: /quotes/,
  },
  {
    name: 'an unknown key deep in a list',
    files: {
      ...told({'meta/arguments.yml': schema}),
      'group_vars/pis.yml': 'server_users:\n  - name: pi\n    ⟦shel⟧: /bin/sh\n',
    },
    code: 'PLY018',
    says: /'server_users\[0\]' has no 'shel'/,
    hint: /'shell'/,
  },
  {
    name: 'a wrong value that a template makes',
    files: {
      ...told({'meta/arguments.yml': schema}),
      'group_vars/pis.yml': "server_level: ⟦'{{ inventory_hostname_short }}'⟧\n",
    },
    limit: 'wallpi',
    code: 'PLY018',
    says: /'server_level' must be one of 'info', 'debug', not 'wallpi'/,
    hint: /The log level/,
  },
  {
    name: 'a wrong value from -e',
    files: told({'meta/arguments.yml': schema}),
    extraVars: ['server_level=loud'],
    code: 'PLY018',
    says: /'server_level' must be one of 'info', 'debug', not 'loud' \(from -e\)/,
    hint: /The log level/,
  },
  {
    name: 'a variable that is required and missing',
    files: {
      ...role(
        {
          'meta/arguments.yml': `${schema}required: [server_name]\n`,
          'tasks/main.yml':
            "- assert: {that: [server_name is defined]}\n- debug: {msg: '{{ server_name }}'}\n",
        },
        playbook('- debug: {msg: a}', '  roles: [⟦server⟧]\n'),
      ),
    },
    code: 'PLY019',
    says: /role 'server' needs 'server_name'/,
    hint: /Its name/,
  },
  {
    name: 'a misspelt parameter',
    files: told({'meta/arguments.yml': schema}, '{role: server, ⟦server_prot⟧: 80}'),
    code: 'PLY020',
    says: /role 'server' has no parameter 'server_prot'/,
    hint: /'server_port'/,
  },
  {
    name: 'a keyword of a schema that does not exist',
    files: told({
      'meta/arguments.yml': 'type: object\nproperties:\n  server_port: {type: integer, ⟦minimun⟧: 1}\n',
    }),
    code: 'PLY017',
    says: /'minimun' is no keyword of a schema/,
    hint: /'minimum'/,
  },
  {
    name: 'a type that does not exist',
    files: told({'meta/arguments.yml': 'type: object\nproperties:\n  server_port: {type: ⟦int⟧}\n'}),
    code: 'PLY017',
    says: /there is no type 'int'/,
    hint: /'integer'/,
  },
  {
    name: 'a pattern that is no regular expression',
    files: told({'meta/arguments.yml': "type: object\nproperties:\n  server_name: {pattern: ⟦'a('⟧}\n"}),
    code: 'PLY017',
    says: /not a regular expression/,
    hint: /./,
  },
  {
    name: 'a reference to nothing',
    files: told({
      'meta/arguments.yml': "type: object\nproperties:\n  server_name: {$ref: ⟦'#/$defs/nme'⟧}\n",
    }),
    code: 'PLY017',
    says: /points to nothing/,
    hint: /./,
  },
];
