import {type Mistake, playbook} from './mistake.ts';

/** Mistakes whose message says what to write in their place. */
export const hints: readonly Mistake[] = [
  {
    name: 'a version of the system that is compared as a text',
    task: "- debug: {msg: a}\n  when: ⟦facts.os.version_id > '12'⟧",
    code: 'VAL012',
    says: /letter by letter/,
    hint: /version\(a\)/,
  },
  {
    name: 'the size of a text as a member',
    task: '- command: uptime\n  register: r\n- debug: {msg: a}\n  when: r.stdout.⟦size⟧ > 0',
    code: 'VAL002',
    says: /no 'size'/,
    hint: /x\.size\(\)/,
  },
  {
    name: 'the size of a list as a member',
    task: '- debug: {msg: a}\n  when: names.⟦size⟧ > 0',
    code: 'VAL002',
    says: /no 'size'/,
    hint: /x\.size\(\)/,
  },
  {
    name: 'a division by zero',
    task: '- debug: {msg: a}\n  when: ⟦1 / 0⟧ > 1',
    code: 'VAL009',
    says: /division by zero/,
    hint: /n == 0/,
  },
  {
    name: 'a misspelt transport',
    files: {'group_vars/all.yml': 'transport: ⟦opnssh⟧\n'},
    code: 'ENG005',
    says: /not one of/,
    hint: /did you mean 'openssh'/,
  },
  {
    name: 'a brace too many',
    task: "- debug: {msg: '⟦{{{⟧port}}'}",
    code: 'VAL003',
    says: /\{\{\{ does not go with \}\}/,
    hint: /\{\{ port \}\}/,
  },
  {
    name: 'parentheses around all of a template',
    task: "- debug: {msg: '{{ ⟦(not port)⟧ }}'}",
    code: 'VAL003',
    says: /not a template expression/,
    hint: /\{\{ not port \}\}/,
  },
  {
    name: 'a judgement of what needs none',
    task: '- copy: {dest: /a, content: b}\n  ⟦failed_when⟧: false',
    code: 'ENG008',
    says: /failed_when has no place on copy/,
    hint: /ignore_errors/,
  },
  {
    name: 'a number that is beyond what can be kept, in a condition',
    files: {
      'group_vars/pis.yml': 'big: 9007199254740993\n',
      'site.yml': playbook('- debug: {msg: a}\n  when: ⟦big == 9007199254740992⟧'),
    },
    code: 'VAL011',
    says: /beyond 2\^53/,
    hint: /as texts/,
  },
  {
    name: 'an int of what is none',
    task: "- debug: {msg: '{{ ⟦int⟧ release }}'}",
    code: 'VAL005',
    says: /not a whole number/,
    hint: /number/,
  },
  {
    name: 'a field of the result without the result',
    task: '- command: ls\n  failed_when: ⟦rc⟧ != 0',
    code: 'VAL001',
    says: /'rc' is not defined/,
    hint: /'result.rc'/,
  },
  {
    name: 'a template of Jinja',
    task: '- template: {src: ⟦web.j2⟧, dest: /a}',
    code: 'ENG001',
    says: /no template 'web.j2'/,
    hint: /looked for .*Handlebars, NAME.hbs/,
  },
  {
    name: 'a misspelt module that is near to two, of which one takes the arguments',
    task: '- ⟦ansible.builtin.fil⟧: {path: /a, state: absent}',
    code: 'PLY002',
    says: /'ansible.builtin.fil'/,
    hint: /did you mean 'file'/,
  },
  {
    name: 'a role by its name alone',
    files: {
      'site.yml': playbook('- import_role: ⟦web⟧'),
      'roles/web/tasks/main.yml': '- debug: {msg: fine}\n',
    },
    code: 'PLY007',
    says: /as a map, not as a text/,
    hint: /write 'import_role: {name: web}'/,
  },
];
