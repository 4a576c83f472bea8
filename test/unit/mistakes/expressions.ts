import {type Mistake, playbook} from './mistake.ts';

function when(condition: string): Pick<Mistake, 'task'> {
  return {task: `- debug: {msg: a}\n  when: ${condition}`};
}

/** Mistakes in conditions. */
export const expressions: readonly Mistake[] = [
  {
    name: 'an undefined name in a folded condition',
    task: "- debug: {msg: a}\n  when: >-  # prot\n    port == 8200\n    and (release != ''\n    or ⟦prot⟧ > 1)",
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'a bad sign in a condition on several lines',
    task: '- debug: {msg: a}\n  when: |\n    port == 8200\n    and port ⟦=⟧ 8200',
    code: 'VAL008',
    says: /compares nothing/,
    hint: /==/,
  },
  {
    name: 'an undefined name in a condition with escapes',
    task: '- debug: {msg: a}\n  when: "release == \\"a\\" or ⟦prot⟧ > 1"',
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'an undefined name in a plain condition on two lines',
    task: '- debug: {msg: a}\n  when: port == 8200\n    and ⟦prot⟧ > 1',
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'an undefined variable',
    ...when('⟦prot⟧ == 8200'),
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'an undefined variable behind one that decides',
    ...when('port == 8200 || ⟦prot⟧ == 1'),
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'an undefined variable in a condition in quotes',
    ...when('"⟦prot⟧ == 8200"'),
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'an undefined variable in a list of conditions',
    task: '- debug: {msg: a}\n  when:\n    - port == 8200\n    - ⟦nmaes⟧.size() > 0',
    code: 'VAL001',
    says: /'nmaes' is not defined/,
    hint: /'names'/,
  },
  {
    name: 'a member that there is not',
    ...when('settings.⟦levl⟧ == "info"'),
    code: 'VAL002',
    says: /no 'levl'/,
    hint: /'level'/,
  },
  {
    name: 'one equals sign',
    ...when('port ⟦=⟧ 8200'),
    code: 'VAL008',
    says: /'='/,
    hint: /==/,
  },
  {
    name: 'an expression that ends too early',
    ...when('port ==⟦⟧'),
    code: 'VAL008',
    says: /not an expression/,
    hint: /./,
  },
  {
    name: 'a bracket that is not closed',
    ...when('(port == 8200⟦⟧'),
    code: 'VAL008',
    says: /not an expression/,
    hint: /./,
  },
  {
    name: 'a template in a condition',
    ...when("'⟦{{⟧ port }} == 8200'"),
    code: 'VAL013',
    says: /without \{\{ \}\}/,
    hint: /port/,
  },
  {
    name: 'a Jinja filter',
    ...when('names ⟦|⟧ length > 0'),
    code: 'VAL013',
    says: /Jinja filter/,
    hint: /names/,
  },
  {
    name: 'a Jinja test',
    ...when('port ⟦is⟧ none'),
    code: 'VAL013',
    says: /Jinja/,
    hint: /null/,
  },
  {
    name: 'a condition that is a number',
    ...when('⟦port⟧'),
    code: 'VAL010',
    says: /not true or false|boolean|number/,
    hint: /./,
  },
  {
    name: 'a condition that is a text',
    ...when('⟦greeting⟧'),
    code: 'VAL010',
    says: /string|text/,
    hint: /./,
  },
  {
    name: 'a condition that will be a text',
    task: `- {command: {argv: [uptime]}, register: seen, changed_when: false}
- debug: {msg: a}
  when: ⟦seen.stdout⟧`,
    code: 'VAL010',
    says: /the condition is a string/,
    hint: /seen\.stdout != ""/,
  },
  {
    name: 'until that will be a number',
    task: `- command: {argv: [uptime]}
  register: seen
  changed_when: false
  until: ⟦seen.rc⟧`,
    code: 'VAL010',
    says: /the condition is a number/,
    hint: /seen\.rc != 0/,
  },
  {
    name: 'a number compared with a text',
    ...when('⟦port == "8200"⟧'),
    code: 'VAL005',
    says: /a number is never equal to a string/,
    hint: /without quotes/,
  },
  {
    name: 'versions compared letter by letter',
    ...when('⟦release > "1.3.0"⟧'),
    code: 'VAL012',
    says: /letter/,
    hint: /^version\(release\) > version\("1.3.0"\)$/,
  },
  {
    name: 'an unknown function',
    ...when('⟦lenght⟧(names) > 0'),
    code: 'VAL004',
    says: /lenght/,
    hint: /./,
  },
  {
    name: 'sums of texts and numbers',
    ...when('⟦greeting + 1⟧ == 3'),
    code: 'VAL009',
    says: /string|text/,
    hint: /./,
  },
  {
    name: 'an undefined name in changed_when',
    task: '- command: uptime\n  register: up\n  changed_when: ⟦u⟧.rc == 0',
    code: 'VAL001',
    says: /'u' is not defined/,
    hint: /up/,
  },
  {
    name: 'a field that no result of a command has',
    task: '- command: uptime\n  register: up\n  failed_when: up.⟦rcc⟧ != 0',
    code: 'VAL002',
    says: /no 'rcc'/,
    hint: /'rc'/,
  },
  {
    name: 'a fact that there is not',
    ...when('facts.⟦arhitecture⟧ == "armv6l"'),
    code: 'VAL002',
    says: /no 'arhitecture'/,
    hint: /'architecture'/,
  },
  {
    name: 'a fact that there is not, in a text',
    task: "- debug: {msg: 'on {{ facts.⟦arhitecture⟧ }}'}",
    code: 'VAL002',
    says: /no 'arhitecture'/,
    hint: /'architecture'/,
  },
  {
    name: 'an undefined name in assert',
    task: '- assert:\n    that:\n      - ⟦prot⟧ == 8200',
    code: 'VAL001',
    says: /'prot' is not defined/,
    hint: /'port'/,
  },
  {
    name: 'an undefined name in the condition of a notification',
    files: {
      'site.yml': `- hosts: pis
  tasks:
    - command: uptime
      notify: {handler: h, when: ⟦reslt⟧.changed}
  handlers: [{name: h, debug: {msg: a}}]
`,
    },
    code: 'VAL001',
    says: /'reslt' is not defined/,
    hint: /'result'/,
  },
  {
    name: 'an undefined name in until',
    task: '- command: uptime\n  register: up\n  until: ⟦upp⟧.rc == 0',
    code: 'VAL001',
    says: /'upp' is not defined/,
    hint: /'up'/,
  },
  {
    name: 'a list that is compared with a text',
    ...when("⟦names == 'a'⟧"),
    code: 'VAL005',
    says: /a list is never equal to a string/,
    hint: /x in list/,
  },
  {
    name: 'a list that is compared with a number',
    ...when('⟦names != 2⟧'),
    code: 'VAL005',
    says: /a list is never equal to a number/,
    hint: /x in list/,
  },
  {
    name: 'a fact that is a list and compared with a text',
    files: {
      'site.yml': playbook(
        "- debug: {msg: a}\n  when: ⟦facts.os.id_like == 'debian'⟧",
        '  gather_facts: true\n',
      ),
    },
    code: 'VAL005',
    says: /a list is never equal to a string/,
    hint: /x in list/,
  },
  {
    name: 'a list that a template compares with a text',
    task: '- debug: {msg: "{{#if (⟦eq⟧ names \'a\')}}x{{/if}}"}',
    code: 'VAL005',
    says: /a list is never equal to a string/,
    hint: /contains list x/,
  },
  {
    name: "Ansible's family of systems",
    ...when("⟦ansible_os_family⟧ == 'Debian'"),
    code: 'VAL001',
    says: /'ansible_os_family' is not defined/,
    hint: /facts\.os\.id'/,
  },
];
