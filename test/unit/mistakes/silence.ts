import {type Mistake, playbook} from './mistake.ts';

/** A variable of the inventory, marked where it is wrong. */
function ofHosts(name: string, variables: string, rest: Omit<Mistake, 'name' | 'files'>): Mistake {
  return {name, files: {'inventory/hosts.yml': `pis:\n  hosts:\n    wallpi: {${variables}}\n`}, ...rest};
}

function misspeltConnection(written: string, meant: string): Mistake {
  return ofHosts(`${meant}, misspelt`, `host: 192.0.2.1, ⟦${written}⟧: x`, {
    code: 'VAL017',
    severity: 'warning',
    says: new RegExp(`nothing reads '${written}'`),
    hint: new RegExp(`'${meant}'`),
  });
}

function wrongConnection(name: string, value: string, hint: RegExp): Mistake {
  return ofHosts(`${name}: ${value}`, `${name}: ⟦${value}⟧`, {
    code: 'ENG005',
    says: new RegExp(`^the connection variable ${name} `),
    hint,
  });
}

function inlineArgument(module: string, words: string, rest: Pick<Mistake, 'says' | 'hint'>): Mistake {
  return {
    name: `an argument of ${module} in its text: ${words}`,
    task: `- ${module}: ${words}`,
    code: 'PLY007',
    ...rest,
  };
}

