import {type Mistake, playbook} from './mistake.ts';

/** What hands that write other languages, or Ansible every day, put down without looking. */
export const habits: readonly Mistake[] = [
  {
    name: 'facts in a play that gathers none',
    files: {'site.yml': playbook("- debug: {msg: '{{ ⟦facts.architecture⟧ }}'}", '  gather_facts: false\n')},
    code: 'VAL001',
    says: /'facts' is not defined/,
    hint: /gather_facts: true/,
  },
  {
    name: 'a fact in a condition of a play that gathers none',
    files: {
      'site.yml': playbook('- debug: {msg: a}\n  when: ⟦facts⟧.cpus > 1', '  gather_facts: false\n'),
    },
    code: 'VAL001',
    says: /'facts' is not defined/,
    hint: /gather_facts: true/,
  },
  {
    name: 'a misspelt keyword that a play needs',
    files: {'site.yml': '- ⟦host⟧: pis\n  tasks: []\n'},
    code: 'PLY002',
    says: /unknown keyword 'host'/,
    hint: /'hosts'/,
  },
  {
    name: 'a misspelt name of a role to import',
    task: '- import_role: {⟦nam⟧: server}',
    code: 'PLY002',
    says: /no argument 'nam'/,
    hint: /'name'/,
  },
  {
    name: 'a misspelt name of a prompt',
    files: {
      'site.yml': playbook("- debug: {msg: '{{ pin }}'}", '  vars_prompt: [{⟦nam⟧: pin}]\n'),
    },
    code: 'PLY002',
    says: /unknown key 'nam'/,
    hint: /'name'/,
  },
  {
    name: 'a merge of an alias without an anchor',
    task: '- debug: {<<: ⟦*common⟧, msg: a}',
    code: 'SRC008',
    says: /no anchor '&common'/,
    hint: /quote it/,
  },
  {
    name: 'a user without a name',
    task: "- command: uptime\n  become: true\n  become_user: ⟦''⟧",
    code: 'PLY004',
    says: /must be a text, not an empty text/,
    hint: /./,
  },
  {
    name: 'a test of Ansible for a failure',
    task: '- command: uptime\n  register: result_of\n- debug: {msg: a}\n  when: result_of ⟦is⟧ not failed',
    code: 'VAL013',
    says: /'is not failed' is Jinja/,
    hint: /not x\.failed/,
  },
  {
    name: 'a number looked for among texts',
    task: "- debug: {msg: a}\n  when: ⟦port in ['8200', '8201']⟧",
    code: 'VAL005',
    says: /a number is never in a list of texts/,
    hint: /quotes/,
  },
  {
    name: 'a part of a text looked for as in Python',
    task: '- debug: {msg: a}\n  when: "⟦\'pi\' in greeting⟧"',
    code: 'VAL009',
    says: /'in' cannot take/,
    hint: /text\.contains\(part\)/,
  },
  {
    name: 'a single ampersand',
    task: '- debug: {msg: a}\n  when: port > 1 ⟦&⟧ port < 9000',
    code: 'VAL008',
    says: /'&' joins nothing/,
    hint: /and/,
  },
  {
    name: 'a word of SQL',
    task: '- debug: {msg: a}\n  when: port > 1 ⟦OR⟧ port < 3',
    code: 'VAL008',
    says: /'OR' joins nothing/,
    hint: /small: or/,
  },
  {
    name: 'a pattern that is no regular expression',
    task: "- debug: {msg: a}\n  when: ⟦greeting.matches('(')⟧",
    code: 'VAL009',
    says: /invalid regular expression/,
    hint: /brackets/,
  },
  {
    name: 'a choice as in Python',
    task: "- assert: {that: '(1 ⟦if⟧ port else 2) == 1'}",
    code: 'VAL008',
    says: /not an expression/,
    hint: /CONDITION \? THIS : THAT/,
  },
  {
    name: 'elif in a template',
    files: motd('{{#if port}}a{{⟦elif⟧ port}}b{{/if}}\n'),
    code: 'VAL004',
    says: /no such function: elif/,
    hint: /else if/,
  },
  {
    name: 'endif in a template',
    files: motd('{{#if port}}a{{⟦endif⟧}}{{/if}}\n'),
    code: 'VAL001',
    says: /'endif' is not defined/,
    hint: /\{\{\/if\}\}/,
  },
  {
    name: 'an exclamation mark in a template',
    files: motd('{{#⟦if !port⟧}}a{{/if}}\n'),
    code: 'VAL003',
    says: /not a template expression/,
    hint: /#unless port/,
  },
  {
    name: 'and between two values of a template',
    files: motd('{{#⟦if⟧ port and names}}a{{/if}}\n'),
    code: 'VAL005',
    says: /#if takes one value/,
    hint: /\(and a b\)/,
  },
  {
    name: 'a comment of a template that does not end',
    files: motd('a\n⟦{{!--⟧ b\n'),
    code: 'VAL003',
    says: /comment is never closed/,
    hint: /--\}\}/,
  },
  {
    name: 'a misspelt name of an item',
    files: motd('{{#each names as |name|}}{{⟦nme⟧}}{{/each}}\n'),
    code: 'VAL002',
    says: /the item has no 'nme'/,
    hint: /'name'/,
  },
  {
    name: 'a misspelt key of a look-up',
    task: '- debug: {msg: \'{{ lookup settings "⟦levl⟧" }}\'}',
    code: 'VAL002',
    says: /no 'levl'/,
    hint: /'level'/,
  },
  {
    name: 'a misspelt topic of a handler, and who notifies it',
    files: {
      'site.yml': `${playbook('- command: "true"\n  notify: restart')}  handlers:
    - name: a
      ⟦listn⟧: restart
      command: "true"
`,
    },
    code: 'PLY002',
    says: /unknown keyword or module 'listn' in a handler/,
    hint: /'listen'/,
  },
];

function motd(text: string): NonNullable<Mistake['files']> {
  return {
    'site.yml': playbook('- template: {src: motd.hbs, dest: /etc/motd}'),
    'templates/motd.hbs': text,
  };
}
