import {type Mistake, playbook} from './mistake.ts';

const reads = (name: string) => `- debug: {msg: '{{ ${name} }}'}`;

function unknownArgument(module: string, meant: string, task: string): Mistake {
  return {
    name: `${meant} of ${module}, misspelt, that it cannot be without`,
    task,
    code: 'MOD002',
    says: new RegExp(`^${module} has no argument`),
    hint: new RegExp(`'${meant}'`),
  };
}

function misspeltKeyword(meant: string, task: string): Mistake {
  return {
    name: `a misspelt ${meant}, and what it would have given`,
    task,
    code: 'PLY002',
    says: /unknown keyword or module/,
    hint: new RegExp(`did you mean '${meant}'`),
  };
}

function misspeltOfPlay(meant: string, site: string): Mistake {
  return {
    name: `a misspelt ${meant} of a play, and what it would have given`,
    files: {'site.yml': site, 'vars/more.yml': 'more: 1\n'},
    code: 'PLY002',
    says: /unknown keyword/,
    hint: new RegExp(`did you mean '${meant}'`),
  };
}

/** Mistakes that other things depend on: what is wrong only because of them is not told. */
export const echoes: readonly Mistake[] = [
  unknownArgument('debug', 'msg', '- debug: {⟦mgs⟧: x}'),
  unknownArgument('debug', 'var', '- debug: {⟦vra⟧: port}'),
  unknownArgument('copy', 'content', '- copy: {dest: /a, ⟦contnt⟧: x}'),
  unknownArgument('copy', 'src', '- copy: {dest: /a, ⟦scr⟧: x}'),
  unknownArgument('command', 'cmd', '- command: {⟦cmdd⟧: uptime}'),
  unknownArgument('command', 'argv', '- command: {⟦agrv⟧: [uptime]}'),
  unknownArgument('lineinfile', 'line', '- lineinfile: {path: /a, ⟦lien⟧: b}'),
  unknownArgument('cron', 'job', '- cron: {name: a, ⟦jbo⟧: date, minute: "5"}'),
  unknownArgument('apt', 'name', '- apt: {⟦nmae⟧: curl}'),
  unknownArgument('wait_for', 'port', '- wait_for: {⟦prot⟧: 22}'),
  unknownArgument('mount', 'src', '- mount: {path: /mnt, ⟦scr⟧: /dev/sda1, fstype: ext4}'),
  unknownArgument('mount', 'state', '- mount: {path: /mnt, ⟦stat⟧: absent}'),
  unknownArgument('ini_file', 'value', '- ini_file: {path: /a, section: b, option: c, ⟦vlaue⟧: d}'),
  {
    name: 'an argument of another module, where one is missing',
    task: '- copy: {dest: /a, ⟦text⟧: x}',
    code: 'MOD002',
    says: /copy has no argument 'text'/,
    hint: /content/,
  },
  misspeltKeyword('register', `- command: uptime\n  ⟦regster⟧: up\n${reads('up.stdout')}`),
  misspeltKeyword('loop', `- debug: {msg: '{{ item }}'}\n  ⟦lop⟧: [a, b]`),
  misspeltKeyword('vars', `- debug: {msg: '{{ own }}'}\n  ⟦vras⟧: {own: 1}`),
  misspeltKeyword('set_fact', `- ⟦setfact⟧: {later: 1}\n${reads('later')}`),
  misspeltKeyword('command', `- ⟦comand⟧: uptime\n  register: up\n${reads('up.stdout')}`),
  misspeltKeyword('loop_control', `- debug: {msg: '{{ it }}'}\n  loop: [a]\n  ⟦loop_contrl⟧: {loop_var: it}`),
  misspeltKeyword('until', '- command: uptime\n  ⟦untill⟧: result.rc == 0\n  retries: 4'),
  {
    name: 'a misspelt block with its rescue',
    task: '- ⟦blok⟧:\n    - command: uptime\n      register: up\n  rescue:\n    - debug: {msg: "{{ up.rc }}"}',
    code: 'PLY002',
    says: /'blok'/,
    hint: /'block'/,
  },
  misspeltOfPlay('vars', `- hosts: pis\n  ⟦vras⟧: {own: 1}\n  tasks:\n    ${reads('own')}\n`),
  misspeltOfPlay(
    'vars_files',
    `- hosts: pis\n  ⟦var_files⟧: [vars/more.yml]\n  tasks:\n    ${reads('more')}\n`,
  ),
  misspeltOfPlay(
    'handlers',
    '- hosts: pis\n  ⟦handers⟧:\n    - {name: again, command: uptime}\n  tasks:\n    - {command: uptime, notify: again}\n',
  ),
  misspeltOfPlay(
    'vars_prompt',
    `- hosts: pis\n  ⟦vars_promt⟧: [{name: asked, prompt: Which}]\n  tasks:\n    ${reads('asked')}\n`,
  ),
  misspeltOfPlay('hosts', `- ⟦hsots⟧: pis\n  tasks:\n    ${reads('port')}\n`),
  {
    name: 'a misspelt name of a handler',
    files: {
      'site.yml': playbook(
        '- {command: uptime, notify: again}',
        '  handlers:\n    - {⟦nam⟧: again, command: uptime}\n',
      ),
    },
    code: 'PLY002',
    says: /'nam'/,
    hint: /'name'/,
  },
  {
    name: 'an import of a file that is missing, and what it would have defined',
    task: `- import_tasks: ⟦gone.yml⟧\n${reads('later')}`,
    files: {},
    code: 'PLY023',
    says: /gone\.yml/,
    hint: /./,
  },
  {
    name: 'an include of a file that is missing, and what it would have defined',
    task: `- include_tasks: ⟦gone.yml⟧\n${reads('later')}`,
    files: {},
    code: 'PLY023',
    says: /gone\.yml/,
    hint: /./,
  },
  ...['import_role', 'include_role'].map((module) => ({
    name: `${module} of a file of tasks that is missing, and what it would have defined`,
    task: `- ${module}: {name: web, tasks_from: ⟦zz⟧}\n${reads('later')}`,
    files: {'roles/web/tasks/main.yml': '- debug: {msg: a}\n'},
    code: 'PLY023',
    says: /the role has no file 'tasks\/zz\.yml'/,
    hint: /^there are: main$/,
  })),
  {
    name: 'import_role of a file of tasks that is missing from a role without files',
    task: `- import_role: {name: web, tasks_from: ⟦zz⟧}`,
    files: {'roles/web/README.md': 'Nothing yet.\n'},
    code: 'PLY023',
    says: /the role has no file 'tasks\/zz\.yml'/,
    hint: /web\/tasks\/zz\.yml/,
  },
  {
    name: 'import_role of a file of defaults that is missing, and what it would have defined',
    task: `- import_role: {name: web, defaults_from: ⟦zz⟧}`,
    files: {
      'roles/web/tasks/main.yml': reads('later'),
      'roles/web/defaults/main.yml': 'later: 1\n',
    },
    code: 'PLY023',
    says: /the role has no file 'defaults\/zz\.yml'/,
    hint: /^there are: main$/,
  },
  ...(
    [
      [
        '⟦remote_user⟧: pi',
        'remote_user',
        'PLY003',
        /'remote_user' of a role is not supported yet/,
        /below 'vars:'/,
      ],
      ['⟦tgas⟧: 80', 'tgas', 'PLY002', /unknown keyword 'tgas' in an entry of 'roles'/, /'tags'/],
      ['⟦vras⟧: {later: 1}', 'later', 'PLY002', /unknown keyword 'vras' in an entry of 'roles'/, /'vars'/],
    ] as const
  ).map(([parameter, name, code, says, hint]) => ({
    name: `a parameter of a role that is none (${parameter}), and what the role reads of it`,
    files: {
      'roles/web/tasks/main.yml': reads(name),
      'site.yml': `- hosts: pis\n  roles: [{role: web, ${parameter}}]\n`,
    },
    code,
    says,
    hint,
  })),
  {
    name: 'variables of a file that is missing',
    task: `- include_vars: ⟦gone.yml⟧\n${reads('later')}`,
    files: {},
    code: 'PLY015',
    says: /gone\.yml/,
    hint: /./,
  },
  {
    name: 'a fact that is made of a name that is not defined',
    task: `- set_fact: {later: '{{ ⟦nope⟧ }}', other: 2}\n${reads('later')}\n${reads('other')}`,
    code: 'VAL001',
    says: /'nope' is not defined/,
    hint: /define it/,
  },
  {
    name: 'a fact of a task with an unknown keyword',
    task: `- set_fact: {later: 1}\n  ⟦wibble⟧: 2\n${reads('later')}`,
    code: 'PLY002',
    says: /'wibble'/,
    hint: /^/,
  },
  {
    name: 'two modules, and what the second would have given',
    task: `- copy: {dest: /a, content: b}\n  ⟦command⟧: uptime\n  register: up\n${reads('up.stdout')}`,
    code: 'PLY006',
    says: /not both/,
    hint: /two tasks/,
  },
  {
    name: 'a choice of Python in a template',
    task: "- debug: {msg: \"{{ 'a' ⟦if⟧ port else 'b' }}\"}",
    code: 'VAL013',
    says: /'if' between values is Jinja/,
    hint: /ternary port 'a' 'b'/,
  },
  {
    name: 'a type that a schema of arguments has not',
    files: {
      'site.yml': '- hosts: pis\n  roles: [web]\n',
      'roles/web/tasks/main.yml': "- debug: {msg: '{{ size }}'}\n",
      'roles/web/defaults/main.yml': 'size: 1\n',
      'roles/web/meta/arguments.yml': 'type: object\nproperties:\n  size: {type: ⟦intger⟧}\n',
    },
    code: 'PLY017',
    says: /no type 'intger'/,
    hint: /'integer'/,
  },
  {
    name: 'a misspelt type of all arguments',
    files: {
      'site.yml': '- hosts: pis\n  roles: [web]\n',
      'roles/web/tasks/main.yml': '- debug: {msg: fine}\n',
      'roles/web/meta/arguments.yml': 'type: ⟦objct⟧\n',
    },
    code: 'PLY017',
    says: /no type 'objct'/,
    hint: /'object'/,
  },
];