/** Mistakes of which nothing said anything, until they were met on a host. */
export const silence: readonly Mistake[] = [
  {
    name: 'a file of tasks that includes itself whatever happens',
    files: {
      'again.yml': '- ⟦include_tasks⟧: again.yml\n',
      'site.yml': playbook('- include_tasks: again.yml'),
    },
    code: 'ENG012',
    says: /includes itself/,
    hint: /when/,
  },
  {
    name: 'files of tasks that include each other whatever happens',
    files: {
      'again.yml': '- debug: {msg: a}\n- ⟦include_tasks⟧: more.yml\n',
      'more.yml': '- include_tasks: again.yml\n',
      'site.yml': playbook('- include_tasks: again.yml\n  when: port == 8200'),
    },
    code: 'ENG012',
    says: /includes itself/,
    hint: /when/,
  },
  {
    name: 'one variable that is asked for twice',
    files: {
      'site.yml': playbook(
        "- debug: {msg: '{{ who }}'}",
        '  vars_prompt:\n    - {name: who}\n    - {name: ⟦who⟧, private: false}\n',
      ),
    },
    code: 'PLY008',
    says: /'who' is asked for twice/,
    hint: /remove one/,
  },
  {
    name: 'a playbook that is an empty list',
    files: {'site.yml': '⟦[]⟧\n'},
    code: 'PLY001',
    says: /the playbook is empty/,
    hint: /hosts/,
  },
  {
    name: 'a name of a play that reads what nothing defines',
    files: {'site.yml': "- name: 'x {{ ⟦nope⟧ }}'\n  hosts: pis\n  tasks: [{debug: {msg: a}}]\n"},
    code: 'VAL001',
    says: /'nope' is not defined/,
    hint: /before a play begins/,
  },
  {
    name: 'a name of a play that is no template',
    files: {
      'site.yml': "- name: 'x {{ ⟦uper⟧ a }}'\n  hosts: pis\n  vars: {a: b}\n  tasks: [{debug: {msg: a}}]\n",
    },
    code: 'VAL004',
    says: /no such function: uper/,
    hint: /'upper'/,
  },
  misspeltConnection('privat_key_file', 'private_key_file'),
  misspeltConnection('private_keyfile', 'private_key_file'),
  misspeltConnection('becom_password', 'become_password'),
  misspeltConnection('known_host_file', 'known_hosts_file'),
  misspeltConnection('prot', 'port'),
  misspeltConnection('anisble_port', 'ansible_port'),
  misspeltConnection('anisble_user', 'ansible_user'),
  wrongConnection('host', "'ssh://pi@192.0.2.1'", /host: 192\.168/),
  wrongConnection('host', "'192.0.2.1:2222'", /port: 2222/),
  wrongConnection('host', '5', /host: 192\.168/),
  wrongConnection('host', "'pi@192.0.2.1'", /user: pi/),
  wrongConnection('proxy_jump', "'pi@bastion:abc'", /proxy_jump: pi@bastion:22/),
  wrongConnection('proxy_jump', "'pi @bastion'", /proxy_jump: pi@bastion:22/),
  wrongConnection('ssh_args', "'-o Bogus'", /-o KEYWORD=VALUE/),
  wrongConnection('become_user', "'a b'", /become_user: root/),
  wrongConnection('become_user', "'-u root'", /become_user: root/),
  {
    name: 'a user with a blank in become_user of a play',
    files: {
      'site.yml': playbook('- command: ls', "  become: true\n  become_user: ⟦'a b'⟧\n"),
    },
    code: 'ENG007',
    says: /become_user is not the name of a user/,
    hint: /become_flags/,
  },
  {
    name: 'an option in become_user of a task',
    task: "- command: ls\n  become: true\n  become_user: ⟦'-u root'⟧",
    code: 'ENG007',
    says: /become_user is not the name of a user/,
    hint: /become_flags/,
  },
  inlineArgument('command', 'touch /x ⟦creates=/x⟧', {
    says: /'creates=\/x' would be a word of the command/,
    hint: /args: {creates: \/x}/,
  }),
  inlineArgument('shell', 'ls ⟦chdir=/tmp⟧', {
    says: /'chdir=\/tmp' would be a word of the command/,
    hint: /args: {chdir: \/tmp}/,
  }),
  inlineArgument('shell', '"ls \\"a b\\" ⟦removes=\'/x y\'⟧"', {
    says: /'removes=/,
    hint: /args: {removes: '\/x y'}/,
  }),
  {
    name: 'a misspelt argument under no_log',
    task: '- copy: {⟦dst⟧: /x, content: a}\n  no_log: true',
    code: 'MOD002',
    says: /copy has no argument 'dst'/,
    hint: /'dest'/,
  },
  {
    name: 'a wrong value that stands in the playbook, under no_log',
    task: '- copy: {dest: /x, content: a, mode: ⟦644⟧}\n  no_log: true',
    code: 'MOD005',
    says: /'mode' must be octal/,
    hint: /write '0644'/,
  },
  {
    name: 'a misspelt variable under no_log',
    task: "- command: 'echo {{ ⟦greting⟧ }}'\n  no_log: true",
    code: 'VAL001',
    says: /'greting' is not defined/,
    hint: /'greeting'/,
  },
  {
    name: 'a misspelt member under no_log',
    task: "- command: 'echo {{ settings.⟦levl⟧ }}'\n  no_log: true",
    code: 'VAL002',
    says: /has no 'levl'/,
    hint: /'level'/,
  },
  {
    name: 'a misspelt name in a condition under no_log, where no host comes',
    task: "- command: 'echo {{ ⟦greting⟧ }}'\n  no_log: true\n  when: port == 1",
    code: 'VAL001',
    severity: 'warning',
    says: /'greting' is not defined/,
    hint: /'greeting'/,
  },
  {
    name: 'a wrong value that comes from a variable, under no_log',
    task: "- copy: {dest: /x, content: a, mode: ⟦'{{ greeting }}'⟧}\n  no_log: true",
    code: 'MOD005',
    says: /^there is a mistake here, hidden by no_log$/,
    hint: /^/,
  },
  {
    name: 'a wrong item of a loop under no_log',
    task: "- file: {path: ⟦'{{ item }}'⟧, state: directory}\n  loop: [/a, b]\n  no_log: true",
    code: 'MOD005',
    says: /^there is a mistake here, hidden by no_log$/,
    hint: /^/,
  },
];
