import {type Mistake, playbook} from './mistake.ts';

const notifies = '- command: ls\n  notify: restart web';

/** Mistakes that leave something unknown, which is read in several places: they are the cause of all that is missing there. */
export const oneCause: readonly Mistake[] = [
  {
    name: 'a role that there is not, and a handler that it may have',
    files: {'site.yml': playbook(notifies, '  roles: [⟦nope⟧]\n')},
    code: 'PLY011',
    says: /no role 'nope'/,
    hint: /looked in/,
  },
  {
    name: 'a role to be included that there is not, and a handler that it may have',
    task: `- include_role: {name: ⟦nope⟧}\n${notifies}`,
    excuses: true,
    code: 'PLY011',
    says: /no role 'nope'/,
    hint: /looked in/,
  },
  {
    name: 'a role to depend on that there is not, and a handler that it may have',
    files: {
      'roles/web/meta/main.yml': 'dependencies: [⟦nope⟧]\n',
      'roles/web/tasks/main.yml': `${notifies}\n`,
      'site.yml': playbook(notifies, '  roles: [web]\n'),
    },
    code: 'PLY011',
    says: /no role 'nope'/,
    hint: /looked in/,
  },
  {
    name: "a role's handlers that are no YAML, and who notifies them",
    files: {
      'roles/web/handlers/main.yml': '- name: restart web\n⟦\t⟧debug: {msg: a}\n',
      'roles/web/tasks/main.yml': `${notifies}\n`,
      'site.yml': playbook(notifies, '  roles: [web]\n'),
    },
    code: 'SRC003',
    says: /tab/,
    hint: /spaces/,
  },
  {
    name: "a role's handlers that are no list, and who notifies them",
    files: {
      'roles/web/handlers/main.yml': '⟦restart web: {debug: {msg: a}}⟧\n',
      'roles/web/tasks/main.yml': `${notifies}\n`,
      'site.yml': playbook(notifies, '  roles: [web]\n'),
    },
    code: 'PLY001',
    says: /must be a list/,
    hint: /- /,
  },
  {
    name: 'handlers of a file that there is not, and who notifies them',
    files: {'site.yml': playbook(notifies, '  handlers: [{import_tasks: ⟦of-web.yml⟧}]\n')},
    code: 'PLY023',
    says: /no file of tasks/,
    hint: /looked for/,
  },
  {
    name: 'handlers of a role that stand in a file that there is not, and who notifies them',
    files: {
      'roles/web/handlers/main.yml': '- import_tasks: ⟦of-web.yml⟧\n',
      'roles/web/tasks/main.yml': `${notifies}\n`,
      'site.yml': playbook(notifies, '  roles: [web]\n'),
    },
    code: 'PLY023',
    says: /no file of tasks/,
    hint: /looked for/,
  },
  {
    name: 'a misspelt index_var, and its readers',
    task: "- debug: {msg: '{{ i }} {{ item }}'}\n  loop: [a]\n  loop_control: {⟦index_vra⟧: i}",
    code: 'PLY002',
    says: /index_vra/,
    hint: /'index_var'/,
  },
  {
    name: 'misspelt vars of an imported playbook, and their readers',
    files: {
      'web.yml': playbook("- debug: {msg: '{{ of_import }}'}"),
      'site.yml': '- import_playbook: web.yml\n  ⟦vras⟧: {of_import: 1}\n',
    },
    code: 'PLY002',
    says: /'vras' has no place/,
    hint: /'vars'/,
  },
  {
    name: 'a register whose name is none, and its readers',
    task: "- command: ls\n  register: ⟦my-r⟧\n- debug: {msg: '{{ my-r.stdout }}'}\n- debug: {msg: '{{ my-r.rc }}'}",
    code: 'PLY004',
    says: /not the name of a variable/,
    hint: /letters/,
  },
  {
    name: 'a register whose name is none, and a condition',
    task: '- command: ls\n  register: ⟦my-r⟧\n- debug: {msg: a}\n  when: my-r.rc == 0',
    code: 'PLY004',
    says: /not the name of a variable/,
    hint: /letters/,
  },
  {
    name: 'a variable with the name of a type, and a condition that reads it',
    files: {
      'site.yml': playbook('- debug: {msg: a}\n  when: list.size() > 0', '  vars: {⟦list⟧: [1]}\n'),
    },
    code: 'VAL014',
    says: /'list' cannot be a variable/,
    hint: /rename/,
  },
  {
    name: 'a variable with a dash in its name, and a condition that reads it',
    files: {'site.yml': playbook('- debug: {msg: a}\n  when: my-x == 1', '  vars: {⟦my-x⟧: 1}\n')},
    code: 'VAL014',
    says: /'my-x' cannot be a variable/,
    hint: /my_x/,
  },
  {
    name: 'a misspelt default, and a name that may be missing',
    task: `- debug: {msg: "{{ ⟦defualt⟧ nope 'a' }}"}`,
    code: 'VAL004',
    says: /no such function: defualt/,
    hint: /'default'/,
  },
  {
    name: 'a misspelt defined, and a name that may be missing',
    task: `- debug: {msg: "{{#if (⟦defned⟧ nope)}}{{ nope }}{{/if}}"}`,
    code: 'VAL004',
    says: /no such function: defned/,
    hint: /'defined'/,
  },
  {
    name: 'a misspelt default in a condition',
    task: `- debug: {msg: a}\n  when: ⟦defualt⟧(nope, 5) == 5`,
    code: 'VAL004',
    says: /no such function: defualt/,
    hint: /'default'/,
  },
  {
    name: 'a misspelt defined in a condition, and the name that it asks about',
    task: `- debug: {msg: a}\n  when: ⟦defned⟧(nope) and nope == 5`,
    code: 'VAL004',
    says: /no such function: defned/,
    hint: /'defined'/,
  },
  {
    name: 'a misspelt function behind a condition that decides',
    task: `- debug: {msg: a}\n  when: port == 1 and ⟦uper⟧(greeting) == "A"`,
    code: 'VAL004',
    says: /no such function: uper/,
    hint: /'upper'/,
  },
  {
    name: 'a list where a map is merged',
    files: {
      'site.yml': playbook('- debug: {msg: a}', '  vars:\n    defs: &l [1, 2]\n    m: {⟦<<⟧: *l}\n'),
    },
    code: 'SRC011',
    says: /merges maps only/,
    hint: /alias of a map/,
  },
  {
    name: 'a list of what is no map where maps are merged',
    files: {
      'site.yml': playbook('- debug: {msg: a}', '  vars:\n    m:\n      <<: [⟦1⟧]\n      b: 2\n'),
    },
    code: 'SRC011',
    says: /merges maps only/,
    hint: /alias of a map/,
  },
  {
    name: 'a connection variable that a role takes, too',
    files: {
      'group_vars/pis.yml': 'port: ⟦abc⟧\n',
      'roles/web/defaults/main.yml': 'port: 80\n',
      'roles/web/meta/arguments.yml': 'properties:\n  port: {type: integer}\n',
      'roles/web/tasks/main.yml': "- debug: {msg: '{{ port }}'}\n",
      'site.yml': playbook('- debug: {msg: a}', '  roles: [web]\n'),
    },
    code: 'ENG005',
    says: /port 'abc' is not a whole number/,
    hint: /port: 22/,
  },
  {
    name: 'a module of another tool, near to one that takes none of its arguments',
    task: '- ⟦vault_write⟧: {path: a, data: {x: 1}}',
    code: 'PLY002',
    says: /'vault_write'/,
    hint: /docs\/modules\.md/,
  },
  {
    name: 'a module of a collection, near to one that takes none of its arguments',
    task: '- ⟦community.crypto.x509_certificate⟧: {path: /x, provider: selfsigned}',
    code: 'PLY002',
    says: /x509_certificate/,
    hint: /collections are not supported/,
  },
  {
    name: "a misspelt key of a role's argument, and the one that is missing for it",
    files: {
      ...roleWith(
        'cfg: {type: object, required: [name], properties: {name: {}}, additionalProperties: false}',
      ),
      'site.yml': playbook('- debug: {msg: a}', '  roles: [web]\n  vars: {cfg: {⟦nam⟧: x}}\n'),
    },
    code: 'PLY018',
    says: /'cfg' has no 'nam'/,
    hint: /'name'/,
  },
  {
    name: "all that a map of a role's arguments lacks",
    files: {
      ...roleWith('cfg: {type: object, required: [a, b, c]}'),
      'site.yml': playbook('- debug: {msg: a}', '  roles: [web]\n  vars: {cfg: ⟦{c: 1}⟧}\n'),
    },
    code: 'PLY018',
    says: /'cfg' lacks 'a', 'b'/,
    hint: /arguments\.yml/,
  },
  {
    name: 'a wrong argument of a role, and a default that is made of it',
    files: {
      ...roleWith("{dir: {pattern: '^/'}, below: {pattern: '^/'}, file: {pattern: '^/'}}"),
      'roles/web/defaults/main.yml':
        "dir: /etc\nbelow: '{{ dir }}/a'\nother: '{{ below }}'\nfile: '{{ other }}/b'\n",
      'site.yml': playbook('- debug: {msg: a}', '  roles: [web]\n  vars: {dir: ⟦etc⟧}\n'),
    },
    code: 'PLY018',
    says: /'dir' must/,
    hint: /arguments\.yml/,
  },
  {
    name: 'a wrong argument of a role, read by way of hostvars',
    files: {
      ...roleWith('address: {type: string}'),
      'roles/web/tasks/main.yml':
        '- debug: {msg: \'at {{ lookup (lookup hostvars inventory_hostname) "address" }}\'}\n',
      'group_vars/pis.yml': 'address: ⟦[192.0.2.1]⟧\n',
      'site.yml': playbook('- debug: {msg: a}', '  roles: [web]\n'),
    },
    code: 'PLY018',
    says: /'address' must be a string/,
    hint: /arguments\.yml/,
  },
  {
    name: 'a group that there is not, given by a variable that several look up',
    task: "- debug: {msg: '{{ lookup groups of }}'}\n  vars: {⟦of⟧: pi}\n- debug: {msg: a}\n  when: inventory_hostname in groups[of]\n  vars: {of: pi}",
    code: 'VAL005',
    says: /'of' is 'pi', which 'groups' does not have/,
    hint: /'pis'/,
  },
  {
    name: 'a key of releases that there is not, which two tasks are given by default',
    files: {
      'group_vars/pis.yml': '⟦release_key⟧: gone.asc\n',
      'site.yml': playbook(
        ['a', 'b']
          .map(
            (dir) =>
              `- release: {name: openbao, version: 2.4.1, dir: /opt/${dir}, key: '{{ default release_key omit }}'}`,
          )
          .join('\n'),
      ),
    },
    code: 'REL007',
    says: /gone\.asc/,
    hint: /gpg/,
  },
  {
    name: 'a host that there is not, given by -e to a pattern and to an assertion',
    files: {
      'site.yml':
        "- hosts: pis\n  tasks:\n    - assert: {that: one in groups.pis, fail_msg: 'no such member'}\n- hosts: ⟦'{{ one }}'⟧\n  tasks:\n    - debug: {msg: a}\n",
    },
    extraVars: ['one=nopi'],
    code: 'INV010',
    says: /no host or group matches 'nopi'/,
    hint: /pis/,
  },
  {
    name: 'a file that there is not, beside contents that exclude it',
    task: '- copy: {src: gone.txt, ⟦content⟧: a, dest: /etc/motd}',
    code: 'MOD006',
    says: /'src' and 'content' exclude each other/,
    hint: /./,
  },
  {
    name: 'two arguments that one value of a third needs',
    task: '- mount: ⟦{path: /mnt/a, state: mounted}⟧',
    code: 'MOD003',
    says: /state: mounted needs 'src' and 'fstype'/,
    hint: /./,
  },
  {
    name: 'a fact that were to be kept for the next run',
    task: '- set_fact: {a: 1, cacheable: ⟦true⟧}',
    code: 'MOD005',
    says: /'cacheable' must be left out, not true/,
    hint: /rest of the run/,
  },
  {
    name: 'braces in braces',
    task: "- debug: {msg: '{{ ⟦{{⟧ inventory_hostname }} }}'}",
    code: 'VAL003',
    says: /inside/,
    hint: /without braces of its own/,
  },
  {
    name: 'a broken file of a role that is imported',
    files: {
      'roles/web/tasks/main.yml': '- debug: {msg: ⟦[⟧\n',
      'site.yml': playbook('- import_role: {name: web}'),
    },
    code: 'SRC003',
    says: /a bracket is never closed/,
    hint: /close it/,
  },
  {
    name: 'a misspelt module of a role that is included',
    files: {
      'roles/web/tasks/main.yml': '- ⟦debgu⟧: {msg: a}\n',
      'site.yml': playbook('- include_role: {name: web}'),
    },
    code: 'PLY002',
    says: /'debgu'/,
    hint: /'debug'/,
  },
  {
    name: 'a misspelt module of a role that another depends on',
    files: {
      'roles/web/tasks/main.yml': '- debug: {msg: a}\n',
      'roles/web/meta/main.yml': 'dependencies: [common]\n',
      'roles/common/tasks/main.yml': '- ⟦debgu⟧: {msg: a}\n',
      'site.yml': playbook('- debug: {msg: a}', '  roles: [web, common]\n'),
    },
    code: 'PLY002',
    says: /'debgu'/,
    hint: /'debug'/,
  },
  {
    name: 'a tab in the handlers of a role that is imported',
    files: {
      'roles/web/tasks/main.yml': '- debug: {msg: a}\n',
      'roles/web/handlers/main.yml': '- name: h\n⟦\t⟧debug: {msg: a}\n',
      'site.yml': playbook('- import_role: {name: web}'),
    },
    code: 'SRC003',
    says: /a tab/,
    hint: /spaces/,
  },
  {
    name: 'a wrong argument of a role that is included',
    files: {
      ...roleWith('mode: {enum: [slow, fast]}'),
      'site.yml': playbook('- include_role: {name: web}\n  vars: {mode: ⟦slwo⟧}'),
    },
    code: 'PLY018',
    says: /'mode' must be one of 'slow', 'fast', not 'slwo'/,
    hint: /'slow'/,
  },
  {
    name: 'an argument that copy does not have here, and a file of the host',
    task: '- copy: {src: /var/lib/x, dest: /b, ⟦remote_src⟧: true}',
    code: 'MOD002',
    says: /'remote_src'/,
    hint: /cp/,
  },
  {
    name: 'a misspelt role beside the one that is meant',
    files: {
      ...roleWith('{}'),
      'site.yml': playbook('- debug: {msg: a}', '  roles: [web, ⟦wbe⟧]\n'),
    },
    code: 'PLY011',
    says: /no role 'wbe'/,
    hint: /'web'/,
  },
  {
    name: 'a group that the inventory spells otherwise, with variables of its own',
    files: {
      'inventory/hosts.yml': 'webb: {hosts: {wallpi: {host: 192.0.2.1}}}\n',
      'inventory/group_vars/web.yml': 'a: 1\n',
      'group_vars/pis.yml': '',
      'site.yml': '- hosts: ⟦web⟧\n  tasks:\n    - debug: {msg: a}\n',
    },
    code: 'INV010',
    says: /'web'/,
    hint: /'webb'/,
  },
  {
    name: 'a template of Go',
    task: `- copy: {dest: /x, content: '⟦{{ with secret "a/b" }}⟧x{{ end }}'}`,
    code: 'VAL003',
    says: /template of Go/,
    hint: /!raw/,
  },
];

/** A role with these properties in the schema of its arguments. */
function roleWith(properties: string): Readonly<Record<string, string>> {
  return {
    'roles/web/meta/arguments.yml': `properties: ${properties.startsWith('{') ? properties : `{${properties}}`}\n`,
    'roles/web/tasks/main.yml': '- debug: {msg: a}\n',
  };
}
