import type {Mistake} from './mistake.ts';

/** Mistakes that were taken for something else, or for nothing. */
export const overlooked: readonly Mistake[] = [
  {
    name: 'a setting of ssh that is misspelt',
    files: {
      'group_vars/pis.yml': 'port: 8200\n',
      'inventory/hosts.yml':
        "pis:\n  vars: {ssh_args: ⟦'-o StrictHostKeyCheking=no'⟧}\n  hosts: {wallpi: , frontpi: }\n",
    },
    code: 'ENG005',
    says: /ssh has no setting 'StrictHostKeyCheking', 'stricthostkeychecking' is meant/,
    hint: /-o KEYWORD=VALUE/,
  },
  {
    name: 'a loop whose item and number have one name',
    task: '- debug: {msg: a}\n  loop: [1]\n  loop_control: {loop_var: x, index_var: ⟦x⟧}',
    code: 'PLY008',
    says: /'x' cannot be both the item and its number/,
    hint: /another name/,
  },
  {
    name: 'an empty tag',
    task: "- debug: {msg: a}\n  tags: [configure, ⟦''⟧]",
    code: 'PLY004',
    says: /a tag is empty/,
    hint: /leave it out/,
  },
  {
    name: 'a tab behind the blanks of an indentation',
    files: {'site.yml': '- hosts: pis\n  tasks:\n    - debug:\n    ⟦\t⟧    msg: a\n'},
    code: 'SRC003',
    says: /a tab is used as indentation/,
    hint: /indent with spaces/,
  },
  {
    name: 'the result of a loop as if it were one of a command',
    task: "- command: ls\n  register: out\n  loop: [a]\n- debug: {msg: '{{ out.⟦stdout⟧ }}'}",
    code: 'VAL002',
    says: /'out' has no 'stdout'/,
    hint: /in the list out\.results/,
  },
  {
    name: 'packages in one text',
    task: "- apt: {name: ⟦'vim,git'⟧}",
    code: 'MOD005',
    says: /'vim,git', which is not the name of a package/,
    hint: /write a list: \[vim, git\]/,
  },
  {
    name: 'a tag that a comma leaves over',
    task: '- debug: {msg: a}\n  tags: ⟦configure,⟧',
    code: 'PLY004',
    says: /a tag is empty/,
    hint: /leave it out/,
  },
];
