import {type Mistake, playbook} from './mistake.ts';

const unquoted = {code: 'SRC007', says: /not quoted/, hint: /quote it/} as const;
const tagged = {code: 'SRC006', says: /unknown YAML tag/, hint: /'not flag'|not flag/} as const;
const twice = {code: 'SRC005', says: /duplicate key/, hint: /remove one/} as const;
const open = {code: 'SRC003', says: /never closed/, hint: /close it/} as const;
const misnamed = {code: 'VAL014', says: /cannot be a variable/, hint: /rename it/} as const;

/** It is read in a text, by itself, in a loop, as a member, and in conditions. */
const readers = `- debug: {msg: 'a {{ spoilt }}'}
- debug: {msg: '{{ spoilt }}'}
- debug: {msg: '{{ item }}'}
  loop: '{{ spoilt }}'
- debug: {msg: '{{ spoilt.member }} {{#each spoilt}}{{ this }}{{/each}}'}
- wait_for: {port: '{{ spoilt }}', host: '{{ upper spoilt }}'}
- debug: {msg: b}
  when: spoilt
- debug: {msg: c}
  when: spoilt == 1 and spoilt.size() > 2
- command: ls
  delegate_to: '{{ spoilt }}'
  environment: {A: '{{ spoilt }}'}
  become: '{{ spoilt }}'
  become_user: '{{ spoilt }}'
- include_tasks: '{{ spoilt }}'
- template: {src: a.hbs, dest: '{{ spoilt }}'}`;

const files = {'a.hbs': 'b {{ spoilt }}\n'};

