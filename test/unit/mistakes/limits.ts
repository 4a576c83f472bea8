import {type Mistake, playbook} from './mistake.ts';

const chain = (length: number, first: string, more: (before: string) => string) =>
  Array.from({length}, (_, index) => `v${index + 1}: '${more(index === 0 ? first : `v${index}`)}'`);

/** Of a list that doubles with each variable, the one that has more than a million values. */
const firstTooLarge = 19;

/** Forty variables, each made of the one before. */
const doubling = (more: (before: string) => string) =>
  Array.from({length: 40}, (_, index) => [index + 1, more(`v${index}`)] as const)
    .map(([number, text]) => `v${number}: ${number === firstTooLarge ? `⟦${text}⟧` : text}`)
    .join('\n');

/** What would take more stack, memory or time than there is. */
export const limits: readonly Mistake[] = [
  {
    name: 'a condition of twenty thousand parts',
    task: `- debug: {msg: a}\n  when: ⟦true⟧${' and true'.repeat(20_000)}`,
    code: 'VAL016',
    says: /40001 words and signs/,
    hint: /a list of conditions/,
  },
  {
    name: 'a template in a thousand parentheses',
    files: {
      'site.yml': playbook(
        `- debug: {msg: '{{ not ${'(not '.repeat(99)}⟦(not ${'(not '.repeat(900)}true${')'.repeat(901)}⟧${')'.repeat(99)} }}'}`,
      ),
    },
    code: 'VAL016',
    says: /nested more than 100 deep/,
    hint: /give a part of it a name/,
  },
  {
    name: 'five thousand variables that read one another',
    files: {
      'group_vars/pis.yml': `v0: end\n${chain(5000, 'v0', (before) => `{{ ${before} }}`)
        .join('\n')
        .replace(`v4800: '{{ v4799 }}'`, `v4800: ⟦'{{ v4799 }}'⟧`)}\n`,
      'site.yml': playbook("- debug: {msg: '{{ v5000 }}'}"),
    },
    code: 'VAL016',
    says: /more than 200 deep, down to 'v4800'/,
    hint: /beginning of the chain/,
  },
  {
    name: 'a text that doubles itself forty times',
    files: {
      'group_vars/pis.yml': `v0: 0123456789\n${chain(40, 'v0', (before) => `{{ ${before} }}{{ ${before} }}`)
        .join('\n')
        .replace(`v21: '{{ v20 }}`, `v21: '⟦{⟧{ v20 }}`)}\n`,
      'site.yml': playbook("- debug: {msg: '{{ v40 }}'}"),
    },
    code: 'VAL016',
    says: /longer than 16 Mi characters/,
    hint: /multiply one another/,
  },
  {
    name: 'a pattern that repeats what repeats itself, in a template',
    files: {'site.yml': playbook(`- debug: {msg: '{{ ⟦regex_match⟧ "${'a'.repeat(50)}!" "(a+)+$" }}'}`)},
    code: 'VAL016',
    says: /'\(a\+\)\+\$' takes more than a second/,
    hint: /a\+ for \(a\+\)\+/,
  },
  {
    name: 'a pattern that repeats what repeats itself, in a condition',
    files: {
      'site.yml': playbook(
        `- debug: {msg: a}\n  when: ⟦regex_search('${'a'.repeat(50)}!', '(a|aa)+$')⟧ == null`,
      ),
    },
    code: 'VAL016',
    says: /takes more than a second/,
    hint: /\[ab\]\+/,
  },
  {
    name: 'a pattern that repeats what repeats itself, by the method of CEL',
    files: {'site.yml': playbook(`- debug: {msg: a}\n  when: "⟦'${'a'.repeat(50)}!'.matches('^(a+)+$')⟧"`)},
    code: 'VAL016',
    says: /takes more than a second/,
    hint: /a\+ for/,
  },
  {
    name: 'a pattern that repeats what repeats itself, in the schema of a role',
    files: {
      'site.yml': playbook('- debug: {msg: a}', '  roles: [web]\n'),
      'roles/web/tasks/main.yml': "- debug: {msg: '{{ web_name }} {{ web_port }}'}\n",
      'roles/web/meta/arguments.yml':
        "type: object\nproperties:\n  web_port: {type: integer}\n  web_name: {type: string, pattern: '^(a+)+$'}\n",
      'group_vars/all.yml': `web_port: 80\nweb_name: ⟦${'a'.repeat(60)}b⟧\n`,
    },
    code: 'PLY018',
    says: /'\^\(a\+\)\+\$' takes more than a second/,
    hint: /a\+ for \(a\+\)\+/,
  },
  {
    name: 'a list that doubles itself forty times',
    files: {
      'group_vars/pis.yml': `v0: [a]\n${doubling((before) => `["{{ ${before} }}", "{{ ${before} }}"]`)}\n`,
      'site.yml': playbook("- debug: {msg: '{{ json v40 }}'}"),
    },
    code: 'VAL016',
    says: /list holds more than a million values/,
    hint: /multiply one another/,
  },
  {
    name: 'a map of what functions make, which doubles itself forty times',
    files: {
      'group_vars/pis.yml': `v0: {c: d}\n${doubling((before) => `{a: "{{ combine ${before} v0 }}", b: "{{ ${before} }}"}`)}\n`,
      'site.yml': playbook("- debug: {msg: '{{ json v40 }}'}"),
    },
    code: 'VAL016',
    says: /map holds more than a million values/,
    hint: /multiply one another/,
  },
  {
    name: 'a sum of texts that doubles itself',
    files: {
      'group_vars/pis.yml': `v0: 0123456789\n${chain(20, 'v0', (before) => `{{ ${before} }}{{ ${before} }}`).join('\n')}\n`,
      'site.yml': playbook('- debug: {msg: a}\n  when: (⟦v19 + v19 + v19 + v19⟧).size() > 1'),
    },
    code: 'VAL016',
    says: /\+ makes a text longer than 16 Mi characters/,
    hint: /multiply one another/,
  },
  {
    name: 'lists that are looked through within one another',
    files: {
      'group_vars/pis.yml': `many: [${Array.from({length: 1000}, (_, index) => index).join(', ')}]\n`,
      'site.yml': playbook(
        '- debug: {msg: a}\n  when: ⟦many.all(a, many.all(b, many.all(c, a + b + c >= 0)))⟧',
      ),
    },
    code: 'VAL016',
    says: /loops of this condition take more than 3 seconds/,
    hint: /lists in lists multiply/,
  },
  {
    name: 'a function that makes more than there is room for',
    files: {
      'group_vars/pis.yml': `v0: 0123456789\n${chain(20, 'v0', (before) => `{{ ${before} }}{{ ${before} }}`).join('\n')}\n`,
      'site.yml': playbook(
        '- debug: {msg: \'{{ ⟦join⟧ (split v19 "9") "999999999999999999999999999999" }}\'}',
      ),
    },
    code: 'VAL016',
    says: /join makes a text longer than 16 Mi characters/,
    hint: /multiply one another/,
  },
];
