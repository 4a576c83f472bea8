import {type Mistake, playbook} from './mistake.ts';

type OfPlay = readonly [keyword: string, says: RegExp, hint: RegExp, code?: string];

function playOf(keywords: string): string {
  return `- ${keywords}\n  tasks: []\n`;
}

/** Mistakes in one keyword of a play each. */
function ofPlay(mistakes: readonly OfPlay[]): readonly Mistake[] {
  return mistakes.map(([keyword, says, hint, code = 'PLY004']) => ({
    name: `of a play: ${keyword.replace(/[⟦⟧]/g, '')}`,
    files: {
      'site.yml': keyword.includes('hosts:')
        ? playOf(keyword)
        : playbook('- debug: {msg: a}', `  ${keyword}\n`),
    },
    code,
    says,
    hint,
  }));
}

/** Mistakes in the keywords of plays, tasks and handlers. */
export const keywords: readonly Mistake[] = [
  {
    name: 'a misspelt keyword of a task',
    task: '- debug: {msg: a}\n  ⟦notfy⟧: restart',
    code: 'PLY002',
    says: /unknown keyword or module 'notfy'/,
    hint: /'notify'/,
  },
  {
    name: 'a task delegated to a host that there is not',
    task: '- debug: {msg: a}\n  delegate_to: ⟦wallpie⟧',
    code: 'ENG014',
    says: /'wallpie', which is not in the inventory/,
    hint: /'wallpi'/,
  },
  {
    name: 'a task delegated to the machine of vprov',
    task: '- debug: {msg: a}\n  delegate_to: ⟦localhost⟧',
    code: 'ENG014',
    says: /'localhost', which is not in the inventory/,
    hint: /transport: local/,
  },
  ...ofPlay([
    ['serial: ⟦two⟧', /'serial' must be a number of hosts or a percentage, not 'two'/, /'serial: 2'/],
    ['serial: [1, ⟦-1⟧]', /not '-1'/, /'serial: 30%'/],
    ["serial: '{{ ⟦greeting⟧ }}'", /'greeting' is not defined/, /only its own variables/, 'VAL001'],
    [
      "serial: '{{ ⟦inventory_hostname⟧ }}'",
      /'inventory_hostname' is not defined/,
      /only its own variables/,
      'VAL001',
    ],
    [
      'vars: {few: some}\n  serial: ⟦"{{ few }}"⟧',
      /serial is not a number of hosts .*: some/,
      /^$/,
      'ENG011',
    ],
    ['max_fail_percentage: ⟦130⟧', /from 0 to 100, not '130'/, /max_fail_percentage: 30/],
    ['any_errors_fatal: ⟦yes⟧', /true or false, not 'yes'/, /'true'/],
    ['vars_prompt: ⟦who⟧', /'vars_prompt' must be a list/, /'- '/, 'PLY001'],
    ['vars_prompt: [⟦who⟧]', /a prompt must be a map, not a text/, /name: password/, 'PLY001'],
    ['vars_prompt: [⟦{prompt: Who?}⟧]', /a prompt needs 'name'/, /name the variable/, 'PLY013'],
    ['vars_prompt: [{name: ⟦who is⟧}]', /'name: who is' is not the name of a variable/, /letters/],
    ['vars_prompt: [{name: who, ⟦privat⟧: false}]', /unknown key 'privat'/, /'private'/, 'PLY002'],
    ['vars_prompt: [{name: who, ⟦encrypt⟧: md5}]', /'encrypt' of a prompt/, /openssl passwd/, 'PLY003'],
    ["hosts: '{{ ⟦where⟧ }}'", /'where' is not defined/, /only its own variables/, 'VAL001'],
    ["vars: {where: 3}\n  hosts: ⟦'{{ where }}'⟧", /gives no pattern/, /^$/, 'ENG011'],
    ['order: ⟦sort⟧', /'order: sort' is not known/, /'sorted'/],
    ['strategy: ⟦debug⟧', /'strategy: debug' is not known/, /free, host_pinned, linear/],
  ]),
  {
    name: 'a misspelt keyword of a play',
    files: {'site.yml': playbook('- debug: {msg: a}', '  ⟦gather_fact⟧: false\n')},
    code: 'PLY002',
    says: /unknown keyword 'gather_fact' in a play/,
    hint: /'gather_facts'/,
  },
  {
    name: 'a module where a play is',
    files: {'site.yml': '- hosts: pis\n  ⟦copy⟧: {content: a, dest: /b}\n'},
    code: 'PLY002',
    says: /'copy' in a play/,
    hint: /below 'tasks:'/,
  },
  {
    name: 'become: yes',
    task: '- debug: {msg: a}\n  become: ⟦yes⟧',
    code: 'PLY004',
    says: /'become' must be true or false, not 'yes'/,
    hint: /write 'true'/,
  },
  {
    name: 'become: yes of a play',
    files: {'site.yml': playbook('- debug: {msg: a}', '  become: ⟦yes⟧\n')},
    code: 'PLY004',
    says: /'become' must be true or false, not 'yes'/,
    hint: /write 'true'/,
  },
  {
    name: 'gather_facts: no',
    files: {'site.yml': playbook('- debug: {msg: a}', '  gather_facts: ⟦no⟧\n')},
    code: 'PLY004',
    says: /'gather_facts' must be true or false/,
    hint: /write 'false'/,
  },
  {
    name: 'an empty condition',
    task: '- debug: {msg: a}\n  ⟦when⟧:',
    code: 'PLY005',
    says: /'when' is empty/,
    hint: /write a condition/,
  },
  {
    name: 'an empty text as a condition',
    task: "- debug: {msg: a}\n  when: ⟦''⟧",
    code: 'PLY005',
    says: /'when' is empty/,
    hint: /write a condition/,
  },
  {
    name: 'a list where a map belongs',
    files: {'site.yml': playbook('- debug: {msg: a}', '  vars: ⟦[a, b]⟧\n')},
    code: 'PLY001',
    says: /'vars' must be a map, not a list/,
    hint: /name: value/,
  },
  {
    name: 'tasks as a map',
    files: {'site.yml': '- hosts: pis\n  tasks:\n    ⟦debug: {msg: a}⟧\n'},
    code: 'PLY001',
    says: /'tasks' must be a list, not a map/,
    hint: /'- '/,
  },
  {
    name: 'a playbook that is a map',
    files: {'site.yml': '⟦hosts: pis⟧\ntasks: []\n'},
    code: 'PLY001',
    says: /a playbook must be a list, not a map/,
    hint: /'- '/,
  },
  {
    name: 'a play without hosts',
    files: {'site.yml': '- ⟦name: no hosts⟧\n  tasks: []\n'},
    code: 'PLY013',
    says: /a play needs 'hosts'/,
    hint: /group/,
  },
  {
    name: 'a misspelt key of a notification',
    files: {
      'site.yml': playbook(
        '- debug: {msg: a}\n  notify: {handler: restart, ⟦wen⟧: result.changed}',
        '  handlers: [{name: restart, debug: {msg: b}}]\n',
      ),
    },
    code: 'PLY002',
    says: /unknown key 'wen' in 'notify'/,
    hint: /'when'/,
  },
  {
    name: 'a handler that nobody defines',
    files: {
      'site.yml': playbook(
        '- debug: {msg: a}\n  notify: ⟦restart vualt⟧',
        '  handlers: [{name: restart vault, debug: {msg: b}}]\n',
      ),
    },
    code: 'PLY009',
    says: /no handler 'restart vualt'/,
    hint: /'restart vault'/,
  },
  {
    name: 'a handler without a name',
    files: {'site.yml': playbook('- debug: {msg: a}', '  handlers:\n    - ⟦debug: {msg: b}⟧\n')},
    code: 'PLY013',
    says: /handler without a name/,
    hint: /'name'/,
  },
  {
    name: 'two handlers of one name',
    files: {
      'site.yml': playbook(
        '- debug: {msg: a}',
        '  handlers:\n    - {name: restart, debug: {msg: b}}\n    - {name: ⟦restart⟧, debug: {msg: c}}\n',
      ),
    },
    code: 'PLY010',
    says: /second handler 'restart'/,
    hint: /another name/,
  },
  {
    name: 'a loop over a word',
    task: "- debug: {msg: '{{ item }}'}\n  loop: ⟦names⟧",
    code: 'PLY004',
    says: /'loop' must be a list, not a text/,
    hint: /'\{\{ names \}\}'/,
  },
  {
    name: 'a loop over a map that is written out',
    task: "- debug: {msg: '{{ item }}'}\n  loop: ⟦{a: 1}⟧",
    code: 'PLY004',
    says: /'loop' must be a list, not a map/,
    hint: /list/,
  },
  {
    name: 'retries without until',
    task: '- command: uptime\n  ⟦retries⟧: 3',
    code: 'PLY014',
    says: /'retries' does nothing without 'until'/,
    hint: /add 'until'/,
  },
  {
    name: 'a number of retries that is a word',
    task: '- command: uptime\n  register: up\n  until: up.rc == 0\n  retries: ⟦three⟧',
    code: 'PLY004',
    says: /'retries' must be a whole number/,
    hint: /./,
  },
  {
    name: 'a register that is no name',
    task: '- command: uptime\n  register: ⟦my-result⟧',
    code: 'PLY004',
    says: /'register: my-result' is not the name of a variable/,
    hint: /letters, digits/,
  },
  {
    name: 'a keyword of Ansible that is not read',
    task: '- debug: {msg: a}\n  ⟦module_defaults⟧: {}',
    code: 'PLY003',
    says: /'module_defaults' is not supported yet/,
    hint: /./,
  },
  {
    name: 'an environment variable that no shell could set',
    task: '- command: uptime\n  environment: {⟦http-proxy⟧: x}',
    code: 'PLY004',
    says: /'http-proxy' is not the name of an environment variable/,
    hint: /letters, digits/,
  },
  {
    name: 'an environment that is a text',
    task: '- command: uptime\n  environment: ⟦http_proxy=x⟧',
    code: 'PLY004',
    says: /'environment' must be a map of variables/,
    hint: /http_proxy: …/,
  },
  {
    name: 'with_items',
    task: "- debug: {msg: '{{ item }}'}\n  ⟦with_items⟧: [a]",
    code: 'PLY003',
    says: /'with_items' is not supported/,
    hint: /'loop'/,
  },
];
