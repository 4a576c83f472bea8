import {type Mistake, playbook} from './mistake.ts';

function site(text: string): NonNullable<Mistake['files']> {
  return {'site.yml': text};
}

/** A keyword or module that there is not, by its task, and what the hint names instead. */
const strange: readonly (readonly [task: string, hint: RegExp])[] = [
  ['- command: uptime\n  ⟦sudo⟧: true', /become: true/],
  ['- command: uptime\n  ⟦become_pass⟧: x', /become_password/],
  ['- ⟦handlers⟧: []', /belongs to a play/],
  ['- ⟦include⟧: more.yml', /include_tasks/],
  ['- ⟦service⟧: {name: ssh, state: started}', /systemd/],
  ['- ⟦yum⟧: {name: caddy}', /'apt'/],
  ['- ⟦ansible.builtin.pip⟧: {name: x}', /'command'/],
  ['- ⟦get_url⟧: {url: http://a, dest: /a}', /'copy'/],
  ['- ⟦community.docker.docker_container⟧: {name: a}', /'command'/],
  ['- ⟦wibble⟧: {name: a}', /docs\/modules\.md/],
  ['- command: uptime\n  ⟦wibble⟧: a', /docs\/language\.md/],
];

/** A keyword with a value that is none, by its task. */
const values: readonly (readonly [task: string, says: RegExp, hint: RegExp])[] = [
  ['- command: uptime\n  timeout: ⟦5m⟧', /a number of seconds from 0, not '5m'/, /'300'/],
  ['- command: uptime\n  throttle: ⟦-1⟧', /a whole number from 0, not '-1'/, /example 3/],
  ['- name: ⟦[a]⟧\n  command: uptime', /must be a text, not a list/, /one text/],
];

/** What is not read yet, by its task. */
const later: readonly (readonly [task: string, hint: RegExp])[] = [
  ['- command: uptime\n  ⟦async⟧: 10\n  poll: 0', /a unit of systemd/],
  ['- ⟦local_action⟧: command uptime', /transport: local/],
  ["- debug: {msg: '{{ item }}'}\n  ⟦with_dict⟧: {a: 1}", /items x/],
];

/** A template or condition of another language, by its task. */
const languages: readonly (readonly [task: string, code: string, says: RegExp, hint: RegExp])[] = [
  ["- debug: {msg: '{{ ⟦port - 1⟧ }}'}", 'VAL003', /'port - 1' is not/, /subtract port 1/],
  ["- debug: {msg: '{{ ⟦port + 1⟧ }}'}", 'VAL003', /'port \+ 1' is not/, /add port 1/],
  ["- debug: {msg: '{{ ⟦release ?? 5⟧ }}'}", 'VAL003', /is not a template/, /default release 5/],
  ["- debug: {msg: '{{ ⟦port ? 1 : 2⟧ }}'}", 'VAL003', /is not a template/, /ternary port 1 2/],
  ["- debug: {msg: '{{ ⟦to_json⟧ settings }}'}", 'VAL004', /no such function/, /'json'/],
  ["- debug: {msg: '{{ ⟦b64encode⟧ greeting }}'}", 'VAL004', /no such function/, /'base64'/],
  ["- debug: {msg: '{{ groups.⟦web⟧ }}'}", 'VAL002', /no 'web'/, /groups are: all/],
  ["- debug: {msg: '{{ ⟦ansible_loop.index⟧ }}'}", 'VAL001', /not defined/, /vprov_loop/],
  ["- debug: {msg: '{{ ⟦vars.port⟧ }}'}", 'VAL001', /not defined/, /own name/],
  ['- debug: {msg: a}\n  when: port ⟦<>⟧ 1', 'VAL008', /compares nothing/, /!=/],
  ['- debug: {msg: a}\n  when: port ⟦=>⟧ 1', 'VAL008', /compares nothing/, />=/],
  ["- debug: {msg: a}\n  when: names.⟦exist⟧(x, x == 'a')", 'VAL004', /no such method/, /'exists'/],
  ["- debug: {msg: a}\n  when: names.⟦any⟧(x, x == 'a')", 'VAL004', /no such method/, /'exists'/],
  ['- debug: {msg: a}\n  when: ⟦port in 8200⟧', 'VAL009', /cannot take/, /a list or a map/],
  ['- debug: {msg: a}\n  when: greeting == ⟦wibble⟧', 'VAL001', /not defined/, /quote it/],
  [
    '- stat: {path: /a}\n  register: st\n- debug: {msg: a}\n  when: st.stat.⟦exist⟧',
    'VAL002',
    /no 'exist'/,
    /'exists'/,
  ],
  ["- command: {argv: ⟦['']⟧}", 'MOD005', /begins with an empty text/, /the program/],
  ['- mount: {path: /a, src: b, fstype: ext4, state: ⟦mount⟧}', 'MOD005', /must be one of/, /'mounted'/],
  ['- file: ⟦{path: /a, state: link}⟧', 'MOD003', /needs 'target'/, /^target: What a link points to/],
];

