import {type Mistake, playbook} from './mistake.ts';

/** Mistakes in the names of files, and of what stands in them. */
export const files: readonly Mistake[] = [
  {
    name: 'a template that is missing',
    task: '- template:\n    src: ⟦motdd.hbs⟧\n    dest: /etc/motd',
    code: 'ENG001',
    says: /no template 'motdd.hbs'/,
    hint: /'motd.hbs'/,
  },
  {
    name: 'a file to copy that is missing',
    task: '- copy: {src: ⟦vault.hcl⟧, dest: /etc/vault.hcl}',
    code: 'ENG001',
    says: /no file 'vault.hcl'/,
    hint: /files\/vault.hcl/,
  },
  {
    name: 'a missing file in one of many turns of a loop',
    task: "- copy: {src: ⟦'{{ item }}'⟧, dest: '/etc/{{ item }}'}\n  loop: [a, b]",
    files: {'files/a': 'x'},
    code: 'ENG001',
    says: /no file 'b'/,
    hint: /./,
  },
  {
    name: 'a template that is not text',
    task: '- template: {src: ⟦binary⟧, dest: /etc/motd}',
    files: {'templates/binary': 'a\0b'},
    code: 'ENG002',
    says: /not text/,
    hint: /copy/,
  },
  {
    name: 'a file of variables that is missing',
    files: {
      'site.yml': playbook('- debug: {msg: a}', '  vars_files: [vars/common.yml, ⟦vars/secrts.yml⟧]\n'),
      'vars/common.yml': 'a: 1\n',
      'vars/secrets.yml': 'b: 1\n',
    },
    code: 'PLY015',
    says: /no file of variables 'vars\/secrts.yml'/,
    hint: /'secrets.yml'/,
  },
  {
    name: 'a file of variables that is a list',
    files: {
      'site.yml': playbook('- debug: {msg: a}', '  vars_files: vars.yml\n'),
      'vars.yml': '⟦- a⟧\n',
    },
    code: 'PLY001',
    says: /a file of variables must be a map/,
    hint: /name: value/,
  },
  {
    name: 'extra variables from a file that is missing',
    extraVars: ['@vars.yml'],
    code: 'ENG003',
    says: /vars.yml: there is no such file/,
    hint: /./,
  },
  {
    name: 'an extra variable without an equals sign',
    extraVars: ['port'],
    code: 'ENG003',
    says: /-e port: expected NAME=VALUE/,
    hint: /-e vault_log_level=debug/,
  },
  {
    name: 'an extra variable with a reserved name',
    extraVars: ['list=a'],
    code: 'VAL014',
    says: /'list' cannot be a variable/,
    hint: /rename/,
  },
  {
    name: 'extra variables in JSON that is none',
    extraVars: ['{"a": }}'],
    code: 'ENG003',
    says: /-e/,
    hint: /./,
  },
  {
    name: 'a directory in the place of a template',
    files: {
      'templates/d.yml/part': 'x\n',
      'site.yml': playbook('- template: {src: ⟦d.yml⟧, dest: /etc/d}'),
    },
    code: 'ENG001',
    says: /d\.yml/,
    hint: /^(?!.*did you mean 'd\.yml')/,
  },
];
