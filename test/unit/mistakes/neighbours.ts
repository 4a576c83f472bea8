import {type Mistake, playbook} from './mistake.ts';

const odd = "- copy: {dest: /a, content: '{{ zork }}'}\n- debug: {mgs: a}\n- import_tasks: nowhere.yml\n";
const oddPlay = `- hosts: pis\n  tasks:\n    - copy: {dest: /a, content: '{{ zork }}'}\n    - debug: {mgs: a}\n`;
const site = 'site.yml';

/** A name that there is not, near to something else: the mistakes of that are nobody's. */
export const neighbours: readonly Mistake[] = [
  {
    name: 'a playbook to import that there is not, and one beside it',
    files: {'zz.yml': oddPlay, [site]: '- import_playbook: ⟦zy.yml⟧\n'},
    code: 'PLY026',
    says: /there is no playbook 'zy.yml'/,
    hint: /^did you mean 'zz.yml'\?$/,
  },
  {
    name: 'a playbook to import, and one that shares only its ending',
    files: {'a.yml': oddPlay, [site]: '- import_playbook: ⟦no.yml⟧\n'},
    code: 'PLY026',
    says: /there is no playbook 'no.yml'/,
    hint: /^looked for/,
  },
  {
    name: 'a playbook to import, by another ending',
    files: {'other.yaml': oddPlay, [site]: '- import_playbook: ⟦other.yml⟧\n'},
    code: 'PLY026',
    says: /there is no playbook 'other.yml'/,
    hint: /^did you mean 'other.yaml'\?$/,
  },
  {
    name: 'a file of tasks that there is not, and one beside it',
    files: {'prepared.yml': odd, [site]: playbook('- import_tasks: ⟦prepare.yml⟧')},
    code: 'PLY023',
    says: /there is no file of tasks 'prepare.yml'/,
    hint: /^did you mean 'prepared.yml'\?$/,
  },
  {
    name: 'a file of tasks to include, and one beside it that includes others',
    files: {
      'prepared.yml':
        '- include_tasks: odd.yml\n- include_role: {name: odd}\n- include_tasks: "{{ inventory_hostname }}.yml"\n',
      'odd.yml': odd,
      'wallpi.yml': odd,
      'frontpi.yml': odd,
      'roles/odd/tasks/main.yml': odd,
      [site]: playbook('- include_tasks: ⟦prepare.yml⟧'),
    },
    code: 'PLY023',
    says: /there is no file of tasks 'prepare.yml'/,
    hint: /^did you mean 'prepared.yml'\?$/,
  },
  {
    name: 'a file of tasks, and one beside it that takes a template with a mistake',
    files: {
      'prepared.yml': '- template: {src: a.hbs, dest: /a}\n- debug: {msg: a}\n  loop: "{{ port }}"\n',
      'a.hbs': '{{ zork }}\n',
      [site]: playbook('- import_tasks: ⟦prepare.yml⟧\n- include_tasks: prepared-too.yml'),
      'prepared-too.yml': '- debug: {msg: a}\n',
    },
    code: 'PLY023',
    says: /there is no file of tasks 'prepare.yml'/,
    hint: /^did you mean 'prepared.yml'\?$/,
  },
  {
    name: 'a role that there is not, and one beside it',
    files: {
      'roles/web/tasks/main.yml': `${odd}- template: {src: a.hbs, dest: /a}\n`,
      'roles/web/templates/a.hbs': '{{ zork }}\n',
      'roles/web/defaults/main.yml': "web_a: '{{ zork }}'\n",
      'roles/web/handlers/main.yml': '- debug: {msg: a}\n',
      'roles/web/meta/main.yml': 'dependencies: [nothing]\n',
      'roles/web/meta/arguments.yml': 'required: [web_port]\n',
      [site]: playbook("- debug: {msg: '{{ web_a }}'}", '  roles: [⟦weg⟧]\n'),
    },
    code: 'PLY011',
    says: /no role 'weg'/,
    hint: /^did you mean 'web'\?$/,
  },
];
