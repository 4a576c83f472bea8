import {type Mistake, playbook} from './mistake.ts';

const template = {code: 'VAL004', says: /no such function: uper/, hint: /'upper'/};
const argument = {code: 'MOD002', says: /debug has no argument 'mgs'/, hint: /'msg'/};
const undefinedName = {code: 'VAL001', says: /'prot' is not defined/, hint: /'port'/};
const condition = {code: 'VAL008', says: /'=' compares nothing/, hint: /==/};

const bad = "debug: {msg: '{{ ⟦uper⟧ port }}'}";

/** Mistakes where no host comes. */
export const unvisited: readonly Mistake[] = [
  {name: 'a template in a task that is never run', task: `- ${bad}\n  when: false`, ...template},
  {name: 'an argument of a task that is never run', task: '- debug: {⟦mgs⟧: a}\n  when: false', ...argument},
  {name: 'a template in a task with the tag never', task: `- ${bad}\n  tags: never`, ...template},
  {
    name: 'a condition of a task with the tag never',
    task: '- debug: {msg: a}\n  tags: never\n  when: port ⟦=⟧ 1',
    ...condition,
  },
  {
    name: 'a condition behind one that is false',
    task: '- debug: {msg: a}\n  when: [false, port ⟦=⟧ 1]',
    ...condition,
  },
  {name: 'a template in an empty loop', task: `- ${bad}\n  loop: []`, ...template},
  {name: 'an argument in an empty loop', task: '- debug: {⟦mgs⟧: a}\n  loop: []', ...argument},
  {
    name: 'a template in a play without hosts',
    files: {
      'inventory/hosts.yml': 'all: {children: {pis: {hosts: {a: {host: 192.0.2.1}}}, none: {}}}\n',
      'site.yml': `- hosts: none\n  tasks:\n    - ${bad}\n- hosts: pis\n  tasks:\n    - debug: {msg: a}\n`,
    },
    ...template,
  },
  {
    name: 'a variable that nobody reads',
    files: {'site.yml': playbook('- debug: {msg: fine}', "  vars: {own: '{{ ⟦uper⟧ port }}'}\n")},
    ...template,
  },
  {
    name: 'a template in a variable of the inventory that nobody reads',
    files: {'group_vars/all.yml': "own: '{{ ⟦uper⟧ port }}'\n"},
    ...template,
  },
  {
    name: 'a template in a variable of a host that no play is for',
    files: {
      'inventory/hosts.yml':
        "all: {children: {pis: {hosts: {a: {host: 192.0.2.1}}}}, hosts: {b: {own: '{{ ⟦uper⟧ port }}'}}}\n",
    },
    severity: 'warning',
    ...template,
  },
  {
    name: 'an undefined name in a variable of the inventory that nobody reads',
    files: {'group_vars/all.yml': "own: '{{ ⟦prot⟧ }}'\n"},
    severity: 'warning',
    ...undefinedName,
  },
  {
    name: 'an undefined name in a variable of a host that nobody reads',
    files: {'host_vars/wallpi.yml': "own: ['http://x:{{ ⟦prot⟧ }}']\n"},
    severity: 'warning',
    ...undefinedName,
  },
  {
    name: 'an undefined name in a variable of a play that nobody reads',
    files: {'site.yml': playbook('- debug: {msg: fine}', "  vars: {own: '{{ ⟦nothing_like_it⟧ }}'}\n")},
    severity: 'warning',
    code: 'VAL001',
    says: /'nothing_like_it' is not defined/,
    hint: /define it/,
  },
  {
    name: 'an undefined name in a variable of a role that nobody reads',
    files: {
      'roles/web/vars/main.yml': "own: '{{ ⟦prot⟧ }}'\n",
      'roles/web/tasks/main.yml': '- debug: {msg: a}\n',
      'site.yml': playbook('- debug: {msg: fine}', '  roles: [web]\n'),
    },
    severity: 'warning',
    ...undefinedName,
  },
  {
    name: 'variables that are made of one another and that nobody reads',
    files: {'group_vars/all.yml': "aa: ⟦'{{ bb }}'⟧\nbb: '{{ cc }}-{{ port }}'\ncc: ['{{ aa }}']\n"},
    severity: 'warning',
    code: 'VAL007',
    says: /'aa' is made of itself: aa → bb → cc → aa/,
    hint: /made of none of the others/,
  },
  {
    name: 'a misspelt variable of -e',
    extraVars: ['relaese=1.21.0'],
    severity: 'warning',
    code: 'VAL017',
    says: /nothing reads 'relaese', which -e gives/,
    hint: /'release'/,
  },
  {
    name: 'a misspelt variable of the inventory',
    files: {
      'group_vars/all.yml': '⟦web_prot⟧: 81\n',
      'roles/web/defaults/main.yml': 'web_port: 80\n',
      'roles/web/tasks/main.yml': "- debug: {msg: '{{ web_port }}'}\n",
      'site.yml': playbook('- debug: {msg: fine}', '  roles: [web]\n'),
    },
    severity: 'warning',
    code: 'VAL017',
    says: /nothing reads 'web_prot'/,
    hint: /'web_port'/,
  },
  {
    name: 'a template in a rescue',
    task: `- block:\n    - debug: {msg: a}\n  rescue:\n    - ${bad}`,
    ...template,
  },
];
