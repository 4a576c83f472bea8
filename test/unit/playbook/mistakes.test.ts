import {describe, expect, it} from 'vitest';
import {read} from './read.ts';

type Mistake = readonly [name: string, text: string, place: string, message: RegExp, hint: RegExp];

function expectOne(
  files: Readonly<Record<string, string>>,
  place: string,
  message: RegExp,
  hint: RegExp,
): void {
  const {diagnostics} = read(files);
  expect(diagnostics).toEqual([
    expect.objectContaining({at: place, message: expect.stringMatching(message)}),
  ]);
  expect(diagnostics[0]?.hint ?? '').toMatch(hint);
}

/** One task each, from line 3, column 5 of a playbook. */
const inTasks: readonly Mistake[] = [
  ['unknown module', 'cpy: {src: a}', '3:5', /keyword or module 'cpy' in a task/, /'copy'/],
  ['unknown module, nothing near', 'frobnicate: {src: a}', '3:5', /'frobnicate'/, /docs\/modules/],
  ['module of a collection', 'community.general.ufw: {}', '3:5', /'community.general.ufw'/, /collections/],
  ['a known module under a foreign name', 'my.own.copy: {}', '3:5', /'my.own.copy'/, /'copy'/],
  ['misspelt keyword', 'debug: {}\n    whn: x', '4:5', /'whn'/, /'when'/],
  [
    'argument beside its module',
    'copy:\n    dest: /x',
    '4:5',
    /'dest'/,
    /argument of copy: indent it below 'copy:'/,
  ],
  ['no module', 'name: x', '3:5', /no module/, /'copy:'/],
  ['two modules', 'copy: {}\n    template: {}', '4:5', /not both 'copy' and 'template'/, /two tasks/],
  [
    'arguments in one line',
    'copy: src=a dest=b',
    '3:11',
    /copy takes its arguments as a map, not as a text/,
    /'src: a'/,
  ],
  ['arguments as a list', 'command: [uptime]', '3:14', /not as a list/, /argv: \[ls, -l\]/],
  [
    'argument given twice',
    'command: uptime\n    args: {cmd: x}',
    '4:12',
    /'cmd' of command is given twice/,
    /remove/,
  ],
  ['args as a text', 'command: uptime\n    args: x', '4:11', /'args' must be a map/, /name: value/],
  [
    'become: yes',
    'debug: {}\n    become: yes',
    '4:13',
    /'become' must be true or false, not 'yes'/,
    /'true'/,
  ],
  ['become: "false"', 'debug: {}\n    become: "false"', '4:13', /'become'/, /'false', without quotes/],
  ['become as a list', 'debug: {}\n    become: []', '4:13', /not a list/, /'true' or 'false'/],
  [
    'become_user as a map',
    'debug: {}\n    become_user: {}',
    '4:18',
    /'become_user' must be a text, not a map/,
    /one text/,
  ],
  ['no_log: on', 'debug: {}\n    no_log: on', '4:13', /'no_log'/, /'true'/],
  ['a condition that is a tag', 'debug: {}\n    when: !flag', '4:11', /unknown YAML tag '!flag'/, /not flag/],
  ['an empty condition', 'debug: {}\n    when:', '4:5', /'when' is empty/, /leave it out/],
  ['an empty text as a condition', "debug: {}\n    when: ''", '4:11', /'when' is empty/, /leave it out/],
  ['an empty list of conditions', 'debug: {}\n    when: []', '4:11', /'when' is empty/, /leave it out/],
  [
    'a map as a condition',
    'debug: {}\n    until: {a: b}',
    '4:12',
    /'until' must be an expression, not a map/,
    /quote/,
  ],
  ['an unquoted template', 'copy:\n      src: {{ x }}\n      dest: b', '4:12', /not quoted/, /'\{\{ x \}\}'/],
  ['an unquoted template as the module', 'copy: {{ x }}', '3:11', /not quoted/, /'\{\{ x \}\}'/],
  [
    'register as a path',
    'debug: {}\n    register: a.b',
    '4:15',
    /'register: a.b' is not the name/,
    /letters/,
  ],
  ['notify of nobody', 'debug: {}\n    notify: restart', '4:13', /no handler 'restart'/, /under 'handlers'/],
  ['listen on a task', 'debug: {}\n    listen: x', '4:5', /'listen' has no place on a task/, /handler/],
  [
    'notify with an unknown key',
    'debug: {}\n    notify: {handlr: x}',
    '4:14',
    /unknown key 'handlr'/,
    /'handler'/,
  ],
  [
    'notify without a handler',
    'debug: {}\n    notify: {when: x}',
    '4:13',
    /needs 'handler'/,
    /handler: NAME/,
  ],
  [
    'loop over a bare name',
    'debug: {}\n    loop: xs',
    '4:11',
    /'loop' must be a list, not a text/,
    /'\{\{ xs \}\}'/,
  ],
  ['loop over a map', 'debug: {}\n    loop: {a: 1}', '4:11', /'loop' must be a list, not a map/, /template/],
  ['with_items', 'debug: {}\n    with_items: [a]', '4:5', /'with_items' is not supported yet/, /'loop'/],
  [
    'an unknown part of loop_control',
    'debug: {}\n    loop: []\n    loop_control: {lable: x}',
    '5:20',
    /unknown key 'lable' in 'loop_control'/,
    /'label'/,
  ],
  [
    'loop_control without loop',
    'debug: {}\n    loop_control: {loop_var: x}',
    '4:5',
    /nothing without 'loop'/,
    /add 'loop'/,
  ],
  [
    'retries without until',
    'debug: {}\n    retries: 3\n    delay: 1',
    '4:5',
    /nothing without 'until'/,
    /add 'until'/,
  ],
  [
    'retries in quotes',
    "debug: {}\n    until: x\n    retries: '3'",
    '5:14',
    /'retries' must be a whole number/,
    /leave out the quotes/,
  ],
  [
    'a negative delay',
    'debug: {}\n    until: x\n    delay: -1',
    '5:12',
    /'delay' must be a number of seconds/,
    /./,
  ],
  ['vars as a list', 'debug: {}\n    vars: [a]', '4:11', /'vars' must be a map/, /name: value/],
  [
    'a tag that is a map',
    'debug: {}\n    tags: [{a: b}]',
    '4:12',
    /a tag must be a text, not a map/,
    /tags: \[/,
  ],
  ['a tag that is a template', 'debug: {}\n    tags: "{{ x }}"', '4:11', /cannot be a template/, /tags: \[/],
  [
    'delegate_facts alone',
    'debug: {}\n    delegate_facts: true',
    '4:5',
    /'delegate_facts' does nothing without 'delegate_to'/,
    /add 'delegate_to'/,
  ],
  ['run_once: yes', 'debug: {}\n    run_once: yes', '4:15', /'run_once' must be true or false/, /'true'/],
  [
    'throttle of a part',
    'debug: {}\n    throttle: 1.5',
    '4:15',
    /'throttle' must be a whole number/,
    /for example/,
  ],
  ['a file of tasks', 'include_tasks: tt.yml', '3:20', /no file of tasks 'tt.yml'/, /'t.yml'/],
  [
    'a file that imports itself',
    'import_tasks: p.yml',
    '3:19',
    /p.yml imports itself/,
    /an include with 'when'/,
  ],
  ['an import of nothing', 'import_tasks:', '3:5', /not said which file/, /FILE/],
  [
    'a template in an import',
    "import_tasks: '{{ x }}.yml'",
    '3:19',
    /a template in 'import_tasks'/,
    /include_tasks/,
  ],
  [
    'an unknown argument of an import',
    'import_tasks: {file: t.yml, aply: x}',
    '3:33',
    /no argument 'aply'/,
    /it has file/,
  ],
  [
    'a loop on an import',
    'import_tasks: t.yml\n    loop: [1]',
    '4:5',
    /'loop' has no place on import_tasks/,
    /loop over 'include_tasks'/,
  ],
  [
    'become on an include',
    'include_tasks: "{{ x }}"\n    become: true',
    '4:5',
    /'become' has no place on include_tasks/,
    /apply/,
  ],
  [
    'a typo below apply',
    'include_tasks: {file: "{{ x }}", apply: {becom: true}}',
    '3:46',
    /unknown keyword 'becom'/,
    /'become'/,
  ],
  [
    'import_role, by its long name',
    'ansible.builtin.import_role: {name: x}',
    '3:41',
    /no role 'x'/,
    /looked in/,
  ],
  [
    'a loop on a block',
    'block: [{debug: }]\n    loop: [1]',
    '4:5',
    /'loop' has no place on a block/,
    /loop over 'include_tasks'/,
  ],
  [
    'a typo in a block',
    'block: [{debug: }]\n    resque: []',
    '4:5',
    /unknown keyword 'resque' in a block/,
    /'rescue'/,
  ],
  ['rescue without block', 'rescue: [{debug: }]', '3:5', /'rescue' does nothing without 'block'/, /block:/],
  [
    'a module on a block',
    'block: [{debug: }]\n    debug: {}',
    '4:5',
    /unknown keyword 'debug' in a block/,
    /task/,
  ],
  [
    'register on a block',
    'block: [{debug: }]\n    register: r',
    '4:5',
    /'register' has no place on a block/,
    /each task/,
  ],
  ['a mistake inside a block', 'block: [{debug: , whn: x}]', '3:23', /'whn'/, /'when'/],
  [
    'a name that is a list',
    'debug: {}\n    name: [x]',
    '4:11',
    /'name' must be a text, not a list/,
    /one text/,
  ],
  ['a duplicate keyword', 'debug: {}\n    when: a\n    when: b', '5:5', /duplicate key 'when'/, /remove/],
];

const inPlaybooks: readonly Mistake[] = [
  ['an empty file', '', '1:1', /the playbook is empty/, /- hosts/],
  ['a map', 'hosts: all\n', '1:1', /a playbook must be a list, not a map/, /'- '/],
  ['a play that is a text', '- hello\n', '1:3', /a play must be a map, not a text/, /hosts/],
  ['no hosts', '- name: x\n  tasks: []\n', '1:3', /a play needs 'hosts'/, /'all'/],
  ['empty hosts', '- hosts:\n', '1:9', /'hosts' must be a pattern, not nothing/, /'all'/],
  ['an empty list of hosts', '- hosts: []\n', '1:10', /'hosts' is empty/, /'all'/],
  ['hosts as a map', '- hosts: {a: b}\n', '1:10', /must be a pattern, not a map/, /'all'/],
  ['hosts as an alias', '- hosts: *\n', '1:10', /alias/, /quote/],
  ['a misspelt keyword', '- hosts: a\n  task: []\n', '2:3', /unknown keyword 'task' in a play/, /'tasks'/],
  [
    'a module in a play',
    '- hosts: a\n  copy: {}\n',
    '2:3',
    /unknown keyword 'copy' in a play/,
    /below 'tasks:'/,
  ],
  [
    'a task keyword in a play',
    '- hosts: a\n  register: x\n',
    '2:3',
    /'register' in a play/,
    /belongs to a task/,
  ],
  [
    'tasks as a map',
    '- hosts: a\n  tasks:\n    debug: {}\n',
    '3:5',
    /'tasks' must be a list, not a map/,
    /'- '/,
  ],
  [
    'a task that is a text',
    '- hosts: a\n  tasks: [uptime]\n',
    '2:11',
    /a task must be a map, not a text/,
    /name/,
  ],
  ['gather_facts: no', '- hosts: a\n  gather_facts: no\n', '2:17', /'gather_facts'/, /'false'/],
  [
    'quorum as a text',
    '- hosts: a\n  quorum: three\n',
    '2:11',
    /'quorum' must be true or false, not 'three'/,
    /true/,
  ],
  ['vars as a list', '- hosts: a\n  vars: [{a: b}]\n', '2:9', /'vars' must be a map/, /name: value/],
  [
    'a handler without a name',
    '- hosts: a\n  handlers:\n    - debug: {}\n',
    '3:7',
    /without a name/,
    /notify/,
  ],
  [
    'two handlers of one name',
    '- hosts: a\n  handlers:\n    - {name: x, debug: }\n    - {name: x, debug: }\n',
    '4:14',
    /a second handler 'x'/,
    /another name/,
  ],
  [
    'listen to a template',
    '- hosts: a\n  handlers:\n    - {name: x, debug: , listen: "{{ y }}"}\n',
    '3:34',
    /cannot be a template/,
    /listen/,
  ],
  [
    'notify of a misspelt handler',
    '- hosts: a\n  tasks: [{debug: , notify: [restrat]}]\n  handlers: [{name: restart, debug: }]\n',
    '2:30',
    /no handler 'restrat'/,
    /'restart'/,
  ],
  [
    'a handler that notifies nobody',
    '- hosts: a\n  handlers: [{name: x, debug: , notify: zzzzz}]\n',
    '2:41',
    /no handler 'zzzzz'/,
    /handlers are: x/,
  ],
  ['an unknown role', '- hosts: a\n  roles: [valut]\n', '2:11', /no role 'valut'/, /'vault'/],
  ['a role that is a path', '- hosts: a\n  roles: [../vault]\n', '2:11', /no role/, /looked in|vault/],
  [
    'a role entry without a name',
    '- hosts: a\n  roles: [{vars: {a: b}}]\n',
    '2:11',
    /needs 'role'/,
    /role: NAME/,
  ],
  [
    'a role entry that is a list',
    '- hosts: a\n  roles: [[vault]]\n',
    '2:11',
    /must be a name or a map, not a list/,
    /NAME/,
  ],
  [
    'a misspelt keyword of a role',
    '- hosts: a\n  roles: [{role: vault, tag: x}]\n',
    '2:25',
    /unknown keyword 'tag'/,
    /'tags'.*below 'vars:'/,
  ],
  [
    'a role with a keyword for later',
    '- hosts: a\n  roles: [{role: vault, delegate_to: x}]\n',
    '2:25',
    /not supported yet/,
    /below 'vars:'/,
  ],
  ['a role twice', '- hosts: a\n  roles: [vault, vault]\n', '2:18', /'vault' is used twice/, /remove/],
  [
    'a role without files',
    '- hosts: a\n  roles: [empty]\n',
    '2:11',
    /'empty' has no files/,
    /tasks\/main\.yml/,
  ],
];

const inRoles: readonly (readonly [
  name: string,
  file: string,
  text: string,
  place: string,
  message: RegExp,
  hint: RegExp,
])[] = [
  [
    'tasks as a map',
    'tasks/main.yml',
    'debug: {}\n',
    '1:1',
    /a file of tasks must be a list, not a map/,
    /'- '/,
  ],
  ['a misspelt module', 'tasks/main.yml', '- cpy: {}\n', '1:3', /'cpy'/, /'copy'/],
  ['notify of nobody', 'tasks/main.yml', '- debug: {}\n  notify: restrt\n', '2:11', /'restrt'/, /'restart'/],
  ['defaults as a list', 'defaults/main.yml', '- a\n', '1:1', /defaults must be a map/, /name: value/],
  ['variables as a text', 'vars/main.yml', 'a\n', '1:1', /variables must be a map/, /name: value/],
  ['arguments as a list', 'meta/arguments.yml', '- a\n', '1:1', /arguments must be a map/, /name: value/],
  [
    'a dependency on itself',
    'meta/main.yml',
    'dependencies: [vault]\n',
    '1:16',
    /'vault' depends on itself/,
    /remove/,
  ],
  [
    'a handler twice',
    'handlers/main.yml',
    '- {name: restart, debug: }\n- {name: restart, debug: }\n',
    '2:10',
    /second handler/,
    /another/,
  ],
  ['broken handlers', 'handlers/main.yml', '- name: "restart\n', '1:9', /quote is never closed/, /./],
];

describe('a mistake is one diagnostic, where it was made', () => {
  it.each(inTasks)('in a task: %s', (_name, text, place, message, hint) => {
    const playbook = `- hosts: all\n  tasks:\n  - ${text}\n`;
    const files = {'playbooks/p.yml': playbook, 'playbooks/t.yml': '- debug: {}\n'};
    expectOne(files, `p.yml:${place}`, message, hint);
  });

  it.each(inPlaybooks)('in a playbook: %s', (_name, text, place, message, hint) => {
    const roles = {'roles/vault/tasks/main.yml': '', 'playbooks/roles/empty/README.md': ''};
    expectOne({'playbooks/p.yml': text, ...roles}, `p.yml:${place}`, message, hint);
  });

  it.each(inRoles)('in a role: %s', (_name, file, text, place, message, hint) => {
    const files = {
      'playbooks/p.yml':
        '- hosts: all\n  roles: [vault]\n  tasks: [{debug: , notify: restart}]\n- hosts: all\n  roles: [vault]\n',
      'roles/vault/tasks/main.yml': '- debug: {}\n  notify: restart\n',
      'roles/vault/handlers/main.yml': '- name: restart\n  debug: {}\n',
    };
    expectOne({...files, [`roles/vault/${file}`]: text}, `../roles/vault/${file}:${place}`, message, hint);
  });

  it('a missing playbook', () => {
    const {diagnostics, playbook} = read({});
    expect(playbook).toBeUndefined();
    expect(diagnostics.map(({message}) => message)).toEqual([
      expect.stringMatching(/cannot read .*p\.yml: no such file/),
    ]);
  });
});

describe('many mistakes', () => {
  it('are all found, in the order of the files', () => {
    const playbook = [
      '- hosts: all',
      '  becom: true',
      '  roles: [nope, vault]',
      '  tasks:',
      '    - cpy: {}',
      '    - copy: {src: {{ x }}}',
      '      when: !flag',
      '      become: yes',
      '    - debug:',
      '      notify: [one, two]',
      '      regster: x',
      '    - name: nothing',
      '- hosts:',
      '  tasks: [{debug: , loop: xs}]',
      '',
    ].join('\n');
    const files = {
      'roles/vault/tasks/main.yml': '- shel: uptime\n- debug: {}\n  serial: 1\n',
      'roles/vault/vars/main.yml': 'a: 1\na: 2\n',
    };
    expect(
      read({'playbooks/p.yml': playbook, ...files}).diagnostics.map(({code, at}) => `${code} ${at}`),
    ).toEqual([
      'PLY002 p.yml:2:3',
      'PLY011 p.yml:3:11',
      'PLY002 p.yml:5:7',
      'SRC007 p.yml:6:19',
      'SRC006 p.yml:7:13',
      'PLY004 p.yml:8:15',
      'PLY002 p.yml:11:7',
      'PLY006 p.yml:12:7',
      'PLY004 p.yml:13:9',
      'PLY004 p.yml:14:27',
      'SRC005 ../roles/vault/vars/main.yml:2:1',
      'PLY002 ../roles/vault/tasks/main.yml:1:3',
      'PLY002 ../roles/vault/tasks/main.yml:3:3',
    ]);
  });
});