/** What is written first by who comes from elsewhere. */
export const newcomers: readonly Mistake[] = [
  ...strange.map(
    ([task, hint]): Mistake => ({
      name: `unknown: ${task.replace(/[⟦⟧]/g, '').split('\n').at(-1)}`,
      task,
      code: 'PLY002',
      says: /unknown keyword or module/,
      hint,
    }),
  ),
  ...values.map(
    ([task, says, hint]): Mistake => ({
      name: `a value: ${task.replace(/[⟦⟧]/g, '').split('\n').join(' ')}`,
      task,
      code: 'PLY004',
      says,
      hint,
    }),
  ),
  ...later.map(
    ([task, hint]): Mistake => ({
      name: `not yet: ${task.replace(/[⟦⟧]/g, '').split('\n').join(' ')}`,
      task,
      code: 'PLY003',
      says: /not supported yet/,
      hint,
    }),
  ),
  ...languages.map(
    ([task, code, says, hint]): Mistake => ({
      name: `another language: ${task.replace(/[⟦⟧]/g, '').split('\n').at(-1)}`,
      task,
      code,
      says,
      hint,
    }),
  ),
  {
    name: 'a list item in the name of a task',
    files: site(playbook('- name: a\n  ⟦- debug: {msg: a}⟧')),
    code: 'SRC003',
    says: /inside a text/,
    hint: /column of its list/,
  },
  {
    name: 'a conflict of git',
    files: site(
      `${playbook('- debug: {msg: a}')}⟦<<<<<<< HEAD⟧\n    - debug: {msg: b}\n=======\n    - debug: {msg: c}\n>>>>>>> theirs\n`,
    ),
    code: 'SRC003',
    says: /conflict of git/,
    hint: /one of the two sides/,
  },
  {
    name: 'an end of a block that nothing began',
    files: {
      ...site(playbook('- template: {src: motd.hbs, dest: /etc/motd}')),
      'templates/motd.hbs': 'a\n⟦{{/if}}⟧\n',
    },
    code: 'VAL003',
    says: /where no block is open/,
    hint: /\{\{#if/,
  },
  {
    name: 'an each of Python',
    files: {
      ...site(playbook('- template: {src: motd.hbs, dest: /etc/motd}')),
      'templates/motd.hbs': '{{#⟦each⟧ names as name}}x{{/each}}\n',
    },
    code: 'VAL005',
    says: /takes one value/,
    hint: /\|name\|/,
  },
  {
    name: 'a schema without properties',
    files: {
      ...site('- hosts: pis\n  roles: [web]\n'),
      'roles/web/tasks/main.yml': "- debug: {msg: '{{ web_port }}'}\n",
      'roles/web/meta/arguments.yml': '⟦web_port⟧: {type: integer}\n',
      'group_vars/all.yml': 'web_port: 80\n',
    },
    code: 'PLY017',
    says: /no keyword of a schema/,
    hint: /'properties:'/,
  },
  {
    name: 'a task where a play belongs',
    files: site('- ⟦import_tasks⟧: more.yml\n'),
    code: 'PLY002',
    says: /unknown keyword 'import_tasks' in a play/,
    hint: /below 'tasks:'/,
  },
  {
    name: 'an include where a play belongs',
    files: site('- ⟦include⟧: more.yml\n'),
    code: 'PLY002',
    says: /unknown keyword 'include' in a play/,
    hint: /import_playbook/,
  },
  {
    name: 'an import of a playbook in a list of tasks',
    files: site(playbook('- ⟦import_playbook⟧: more.yml')),
    code: 'PLY002',
    says: /unknown keyword or module 'import_playbook'/,
    hint: /left margin/,
  },
  {
    name: 'a play in a file of tasks',
    files: {...site(playbook('- import_tasks: more.yml')), 'more.yml': '- ⟦hosts⟧: pis\n  tasks: []\n'},
    code: 'PLY002',
    says: /unknown keyword or module 'hosts'/,
    hint: /import_playbook/,
  },
  {
    name: 'a misspelt role of an entry',
    files: {...site('- hosts: pis\n  roles: [{⟦rol⟧: web}]\n'), 'roles/web/tasks/main.yml': '[]\n'},
    code: 'PLY002',
    says: /unknown keyword 'rol'/,
    hint: /'role'/,
  },
  {
    name: 'a directory as a file of variables',
    files: site('- hosts: pis\n  vars_files: [⟦group_vars⟧]\n  tasks: []\n'),
    code: 'PLY015',
    says: /'group_vars' is a directory/,
    hint: /each file/,
  },
  {
    name: 'an undefined name in the file of an include',
    task: "- include_tasks: '{{ ⟦prot⟧ }}.yml'",
    // Nobody knows what else it would have defined: not put beside others.
    files: {},
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'an undefined name in the file of an include of variables',
    task: "- include_vars: '{{ ⟦prot⟧ }}.yml'",
    // Nobody knows what else it would have defined: not put beside others.
    files: {},
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'an undefined name in the name of a role that is included',
    task: "- include_role: {name: '{{ ⟦prot⟧ }}'}",
    // Nobody knows what else it would have defined: not put beside others.
    files: {},
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'a member that the item of a label has not',
    task: "- command: uptime\n  loop: [a]\n  loop_control: {label: '{{ item.⟦name⟧ }}'}",
    code: 'VAL002',
    says: /'item' has no 'name'/,
    hint: /./,
  },
  {
    name: 'an undefined name in a variable of a task that nobody reads',
    files: site(playbook("- debug: {msg: a}\n  vars: {own: '{{ ⟦prot⟧ }}'}")),
    code: 'VAL001',
    severity: 'warning',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'an undefined name in a parameter of a role that nobody reads',
    files: {
      ...site("- hosts: pis\n  roles: [{role: web, vars: {web_port: '{{ ⟦prot⟧ }}'}}]\n"),
      'roles/web/tasks/main.yml': '- debug: {msg: a}\n',
    },
    code: 'VAL001',
    severity: 'warning',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'a loop over a number',
    task: "- debug: {msg: '{{ item }}'}\n  loop: ⟦'{{ port }}'⟧",
    code: 'ENG006',
    says: /a single value/,
    hint: /write a list/,
  },
];