/** Values that could not be read: the mistake is where they are written, and nothing that reads them has another. */
export const spoilt: readonly Mistake[] = [
  ...[
    ['inventory', {'inventory/hosts.yml': 'pis: {hosts: {wallpi: }, vars: {spoilt: ⟦{{ x }}⟧}}\n'}] as const,
    ['group_vars', {'group_vars/all.yml': 'spoilt: ⟦{{ x }}⟧\n'}] as const,
    [
      'host_vars',
      {'host_vars/wallpi.yml': 'spoilt: ⟦{{ x }}⟧\n', 'host_vars/frontpi.yml': 'spoilt: 1\n'},
    ] as const,
  ].map(
    ([place, own]): Mistake => ({
      name: `a template without quotes in ${place}, and its readers`,
      files: {
        ...files,
        ...own,
        'site.yml': playbook(place === 'host_vars' ? "- debug: {msg: 'a {{ spoilt }}'}" : readers),
      },
      ...unquoted,
    }),
  ),
  {
    name: 'a template without quotes in play vars, and what the play itself reads',
    files: {
      ...files,
      'site.yml': playbook(
        readers,
        "  vars:\n    spoilt: ⟦{{ x }}⟧\n  serial: '{{ spoilt }}'\n  become: '{{ spoilt }}'\n  become_user: '{{ spoilt }}'\n",
      ),
    },
    ...unquoted,
  },
  {
    name: 'a template without quotes in play vars, and the hosts of the play',
    files: {
      'site.yml': "- hosts: '{{ spoilt }}'\n  vars:\n    spoilt: ⟦{{ x }}⟧\n  tasks: [{debug: {msg: a}}]\n",
    },
    ...unquoted,
  },
  {
    name: 'a template without quotes in task vars, and its readers',
    task: "- debug: {msg: 'a {{ spoilt }}'}\n  vars: {spoilt: ⟦{{ x }}⟧}\n  when: spoilt == 'b'",
    ...unquoted,
  },
  {
    name: 'a template without quotes in a file of variables, and its readers',
    files: {
      ...files,
      'v.yml': 'spoilt: ⟦{{ x }}⟧\n',
      'site.yml': playbook(readers, '  vars_files: [v.yml]\n'),
    },
    ...unquoted,
  },
  {
    name: 'a template without quotes in an included file of variables, and its readers',
    files: {
      ...files,
      'v.yml': 'spoilt: ⟦{{ x }}⟧\n',
      'site.yml': playbook(`- include_vars: v.yml\n${readers}`),
    },
    ...unquoted,
  },
  ...['defaults', 'vars'].map(
    (folder): Mistake => ({
      name: `a template without quotes in a role's ${folder}, and its readers`,
      files: {
        [`roles/r/${folder}/main.yml`]: 'spoilt: ⟦{{ x }}⟧\n',
        'roles/r/templates/a.hbs': files['a.hbs'],
        'roles/r/tasks/main.yml': `${readers}\n`,
        'site.yml': '- hosts: pis\n  roles: [r]\n',
      },
      ...unquoted,
    }),
  ),
  {
    name: 'a template without quotes below a variable, and who reads it there',
    files: {
      'site.yml': playbook(
        "- debug: {msg: 'a {{ own.spoilt }} {{ own.port }}'}\n  when: own.spoilt == 'b'\n- wait_for: {port: '{{ own.port }}', host: '{{ own.spoilt }}'}",
        '  vars:\n    own:\n      spoilt: ⟦{{ x }}⟧\n      port: 1\n',
      ),
    },
    ...unquoted,
  },
  {
    name: 'a tag for a negation in defaults of a role, and its readers',
    files: {
      'roles/r/defaults/main.yml': 'spoilt: ⟦!flag⟧\n',
      'roles/r/templates/a.hbs': files['a.hbs'],
      'roles/r/tasks/main.yml': `${readers}\n`,
      'site.yml': '- hosts: pis\n  roles: [r]\n',
    },
    ...tagged,
  },
  {
    name: 'a colon in a text that is not quoted, and its readers',
    files: {...files, 'group_vars/all.yml': 'spoilt: ⟦a: b⟧\n', 'site.yml': playbook(readers)},
    code: 'SRC003',
    says: /inside a text/,
    hint: /quote the text/,
  },
  {
    name: 'text behind quotes, and its readers',
    files: {
      ...files,
      'group_vars/all.yml': "spoilt: 'a' ⟦b⟧\nother: 1\n",
      'site.yml': playbook(`- debug: {msg: '{{ other }}'}\n${readers}`),
    },
    code: 'SRC003',
    says: /after the end of a value/,
    hint: /quote/,
  },
  {
    name: 'a register with the name of a type, and its readers',
    task: "- command: ls\n  register: ⟦list⟧\n- debug: {msg: '{{ list.stdout }}'}\n  when: list.rc == 0",
    ...misnamed,
  },
  {
    name: 'a loop_var with the name of a type, and its readers',
    task: "- debug: {msg: '{{ list.a }}'}\n  loop: [{a: 1}]\n  loop_control: {loop_var: ⟦list⟧}\n  when: list.a == 1",
    ...misnamed,
  },
  {
    name: 'an index_var with the name of a type, and its readers',
    task: "- debug: {msg: '{{ int }}'}\n  loop: [1]\n  loop_control: {index_var: ⟦int⟧}\n  when: int == 0",
    ...misnamed,
  },
  {
    name: 'a fact with the name of a type, and its readers',
    task: '- set_fact: {⟦type⟧: 1}\n- debug: {msg: a}\n  when: type == 1',
    ...misnamed,
  },
  {
    name: 'an included variable with the name of a type, and its readers',
    files: {
      'v.yml': '⟦type⟧: 1\nother: 1\n',
      'site.yml': playbook('- include_vars: v.yml\n- debug: {msg: "{{ other }}"}\n  when: type == 1'),
    },
    ...misnamed,
  },
  ...(
    [
      ['a duplicate key', 'greting: 1\n⟦greting⟧: 2\nb: 1\n', twice],
      ['a template without quotes', 'greting: ⟦{{ x }}⟧\nb: 1\n', unquoted],
      ['a tag for a negation', 'greting: ⟦!flag⟧\nb: 1\n', tagged],
      ['a quote that is never closed', 'greting: ⟦"⟧x\nb: 1\n', open],
    ] as const
  ).flatMap(([what, text, told]): readonly Mistake[] => {
    const task = "- debug: {msg: '{{ greting }} {{ b }}'}\n  when: b == 1";
    return [
      {
        name: `${what} in a file for -e, and its readers`,
        extraVars: ['@e.yml'],
        files: {'e.yml': text, 'site.yml': playbook(task)},
        ...told,
      },
      {
        name: `${what} in an included file, and its readers`,
        files: {'v.yml': text, 'site.yml': playbook(`- include_vars: v.yml\n${task}`)},
        ...told,
      },
      {
        name: `${what} in variables of one host, and its readers`,
        files: {
          'host_vars/wallpi.yml': text,
          'host_vars/frontpi.yml': 'greting: 1\nb: 1\n',
          'site.yml': playbook(task),
        },
        ...told,
      },
      {
        name: `${what} in a folder of variables of a group, and its readers`,
        files: {
          'group_vars/all/a.yml': text,
          'group_vars/all/b.yml': 'other: 1\n',
          'site.yml': playbook(task),
        },
        ...told,
      },
    ];
  }),
  ...(
    [
      ['include_tasks', '- include_tasks: t.yml'],
      ['include_role', '- include_role: {name: r}'],
      ['import_role', '- import_role: {name: r}'],
      ['a block', "- block: [{debug: {msg: '{{ q }}'}}]"],
    ] as const
  ).map(
    ([what, include]): Mistake => ({
      name: `a variable of ${what} that is made of itself, and its readers`,
      files: {
        't.yml': "- debug: {msg: '{{ q }}'}\n",
        'roles/r/tasks/main.yml': "- debug: {msg: '{{ q }}'}\n",
        'site.yml': playbook(`${include}\n  vars: {q: ⟦"{{ q }}x"⟧}`),
      },
      code: 'VAL007',
      says: /'q' is made of itself: q → q/,
      hint: /made of none/,
    }),
  ),
  {
    name: 'variables of a handler that are made of each other, and their readers',
    files: {
      't.yml': "- debug: {msg: '{{ q }}'}\n",
      'site.yml': playbook(
        '- copy: {dest: /x, content: y}\n  notify: h',
        "  handlers:\n    - name: h\n      include_tasks: t.yml\n      vars: {q: ⟦'{{ w }}'⟧, w: '{{ q }}'}\n",
      ),
    },
    code: 'VAL007',
    says: /'q' is made of itself: q → w → q/,
    hint: /made of none/,
  },
  {
    name: 'a template without quotes for all vars of a play, and who reads one',
    files: {'site.yml': playbook("- debug: {msg: '{{ q }}'}", '  vars: ⟦{{ x }}⟧\n')},
    ...unquoted,
  },
  {
    name: 'a template without quotes for all vars of a task, and who reads one',
    task: "- debug: {msg: '{{ q }}'}\n  vars: ⟦{{ x }}⟧",
    excuses: true,
    ...unquoted,
  },
  {
    name: 'a template without quotes that is merged, and who reads what it may have',
    files: {
      'group_vars/all.yml': 'w:\n  <<: ⟦{{ x }}⟧\n  a: 1\n',
      'site.yml': playbook("- debug: {msg: 'a {{ w.a }} {{ w.b }}'}"),
    },
    ...unquoted,
  },
  {
    name: 'an alias without its anchor that is merged, and who reads what it may have',
    files: {
      'group_vars/all.yml': 'w:\n  <<: ⟦*nope⟧\n  a: 1\n',
      'site.yml': playbook("- debug: {msg: 'a {{ w.a }} {{ w.b }}'}"),
    },
    code: 'SRC008',
    says: /no anchor/,
    hint: /quote it/,
  },
  {
    name: 'a misspelt kind of a section of an INI file, and a play for the group',
    inventory: ['hosts.ini'],
    files: {
      'hosts.ini': '[pis]\nwallpi\n⟦[db:chidren]⟧\npis\n',
      'site.yml': '- hosts: db\n  tasks: [{debug: {msg: a}}]\n',
    },
    code: 'INV013',
    says: /chidren/,
    hint: /children/,
  },
  {
    name: 'a misspelt key of a group, and a play for what is below it',
    files: {
      'inventory/hosts.yml': 'pis: {hosts: {wallpi: {a: 1}}, ⟦child⟧: {db: {hosts: {wallpi: }}}}\n',
      'site.yml': "- hosts: db:&pis\n  tasks: [{debug: {msg: '{{ a }}'}}]\n",
    },
    code: 'INV004',
    says: /'child'/,
    hint: /children/,
  },
  {
    name: 'a misspelt key of a group, and a limit to what is below it',
    limit: 'db',
    files: {'inventory/hosts.yml': 'pis: {hosts: {wallpi: }, ⟦child⟧: {db: {hosts: {wallpi: }}}}\n'},
    code: 'INV004',
    says: /'child'/,
    hint: /children/,
  },
];
